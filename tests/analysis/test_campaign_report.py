"""A campaign through its report: several reductions, one page."""

import json

import numpy as np
import pytest
from matplotlib.backends.backend_pdf import PdfPages
from rich.console import Console
from synthetic_run import SyntheticRun

from qdlab.analysis import Choices, campaign_of, campaign_summary, reduce
from qdlab.analysis.figures import campaign_quantities, campaign_thresholds
from qdlab.app.report import write_campaign
from qdlab.app.report._campaign import document_of_campaign
from qdlab.app.report._pdf import pdf_of
from qdlab.app.results import campaign_run, names_of, print_means


@pytest.fixture(scope="module")
def runs():
    small = {
        "n_shots": 12,
        "n_scans": 12,
        "potentials_v": (-0.3, -1.2, -1.8),
        "n_x": np.array([0.4, 1.2, 2.4, 4.5]),
    }
    trees = [SyntheticRun(seed=seed, **small).tree() for seed in (1, 2, 3)]
    for k, tree in enumerate(trees):
        tree.attrs["sample"]["name"] = "film 1" if k < 2 else "film 2"
    choices = Choices(n_bootstrap=200)
    return [campaign_run(f"run-{k}", reduce(tree, choices)) for k, tree in enumerate(trees, start=1)]


def test_every_panel_says_what_it_is_and_nothing_is_called_as_in_the_code(runs):
    quantities = campaign_of(runs)
    for axes in campaign_quantities(quantities).axes:
        assert axes.get_ylabel()
        assert "_" not in axes.get_ylabel().replace("_X", "").replace("_{1S}", "").replace("_0", "")
    titles = [axes.get_title() for axes in campaign_quantities(quantities).axes]
    assert "injected electrons per dot\nat \N{MINUS SIGN}1.20 V" in titles


def test_one_sample_is_no_samples(runs):
    quantities = campaign_of(runs[:2])
    assert document_of_campaign(runs[:2], quantities, campaign_summary(runs[:2], quantities), ()).title == (
        "2 runs of 1 sample"
    )


def test_the_page_tells_means_scatter_and_every_run(runs, tmp_path):
    paths = write_campaign(runs, tmp_path)
    assert {
        "results.json",
        "report.html",
        "report.pdf",
        "campaign_thresholds.png",
        "campaign_quantities.csv",
    } <= {path.name for path in paths}
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for told in (
        "3 runs of 2 samples",
        "random-effects mean",
        "Means over the samples",
        "run-3",
        "film 2",
        "scatter",
    ):
        assert told in page
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    neutral = results["quantities"][0]
    assert neutral["name"] == "n_gain"
    assert neutral["over_runs"]["n"] == 3
    assert neutral["over_runs"]["value"] == pytest.approx(1.55, abs=0.1)
    assert set(results["results"]) == {"run-1", "run-2", "run-3"}


def test_pages_of_the_pdf_are_as_large_as_what_is_on_them(runs, mocker):
    quantities = campaign_of(runs)
    sheets = {"campaign_thresholds": campaign_thresholds(runs, quantities)}
    sheets["campaign_quantities"] = campaign_quantities(quantities)
    save = mocker.spy(PdfPages, "savefig")
    pdf_of(document_of_campaign(runs, quantities, campaign_summary(runs, quantities), sheets), sheets)
    pages = {id(call.args[1]): call.kwargs["bbox_inches"] for call in save.call_args_list}
    for sheet in sheets.values():
        width, height = sheet.get_size_inches()
        page = pages[id(sheet)]
        assert page.x0 <= 0.0
        assert page.x1 >= width
        assert page.y0 <= 0.0
        assert page.y1 >= height


def test_the_table_on_the_screen_tells_the_same(runs):
    console = Console(width=80, record=True)
    print_means(runs, console)
    said = console.export_text()
    assert "Means over 3 runs" in said
    assert "…" not in said, "nothing is cut off on a usual terminal"
    assert "sigma_cm2" in said


def test_files_of_one_name_get_numbers(tmp_path):
    files = [tmp_path / "a" / "run.h5", tmp_path / "b" / "run.h5", tmp_path / "other.h5"]
    assert names_of(files) == ["run-1", "run-2", "other"]
