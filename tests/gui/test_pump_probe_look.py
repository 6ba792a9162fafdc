"""First looks at pump-probe points: axes that the run chooses, repeats, the reflected probe, whole scans."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from procedures import GainThresholdMap
from qdlab.analysis import Choices, Series
from qdlab.gui.look import PumpProbeLook
from qdlab.gui.look._film import Held
from qdlab.gui.look._places import Places
from qdlab.gui.look._scan import Scan
from qdlab.plan import Axis, DelayScan, Lab, PumpPower, Slot, Stream, TaPoint, axis_to_choose

NM = np.linspace(560.0, 700.0, 141)
DELAYS_PS = (-3.0, 5.0, 100.0, 5.0)
"""The delay at which gain is judged stands twice: once for a repeat."""

POTENTIAL, FLUENCE = axis_to_choose("potential_v", "V", 2), axis_to_choose("fluence_cm2", "1/cm²", 3)
TA = Stream("ta", TaPoint, "", (POTENTIAL, FLUENCE, Axis("delay_ps", "ps", DELAYS_PS)))
HELD = Held(-1.2, np.zeros(NM.size), 1.0, 0.01, level=2e-3)
SAMPLE = GainThresholdMap().sample()


@pytest.fixture
def places() -> Places:
    return Places()


@pytest.fixture
def look(lab: Lab, places: Places) -> PumpProbeLook:
    lab = replace(lab, wavelengths_nm=tuple(NM), scan_nm=tuple(NM), scan_delays_ps=DELAYS_PS[:3])
    return PumpProbeLook(lab, SAMPLE, Choices(), places)


def see(look: PumpProbeLook, index: tuple[int, int, int], bleach: float, stream: Stream = TA) -> None:
    """Let it see a flat bleach, with its pump power before it."""
    look.see_power(Slot("pump", index[:2]), PumpPower(0.0, 0.1, 1e-4 * (1 + index[1]), 0.0))
    error = np.full(NM.size, 1e-4)
    look.see(stream, Slot(stream.name, index), np.full(NM.size, -bleach), error, HELD)


def test_what_the_run_chose_is_said_and_what_it_did_not_is_not(places: Places) -> None:
    assert places.in_words(TA, (1, 2)) == ""
    places.choose(Slot("chosen_potential_v", (1,)), -1.194)
    places.choose(Slot("chosen_fluence_cm2", (1, 2)), 2e13)
    assert places.in_words(TA, (1, 2)) == "-1.194 V, 2e+13 photons/cm²"
    assert math.isnan(places.at(TA, (0, 2))["potential_v"])


def test_potentials_that_the_run_chooses_are_series_of_their_own(look: PumpProbeLook, places: Places) -> None:
    for i, potential_v in enumerate((-0.3, -1.194)):
        places.choose(Slot("chosen_potential_v", (i,)), potential_v)
        for j in range(3):
            see(look, (i, j, 1), 1e-3 * (j + 1))
    assert [one.potential_v for one in look.series()] == [-0.3, -1.194]
    assert [one.n_x.size for one in look.series()] == [3, 3]
    assert look.thresholds("first look").n_gain.size == 2


def test_a_fluence_that_is_measured_again_is_averaged_not_replaced(look: PumpProbeLook) -> None:
    see(look, (0, 0, 0), 0.0)
    see(look, (0, 0, 1), 1e-3)
    see(look, (0, 1, 1), 4e-3)
    see(look, (0, 0, 3), 3e-3)
    [series] = look.series()
    np.testing.assert_allclose(series.bleach, [2e-3, 4e-3], rtol=1e-5)
    np.testing.assert_allclose(series.bleach_error, [1e-4 / math.sqrt(2), 1e-4])
    shown = look.map()
    assert shown is not None
    assert shown.delays_ps.tolist() == [-3.0, 5.0, 100.0]
    assert np.isnan(shown.values[2]).all()


def test_the_first_look_counts_the_states_of_the_runs_own_material(
    lab: Lab, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Series] = []
    monkeypatch.setattr(
        "qdlab.gui.look._pump_probe.find_crossing", lambda series, *_, **__: seen.append(series)
    )
    lab = replace(lab, wavelengths_nm=tuple(NM))
    sulphide = PumpProbeLook(lab, SAMPLE, Choices(g_e=8, g_h=8), places)
    for j in range(2):
        see(sulphide, (0, j, 1), 1e-3 * (j + 1))
    assert [series.n_states for series in seen] == [8]


def test_the_reflected_probe_is_said_to_be_that(look: PumpProbeLook) -> None:
    see(look, (0, 0, 1), 1e-3, replace(TA, name="tr"))
    shown = look.map()
    assert shown is not None
    assert shown.where.startswith("reflected, ")


def test_a_whole_scan_of_another_instrument_is_a_map_and_a_point(look: PumpProbeLook) -> None:
    stream = Stream("ta", DelayScan, "", (POTENTIAL, FLUENCE))
    look.see_power(Slot("pump", (0, 0)), PumpPower(0.0, 0.1, 1e-4, 0.0))
    da = np.full((3, NM.size), -2e-3)
    da[0] = 0.0
    look.see_scan(stream, Slot("ta", (0, 0)), da, HELD)
    shown = look.map()
    assert shown is not None
    np.testing.assert_allclose(shown.values, da, atol=1e-9)
    np.testing.assert_allclose(look.series()[0].bleach, [2e-3], rtol=1e-5)


def test_a_scan_keeps_what_was_not_measured_apart() -> None:
    scan = Scan(NM, DELAYS_PS)
    assert scan.add(3, np.ones(NM.size)) == 1
    assert scan.times(1) == 1
    assert np.isnan(scan.values[[0, 2]]).all()
    assert not scan.background(0.0).any()
