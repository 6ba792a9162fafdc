"""A folder described for a data repository holds together, and says of its runs what their files say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import h5py
import pytest
from typer.testing import CliRunner

from qdlab.app.cli import app
from qdlab.app.config import load_bench, load_recipe
from qdlab.app.runs import carry_out
from qdlab.run import StopToken, ignore

RECIPE = """
procedure = "SteadyState"
[run]
title = "the film before the night"
operator = "E. Oerlemans & co"
"""
SAID = ("--title", "Thresholds", "--author", "A. Person", "--author", "B. Émile", "--licence", "CC-BY-4.0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, a result beside it, and what describes both."""
    folder = tmp_path_factory.mktemp("deposit")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    (folder / "results of it").mkdir()
    (folder / "results of it" / "figure 1.csv").write_text("1,2\n", encoding="utf-8")
    recipe, bench = load_recipe(folder / "recipe.toml"), load_bench("paper_sim", seed=5)
    carry_out(recipe, bench, folder / "run.h5", force=False, stop=StopToken(), tell=ignore)
    done = CliRunner().invoke(app, ["crate", str(folder), *SAID])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def graph(folder: Path) -> dict[str, dict[str, Any]]:
    """The entities by their names."""
    metadata = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    entities = {entity["@id"]: entity for entity in metadata["@graph"]}
    assert len(entities) == len(metadata["@graph"])
    return entities


def _named(value: Any) -> list[str]:
    """Every entity that a value points to."""
    if isinstance(value, list):
        return [name for item in value for name in _named(item)]
    return [value["@id"]] if isinstance(value, dict) else []


def test_it_is_a_crate_as_the_specification_says(graph: dict[str, dict[str, Any]]) -> None:
    about = graph["ro-crate-metadata.json"]
    assert about["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert about["about"] == {"@id": "./"}
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert root["name"] == "Thresholds"
    assert {"description", "datePublished"} < root.keys()
    assert graph[root["license"]["@id"]]["name"] == "CC-BY-4.0"
    assert [graph[name]["name"] for name in _named(root["author"])] == ["A. Person", "B. Émile"]


def test_what_it_points_to_is_there(graph: dict[str, dict[str, Any]]) -> None:
    for entity in graph.values():
        for key, value in entity.items():
            missing = [name for name in _named(value) if name not in graph and key != "conformsTo"]
            assert missing == [], entity["@id"]


def test_every_file_is_named_with_its_checksum(folder: Path, graph: dict[str, dict[str, Any]]) -> None:
    assert _named(graph["./"]["hasPart"]) == ["recipe.toml", "results%20of%20it/figure%201.csv", "run.h5"]
    run = graph["run.h5"]
    assert run["sha256"] == hashlib.sha256((folder / "run.h5").read_bytes()).hexdigest()
    assert run["contentSize"] == str((folder / "run.h5").stat().st_size)
    assert run["encodingFormat"] == "application/x-hdf5"
    assert graph["results%20of%20it/figure%201.csv"]["encodingFormat"] == "text/csv"


def test_a_run_says_who_measured_what_with_which_instruments(
    folder: Path, graph: dict[str, dict[str, Any]]
) -> None:
    made = graph["#run-run.h5"]
    assert graph[made["agent"]["@id"]]["name"] == "E. Oerlemans & co"
    assert made["result"] == {"@id": "run.h5"}
    used = [graph[name] for name in _named(made["instrument"])]
    assert "qdlab" in [entity["name"] for entity in used]
    assert "spectrometer" in [entity.get("description") for entity in used]
    with h5py.File(folder / "run.h5") as file:
        assert graph["run.h5"]["name"] == file["entry/title"].asstr()[()] == "the film before the night"


def test_what_cannot_be_described_is_said(folder: Path, tmp_path: Path) -> None:
    def refused(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["crate", *arguments, *SAID])
        assert done.exit_code == 2, done.output
        return done.output.replace("\n", "")

    assert "exists already; replace it with --force" in refused(str(folder))
    assert "there is no run file (.h5) in it to describe" in refused(str(tmp_path))
    assert "there is no such folder" in refused(str(tmp_path / "nowhere"))
    assert list(tmp_path.iterdir()) == []
