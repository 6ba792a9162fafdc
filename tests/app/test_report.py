"""The report: what it writes, and that it can be passed on alone."""

import dataclasses
import json
import re

import numpy as np
import pytest
import xarray as xr

from qdlab.analysis import Choices, Reduction, Series, Threshold, summary
from qdlab.app.report import write_report

N_X = np.array([0.2, 0.8, 2.0, 5.0])
TITLE = "<script>alert('x')</script> & film $title"


def threshold(potential_v: float, censored: str | None = None) -> Threshold:
    return Threshold(
        potential_v=potential_v,
        n_1s=0.5,
        n_1s_error=0.01,
        n_gain=1.26,
        n_gain_low=1.2,
        n_gain_high=np.inf if censored == "above" else 1.3,
        n_gain_low95=1.1,
        n_gain_high95=1.4,
        censored=censored,  # type: ignore[arg-type]
        last_without_gain=0.8,
        first_with_gain=2.0,
        heuristic=np.nan,
        n_gain_model=1.2625,
    )


@pytest.fixture
def reduction() -> Reduction:
    series = Series(N_X, 0.01 * N_X, 1.0 - np.exp(-N_X), np.full(4, 0.01), 0.7, 0.01, 0.02)
    return Reduction(
        title=TITLE,
        quantity="extinction",
        choices=Choices(),
        notes=("no blank & <nothing>",),
        provenance={"versions": {"qdlab": "0.1"}, "plan_digest": "abc"},
        thresholds=(threshold(-0.3), threshold(0.0, "above"), threshold(-1.5, "below")),
        series=(series, series, series),
    )


def test_everything_written_is_named_and_there(reduction, tmp_path):
    paths = write_report(reduction, tmp_path / "made" / "new")
    assert {path.name for path in paths} == {
        "threshold_curve.png",
        "threshold_determination.png",
        "results.json",
        "report.html",
    }
    assert all(path.stat().st_size > 0 for path in paths)


def test_results_are_the_summary(reduction, tmp_path):
    write_report(reduction, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == summary(reduction)


def test_the_page_stands_alone_and_escapes_what_people_typed(reduction, tmp_path):
    write_report(reduction, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; film $title" in page
    assert "no blank &amp; &lt;nothing&gt;" in page
    sources = re.findall(r'(?:src|href)="([^"]{0,22})', page)
    assert sources == ["data:image/png;base64,"] * 2


def test_the_table_shows_limits_as_limits(reduction, tmp_path):
    write_report(reduction, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", page)
    cells = [row.split("</td><td>") for row in rows]
    assert [row[0] for row in cells] == ["−0.300", "0.000", "−1.500"]
    assert [row[2] for row in cells] == ["1.260", "&gt; 1.260", "&lt; 1.400 (95 %)"]
    assert cells[1][3] == "1.200 to –"
    assert cells[0][5] == "1.262"


def test_the_same_reduction_gives_the_same_files(reduction, tmp_path):
    first, second = write_report(reduction, tmp_path / "a"), write_report(reduction, tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_nothing_found_is_said(tmp_path):
    empty = Reduction(title="", quantity="extinction", choices=Choices(), notes=(), provenance={})
    paths = write_report(empty, tmp_path)
    assert [path.name for path in paths] == ["results.json", "report.html"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "No threshold could be determined" in page


def test_the_gain_at_the_largest_fluence_is_told_with_the_thickness_apart(reduction, tmp_path):
    outer = ("potential_v", "fluence_cm2")
    gain = xr.Dataset(
        {
            "g_cm": ((*outer, "bin_nm"), [[[100.0, 200.0], [700.0, 900.0]]]),
            "g_error_cm": ((*outer, "bin_nm"), np.full((1, 2, 2), 7.0)),
            "band_g_cm": (outer, [[150.0, 800.0]]),
            "band_g_error_cm": (outer, [[5.0, 6.0]]),
            "n_x": (outer, [[1.0, 4.0]]),
            "n_x_error": (outer, [[0.01, 0.04]]),
        },
        {"potential_v": [-1.5], "fluence_cm2": [1.0, 2.0], "bin_nm": [605.0, 615.0]},
        attrs={"thickness_share": 0.1},
    )
    write_report(dataclasses.replace(reduction, gain_coefficients=gain), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "800 ± 6 ± 80 (thickness) cm⁻¹ at ⟨N⟩ = 4.0; at 615 nm 900 cm⁻¹" in page
    assert (tmp_path / "gain_coefficient.png").exists()
