"""Sections of a report: how the film is excited, when the probe meets it, how bench and film were found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qdlab.app.report._document import Part, Table
from qdlab.app.report._words import measured, number

Results = dict[str, Any]


def excitation(results: Results) -> Iterator[Part]:
    """Yield cross section, biexciton, chirp and time zero; then the pump's calibration and the settling."""
    facts = (*_sigma(results), *_biexciton(results), *_chirp(results), *_time_zero(results), *_pump(results))
    if facts:
        yield Table("Excitation and time zero", ("what", "value"), facts)
    yield from _settings(results)
    yield from _settling(results)


def _sigma(results: Results) -> Iterator[tuple[str, str]]:
    if results["sigma_cm2"] is not None:
        value = measured(results["sigma_cm2"], results["sigma_err_cm2"])
        yield f"cross section / cm², {results['sigma_source']}", value


def _biexciton(results: Results) -> Iterator[tuple[str, str]]:
    if (found := results["biexciton"]) is not None:
        yield "biexciton lifetime / ps", measured(found["tau_xx_ps"], found["tau_xx_error_ps"])
        yield "radiative lifetime / ps", measured(found["tau_r_ps"], found["tau_r_error_ps"])


def _chirp(results: Results) -> Iterator[tuple[str, str]]:
    if (chirp := results["chirp"]) is None:
        return
    source = ", by hand" if chirp["artefact_shape"] == "by hand" else ""
    yield f"chirp, coefficients of t₀ / ps{source}", ", ".join(_coefficients(chirp))
    yield "about / nm, for powers of 100 nm", number(chirp["centre_nm"], 1)
    yield "residual rms / fs", number(1e3 * chirp["residual_rms_ps"], 1)


def _coefficients(chirp: Results) -> Iterator[str]:
    """Yield the polynomial's coefficients; points put by hand give them no error."""
    for k, (value, row) in enumerate(zip(chirp["coefficients"], chirp["covariance"], strict=True)):
        yield measured(value, None if row[k] is None else row[k] ** 0.5)


def _time_zero(results: Results) -> Iterator[tuple[str, str]]:
    if (zero := results["time_zero"]) is not None:
        yield "time zero of the band, on the run's delays / ps", measured(zero["band_ps"], zero["error_ps"])
        yield "stage position of time zero / mm", measured(zero["zero_mm"], zero["zero_error_mm"])
        yield "as the bench has it / mm", number(zero["believed_mm"], 4)


def _pump(results: Results) -> Iterator[tuple[str, str]]:
    if (pump := results["pump_calibration"]) is not None:
        value = measured(pump["full_fluence_cm2"], pump["full_fluence_err_cm2"])
        yield "fluence at full transmission / cm⁻²", value
        yield "as the bench has it / cm⁻²", number(pump["believed_cm2"])


def _settings(results: Results) -> Iterator[Part]:
    if (pump := results["pump_calibration"]) is None or not (rows := pump["settings"]):
        return
    yield Table(
        "Attenuator",
        ("transmission asked for", "read back", "by the power", "fluence / cm⁻²"),
        tuple(
            (
                number(row["transmission_asked"]),
                number(row.get("transmission")),
                measured(row.get("real_transmission"), row.get("real_error")),
                number(row.get("fluence_cm2")),
            )
            for row in rows
        ),
        is_long=True,
    )


def _settling(results: Results) -> Iterator[Part]:
    if not (rows := results["settling"]):
        return
    yield Table(
        "How the film settled",
        (
            "potential / V",
            "settled",
            "held / s",
            "at rest after / s",
            "time constant / s",
            "absorbance changed by / mOD",
        ),
        tuple(
            (
                number(row["potential_v"], 3),
                {1.0: "yes", 0.0: "no"}.get(row.get("settled"), "–"),
                number(row.get("held_s"), 1),
                number(row.get("rest_s"), 1),
                measured(row.get("tau_s"), row.get("tau_error_s")),
                number(None if row.get("change") is None else 1e3 * row["change"], 2),
            )
            for row in rows
        ),
    )
