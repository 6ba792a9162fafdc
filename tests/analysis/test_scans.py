"""Repeated scans: their mean, drift of time zero from one to the next, scatter beyond their errors."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr

from qdlab.analysis._notes import Notes
from qdlab.analysis.transient import join_scans, scan_shifts

DELAYS_PS = np.concatenate([[-5.0, -3.0], np.arange(-1.0, 1.01, 0.1), [3.0, 10.0, 100.0]])
N_PX, NOISE = 40, 2e-5


def scans(shifts_ps, *, seed=1, extra=0.0, order=slice(None)):
    """Scans [1, 1, scan, delay] of a rise that comes later by each shift; `extra` is an offset per point."""
    random = np.random.default_rng(seed)
    rise = -4e-3 * ndtr((DELAYS_PS - np.array(shifts_ps)[:, np.newaxis]) / 0.15)
    shape = (len(shifts_ps), len(DELAYS_PS))
    offset = extra * random.standard_normal(shape)
    da = (rise + offset)[..., np.newaxis] + NOISE * random.standard_normal((*shape, N_PX))
    dims = ("potential_v", "fluence_cm2", "scan", "delay_ps")
    values = {"da": da, "band": da.mean(axis=-1), "bins": da[..., :1]}
    inner = {"da": ("wavelength_nm",), "band": (), "bins": ("bin_nm",)}
    errors = {"da": NOISE, "band": NOISE / np.sqrt(N_PX), "bins": NOISE}
    variables = {name: ((*dims, *inner[name]), part[np.newaxis, np.newaxis]) for name, part in values.items()}
    variables |= {
        f"{name}_error": (dims_, np.full(part.shape, errors[name]))
        for name, (dims_, part) in variables.items()
    }
    variables |= {name: (dims, np.full((1, 1, *shape), 50)) for name in ("n_pairs", "n_rejected")}
    return xr.Dataset(variables, {"delay_ps": DELAYS_PS}).isel(delay_ps=order)


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["rising", "falling"])
def test_a_drift_of_time_zero_is_found_with_its_error(order):
    shifts_ps = np.array([-0.02, 0.0, 0.005, 0.015])
    tables = [scan_shifts(scans(shifts_ps, seed=seed, order=order)).squeeze() for seed in range(20)]
    found = np.array([table["shift_ps"] for table in tables])
    error = np.array([table["error_ps"] for table in tables])
    assert error.max() < 0.001
    np.testing.assert_allclose(found.mean(axis=0), shifts_ps, atol=4e-4)
    assert np.mean((found.std(axis=0, ddof=1) / error) ** 2) == pytest.approx(1.0, abs=0.35)


def test_what_is_joined_is_as_steep_as_one_scan():
    notes = Notes()
    joined = join_scans(scans([-0.045, -0.015, 0.015, 0.045]), notes)["band"].squeeze()
    assert "time zero drifts by up to 0.04" in notes[0]
    assert len(notes) == 1  # and then they do not scatter
    steady = join_scans(scans(np.zeros(4)), Notes())["band"].squeeze()
    np.testing.assert_allclose(joined, steady, atol=1e-5)
    smeared = scans([-0.045, -0.015, 0.015, 0.045])["band"].mean("scan").squeeze()
    assert np.abs(smeared - steady).max() > 1.5e-5


def test_steady_scans_are_averaged_as_they_are():
    for seed in range(20):
        notes, points = Notes(), scans(np.zeros(3), seed=seed)
        joined = join_scans(points, notes)
        assert not notes
        np.testing.assert_allclose(joined["da"], points["da"].mean("scan"))
        np.testing.assert_allclose(joined["band_error"], NOISE / np.sqrt(3 * N_PX))


def test_scans_that_scatter_by_more_have_the_errors_they_show():
    notes = Notes()
    joined = join_scans(scans(np.zeros(4), extra=1e-5), notes)
    assert "the scans scatter" in notes[0]
    expected = np.hypot(1e-5, NOISE / np.sqrt(N_PX)) / 2.0
    np.testing.assert_allclose(joined["band_error"], expected, rtol=0.2)


def test_without_dense_delays_no_drift_is_claimed():
    sparse = scans([-0.02, 0.02]).sel(delay_ps=[-5.0, -3.0, 3.0, 10.0, 100.0])
    assert float(scan_shifts(sparse)["error_ps"].min()) == np.inf
    assert not join_scans(sparse, notes := Notes())["band"].isnull().any()
    assert not notes
