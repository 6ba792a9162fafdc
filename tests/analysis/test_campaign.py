"""Several runs in, one result out: means, scatter, replicates and samples."""

import numpy as np
import pytest

from qdlab.analysis import CampaignRun, campaign_of, campaign_summary, combine


@pytest.mark.parametrize(("scatter", "n"), [(0.0, 3), (0.02, 3), (0.05, 5), (0.05, 2)])
def test_the_95_percent_interval_of_the_mean_holds_the_truth(scatter, n):
    random = np.random.default_rng(n)
    own = np.linspace(0.01, 0.03, n)
    found = [combine(1.5 + np.hypot(own, scatter) * random.standard_normal(n), own) for _ in range(1500)]
    inside = np.mean([mean.low95 <= 1.5 <= mean.high95 for mean in found])
    # 95 % within 3 %: errors are unequal; above without scatter or of two runs: their own errors are a floor
    assert 0.92 <= inside <= (0.985 if scatter > 0.0 and n > 2 else 0.999)


def test_the_scatter_is_found_beside_the_statistical_error():
    random, own = np.random.default_rng(0), np.full(40, 0.01)
    mean = combine(1.5 + np.hypot(own, 0.04) * random.standard_normal(40), own)
    assert mean.scatter == pytest.approx(0.04, rel=0.3)
    assert mean.statistical_error == pytest.approx(0.01 / np.sqrt(40))
    assert mean.error == pytest.approx(np.hypot(0.01, 0.04) / np.sqrt(40), rel=0.3)
    assert mean.chi2 > 5.0


def test_runs_that_agree_have_no_scatter_and_the_better_counts_more():
    mean = combine(np.array([1.50, 1.52]), np.array([0.01, 0.10]))
    assert mean.scatter == 0.0
    assert mean.value == pytest.approx((1.50 / 0.01**2 + 1.52 / 0.1**2) / (1 / 0.01**2 + 1 / 0.1**2))
    assert mean.error >= mean.statistical_error


def test_errors_that_are_not_known_leave_the_scatter_alone():
    mean = combine(np.array([1.0, 2.0, 3.0]), np.array([np.nan, 0.1, 0.1]))
    assert mean.value == pytest.approx(2.0)
    assert mean.scatter == pytest.approx(1.0)
    assert np.isnan(mean.statistical_error)


def test_one_run_is_itself_and_tells_no_scatter():
    mean = combine(np.array([1.5]), np.array([0.03]))
    assert (mean.value, mean.error, mean.n) == (1.5, 0.03, 1)
    assert np.isinf(mean.high95)


def test_nothing_to_combine_is_an_error():
    with pytest.raises(ValueError, match="no value"):
        combine(np.array([]), np.array([]))


def run(
    name: str, sample: str, n_gain: float, *, censored: str | None = None, volts: float = 0.0
) -> CampaignRun:
    threshold = {
        "potential_v": volts,
        "n_gain": n_gain,
        "n_gain_low": n_gain - 0.02,
        "n_gain_high": n_gain + 0.02,
        "censored": censored,
    }
    results = {
        "thresholds": [threshold],
        "charging": [{"potential_v": volts, "n_1s": 0.1, "n_1s_err": 0.01}],
        "gain_coefficient": None,
        "sigma_cm2": None,
        "fermi": None,
        "repelling": None,
        "line": None,
        "notes": [],
        "digest": "abc",
        "provenance": {},
    }
    return CampaignRun(name, sample, results)


def test_replicates_are_averaged_before_samples_are_compared():
    runs = [run("a", "film 1", 1.5), run("b", "film 1", 1.6), run("c", "film 2", 1.0, volts=0.002)]
    quantity = campaign_of(runs)[0]
    assert (quantity.name, quantity.potential_v) == ("n_gain", 0.002)
    assert quantity.over_runs.n == 3
    assert quantity.samples["film 1"].value == pytest.approx(1.55)
    assert quantity.samples["film 1"].n == 2
    assert quantity.over_samples.n == 2
    assert quantity.over_samples.value == pytest.approx(1.275, abs=0.02)
    assert quantity.over_samples.scatter == pytest.approx(0.55 / np.sqrt(2), rel=0.05)


def test_limits_are_counted_and_left_out():
    quantity = campaign_of([run("a", "x", 1.5), run("b", "x", 0.1, censored="below"), run("c", "x", 1.5)])[0]
    assert list(quantity.runs) == ["a", "c"]
    assert quantity.n_limits == 1


def test_a_campaign_of_limits_alone_has_no_mean_threshold():
    names = [quantity.name for quantity in campaign_of([run("a", "x", 0.1, censored="below")] * 2)]
    assert names == ["n_1s"]


def test_the_summary_is_plain_data_with_a_digest_of_its_own():
    runs = [run("a", "x", 1.5), run("b", "x", 1.6)]
    told = campaign_summary(runs, campaign_of(runs))
    assert [row["file"] for row in told["runs"]] == ["a", "b"]
    assert told["quantities"][0]["over_runs"]["value"] == pytest.approx(1.55)
    assert told["quantities"][0]["over_samples"] is None
    assert len(told["digest"]) == 64
    assert told["results"]["a"] is runs[0].results
