"""The doctor finds what is wrong, goes on looking, says what to do, and leaves everything safe."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from procedures import GainThresholdMap
from qdlab.app.cli import app
from qdlab.app.config import LoadedBench, find_config, load_bench
from qdlab.app.doctor import Finding, examine
from qdlab.errors import NotConnectedError
from qdlab.instruments import Bench, Safety
from simulators import (
    SimulatedChopper,
    SimulatedPotentiostat,
    SimulatedPowerMeter,
    SimulatedShutter,
    SimulatedSpectrometer,
    World,
)


@pytest.fixture
def laboratory() -> LoadedBench:
    return load_bench("paper_sim")


def ill(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings if not finding.well}


def is_safe(world: World) -> bool:
    dark = not any(world.is_open(path) for path in ("lamp", "excitation", "pump", "probe"))
    return dark and not world.chopper_running and not world.cell.connected(world.clock.now_s)


@pytest.mark.parametrize("name", ["paper_sim", "paper_wires"])
def test_on_a_sound_bench_all_is_well(name: str, small_map: GainThresholdMap) -> None:
    laboratory = load_bench(name)
    findings = list(examine(laboratory.bench, small_map.plan(laboratory.bench.describe())))
    assert ill(findings) == {}
    assert len(findings) > 35
    assert is_safe(laboratory.world)
    with pytest.raises(NotConnectedError):
        laboratory.bench.delay_stage.identify()


@pytest.mark.parametrize(
    ("fault", "what", "found"),
    [
        ("flipped_pump_flag", "every 2. shot is tagged pump on", " against the pulse count"),
        ("lost_chopper_lock", "every 2. shot is tagged pump on", "against the pulse count"),
        ("missing_frame", "all shots arrive", " of 400 lost"),
        ("saturated_frame", "probe on ta_detector is not saturated", "% of the read-outs"),
        ("stuck_stage", "delay_stage moves", "not finished after"),
    ],
)
def test_a_fault_of_the_laboratory_is_found(
    laboratory: LoadedBench, fault: str, what: str, found: str
) -> None:
    laboratory.world.faults.add(fault)
    strict = dataclasses.replace(laboratory.bench, safety=Safety(current_a=2e-3, saturated_fraction=1e-3))
    wrong = ill(list(examine(strict, None)))
    assert found in wrong[what].found
    assert wrong[what].advice
    assert is_safe(laboratory.world)


class DeadChopper(SimulatedChopper):
    def open(self) -> None:
        raise NotConnectedError("chopper: COM4: cannot be opened")


class StuckShutter(SimulatedShutter):
    def set_open(self, is_open: bool) -> None:
        self._reach()


class BuggySpectrometer(SimulatedSpectrometer):
    def set_integration(self, integration_s: float) -> None:
        raise TypeError("unsupported operand")


class ForgetfulPotentiostat(SimulatedPotentiostat):
    def hold(self, potential_v: float) -> None:
        self._reach()


class UnlockedChopper(SimulatedChopper):
    locked = False


class LivePotentiostat(SimulatedPotentiostat):
    def make_safe(self) -> None:
        self._reach().cell.connect(True, self._reach().clock.now_s)


class WrongMeter(SimulatedPowerMeter):
    wavelength_nm = 1000.0


def replaced(laboratory: LoadedBench, role: str, kind: Any, **options: Any) -> Bench:
    double = kind(role, kind.Options(**options), laboratory.world)
    if role.endswith("_shutter"):
        shutters = {**laboratory.bench.shutters, options["beam"]: double}
        return dataclasses.replace(laboratory.bench, shutters=shutters)
    return dataclasses.replace(laboratory.bench, **{role: double})


def test_what_does_not_answer_keeps_nothing_else_from_being_looked_at(laboratory: LoadedBench) -> None:
    findings = list(examine(replaced(laboratory, "chopper", DeadChopper), None))
    wrong = ill(findings)
    assert set(wrong) == {"chopper answers", "chopper and tags", "pump power"}
    assert "COM4: cannot be opened" in wrong["chopper answers"].found
    assert wrong["chopper and tags"].well is None
    assert wrong["chopper and tags"].advice == "needs chopper"
    assert any(finding.what == "probe on ta_detector is bright" and finding.well for finding in findings)


def test_a_shutter_that_stays_closed_is_found_by_its_word_and_by_the_light(laboratory: LoadedBench) -> None:
    wrong = ill(list(examine(replaced(laboratory, "probe_shutter", StuckShutter, beam="probe"), None)))
    assert set(wrong) == {"probe_shutter reads back", "probe on ta_detector is bright"}
    assert wrong["probe_shutter reads back"].found.startswith("told to open: closed")


def test_an_error_in_a_driver_is_a_finding_too(laboratory: LoadedBench) -> None:
    wrong = ill(list(examine(replaced(laboratory, "spectrometer", BuggySpectrometer), None)))
    assert {finding.found for finding in wrong.values()} == {"TypeError: unsupported operand"}
    assert is_safe(laboratory.world)


def test_a_potentiostat_that_takes_what_is_outside_the_window_is_found(laboratory: LoadedBench) -> None:
    wrong = ill(list(examine(replaced(laboratory, "potentiostat", ForgetfulPotentiostat), None)))
    assert wrong["potentiostat keeps the window"].found == "+1.2 V TAKEN"


def test_a_chopper_that_does_not_lock_is_found(laboratory: LoadedBench) -> None:
    assert set(ill(list(examine(replaced(laboratory, "chopper", UnlockedChopper), None)))) == {
        "chopper is locked"
    }


def test_a_cell_that_is_on_is_found(laboratory: LoadedBench) -> None:
    wrong = ill(list(examine(replaced(laboratory, "potentiostat", LivePotentiostat), None)))
    assert wrong["cell is off"].found == "ON"


def test_a_meter_set_to_another_wavelength_is_found(laboratory: LoadedBench) -> None:
    wrong = ill(list(examine(replaced(laboratory, "power_meter", WrongMeter), None)))
    assert "1000 nm; the pump has 400 nm" in wrong["power_meter is set to the pump's wavelength"].found


def test_light_that_is_too_bright_or_absent_is_found(tmp_path: Path) -> None:
    text = find_config("paper_sim").read_text("utf-8")
    lights = "[simulation.probe]\nelectrons = 9e5\n[simulation.fibre]\nlamp_electrons_per_s = 0.0\n"
    bench = tmp_path / "bench.toml"
    bench.write_text(text + lights, encoding="utf-8")
    assert set(ill(list(examine(load_bench(bench).bench, None)))) == {
        "probe on ta_detector is not saturated",
        "lamp on spectrometer is bright",
    }


def test_a_delay_beyond_the_stage_and_a_forbidden_potential_are_found(
    laboratory: LoadedBench, small_map: GainThresholdMap
) -> None:
    small_map.delays_ps = [-3.0, 5.0, 5000.0]
    small_map.potentials_v = [-0.3, -2.0]
    findings = list(examine(laboratory.bench, small_map.plan(laboratory.bench.describe())))
    wrong = ill(findings)
    assert "delay_stage reaches 5000 ps" in wrong
    said = [finding.found for finding in findings if finding.what == "recipe fits the bench"]
    assert any("potential: -2 V" in text for text in said)
    assert any("delay: 5000 ps" in text for text in said)


class TestCommand:
    def test_all_well_is_exit_code_0_and_a_table(self) -> None:
        done = CliRunner().invoke(app, ["doctor", "--bench", "paper_sim", "--recipe", "quick"])
        assert done.exit_code == 0
        assert "delay_stage reaches 2500" in done.output

    def test_anything_ill_is_exit_code_3(self, tmp_path: Path) -> None:
        text = find_config("paper_sim").read_text("utf-8")
        bench = tmp_path / "bench.toml"
        bench.write_text(text.replace("pulse_rate_hz = 2500", "pulse_rate_hz = 5000"), encoding="utf-8")
        done = CliRunner().invoke(app, ["doctor", "--bench", str(bench)])
        assert done.exit_code == 3
        assert "1 of" in done.output
        assert "are not well" in done.output

    def test_a_bench_that_cannot_be_made_is_exit_code_2(self) -> None:
        assert CliRunner().invoke(app, ["doctor", "--bench", "nowhere"]).exit_code == 2
