"""The bench as Bluesky devices: their protocols, and a stock plan that knows nothing of qdlab."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from bluesky import protocols

from qdlab.app.bluesky import bluesky_devices
from qdlab.app.bluesky._status import Act
from qdlab.app.config import load_bench, load_recipe
from qdlab.errors import InstrumentStateError, LimitError

AXIS = ("Readable", "Movable", "Locatable", "Checkable", "Stoppable", "Stageable")
CAMERA = ("Readable", "Triggerable", "Stageable", "Configurable")


@pytest.fixture
def devices():
    loaded = load_bench("paper_sim", seed=1)
    sample = load_recipe("quick").experiment.plan(loaded.bench.describe()).sample
    with bluesky_devices(loaded.bench, sample, loaded.clock, n_shots=20) as devices:
        yield devices


def test_each_device_has_the_protocols_that_plans_ask_for(devices):
    assert set(devices) == {"delay_ps", "potential_v", "transmission", "camera"}
    for name, device in devices.items():
        for protocol in CAMERA if name == "camera" else AXIS:
            assert isinstance(device, getattr(protocols, protocol)), (name, protocol)


def test_an_axis_is_set_and_read_back_in_its_unit(devices):
    delay = devices["delay_ps"]
    status = delay.set(7.0)
    assert status.exception(10.0) is None
    assert status.done
    assert status.success
    assert delay.read()["delay_ps"]["value"] == pytest.approx(7.0, abs=0.01)
    assert delay.locate()["setpoint"] == 7.0
    assert delay.describe()["delay_ps"]["units"] == "ps"
    devices["potential_v"].set(-1.2).exception(10.0)
    assert devices["potential_v"].read()["potential_v"]["value"] == pytest.approx(-1.2, abs=0.01)


def test_what_lies_outside_the_limits_is_refused_before_anything_moves(devices):
    before = devices["delay_ps"].read()["delay_ps"]["value"]
    with pytest.raises(LimitError, match="delay_ps"):
        devices["delay_ps"].set(1e9)
    assert devices["delay_ps"].read()["delay_ps"]["value"] == before


def test_a_good_end_leaves_things_as_they_are_and_a_bad_one_makes_safe(devices):
    transmission = devices["transmission"]
    transmission.set(0.5).exception(10.0)
    transmission.stop()
    assert transmission.read()["transmission"]["value"] == pytest.approx(0.5)
    transmission.stop(success=False)
    assert transmission.read()["transmission"]["value"] < 0.01


def test_a_camera_is_staged_before_it_is_triggered(devices):
    camera = devices["camera"]
    with pytest.raises(InstrumentStateError, match="camera: nothing was taken yet"):
        camera.read()
    assert "stage it first" in str(camera.trigger().exception(10.0))
    camera.stage().exception(10.0)
    assert camera.trigger().exception(10.0) is None
    assert set(camera.read()) == set(camera.describe())
    assert set(camera.read_configuration()) == set(camera.describe_configuration())


def test_a_status_calls_back_and_tells_what_went_wrong():
    called = []
    with ThreadPoolExecutor(1) as worker:
        good, bad = Act(worker.submit(lambda: None)), Act(worker.submit(lambda: [][0]))
        good.add_callback(called.append)
        assert isinstance(bad.exception(10.0), IndexError)
        assert not bad.success
    assert called == [good]


def test_a_stock_scan_runs_and_its_documents_hold_our_data():
    script = Path(__file__).with_name("scan_with_bluesky.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    documents = told["documents"]
    assert [name for name, _ in documents] == ["start", "descriptor", *["event"] * 4, "stop"]
    assert documents[-1][1]["exit_status"] == "success"
    events = [document["data"] for name, document in documents if name == "event"]
    np.testing.assert_allclose([event["delay_ps"] for event in events], [-5.0, 0.0, 5.0, 10.0], atol=0.01)
    configuration = documents[1][1]["configuration"]["camera"]["data"]
    wavelengths_nm = np.array(configuration["camera_wavelength_nm"])
    low, high = told["band_nm"]
    in_band = (wavelengths_nm >= low) & (wavelengths_nm <= high)
    for event in events:
        assert np.mean(np.array(event["camera_delta_a"])[in_band]) == pytest.approx(
            event["camera_band"], abs=1e-6
        )
        assert event["camera_n_pairs"] == 100
    before, _, *after = (event["camera_band"] for event in events)
    assert abs(before) < 1e-3
    assert max(after) < -5e-3  # a bleach
    assert "delay_ps" in told["refused"]
    assert told["lit"] == []
