"""Transient reflection taken off, against the film of the virtual laboratory."""

import numpy as np
import pytest
import xarray as xr

from qdlab.analysis import ABSORPTION, MissingDataError, correct_reflection
from simulators.world import WorldOptions
from simulators.world.pump_probe import PumpProbe

NM = np.linspace(560.0, 660.0, 60)
DELAYS_PS = np.array([-3.0, 5.0, 300.0])
FLUENCE_CM2 = 5e13
REFLECTANCE, CHANGE = 0.08, 2e-3
BAND = ((NM >= 606.0) & (NM <= 630.0)) / np.sum((NM >= 606.0) & (NM <= 630.0))


def film(change):
    options = {"film": {"probe_reflectance": REFLECTANCE, "reflectance_change": change}}
    return PumpProbe(WorldOptions.model_validate(options), NM)


def seen(change, what, error=1e-5):
    """Return what is seen over potential, fluence and delay, as the reduction has it."""
    view = film(change)
    da = np.array([[[getattr(view, what)(n, t, FLUENCE_CM2) for t in DELAYS_PS]] for n in (0.0, 1.0)])
    outer = ("potential_v", "fluence_cm2", "delay_ps")
    values = {"da": ((*outer, "wavelength_nm"), da), "band": (outer, da @ BAND)}
    values["bins"] = (*outer, "bin_nm"), (da @ BAND)[..., np.newaxis]
    errors = {f"{name}_error": (dims, np.full(part.shape, error)) for name, (dims, part) in values.items()}
    return xr.Dataset(values | errors, {"delay_ps": DELAYS_PS})


def test_what_is_left_is_the_films_absorption():
    extinction, reflected = seen(CHANGE, "transient"), seen(CHANGE, "transient_reflection")
    absorption = seen(0.0, "transient")
    wrong = np.abs(extinction["band"] - absorption["band"]).max()
    assert wrong > 0.1 * np.abs(absorption["band"]).max()  # there is something to take off
    corrected = correct_reflection(extinction, reflected, REFLECTANCE)
    assert corrected.attrs["quantity"] == ABSORPTION
    np.testing.assert_allclose(corrected["da"], absorption["da"], atol=1e-9)
    np.testing.assert_allclose(corrected["band"], absorption["band"], atol=0.01 * wrong)  # R* of an average


def test_the_error_of_the_reflection_counts_by_its_weight():
    extinction, reflected = seen(CHANGE, "transient"), seen(CHANGE, "transient_reflection", error=1e-3)
    corrected = correct_reflection(extinction, reflected, REFLECTANCE)
    weight = REFLECTANCE / (1.0 - REFLECTANCE)
    np.testing.assert_allclose(corrected["band_error"], np.hypot(1e-5, weight * 1e-3), rtol=0.15)


def test_other_points_are_refused():
    extinction, reflected = seen(CHANGE, "transient"), seen(CHANGE, "transient_reflection")
    with pytest.raises(MissingDataError, match="transient reflection was measured at other points"):
        correct_reflection(extinction, reflected.isel(delay_ps=slice(0, 2)), REFLECTANCE)
