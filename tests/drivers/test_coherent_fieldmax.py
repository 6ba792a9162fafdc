"""The FieldMaxII: contract, Coherent's examples, a DLL in C behind the child process, and one that hangs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import _fieldmax_worker
from drivers._fieldmax_process import FieldMaxProcess
from drivers.coherent_fieldmax import CoherentFieldmax
from qdlab.clock import VirtualClock, WallClock
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    NotConnectedError,
    QdlabError,
)
from qdlab.instruments import Identity, LineSettings, Surroundings, Transport
from qdlab.testing import PowerMeterContract
from qdlab.testing.fuzz import spoiled
from simulators import World
from simulators.coherent_fieldmax import FieldMax2Lib


def no_line(resource: str, line: LineSettings) -> Transport:
    raise AssertionError("a USB instrument has no line")


def meter(stand_in: object, clock: VirtualClock | WallClock, **options: object) -> CoherentFieldmax:
    table = {"resource": "sim://"} | options
    return CoherentFieldmax(
        "meter", CoherentFieldmax.Options.model_validate(table), Surroundings(clock, no_line, stand_in)
    )


class TestCoherentFieldmax(PowerMeterContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, world: World, clock: VirtualClock) -> CoherentFieldmax:
        return meter(FieldMax2Lib(world), clock)

    def test_reads_the_power_of_the_world(
        self, opened: CoherentFieldmax, world: World, clock: VirtualClock
    ) -> None:
        opened.set_wavelength(400.0)
        assert abs(opened.read_power_w()) < 1e-6
        world.transmission = 0.5
        world.set_open("pump", True)
        start_s = clock.now_s
        assert opened.read_power_w() == pytest.approx(world.pump_power_w, rel=0.02)
        assert 3.0 < clock.now_s - start_s < 4.0

    def test_takes_whole_nanometres_and_reads_them_back(self, opened: CoherentFieldmax) -> None:
        opened.set_wavelength(632.8)
        assert opened.wavelength_nm == 633.0

    def test_refuses_what_the_sensor_cannot(self, opened: CoherentFieldmax) -> None:
        with pytest.raises(LimitError, match=r"meter: wavelength: 100 nm is outside 190 to 11000 nm"):
            opened.set_wavelength(100.0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("powerState", 0, "the meter is switched off"),
        ("probeType", 0, "the meter has no sensor"),
        ("measurementMode", 1, "the meter measures joules"),
        ("areaCorrectionEnabled", 0xFFFF, "the meter shows power per area"),
    ],
)
def test_a_meter_that_measures_something_else_is_refused(
    world: World, clock: VirtualClock, name: str, value: int, message: str
) -> None:
    library = FieldMax2Lib(world)
    library.state[name] = value
    instrument = meter(library, clock)
    with pytest.raises(InstrumentStateError, match=message):
        instrument.open()
    library.state[name] = -1 if name == "powerState" else 2 if name == "measurementMode" else 0
    library.state["probeType"] = 1
    instrument.open()
    assert instrument.read_power_w() < 1e-6


def test_a_meter_that_is_not_there_is_said(world: World, clock: VirtualClock) -> None:
    with pytest.raises(NotConnectedError, match="meter: no meter at index 3"):
        meter(FieldMax2Lib(world), clock, index=3).open()


class Scripted:
    """A library that expects exactly these calls and returns what stands beside them."""

    def __init__(self, script: list[tuple[tuple[Any, ...], Any]]) -> None:
        self.script = list(script)
        self.is_closed = False

    def call(self, *called: Any) -> Any:
        expected, value = self.script.pop(0)
        assert called == expected
        return value

    def close(self) -> None:
        self.is_closed = True


STATE = {"powerState": 65535, "probeType": 1, "measurementMode": 2, "areaCorrectionEnabled": 0}
OPENING: list[tuple[tuple[Any, ...], Any]] = [
    (("fm2LibInit",), -1),
    (("fm2LibOpenDriver", 0), 5),
    (("fm2LibGetSerialNumber", 5), [True, "0417D21R"]),
    (("fm2LibGetInstrumentState", 5), [True, STATE]),
]
SYNC = (("fm2LibSync", 5), 65535)


def woo(command: str, reply: str) -> list[tuple[tuple[Any, ...], Any]]:
    return [(("fm2LibPackagedSendReply", 5, command), [True, reply]), SYNC]


def data(*packets: tuple[float, str]) -> tuple[tuple[Any, ...], Any]:
    return ("fm2LibGetData", 5, 8), [bool(packets), [list(packet) for packet in packets]]


def follow(
    clock: VirtualClock, script: list[tuple[tuple[Any, ...], Any]], **options: object
) -> tuple[CoherentFieldmax, Scripted]:
    library = Scripted([*OPENING, *script])
    instrument = meter(library, clock, **options)
    instrument.open()
    return instrument, library


def test_follows_the_transcript(clock: VirtualClock) -> None:
    instrument, library = follow(
        clock,
        [
            *woo("WOO", "532,190,11000"), *woo("WOO1064", "1064,190,11000"),  # Coherent's own example
            SYNC, data((9.0, "overrange"), (8.0, "reading")), data(),  # what was measured before
            data((0.010, "reading")), data(), data((0.0, "dropped"), (0.012, "reading")),
            (("fm2LibCloseDriver", 5), 65535), (("fm2LibDeInit",), 65535),
        ],
        n_readings=2,
    )  # fmt: skip
    instrument.set_wavelength(1064.0)
    assert instrument.read_power_w() == pytest.approx(0.011)
    instrument.close()
    assert not library.script
    assert library.is_closed


@pytest.mark.parametrize(
    ("packet", "kind", "message"),
    [
        ((1e9, "overrange"), InstrumentStateError, "meter: over range"),
        ((0.0, "attention"), InstrumentStateError, "meter: the meter asks for attention"),
        ((float("nan"), "reading"), BadReplyError, "meter: a reading of nan W"),
    ],
)
def test_what_is_no_reading_is_no_number(
    clock: VirtualClock, packet: tuple[float, str], kind: type[QdlabError], message: str
) -> None:
    instrument, _ = follow(clock, [SYNC, data(), data(packet), *woo("WOO", "532,190,11000")])
    with pytest.raises(kind, match=message):
        instrument.read_power_w()
    assert instrument.wavelength_nm == 532.0


def test_readings_that_do_not_come_are_a_timeout(clock: VirtualClock) -> None:
    instrument, _ = follow(clock, [SYNC, data(), data((1.0, "reading")), *[data()] * 40], timeout_s=1.0)
    with pytest.raises(InstrumentTimeoutError, match="meter: 1 of 4 readings came within 1 s"):
        instrument.read_power_w()


def test_functions_that_fail_are_named(clock: VirtualClock) -> None:
    instrument, _ = follow(clock, [(("fm2LibPackagedSendReply", 5, "WOO"), [False, ""]), (SYNC[0], 0)])
    with pytest.raises(InstrumentError, match="meter: fm2LibPackagedSendReply failed"):
        _ = instrument.wavelength_nm
    with pytest.raises(InstrumentError, match="meter: fm2LibSync failed"):
        instrument.read_power_w()


def test_a_coerced_wavelength_is_noticed(clock: VirtualClock) -> None:
    instrument, _ = follow(clock, [*woo("WOO", "532,190,11000"), *woo("WOO400", "532,190,11000")])
    with pytest.raises(BadReplyError, match="meter: asked for 400 nm, set to 532 nm"):
        instrument.set_wavelength(400.0)


@given(reply=spoiled(b"1064,190,11000") | st.just(b"190,1064,11000"))
def test_a_spoiled_reply_is_refused_in_words_or_true(reply: bytes) -> None:
    text = reply.decode("latin-1")
    instrument, _ = follow(VirtualClock(), [*woo("WOO", text), *woo("WOO", "532,190,11000")])
    try:
        assert instrument.wavelength_nm == int(text.split(",")[0])
    except BadReplyError as error:
        said = str(error)
    else:
        said = "meter"
    assert "meter" in said
    assert instrument.wavelength_nm == 532.0


FAKE = """
import os, sys, threading
sys.path.insert(0, {folder!r})
from _fieldmax_worker import serve

class Library:
    def call(self, function, *arguments):
        if function == "fm2LibSync":
            threading.Event().wait()
        if function == "fm2LibDeInit":
            os._exit(3)
        if function == "fm2LibCloseDriver":
            raise OSError("access violation")
        return [function, *arguments]

serve(Library())
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """A process that hangs in fm2LibSync, dies in fm2LibDeInit, and fails in fm2LibCloseDriver."""
    script = tmp_path / "fake.py"
    script.write_text(FAKE.format(folder=str(Path(_fieldmax_worker.__file__).parent)), encoding="utf-8")
    return [sys.executable, str(script)]


@pytest.fixture
def process(command: list[str]) -> Iterator[FieldMaxProcess]:
    process = FieldMaxProcess("meter", command, timeout_s=20.0)
    yield process
    process.close()
    assert process._process.poll() is not None, "a process is left over"
    assert not process._reader.is_alive(), "a thread is left over"


class TestFieldMaxProcess:
    def test_hands_on_what_the_library_returns(self, process: FieldMaxProcess) -> None:
        assert process.call("fm2LibInit") == ["fm2LibInit"]
        assert process.call("fm2LibOpenDriver", 3, "é") == ["fm2LibOpenDriver", 3, "é"]

    def test_a_call_that_hangs_is_ended(self, process: FieldMaxProcess) -> None:
        process.call("fm2LibInit")
        process._timeout_s = 0.2
        start_s = time.monotonic()
        with pytest.raises(InstrumentTimeoutError, match=r"meter: fm2LibSync did not return within 0.2 s"):
            process.call("fm2LibSync", 0)
        assert time.monotonic() - start_s < 5.0
        assert process._process.poll() is not None
        with pytest.raises(NotConnectedError, match="meter: fm2LibInit: the library's process has ended"):
            process.call("fm2LibInit")

    def test_a_library_that_takes_its_process_along_is_said(self, process: FieldMaxProcess) -> None:
        with pytest.raises(NotConnectedError, match="fm2LibDeInit: the library's process has ended"):
            process.call("fm2LibDeInit")

    def test_a_function_that_fails_is_said(self, process: FieldMaxProcess) -> None:
        with pytest.raises(NotConnectedError, match="fm2LibCloseDriver cannot be called: OSError: access"):
            process.call("fm2LibCloseDriver", 0)

    def test_nothing_is_left_after_an_interrupted_call(
        self, process: FieldMaxProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(timeout: float) -> str:
            raise KeyboardInterrupt

        monkeypatch.setattr(process, "_answers", SimpleNamespace(get=interrupted, put=lambda line: None))
        with pytest.raises(KeyboardInterrupt):
            process.call("fm2LibInit")
        assert process._process.poll() is not None
        with pytest.raises(NotConnectedError, match="has ended"):
            process.call("fm2LibInit")

    def test_a_hanging_process_does_not_outlive_its_parent(self, command: list[str]) -> None:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(
                '{"call": "fm2LibInit", "arguments": []}\n{"call": "fm2LibSync", "arguments": []}\n'
            )
            child.stdin.flush()
            assert "fm2LibInit" in child.stdout.readline()
            child.stdin.close()
            assert child.wait(timeout=20.0) == 0


def test_a_driver_whose_library_hung_can_be_opened_anew(
    command: list[str], clock: VirtualClock, world: World
) -> None:
    instrument = meter(FieldMax2Lib(world), clock)
    instrument.open()
    instrument._library = hanging = FieldMaxProcess("meter", command, timeout_s=0.2)
    hanging.call("fm2LibInit")
    with pytest.raises(InstrumentTimeoutError, match="fm2LibSync did not return"):
        instrument.read_power_w()
    with pytest.raises(NotConnectedError, match="open"):
        instrument.make_safe()
    instrument.open()
    assert instrument.wavelength_nm == 400.0


def test_a_missing_library_is_said(tmp_path: Path) -> None:
    instrument = meter(None, WallClock(), resource="usb", library=str(tmp_path / "FieldMax2Lib.dll"))
    with pytest.raises(NotConnectedError, match=r"meter: fm2LibInit cannot be called: .*FieldMax2Lib\.dll"):
        instrument.open()
    instrument.close()


@pytest.fixture(scope="module")
def c_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library in C, which knows nothing of ctypes."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler (cc) to build a FieldMax2Lib with")
    library = tmp_path_factory.mktemp("fieldmax") / "fieldmax2lib.so"
    source = Path(__file__).with_name("fieldmax2lib.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return library


def test_calls_a_library_in_c_as_its_header_says(c_library: Path) -> None:
    instrument = meter(
        None, WallClock(), resource="usb", library=str(c_library), settle_s=0.0, n_readings=4, timeout_s=20.0
    )
    instrument.open()
    assert instrument.identify() == Identity("Coherent", "FieldMaxII", "0042C01R")
    assert instrument.wavelength_nm == 1064.0
    instrument.set_wavelength(400.0)
    assert instrument.wavelength_nm == 400.0
    assert instrument.read_power_w() == pytest.approx((0.0125 - 0.25) / 2.0)
    instrument.close()
    missing = meter(None, WallClock(), resource="usb", library=str(c_library), index=1, timeout_s=20.0)
    with pytest.raises(NotConnectedError, match="no meter at index 1"):
        missing.open()
