import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import GainThresholdMap
from qdlab.plan import (
    Axis,
    CyclePotential,
    DelayLine,
    HoldPotential,
    Lab,
    MoveDelay,
    Plan,
    PumpBeam,
    ReadPower,
    ReadSpectrum,
    SetFluence,
    Slot,
    Stream,
    TakeShots,
    TaPoint,
    columns,
    durations_s,
    estimate,
    problems,
    step_problems,
)


@pytest.fixture
def plan(small_map: GainThresholdMap, lab: Lab) -> Plan:
    return small_map.plan(lab)


def _slots(plan: Plan) -> list[Slot]:
    """Every slot the steps of a plan fill, in order."""
    filled = []
    for step in plan:
        if isinstance(step, CyclePotential):
            for name in (step.absorption_stream, step.pl_stream):
                filled += [plan.stream(name).slot(k) for k in range(step.n_spectra)]
        if hasattr(step, "slot"):
            filled.append(step.slot)
    return filled


def test_every_record_of_every_stream_is_filled_exactly_once(plan: Plan) -> None:
    planned = {Slot(s.name, tuple(map(int, i))) for s in plan.streams for i in np.ndindex(s.shape)}
    filled = _slots(plan)
    assert len(filled) == len(set(filled))
    assert set(filled) == planned


def test_points_and_bytes_are_known_before_anything_moves(plan: Plan) -> None:
    assert plan.n_points == 2 * 2 * 3 + 3 + 2  # map, time zero, dark
    ta = plan.stream("ta")
    per_point = 8 * 64 * 2 + 8 * 1 + 8 * 8 + 4 * 8 + 2 * 64 * 8  # shots, flags, numbers, scalars, dA
    assert ta.n_bytes == 12 * per_point


def test_the_digest_changes_with_the_plan_and_only_with_it(small_map: GainThresholdMap, lab: Lab) -> None:
    first = small_map.plan(lab).digest
    assert small_map.plan(lab).digest == first
    small_map.delays_ps = [-3.0, 0.0, 5.0000001]
    assert small_map.plan(lab).digest != first


def test_a_slot_outside_its_stream_is_refused() -> None:
    stream = Stream("ta", TaPoint, "", (Axis("delay_ps", "ps", (0.0, 1.0)),))
    with pytest.raises(IndexError, match=r"'ta' of shape \(2,\) has no record \(2,\)"):
        stream.slot(2)
    with pytest.raises(IndexError, match=r"has no record \(0, 0\)"):
        stream.slot(0, 0)


def test_a_plan_names_the_stream_it_lacks(plan: Plan) -> None:
    with pytest.raises(KeyError, match="no stream 'tr'"):
        plan.stream("tr")


def test_columns_carry_type_unit_and_meaning() -> None:
    shots = {column.name: column for column in columns(TaPoint)}["shots"]
    assert (shots.dtype, shots.dims, shots.unit) == ("uint16", ("shot", "wavelength"), "counts")
    assert all(column.meaning for column in columns(TaPoint))


def test_a_move_takes_distance_over_velocity_less_what_happened_since_the_last_shots(
    plan: Plan, lab: Lab
) -> None:
    moves: list[tuple[float, float, float]] = []
    since_s = 0.0
    for step, lasting_s in zip(plan, durations_s(plan, lab), strict=True):
        if isinstance(step, MoveDelay):
            moves.append((step.delay_ps, lasting_s, since_s))
        since_s = 0.0 if isinstance(step, TakeShots) else since_s + lasting_s
    assert any(since_s > 0.0 for *_, since_s in moves[1:])
    for (before_ps, *_), (delay_ps, lasting_s, since_s) in pairwise(moves):
        travel_s = abs(delay_ps - before_ps) * 0.149896229 / 100.0
        assert lasting_s == pytest.approx(max(travel_s - since_s, 0.0), rel=1e-6, abs=1e-9)


def test_durations_are_those_of_the_instruments(plan: Plan, lab: Lab) -> None:
    for step, lasting_s in zip(plan, durations_s(plan, lab), strict=True):
        match step:
            case TakeShots(n_shots=n_shots):
                assert lasting_s == pytest.approx(n_shots / 5000.0)
            case CyclePotential():
                assert lasting_s == pytest.approx(2 * 1.2 / 0.02, rel=1e-9)
            case HoldPotential():
                assert lasting_s >= 3.0
            case ReadSpectrum():
                assert 0.04 <= lasting_s <= 0.04 + 2 * 0.01 + 1e-12
            case ReadPower(n_readings=n_readings):
                assert lasting_s == pytest.approx(n_readings * 0.1)
            case SetFluence():
                assert lasting_s == 0.2
    assert estimate(plan, lab).duration_s == pytest.approx(sum(durations_s(plan, lab)))


def test_a_plan_within_the_limits_has_no_problems(plan: Plan, lab: Lab) -> None:
    assert problems(plan, lab) == []


def test_all_problems_are_said_at_once_and_each_once(small_map: GainThresholdMap, lab: Lab) -> None:
    small_map.potentials_v = [-0.3, -2.0]
    small_map.delays_ps = [-100.0, 5.0, 8000.0]
    small_map.excitons_per_dot = [0.5, 90.0]
    small_map.n_shots = 7
    small_map.integration_s = 5.0
    found = "\n".join(problems(small_map.plan(lab), lab))
    assert found.count("potential: -2 V is outside -1.6 to 0.2 V") == 1
    assert found.count("delay: -100 ps is outside -60 to 2900 ps") == 1
    assert found.count("delay: 8000 ps is outside -60 to 2900 ps") == 1
    assert "fluence: 2.99e+15 photons/cm2 is outside 4e+10 to 4e+14 photons/cm2" in found
    assert "shots per point: 7 is not an even number" in found
    assert "integration time: 5 s is outside 0.001 to 1 s" in found


def test_every_light_of_a_step_is_held_against_the_spectrometer(plan: Plan, lab: Lab) -> None:
    """Of a script's own plan: a recipe has one integration time for all of them."""
    steps = {type(step): step for step in plan}
    held, cycled = steps[HoldPotential], steps[CyclePotential]
    too_long = (
        dataclasses.replace(held, settle=dataclasses.replace(held.settle, integration_s=5.0)),
        dataclasses.replace(cycled, integration_s=5.0, n_scans=1),
    )
    for step in too_long:
        assert any("integration time: 5 s is outside" in problem for problem in step_problems(step, lab))


def test_spectra_that_do_not_fit_between_potential_steps_are_refused(
    small_map: GainThresholdMap, lab: Lab
) -> None:
    small_map.cv_scans = 500
    assert any(
        "sweep slower, or take fewer or shorter scans" in text for text in problems(small_map.plan(lab), lab)
    )


def test_a_changed_lab_changes_what_is_refused(plan: Plan, lab: Lab) -> None:
    tight = dataclasses.replace(lab, potential=dataclasses.replace(lab.potential, high=-0.1))
    assert problems(plan, tight) == ["potential: 0 V is outside -1.6 to -0.1 V"]


@given(st.floats(-1e4, 1e4), st.sampled_from([1, 2, 4, 8]), st.floats(-100, 400))
def test_delay_and_position_are_inverse(delay_ps: float, passes: int, zero_mm: float) -> None:
    line = DelayLine(passes, zero_mm)
    assert line.to_ps(line.to_mm(delay_ps)) == pytest.approx(delay_ps, abs=1e-9)


def test_a_retro_reflector_moves_0_1499_mm_for_a_picosecond() -> None:
    assert DelayLine(2, 0.0).to_mm(1.0) == pytest.approx(0.149896, abs=1e-6)


def test_fluence_of_the_paper_is_found_from_its_pulse_energy() -> None:
    """physics.md section 4: 2.5e-5 excitons at 400 nm and sigma 3.6e-14 cm^2 is 0.345 nJ/cm^2."""
    beam = PumpBeam(wavelength_nm=400.0, pinhole_radius_mm=1.0, pulse_rate_hz=2500.0, full_fluence_cm2=1e15)
    fluence_cm2 = 2.5e-5 / 3.6e-14
    assert fluence_cm2 * beam.photon_energy_j * 1e9 == pytest.approx(0.345, abs=5e-4)
    assert beam.fluence_cm2(beam.power_w(fluence_cm2)) == pytest.approx(fluence_cm2)
    assert beam.power_w(fluence_cm2) == pytest.approx(0.345e-9 * np.pi * 0.01 * 2500.0, rel=2e-3)


def test_a_plan_is_refused_where_an_instrument_is_missing(plan: Plan, lab: Lab) -> None:
    bare = dataclasses.replace(lab, roles=lab.roles - {"potentiostat", "chopper"})
    assert problems(plan, bare) == [
        "a laboratory: has no potentiostat: add [instruments.potentiostat]",
        "a laboratory: has no chopper: add [instruments.chopper]",
    ]


def test_contradictions_of_the_parameters_are_said_with_the_rest(
    small_map: GainThresholdMap, lab: Lab
) -> None:
    small_map.settle_minimum_s, small_map.settle_maximum_s = 50.0, 20.0
    small_map.potentials_v = [-0.3, -2.0]
    assert problems(small_map.plan(lab), lab) == [
        "charging.settle_minimum_s = 50 s is more than settle_maximum_s = 20 s",
        "potential: -2 V is outside -1.6 to 0.2 V",
    ]


def test_windows_that_no_detector_sees_and_a_sweep_that_goes_nowhere_are_refused(
    small_map: GainThresholdMap, lab: Lab
) -> None:
    small_map.band_nm, small_map.quiet_nm = [800.0, 830.0], [820.0, 860.0]
    small_map.vertex_v = small_map.open_circuit_v
    found = problems(small_map.plan(lab), lab)
    assert found[:2] == [
        "sample.quiet_nm = 820 to 860 nm overlaps the 1S band, 800 to 830 nm: what is common to all pixels "
        "is looked for outside it",
        "voltammetry.vertex_v = -0.3 V is where the sweep starts (open_circuit_v)",
    ]
    assert "1S band: 800 to 830 nm is not on the camera, which sees 480 to 700 nm" in found
    assert "quiet window: 820 to 860 nm is not on the camera, which sees 480 to 700 nm" in found
    assert not any("fibre spectrometer" in text for text in found)  # it sees up to 1000 nm
