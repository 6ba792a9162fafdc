"""Sections of a report: thresholds of the band and of single wavelengths, gain and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qdlab.app.report._document import Part, Remarks, Table
from qdlab.app.report._words import NOTHING, interval, measured, number, rounded, threshold

Results = dict[str, Any]


def of_band(results: Results) -> Iterator[Part]:
    """Yield the table of the band's thresholds."""
    if not results["thresholds"]:
        yield Remarks(("No threshold could be determined; the notes say why.",))
        return
    yield Table(
        "Thresholds of the 1S band",
        (
            "potential / V",
            "⟨n₁ₛ⟩",
            "⟨N⟩ at transparency",
            "68 % interval",
            "95 % interval",
            "counting model",
            "measured points around",
            "a(1 − exp(−N/b))",
        ),
        tuple(map(_threshold, results["thresholds"])),
        "⟨n₁ₛ⟩: injected electrons per dot; ⟨N⟩: excitons per dot. The model is not fitted. "
        "Measured points around: the last without and the first with gain.",
    )


def _threshold(row: Results) -> tuple[str, ...]:
    width = _half_width(row["n_gain_low"], row["n_gain_high"])
    return (
        number(row["potential_v"], 3),
        measured(row["n_1s"], row["n_1s_err"]),
        threshold(row),
        interval(row["n_gain_low"], row["n_gain_high"], width),
        interval(row["n_gain_low95"], row["n_gain_high95"], width),
        number(row["n_gain_model"], 3),
        f"{number(row['last_without_gain'], 2)} and {number(row['first_with_gain'], 2)}",
        measured(row["heuristic"], row["heuristic_err"]),
    )


def of_wavelengths(results: Results) -> Iterator[Part]:
    """Yield the lowest threshold of a single wavelength for each potential and demand."""
    table = results["wavelength_thresholds"]
    if table is None:
        return
    rows = [
        (_demand(row), number(row["potential_v"], 3), *_lowest(row, table["wavelength_nm"]))
        for row in table["rows"]
    ]
    yield Table(
        "Thresholds of single wavelengths",
        ("demand", "potential / V", "wavelengths with gain", "lowest ⟨N⟩", "at / nm", "68 % interval"),
        tuple(rows),
        f"Bins of {table['bin_width_nm']:g} nm. The lowest of many noisy thresholds is too low by chance: "
        "the figure shows all of them with their errors.",
    )


def _demand(row: Results) -> str:
    return f"{row['demand_cm']:g} cm⁻¹" if row["demand_cm"] > 0.0 else "transparency"


def _lowest(row: Results, nm: list[float]) -> tuple[str, ...]:
    """Return how many wavelengths have a threshold or an upper limit, and the lowest of them."""
    limits = row["n_gain_high95"], row["n_gain"]
    values = [
        (limits[0][k] if word == "below" else limits[1][k], k)
        for k, word in enumerate(row["censored"])
        if word in (None, "below")
    ]
    known = [(value, k) for value, k in values if value is not None]
    if not known:
        return "0", NOTHING, NOTHING, NOTHING
    value, k = min(known)
    low, high = row["n_gain_low"][k], row["n_gain_high"][k]
    if row["censored"][k] == "below":
        told, between = f"< {rounded(value, value)} (95 %)", NOTHING
    else:
        told, between = rounded(value, _half_width(low, high)), interval(low, high)
    return str(len(known)), told, f"{nm[k]:.0f}", between


def _half_width(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / 2.0 or None


def gain(results: Results) -> Iterator[Part]:
    """Yield the gain coefficients at the largest fluence."""
    if not (rows := results["gain_coefficient"]):
        return
    yield Table(
        "Gain coefficients at the largest fluence",
        ("potential / V", "⟨N⟩", "band / cm⁻¹", "thickness alone / cm⁻¹", "largest / cm⁻¹", "at / nm"),
        tuple(
            (
                number(row["potential_v"], 3),
                number(row["n_x"], 2),
                measured(row["band_g_cm"], row["band_g_err_cm"]),
                f"± {number(row['band_g_thickness_err_cm'], 0)}",
                measured(row["peak_g_cm"], row["peak_g_err_cm"]),
                number(row["peak_nm"], 0),
            )
            for row in rows
        ),
        "The film's thickness is uncertain for all coefficients alike; its part is not in their errors.",
    )


def lifetimes(results: Results) -> Iterator[Part]:
    """Yield the gain lifetime of each potential and fluence that shows gain."""
    told = [
        (number(row["potential_v"], 3), number(_at(row, "n_x", k), 2), *_lifetime(row, k))
        for row in results["gain_lifetimes"] or []
        for k, word in enumerate(row["censored"])
        if word in (None, "below", "above")
    ]
    if told:
        yield Table(
            "Gain lifetimes",
            ("potential / V", "⟨N⟩", "lifetime / ps", "68 % interval / ps", "95 % interval / ps"),
            tuple(told),
            "Until the band's A* is back at zero. <: gain itself is not sure; >: gain outlasts the scan.",
            is_long=True,
        )


def _lifetime(row: Results, k: int) -> tuple[str, ...]:
    value, low, high, low95, high95 = (
        _at(row, f"lifetime_{name}ps", k) for name in ("", "low_", "high_", "low95_", "high95_")
    )
    match row["censored"][k]:
        case "below":
            return f"< {number(high95, 0)} (95 %)", NOTHING, NOTHING
        case "above":
            return f"> {number(value, 0)}", NOTHING, NOTHING
    return number(value, 0), interval(low, high, 10.0), interval(low95, high95, 10.0)


def _at(row: Results, name: str, k: int) -> float | None:
    value: float | None = row[name][k] if name in row else None
    return value
