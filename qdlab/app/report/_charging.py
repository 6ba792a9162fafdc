"""Section of a report: how the film charges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qdlab.app.report._document import Part, Table
from qdlab.app.report._words import NOTHING, measured, number

Results = dict[str, Any]

LEAST_SHARE = 5e-4

CYCLE_COLUMNS = (
    ("most ⟨n₁ₛ⟩", "n_most", "n_most_err"),
    ("left at the end", "n_left", "n_left_err"),
    ("least PL", "pl_least", "pl_least_err"),
    ("PL at the end", "pl_left", "pl_left_err"),
    ("half filling, falling / V", "v_half_falling_v", "v_half_falling_err_v"),
    ("rising / V", "v_half_rising_v", "v_half_rising_err_v"),
    ("charge in / µC", "charge_in_c", ""),
    ("charge out / µC", "charge_out_c", ""),
)


def charging(results: Results) -> Iterator[Part]:
    """Yield the held potentials and the fits of the filling."""
    if rows := results["charging"]:
        against_fc = any(row["potential_vs_fc_v"] is not None for row in rows)
        headings = (
            "potential / V",
            *(("vs. Fc/Fc⁺ / V",) if against_fc else ()),
            "⟨n₁ₛ⟩",
            "PL",
            "A₀ + ΔA / mOD",
        )
        told = tuple(_held(row, against_fc=against_fc) for row in rows)
        yield Table(
            "The charged film",
            (*headings, "neutral", "singly", "doubly charged"),
            told,
            "PL relative to the uncharged film; A₀ + ΔA: absorbance of the band that the pump has to bleach; "
            "shares of dots from the Fermi fit.",
        )
    if facts := tuple(_fits(results)):
        yield Table("Fits of absorption and filling", ("what", "value"), facts)
    yield from _cycles(results)


def _held(row: Results, *, against_fc: bool) -> tuple[str, ...]:
    shares, errors = row.get("shares"), row.get("shares_err")
    told = [NOTHING] * 3
    if shares is not None and errors is not None:
        told = [_share(*pair) for pair in zip(shares[:3], errors[:3], strict=True)]
    return (
        number(row["potential_v"], 3),
        *((number(row["potential_vs_fc_v"], 3),) if against_fc else ()),
        measured(row.get("n_1s"), row.get("n_1s_err")),
        measured(row.get("pl"), row.get("pl_err")),
        measured(row.get("level"), row.get("level_err"), scale=1e3),
        *told,
    )


def _share(share: float | None, error: float | None) -> str:
    """Write a share of the dots; beyond a thousandth nobody counts them."""
    tells = error is not None and error >= LEAST_SHARE
    return measured(share, error) if tells else number(share, 3)


def _fits(results: Results) -> Iterator[tuple[str, str]]:
    if (line := results["line"]) is not None:
        yield "1S line, centre / nm", measured(line["centre_nm"], line["centre_err_nm"])
        yield "1S line, σ / nm", measured(line["width_nm"], line["width_err_nm"])
        yield "1S line in A₀, height / mOD", measured(line["amplitude"], line["amplitude_err"], scale=1e3)
    if (fermi := results["fermi"]) is not None:
        yield f"half filling ({fermi['source']}) / V", measured(fermi["v_half_v"], fermi["v_half_err_v"])
        yield "width w of the Fermi step / mV", measured(fermi["width_v"], fermi["width_err_v"], scale=1e3)
        yield "its χ² per degree of freedom", number(fermi["chi2"], 2)
    if (fit := results["repelling"]) is not None:
        yield (
            f"repulsion U of two electrons / kT at {fit['temperature_k']:g} K",
            measured(fit["u_kt"], fit["u_err_kt"]),
        )
        yield "first electron at / V", measured(fit["v_first_v"], fit["v_first_err_v"])
        yield "χ² per degree of freedom with repulsion", number(fit["chi2"], 2)
    if (electrode := results["reference"])["vs_fc_v"] is not None:
        name = electrode["electrode"] or "reference electrode"
        yield f"{name} vs. Fc/Fc⁺ / V", number(electrode["vs_fc_v"], 3)


def _cycles(results: Results) -> Iterator[Part]:
    if not (rows := results["reversibility"]):
        return
    shown = [column for column in CYCLE_COLUMNS if any(row.get(column[1]) is not None for row in rows)]
    yield Table(
        "Reversibility, cycle by cycle",
        ("cycle", *(heading for heading, _, _ in shown)),
        tuple(
            (str(row["cycle"]), *(_of_cycle(row, name, error) for _, name, error in shown)) for row in rows
        ),
        "The film lags behind the sweep, so that half filling is passed later each way. "
        "Charges contain double layer and leak.",
    )


def _of_cycle(row: Results, name: str, error: str) -> str:
    """Write a number of a cycle; charges, which have no error, in µC."""
    if error:
        return measured(row.get(name), row.get(error))
    charge_c = row.get(name)
    return number(None if charge_c is None else 1e6 * charge_c, 2)
