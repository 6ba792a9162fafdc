"""Write what a reduction found: figures, results.json, and one page that shows both."""

from __future__ import annotations

import base64
import io
import json
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from qdlab.analysis import Reduction, summary
from qdlab.analysis.figures import figures
from qdlab.app._report_template import CAPTIONS, PAGE
from qdlab.app._words import threshold_in_words

DPI = 110


def write_report(reduction: Reduction, directory: Path) -> list[Path]:
    """Write figures (PNG), results.json and report.html into a folder, made if need be; return the paths.

    Files of the same names are replaced. The page holds its figures in itself, so it can be passed on alone.
    """
    directory.mkdir(parents=True, exist_ok=True)
    results = summary(reduction)
    pictures = {name: _png(figure) for name, figure in figures(reduction)}
    contents = {f"{name}.png": picture for name, picture in pictures.items()}
    contents["results.json"] = json.dumps(results, indent=2, allow_nan=False, ensure_ascii=False).encode()
    contents["report.html"] = _page(results, pictures).encode()
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    return [directory / name for name in contents]


def _png(figure: Any) -> bytes:
    """Draw a figure; without the date and version that would make two equal figures differ."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def _page(results: dict[str, Any], pictures: dict[str, bytes]) -> str:
    return Template(PAGE).substitute(
        title=escape(results["title"] or "qdlab report"),
        quantity=escape(results["quantity"]),
        thresholds=_thresholds(results["thresholds"]),
        facts=_facts(results),
        notes=_notes(results["notes"]),
        figures="\n".join(_figure(name, picture) for name, picture in pictures.items()),
        choices=_table(results["choices"]),
        provenance=_table(results["provenance"]),
    )


def _figure(name: str, picture: bytes) -> str:
    data = base64.b64encode(picture).decode()
    caption = escape(CAPTIONS.get(name, name))
    image = f'<img alt="{caption}" src="data:image/png;base64,{data}">'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _thresholds(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>No threshold could be determined; the notes say why.</p>"
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(row))}</tr>" for row in rows
    )
    headings = (
        "potential (V)",
        "electrons per dot",
        "threshold ⟨N<sub>X</sub>⟩",
        "68 % interval",
        "95 % interval",
        "counting model",
        "first point with gain",
        "a(1 − exp(−N/b))",
    )
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        _number(row["potential_v"], 3),
        f"{_number(row['n_1s'], 2)} ± {_number(row['n_1s_err'], 2)}",
        threshold_in_words(row),
        f"{_number(row['n_gain_low'], 3)} to {_number(row['n_gain_high'], 3)}",
        f"{_number(row['n_gain_low95'], 3)} to {_number(row['n_gain_high95'], 3)}",
        _number(row["n_gain_model"], 3),
        _number(row["first_with_gain"], 2),
        _number(row["heuristic"], 3),
    )


def _facts(results: dict[str, Any]) -> str:
    facts: dict[str, Any] = {}
    if results["sigma_cm2"] is not None:
        sigma, error = results["sigma_cm2"], results["sigma_err_cm2"]
        facts["Cross section"] = (
            f"({sigma / 1e-14:.2f} ± {error / 1e-14:.2f})·10⁻¹⁴ cm², {results['sigma_source']}"
        )
    if results["gain_coefficient"]:
        facts["Gain at the largest fluence"] = _gain(results["gain_coefficient"])
    if (fermi := results["fermi"]) is not None:
        facts["Filling"] = (
            f"half filled at {fermi['v_half_v']:.3f} ± {fermi['v_half_err_v']:.3f} V, width "
            f"{1e3 * fermi['width_v']:.1f} ± {1e3 * fermi['width_err_v']:.1f} mV "
            f"(fit to the {fermi['source']})"
        )
    if (line := results["line"]) is not None:
        facts["1S line"] = (
            f"{line['centre_nm']:.1f} nm, σ = {line['width_nm']:.1f} nm, "
            f"{1e3 * line['amplitude']:.2f} ± {1e3 * line['amplitude_err']:.2f} mOD"
        )
    if (chirp := results["chirp"]) is not None:
        facts["Chirp"] = (
            f"polynomial of order {len(chirp['coefficients']) - 1}, "
            f"residual rms {1e3 * chirp['residual_rms_ps']:.1f} fs"
        )
    return _table(facts)


def _gain(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Say for each potential the gain of the band, with the thickness as an error of its own."""
    return {
        f"{_number(row['potential_v'], 3)} V": (
            f"{_number(row['band_g_cm'], 0)} ± {_number(row['band_g_err_cm'], 0)} "
            f"± {_number(row['band_g_thickness_err_cm'], 0)} (thickness) cm⁻¹ "
            f"at ⟨N⟩ = {_number(row['n_x'], 1)}; at {_number(row['peak_nm'], 0)} nm "
            f"{_number(row['peak_g_cm'], 0)} cm⁻¹"
        )
        for row in rows
    }


def _notes(notes: list[str]) -> str:
    if not notes:
        return "<p>Nothing was missing.</p>"
    return "<ul>" + "".join(f"<li>{escape(note)}</li>" for note in notes) + "</ul>"


def _table(values: dict[str, Any]) -> str:
    rows = (
        f"<tr><th>{escape(str(name))}</th><td>{_value(value)}</td></tr>" for name, value in values.items()
    )
    return f'<table class="facts">{"".join(rows)}</table>'


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _table(value)
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")
