"""The report: what it writes, and that it can be passed on alone."""

import csv
import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from qdlab.analysis import Choices, Reduction, Series, Threshold, chirp_by_hand, summary
from qdlab.analysis.figures import FIGURES, figures
from qdlab.app.report import write_report
from qdlab.app.report._contents import document_of
from qdlab.app.report._files import figure_files
from qdlab.app.report._html import page_of
from qdlab.app.report._pdf import pdf_of
from qdlab.app.report._words import interval, measured

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
        heuristic_error=np.nan,
        n_gain_model=1.2625,
    )


@pytest.fixture(scope="module")
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


NAMES = ("threshold_curve", "threshold_determination")


@pytest.fixture(scope="module")
def written(reduction: Reduction, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The paths of a report in a folder that was not there before."""
    return write_report(reduction, tmp_path_factory.mktemp("report") / "made" / "new")


@pytest.fixture(scope="module")
def folder(written: list[Path]) -> Path:
    return written[0].parent


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def words_of(reduction: Reduction) -> str:
    """The page without its figures."""
    return page_of(document_of(summary(reduction), []), {})


def cells_of(page: str, title: str) -> list[list[str]]:
    """The cells of the table with this title."""
    table = page[page.index(f">{title}<") :]
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", table[: table.index("</table>")], re.DOTALL)
    return [row.split("</td><td>") for row in rows]


def test_everything_written_is_named_and_there(written):
    figures = {f"{name}.{kind}" for name in NAMES for kind in ("png", "svg", "pdf", "csv")}
    assert {path.name for path in written} == figures | {"results.json", "report.html", "report.pdf"}
    assert all(path.stat().st_size > 0 for path in written)


def test_results_are_the_summary(reduction, folder):
    assert json.loads((folder / "results.json").read_text(encoding="utf-8")) == summary(reduction)


def test_the_page_stands_alone_and_escapes_what_people_typed(page):
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; film $title" in page
    assert "no blank &amp; &lt;nothing&gt;" in page
    sources = re.findall(r'(?:src|href)="([^"]{0,22})', page)
    assert sources == ["data:image/png;base64,"] * 2


def test_the_table_shows_limits_as_limits(page):
    cells = cells_of(page, "Thresholds of the 1S band")
    assert [row[0] for row in cells] == ["−0.300", "0.000", "−1.500"]
    assert [row[2] for row in cells] == ["1.260", "&gt; 1.260", "&lt; 1.400 (95 %)"]
    assert cells[0][1] == "0.500 ± 0.010"
    assert cells[0][3] == "1.200 to 1.300"
    assert cells[1][3] == "from 1.200"
    assert cells[0][5] == "1.262"


def test_every_number_has_its_error_beside_it(page):
    told = dict(cells_of(page, "Every number"))
    assert told["thresholds[0].n_1s"] == "0.500 ± 0.010"
    assert told["thresholds[1].n_gain_low"] == "1.2"
    assert not any("_err" in name for name in told)


def test_choices_versions_and_digest_are_told(page, reduction):
    assert dict(cells_of(page, "Choices of the reduction"))["gain_delay_ps"] == "5.0"
    assert dict(cells_of(page, "Versions"))["qdlab"] == "0.1"
    assert dict(cells_of(page, "The run"))["digest of the numbers"] == summary(reduction)["digest"]


def test_the_same_reduction_gives_the_same_files(reduction, written, tmp_path):
    again = write_report(reduction, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]


def test_a_figure_is_drawn_once_for_each_file(reduction, mocker):
    (name, sheet), *_ = figures(reduction)
    draw = mocker.spy(Figure, "draw")
    assert len(figure_files(name, sheet)) == 4
    assert draw.call_count == 3


def test_the_csv_of_a_figure_has_the_numbers_with_their_bars(folder):
    with (folder / "figures" / "threshold_determination.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    measured = [row for row in rows if row["series"] == "measured" and row["panel"] == "1"]
    assert measured[0]["x_axis"] == "<N_X> (excitons per dot)"
    assert measured[0]["y_axis"] == "-dA_TA (mOD)"
    np.testing.assert_allclose([float(row["x"]) for row in measured], N_X)
    np.testing.assert_allclose([float(row["y"]) for row in measured], 1e3 * (1.0 - np.exp(-N_X)), rtol=1e-8)
    np.testing.assert_allclose([float(row["y_high"]) - float(row["y"]) for row in measured], 10.0, rtol=1e-6)


def test_the_pdf_has_its_figures_as_vectors_and_its_text_as_text(folder):
    content = (folder / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert (
        len(re.findall(rb"/Type /Page\b", content)) == 4
    )  # the answer with its figure, more text, a figure, choices
    assert b"/Subtype /Image" not in content


def test_the_first_page_of_the_pdf_has_the_whole_table_and_its_figure(reduction, mocker):
    eight = dataclasses.replace(reduction, thresholds=8 * reduction.thresholds[:1])
    save = mocker.spy(PdfPages, "savefig")
    sheets = {"threshold_curve": FIGURES["threshold_curve"](eight)}
    pdf_of(document_of(summary(eight), sheets), sheets)
    first, *others = (call.args[1] for call in save.call_args_list)
    texts = [text.get_text() for text in first.texts]
    assert first is sheets["threshold_curve"]
    assert texts.count("0.500 ± 0.010") == 8
    assert any(text.startswith("⟨n₁ₛ⟩: injected electrons") for text in texts)
    assert all(page.texts[-1].get_fontweight() == "normal" for page in others), "no heading stands alone"


def test_a_chirp_by_hand_has_no_errors(reduction):
    chirp = chirp_by_hand([(480.0, -0.6), (590.0, 0.1), (690.0, 0.4)], 1)
    page = words_of(dataclasses.replace(reduction, chirp=chirp))
    told = dict(cells_of(page, "Excitation and time zero"))["chirp, coefficients of t₀ / ps, by hand"]
    coefficients = [float(number) for number in told.replace("−", "-").split(", ")]
    np.testing.assert_allclose(coefficients, chirp.coefficients, rtol=1e-3)


@pytest.mark.parametrize(
    ("identities", "told"),
    [
        ({}, ""),
        ({"delay_stage": "Newport XPS"}, ""),
        (
            {"delay_stage": "Newport XPS (simulated)", "chopper": "a MC2000B"},
            "Simulated: delay_stage; what comes from there was not measured. ",
        ),
        ({"delay_stage": "Newport XPS (simulated)"}, "Simulated: no instrument measured this. "),
    ],
)
def test_what_was_simulated_is_said_below_the_title(reduction, identities, told):
    results = summary(dataclasses.replace(reduction, provenance={"identities": identities}))
    assert document_of(results, ()).remark == f"{told}Absorbance here is extinction."


def test_nothing_found_is_said(tmp_path):
    empty = Reduction(title="", quantity="extinction", choices=Choices(), notes=(), provenance={})
    paths = write_report(empty, tmp_path)
    assert [path.name for path in paths] == ["results.json", "report.html", "report.pdf"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "No threshold could be determined" in page


def test_the_gain_at_the_largest_fluence_is_told_with_the_thickness_apart(reduction):
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
    page = words_of(dataclasses.replace(reduction, gain_coefficients=gain))
    (row,) = cells_of(page, "Gain coefficients at the largest fluence")
    assert row == ["−1.500", "4.00", "800.0 ± 6.0", "± 80", "900.0 ± 7.0", "615"]


@pytest.mark.parametrize(
    ("value", "error", "told"),
    [
        (1.5254, 0.0262, "1.525 ± 0.026"),
        (0.0, 0.012, "0.000 ± 0.012"),
        (3.6e-14, 2.1e-15, "(3.60 ± 0.21)·10⁻¹⁴"),
        (-1.2, None, "−1.2"),
        (None, 0.1, "–"),
        (800.0, 93.0, "800 ± 93"),
        (18949.0, 1431.0, "18900 ± 1400"),
        (0.0, 0.0, "0"),
        (4.5e6, 1e5, "(4.50 ± 0.10)·10⁶"),
    ],
)
def test_a_number_has_the_digits_its_error_deserves(value, error, told):
    assert measured(value, error) == told


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (1.2, 1.3, "1.200 to 1.300"),
        (3.0e-14, 4.1e-14, "(3.00 to 4.10)·10⁻¹⁴"),
        (None, None, "–"),
        (-0.2, 0.2, "−0.20 to 0.20"),
    ],
)
def test_an_interval_has_the_digits_of_its_width(low, high, told):
    assert interval(low, high) == told
