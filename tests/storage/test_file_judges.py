"""Other programs open a run file and find what to plot from its root, also while the run goes on.

They are the group `judges` of pyproject.toml; what is not installed is skipped.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from storage_cases import (
    DELAY,
    END,
    FLUENCE,
    POTENTIAL,
    WAVELENGTH,
    make_plan,
    make_provenance,
    make_record,
    slots,
)

from qdlab.plan import Lab, TaPoint
from qdlab.storage import RunWriter, create_run, pack_run, store_results

pytestmark = pytest.mark.filterwarnings("default")

PLAN = make_plan()
POINTS = [slot for slot in slots(PLAN) if slot.stream == "ta"]
AXES = ["potential_v", "fluence_cm2", "delay_ps", "wavelength_nm"]
GOES_ON, ENDED, PACKED, REDUCED = "goes on", "ended", "packed", "reduced"


def write(writer: RunWriter, some: list[Any]) -> None:
    for slot in some:
        writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))


@pytest.fixture(params=[GOES_ON, ENDED, PACKED, REDUCED])
def path(request: pytest.FixtureRequest, tmp_path: Path, lab: Lab) -> Iterator[Path]:
    """A run of which seven points are there, still open for writing or not."""
    path = tmp_path / "run.h5"
    with create_run(path, PLAN, lab, make_provenance()) as writer:
        write(writer, POINTS[:7])
        if request.param == GOES_ON:
            yield path
            write(writer, POINTS[7:])  # whoever looked does not hold the run
            return
        writer.finish("stopped", "", END)
    if request.param == PACKED:
        pack_run(path)
    if request.param == REDUCED:
        store_results(path, {"gain": xr.Dataset({"g": ("n", [1.0, 2.0])})}, {"choices": {}})
    yield path


def check(delta_a: np.ndarray) -> None:
    """Hold what a program shows against what was written."""
    assert delta_a.shape == (3, 2, 5, 16)
    for number, slot in enumerate(POINTS):
        point = make_record(PLAN.stream("ta"), slot.index)
        assert isinstance(point, TaPoint)
        wanted = point.delta_a if number < 7 else np.full(16, np.nan)
        np.testing.assert_array_equal(delta_a[slot.index], wanted)


def test_silx_shows_delta_a(path: Path) -> None:
    silx_io = pytest.importorskip("silx.io", reason="silx is not installed")
    nxdata = pytest.importorskip("silx.io.nxdata", reason="silx is not installed")
    with silx_io.open(str(path)) as file:
        plot = nxdata.get_default(file)
        assert plot.is_valid
        assert plot.axes_dataset_names == AXES
        assert plot.interpretation == "image"
        check(plot.signal[()])


def test_nexusformat_shows_delta_a(path: Path) -> None:
    nexus = pytest.importorskip("nexusformat.nexus", reason="nexusformat is not installed")
    plot = nexus.nxload(str(path)).get_default()
    assert (plot.nxpath, plot.nxsignal.nxname) == ("/entry/ta", "delta_a")
    assert [axis.nxname for axis in plot.nxaxes] == AXES
    for axis, known in zip(plot.nxaxes, (POTENTIAL, FLUENCE, DELAY, WAVELENGTH), strict=True):
        np.testing.assert_array_equal(axis.nxdata, known.values)
    check(plot.nxsignal.nxdata)


def test_h5grove_serves_what_h5web_plots(path: Path) -> None:
    """h5web follows @default from the root, then takes @signal and @axes; h5grove is what it asks."""
    content = pytest.importorskip("h5grove.content", reason="h5grove is not installed")

    def attributes(name: str) -> dict[str, Any]:
        with content.get_content_from_file(path, name, create_error) as item:
            found: dict[str, Any] = item.attributes()
            return found

    entry = f"/{attributes('/')['default']}"
    plot = f"{entry}/{attributes(entry)['default']}"
    told = attributes(plot)
    assert (told["NX_class"], told["signal"], list(told["axes"])) == ("NXdata", "delta_a", AXES)
    with content.get_content_from_file(path, f"{plot}/{told['signal']}", create_error) as signal:
        check(signal.data())


def create_error(status: int, message: str) -> Exception:
    return AssertionError(f"{status}: {message}")


def test_pynxtools_has_nothing_to_say(path: Path) -> None:
    """It exits with 0 whatever it finds: the text counts. What NeXus does not know of may be there."""
    program = shutil.which("pynx")
    if program is None:
        pytest.skip("pynxtools is not installed")
    done = subprocess.run(
        [program, "validate", "--ignore-undocumented", str(path)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    said = (done.stdout + done.stderr).strip()
    assert said == (
        f"The entry `entry` in file `{path}` is valid according to the `NXoptical_spectroscopy` "
        "application definition."
    )
