"""The whole reduction, on whole and on partial runs."""

import json

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr
from synthetic_run import DELAYS_PS, TIME_ZERO_PS, SyntheticRun, chirp_ps, matrix_run

from qdlab.analysis import Choices, reduce, summary
from qdlab.errors import InputError
from qdlab.physics import decaying_absorption


@pytest.fixture(scope="module")
def run():
    return SyntheticRun(seed=1)


@pytest.fixture(scope="module")
def tree(run):
    return run.tree()


@pytest.fixture(scope="module")
def reduction(tree):
    return reduce(tree)


def threshold_at_gain_delay(n_1s):
    """What a perfect measurement 5 ps after the pump finds: a little recombination has happened by then."""
    return brentq(lambda n_x: decaying_absorption(5.0, n_x, n_1s)[0], 0.0, 5.0)


def test_thresholds_and_electrons_are_those_of_the_film(run, reduction):
    assert [threshold.potential_v for threshold in reduction.thresholds] == list(run.potentials_v)
    for threshold, n_1s in zip(reduction.thresholds, run.n_1s, strict=True):
        assert threshold.n_1s == pytest.approx(n_1s, abs=5 * threshold.n_1s_error)
        spread = threshold.n_gain_high95 - threshold.n_gain_low95
        assert threshold.n_gain == pytest.approx(threshold_at_gain_delay(n_1s), abs=spread)
    assert reduction.thresholds[-1].censored == "below"
    assert reduction.notes == ()


def test_cross_section_filling_and_chirp_are_those_of_the_film(reduction):
    sigma = reduction.cross_section
    assert sigma.source == "fit to the late bleach"
    assert sigma.sigma_cm2 == pytest.approx(3.6e-14, abs=4 * sigma.error_cm2)
    assert reduction.fermi.v_half_v == pytest.approx(-1.2, abs=5 * reduction.fermi.v_half_error_v)
    assert reduction.fermi.source == "held potentials"
    nm = np.linspace(490.0, 690.0, 9)
    np.testing.assert_allclose(reduction.chirp.t0_ps(nm), chirp_ps(nm), atol=0.05)


def test_times_of_zero_put_by_hand_leave_the_errors_of_the_data_as_they_are(tree, reduction):
    by_hand = reduce(
        tree, Choices(chirp_points=tuple((nm, float(chirp_ps(nm))) for nm in (490, 540, 590, 690)))
    )
    assert by_hand.notes == ()
    for put, found in zip(by_hand.thresholds[:-1], reduction.thresholds[:-1], strict=True):
        width = found.n_gain_high95 - found.n_gain_low95
        assert put.n_gain_high95 - put.n_gain_low95 == pytest.approx(width, rel=0.2)


def test_photoluminescence_is_relative_to_the_uncharged_film(run, reduction):
    np.testing.assert_allclose(reduction.held["pl"], 10.0 ** (-0.5 * run.n_1s), rtol=0.01)


def test_sweep_knows_its_direction(reduction):
    direction = reduction.sweep["scan"].to_numpy()
    assert set(direction[:12]) == {-1}
    assert set(direction[13:]) == {1}


def test_a_star_of_the_unpumped_film_is_its_absorption(reduction):
    before = reduction.a_star.isel(delay_ps=0, fluence_cm2=0, potential_v=0)
    at_line = float(before.sel(wavelength_nm=616.0, method="nearest"))
    assert at_line == pytest.approx(0.040, rel=0.1)


def test_the_same_run_gives_the_same_digits(tree, reduction):
    again = reduce(tree)
    assert json.dumps(summary(again)) == json.dumps(summary(reduction))


def test_truth_and_seed_are_not_looked_at(tree, reduction):
    liar = tree.copy()
    liar.attrs = {**tree.attrs, "seed": 99, "truth": {"sigma_cm2": 1.0, "n_gain": {"0.0": 7.0}}}
    assert json.dumps(summary(reduce(liar))) == json.dumps(summary(reduction))


def test_summary_is_clean_json_with_the_promised_keys(reduction):
    told = summary(reduction)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    promised = "potential_v n_1s n_1s_err n_gain n_gain_low n_gain_high censored n_gain_model"
    assert set(promised.split()) <= told["thresholds"][0].keys()
    assert told["quantity"] == "extinction (no transient reflection measured)"
    assert told["choices"]["band_nm"] == [606.0, 630.0]


@pytest.mark.parametrize(
    ("missing", "note", "has_thresholds"),
    [
        ("blank", "no 1S level: the file has no stream 'blank'", False),
        ("film", "no spectroelectrochemistry: the file has no stream 'film'", False),
        ("spectrometer_dark", "no absorption spectra: the file has no stream 'spectrometer_dark'", False),
        ("held_absorption", "no spectroelectrochemistry: the file has no stream 'held_absorption'", False),
        ("ta_dark", "no transient absorption: the file has no stream 'ta_dark'", False),
        ("ta", "no transient absorption: the file has no stream 'ta'", False),
        ("cv_absorption", "no spectroelectrochemistry: the file has no stream 'cv_absorption'", True),
        ("pl_film", "no photoluminescence: the file has no stream 'pl_film'", True),
        ("held_pl", "no photoluminescence: the file has no stream 'held_pl'", True),
        ("time_zero", "no chirp: the file has no stream 'time_zero'", True),
        ("pump", "no measured fluence: the file has no stream 'pump'", True),
    ],
)
def test_what_is_missing_is_named_and_the_rest_goes_on(tree, missing, note, has_thresholds):
    partial = tree.copy()
    del partial[missing]
    reduction = reduce(partial)
    assert note in reduction.notes
    assert bool(reduction.thresholds) == has_thresholds
    json.dumps(summary(reduction), allow_nan=False)


def test_a_run_stopped_in_the_middle_gives_what_it_has(tree):
    stopped = tree.copy(deep=True)
    for name in ("held_absorption", "held_pl", "pump", "ta"):
        stopped[name]["done"][2:] = False
    stopped["ta"]["done"][1, 3:] = False
    stopped["pump"]["done"][1, 3:] = False
    reduction = reduce(stopped)
    assert [threshold.censored for threshold in reduction.thresholds] == [None, "above"]
    assert any("transient-absorption points were not measured" in note for note in reduction.notes)


def test_an_empty_run_gives_notes_only(tree):
    empty = tree.copy(deep=True)
    for child in empty.children.values():
        child["done"][...] = False
    reduction = reduce(empty)
    assert reduction.thresholds == ()
    assert len(reduction.notes) >= 3


def test_fluences_not_measured_are_those_asked_for(tree):
    partial = tree.copy(deep=True)
    partial["pump"]["done"][0, 2] = False
    reduction = reduce(partial)
    assert any("there the fluence asked for is used" in note for note in reduction.notes)
    assert float(reduction.gain["n_x"][0, 2]) == pytest.approx(0.8, rel=0.1)


def test_without_a_late_delay_the_stated_cross_section_is_used(tree):
    reduction = reduce(tree, Choices(late_ps=5000.0))
    sigma = reduction.cross_section
    assert (sigma.sigma_cm2, sigma.error_cm2, sigma.source) == (3.4e-14, 0.2e-14, "stated for the sample")
    assert any("stated for the sample: no delay of 5000 ps" in note for note in reduction.notes)


def test_the_cross_section_is_that_of_the_neutral_film_wherever_it_stands_in_the_run():
    """A charged film's excitons decay as trions do, which is taken for another cross section otherwise."""
    sigma = reduce(SyntheticRun(seed=1, potentials_v=(-1.8, -1.2, -0.3)).tree()).cross_section
    assert sigma.source == "fit to the late bleach"
    assert sigma.sigma_cm2 == pytest.approx(3.6e-14, abs=4 * sigma.error_cm2)


def test_without_a_neutral_film_the_stated_cross_section_is_used_and_no_lifetime_is_told():
    reduction = reduce(SyntheticRun(seed=1, potentials_v=(-1.2, -1.8)).tree())
    assert reduction.cross_section.sigma_cm2 == 3.4e-14
    assert reduction.biexciton is None
    (note,) = (note for note in reduction.notes if "cross section" in note)
    assert note.endswith("the film was never neutral: it held 1.00 electrons per dot or more")


def test_fluences_that_contradict_the_stated_cross_section_are_told():
    """A pinhole of twice its radius: a quarter of the light is believed, and sigma is four times as large."""
    wrong = SyntheticRun(seed=1, potentials_v=(-0.3,)).tree()
    beam = {**wrong.attrs["lab"]["pump_beam"], "pinhole_radius_mm": 2.0}
    wrong.attrs["lab"] = {**wrong.attrs["lab"], "pump_beam": beam}
    (note,) = (note for note in reduce(wrong).notes if "cross section" in note)
    assert "times the one stated for the sample, 3.4e-14 +- 2e-15 cm2" in note
    assert "pinhole" in note


def test_few_held_potentials_leave_the_fermi_fit_to_the_sweep():
    tree = SyntheticRun(potentials_v=(-0.3, -1.5), n_x=np.array([1.0]), n_shots=2).tree()
    reduction = reduce(tree)
    assert reduction.fermi.source == "potentials of the sweep"
    assert any("lags behind" in note for note in reduction.notes)


def test_order_and_repetition_of_delays_do_not_matter(reduction):
    shuffled = np.array([100.0, 5.0, -3.0, 2500.0, 3.0, -5.0, 8.0, 5.0])
    other = reduce(SyntheticRun(seed=1, delays_ps=shuffled).tree())
    np.testing.assert_array_equal(other.transient["delay_ps"], DELAYS_PS)
    for mine, theirs in zip(other.thresholds[:3], reduction.thresholds[:3], strict=True):
        assert mine.n_gain == pytest.approx(theirs.n_gain, abs=4 * (theirs.n_gain_high - theirs.n_gain_low))


def test_rejected_shots_are_counted_in_a_note(tree):
    bad = tree.copy(deep=True)
    bad["ta"]["shots"][0, 0, 0, 10] = 60_000
    bad["ta"]["pump_on"][1, 2, 3, 20] ^= 1
    reduction = reduce(bad)
    assert int(reduction.transient["n_rejected"].sum()) == 4
    assert any(note.startswith("4 of 11760 shots were rejected") for note in reduction.notes)


def test_an_error_that_is_not_known_is_told():
    reduction = reduce(SyntheticRun(n_scans=1, n_shots=2).tree())
    assert len(reduction.thresholds) == 4
    assert sum("is not known" in note for note in reduction.notes) == 2


def imported():
    nm = np.linspace(450.0, 700.0, 80)
    x = (TIME_ZERO_PS[:, None] - chirp_ps(nm)) / 0.15
    return matrix_run(TIME_ZERO_PS, nm, 5e-3 * np.exp(-(x**2) / 2.0) - 1e-3 * ndtr(x))


def test_an_imported_matrix_gives_chirp_and_names_what_it_lacks():
    reduction = reduce(imported())
    nm = np.linspace(460.0, 690.0, 9)
    np.testing.assert_allclose(reduction.chirp.t0_ps(nm), chirp_ps(nm), atol=1e-3)
    assert reduction.thresholds == ()
    assert "no excitons per dot: the file does not describe its sample" in reduction.notes
    assert any(note.startswith("no threshold: it takes") for note in reduction.notes)


def test_an_imported_matrix_with_holes_keeps_them():
    tree = imported()
    tree["ta"]["delta_a"][0, 0, 5, 10] = np.nan
    tree["ta"]["delta_a"][0, 0, :, 30] = np.nan
    transient = reduce(tree).transient
    assert np.isnan(transient["da"][0, 0, :, 30]).all()
    assert np.isnan(transient["da"][0, 0, :, 10]).any()


def test_choices_come_from_sample_and_recipe():
    table = {"gain_delay_ps": 4, "fit_nm": [550, 650]}
    attrs = {"sample": {"band_nm": (600, 620)}, "recipe": {"reduction": table}}
    choices = Choices.for_run(attrs)
    assert (choices.band_nm, choices.gain_delay_ps, choices.fit_nm) == ((600.0, 620.0), 4.0, (550.0, 650.0))


def test_windows_about_the_line_go_with_the_band():
    assert Choices.for_run({}) == Choices()
    assert Choices.for_run({"sample": {"band_nm": (606, 630)}}) == Choices()
    assert Choices.for_run({"sample": {"band_nm": (np.nan, np.nan)}}).line_nm == Choices.line_nm
    moved = Choices.for_run({"sample": {"band_nm": (560, 584)}}, {"bins_nm": (500.0, 600.0)})
    assert (moved.line_nm, moved.second_line_nm) == (569.0, 534.0)
    assert (moved.fit_nm, moved.pl_nm, moved.bins_nm) == ((514.0, 614.0), (554.0, 654.0), (500.0, 600.0))


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"gain_delay": 5}, r"reduction.gain_delay: there is no such key; did you mean gain_delay_ps\?"),
        ({"gain_delay_ps": -1}, "reduction.gain_delay_ps = -1: Input should be greater than 0"),
        ({"band_nm": [606]}, "reduction.band_nm"),
        ({"band_nm": [630, 606]}, r"reduction.band_nm = \[630, 606\]: Input should be a low and a high end"),
        ({"hold_share": 1}, "reduction.hold_share = 1: Input should be less than 1"),
        ({"n_bootstrap": "many"}, "reduction.n_bootstrap = 'many'"),
    ],
)
def test_wrong_choices_are_named(table, problem):
    with pytest.raises(InputError, match=problem):
        Choices.from_table(table)
