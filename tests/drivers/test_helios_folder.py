"""helios-folder: scans taken in from a folder, against a Helios that drops files, and files gone wrong."""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.helios_folder import HeliosFolder
from qdlab.clock import VirtualClock
from qdlab.errors import (
    InputError,
    InstrumentStateError,
    InstrumentTimeoutError,
    NotConnectedError,
    QdlabError,
)
from qdlab.instruments import LineSettings, Surroundings, Transport
from qdlab.testing import TAScannerContract
from simulators import World
from simulators.helios_folder import HeliosProgram

REAL = Path(__file__).parents[3] / "shared" / "data" / "helios_solvent.csv"
DELAYS_PS = [-5.0, -1.0, 0.5, 5.0, 50.0, 1000.0]


class LaboratoryClock(VirtualClock):
    """Virtual time in which others do their work, a second at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[Callable[[], None]] = []

    def sleep(self, duration_s: float) -> None:
        end_s = self.now_s + duration_s
        while self.now_s < end_s:
            super().sleep(min(1.0, end_s - self.now_s))
            for work in self.others:
                work()


def no_line(resource: str, line: LineSettings) -> Transport:
    raise AssertionError("a folder is not a line")


def watcher(folder: Path, clock: VirtualClock, **options: object) -> HeliosFolder:
    chosen = HeliosFolder.Options(resource=str(folder), **options)  # type: ignore[arg-type]
    return HeliosFolder("helios", chosen, Surroundings(clock, no_line))


@pytest.fixture
def clock() -> LaboratoryClock:
    return LaboratoryClock()


@pytest.fixture
def world(clock: LaboratoryClock) -> World:
    world = World(World.Options(), clock)
    world.chopper_running = True
    world.transmission = 0.5
    for beam in ("pump", "probe"):
        world.set_open(beam, True)
    return world


class TestHeliosFolder(TAScannerContract):
    @pytest.fixture
    def clock(self) -> LaboratoryClock:
        return LaboratoryClock()

    @pytest.fixture
    def instrument(self, world: World, clock: LaboratoryClock) -> HeliosFolder:
        options = HeliosFolder.Options(resource="sim://")
        program = HeliosProgram(world, delays_ps=DELAYS_PS)
        return HeliosFolder("helios", options, Surroundings(clock, no_line, program))

    def test_the_map_is_that_of_the_world(self, opened: HeliosFolder, clock: LaboratoryClock) -> None:
        opened.start_scan()
        scan = opened.await_scan(3600.0)
        assert scan.delays_ps.tolist() == DELAYS_PS
        assert scan.n_scans == 2
        assert clock.now_s >= 120.0
        band = np.abs(scan.wavelengths_nm - 616.0) < 5.0
        assert abs(scan.delta_a[0, band].mean()) < 1e-4
        assert scan.delta_a[3, band].mean() < -3e-3
        assert abs(scan.delta_a[3, band].mean()) > abs(scan.delta_a[5, band].mean())


EXPORT = (
    b"0.00000E+0,-1.00000E+0,0.00000E+0,5.00000E+0\r\n"
    b"6.00000E+2,1.00000E-5,-2.00000E-4,-4.00000E-3\r\n"
    b"6.16000E+2,-1.00000E-5,NaN,-5.30000E-3\r\n"
    b"file info:Date: July 22, 2009\r\nNumber of scans: 12\r\n\r\nTime units: ps\r\nZ axis title: dA\r\n"
)


@pytest.fixture
def helios(tmp_path: Path, clock: LaboratoryClock) -> HeliosFolder:
    helios = watcher(tmp_path, clock)
    helios.open()
    return helios


def test_a_person_is_told_to_start(
    helios: HeliosFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    helios.start_scan()
    assert "start the scan at the Helios now" in caplog.text
    assert str(tmp_path) in caplog.text


@pytest.mark.skipif(not REAL.is_file(), reason="the genuine export is not here")
def test_a_genuine_export_serves_as_transcript(helios: HeliosFolder, tmp_path: Path) -> None:
    helios.start_scan()
    (tmp_path / "solvent.csv").write_bytes(REAL.read_bytes())
    scan = helios.await_scan(60.0)
    assert scan.n_scans == 2
    assert (scan.delays_ps[0], scan.wavelengths_nm[-1]) == (-0.98667, 799.958)
    assert scan.delta_a[0, -1] == 6e-5


def test_an_export_is_taken_as_it_stands(helios: HeliosFolder, tmp_path: Path) -> None:
    helios.start_scan()
    (tmp_path / "film.csv").write_bytes(EXPORT)
    scan = helios.await_scan(60.0)
    assert scan.delays_ps.tolist() == [-1.0, 0.0, 5.0]
    assert scan.wavelengths_nm.tolist() == [600.0, 616.0]
    np.testing.assert_array_equal(scan.delta_a, [[1e-5, -1e-5], [-2e-4, np.nan], [-4e-3, -5.3e-3]])
    assert scan.n_scans == 12


def _ufs(text: str) -> bytes:
    """Two wavelengths and three delays, byte by byte as four independent readers of .ufs expect them."""

    def string(said: str) -> bytes:
        return struct.pack(">I", len(said)) + said.encode()

    axes = [("Wavelength", "nm", (600.0, 616.0)), ("Time", "ps", (-1.0, 0.0, 5.0))]
    data = (1e-5, -2e-4, -4e-3, -1e-5, math.nan, -5.3e-3)
    parts = [string("Version2")]
    for label, unit, values in axes:
        parts += [string(label), string(unit), struct.pack(f">I{len(values)}d", len(values), *values)]
    return b"".join([*parts, string("DA"), struct.pack(">III6d", 0, 2, 3, *data), string(text)])


def test_a_ufs_file_is_taken_too(helios: HeliosFolder, tmp_path: Path) -> None:
    helios.start_scan()
    (tmp_path / "film_scan1.ufs").write_bytes(_ufs("file info:\nNumber of scans: 1\n"))
    (tmp_path / "film.ufs").write_bytes(_ufs("file info:\nSolvent: none\nNumber of scans: 12\n"))
    scan = helios.await_scan(60.0)
    np.testing.assert_array_equal(scan.delta_a, [[1e-5, -1e-5], [-2e-4, np.nan], [-4e-3, -5.3e-3]])
    assert scan.delays_ps.tolist() == [-1.0, 0.0, 5.0]
    assert scan.n_scans == 12


@pytest.mark.parametrize("keep", [0, 20, -1])
def test_a_ufs_file_cut_short_is_not_taken(helios: HeliosFolder, tmp_path: Path, keep: int) -> None:
    helios.start_scan()
    (tmp_path / "film.ufs").write_bytes(_ufs("file info:\nNumber of scans: 12\n")[:keep])
    with pytest.raises(InstrumentTimeoutError, match=r"film\.ufs"):
        helios.await_scan(60.0)


@pytest.mark.parametrize(
    "name",
    ["film_scan1.csv", "film_scan12.csv", "film-bg.csv", "film-chirp.csv", "film-CORRECTED.csv", "film.txt"],
)
def test_scans_and_what_was_derived_are_passed_over(helios: HeliosFolder, tmp_path: Path, name: str) -> None:
    helios.start_scan()
    (tmp_path / name).write_bytes(EXPORT)
    with pytest.raises(InstrumentTimeoutError, match=r"helios: no finished average in .* after 60 s$"):
        helios.await_scan(60.0)


def test_what_was_there_before_is_not_the_scan_unless_it_is_written_anew(
    helios: HeliosFolder, tmp_path: Path
) -> None:
    path = tmp_path / "film.csv"
    path.write_bytes(EXPORT)
    helios.start_scan()
    with pytest.raises(InstrumentTimeoutError):
        helios.await_scan(60.0)
    path.write_bytes(EXPORT.replace(b"-5.30000E-3", b"-6.60000E-3"))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))
    assert helios.await_scan(60.0).delta_a[2, 1] == -6.6e-3


def test_other_measurements_in_the_folder_can_be_told_apart_by_their_names(
    tmp_path: Path, clock: LaboratoryClock
) -> None:
    helios = watcher(tmp_path, clock, prefix="film")
    helios.open()
    helios.start_scan()
    (tmp_path / "solvent.csv").write_bytes(EXPORT)
    with pytest.raises(InstrumentTimeoutError):
        helios.await_scan(30.0)


def test_an_average_of_too_few_scans_is_waited_over(tmp_path: Path, clock: LaboratoryClock) -> None:
    helios = watcher(tmp_path, clock, n_scans=13)
    helios.open()
    helios.start_scan()
    path = tmp_path / "film.csv"
    path.write_bytes(EXPORT)
    with pytest.raises(InstrumentTimeoutError, match="average of 12 scans; 13 are wanted"):
        helios.await_scan(30.0)
    path.write_bytes(EXPORT.replace(b"scans: 12", b"scans: 13 "))
    assert helios.await_scan(30.0).n_scans == 13


def test_a_file_that_still_grows_is_left_alone(
    helios: HeliosFolder, tmp_path: Path, clock: LaboratoryClock
) -> None:
    path = tmp_path / "film.csv"
    path.write_bytes(EXPORT)

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b"one more line of text\r\n")

    helios.start_scan()
    path.write_bytes(EXPORT + b"\r\n")
    clock.others.append(grow)
    with pytest.raises(InstrumentTimeoutError, match=r"film\.csv: was still changing"):
        helios.await_scan(30.0)
    clock.others.clear()
    assert helios.await_scan(30.0).n_scans == 12


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(length=st.integers(0, len(EXPORT) - 1))
def test_a_file_cut_anywhere_is_never_a_wrong_map(tmp_path: Path, length: int) -> None:
    helios = watcher(tmp_path, VirtualClock(), quiet_s=1.0)
    path = tmp_path / "film.csv"
    path.unlink(missing_ok=True)
    helios.open()
    helios.start_scan()
    path.write_bytes(EXPORT[:length])
    try:
        scan = helios.await_scan(5.0)
    except QdlabError as error:
        said = str(error)
        assert isinstance(error, InstrumentTimeoutError)  # noqa: PT017
    else:
        # cut within the text behind the matrix: the map itself is whole
        said = "helios"
        assert length >= EXPORT.index(b"file info") + len(b"file info")
        assert scan.delta_a[2].tolist() == [-4e-3, -5.3e-3]
    assert said.startswith("helios")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, clock: LaboratoryClock) -> None:
    with pytest.raises(NotConnectedError, match=r"helios: .*nowhere: cannot be read"):
        watcher(tmp_path / "nowhere", clock).open()


def test_a_folder_that_goes_away_is_named(helios: HeliosFolder, tmp_path: Path) -> None:
    helios.start_scan()
    tmp_path.rmdir()
    with pytest.raises(NotConnectedError, match=r"helios: .*: cannot be read"):
        helios.await_scan(30.0)


def _with_example(
    folder: Path, clock: VirtualClock, example: bytes, name: str = "example.csv"
) -> HeliosFolder:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / name).write_bytes(example)
    return watcher(folder, clock, example=str(elsewhere / name), scan_s=127.0)


def test_an_example_tells_before_a_run_what_its_scans_will_be(tmp_path: Path, clock: LaboratoryClock) -> None:
    helios = _with_example(tmp_path, clock, EXPORT)
    assert helios.delays_ps.tolist() == [-1.0, 0.0, 5.0]
    assert helios.wavelengths_nm.tolist() == [600.0, 616.0]
    assert helios.scan_s == 127.0
    helios.open()
    helios.start_scan()
    (tmp_path / "film.csv").write_bytes(EXPORT)
    assert helios.await_scan(60.0).delta_a.shape == (3, 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            b"5.00000E+0",
            b"6.00000E+0",
            "3 from -1 to 6 ps are not the delays of the example, 3 from -1 to 5",
        ),
        (b"6.16000E+2", b"6.17000E+2", "2 from 600 to 617 nm are not the wavelengths of the example"),
    ],
)
def test_a_scan_unlike_the_example_is_refused(
    tmp_path: Path, clock: LaboratoryClock, old: bytes, new: bytes, message: str
) -> None:
    helios = _with_example(tmp_path, clock, EXPORT)
    helios.open()
    helios.start_scan()
    (tmp_path / "film.csv").write_bytes(EXPORT.replace(old, new))
    with pytest.raises(InstrumentStateError, match=message):
        helios.await_scan(60.0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("example.txt", EXPORT, "is neither .csv nor .ufs"), ("example.csv", b"no map", "example.csv")],
)
def test_an_example_that_is_no_scan_is_refused_before_the_run(
    tmp_path: Path, clock: LaboratoryClock, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        _ = _with_example(tmp_path, clock, content, name).delays_ps
