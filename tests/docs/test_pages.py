"""What the pages say can be typed is typed, page after page as a reader goes, on the simulated bench."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reader import DOCS, ROOT, carry_out, follow

import procedures
from qdlab.app.parts import registered

RESUMING = ROOT / "tests" / "run" / "resuming.py"
TUTORIAL = ("tutorial/first-run.md", "tutorial/look-at-the-file.md", "tutorial/own-recipe.md")


def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    said = [follow(DOCS / page, tmp_path) for page in TUTORIAL]
    assert "N_gain" in said[0]
    assert "raw shots:" in said[1]
    page = (DOCS / TUTORIAL[2]).read_text(encoding="utf-8")
    (mistakes,) = re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert mistakes in said[2].replace("qdlab: ", "")
    assert "note: sample" not in said[2], "the page's own recipe leaves something to doubt"
    assert (tmp_path / "mine-results" / "report.html").is_file()


def test_a_procedure_can_be_added(tmp_path: Path) -> None:
    said = follow(DOCS / "how-to" / "add-a-procedure.md", tmp_path)
    assert "the lamp's drift over 30 looks" in said
    tested = carry_out(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_lamp_drift.py")
    assert "1 passed" in tested.stdout, tested.stdout + tested.stderr


def test_every_group_that_a_procedure_can_be_made_of_is_told() -> None:
    text = (DOCS / "how-to" / "add-a-procedure.md").read_text(encoding="utf-8")
    for name in procedures.__all__:
        kind = getattr(procedures, name)
        if isinstance(kind, type) and issubclass(kind, procedures.Group) and hasattr(kind, "TABLE"):
            assert issubclass(kind, procedures.Experiment) or f"`{name}`" in text, name


def test_the_experiments_to_choose_from_are_there_with_their_benches(tmp_path: Path) -> None:
    said = follow(DOCS / "how-to" / "choose-an-experiment.md", tmp_path)
    assert "at most 3115 points" in said
    text = (DOCS / "how-to" / "choose-an-experiment.md").read_text(encoding="utf-8")
    for procedure in registered("procedures"):
        assert f"({procedure})" in text, procedure


def test_a_run_can_be_scripted(tmp_path: Path) -> None:
    said = follow(DOCS / "how-to" / "script-a-run.md", tmp_path)
    assert "-0.30 V: gain from 1." in said
    assert "-1.20 V: gain from 0." in said
    assert "-1.50 V" not in said


def test_recipes_can_be_queued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDLAB_QUEUE", str(tmp_path / "queue.sqlite"))
    said = follow(DOCS / "how-to" / "overnight-queue.md", tmp_path)
    assert "job 3: calibration.toml" in said
    assert "2 finished, 0 failed, 0 waiting" in said
    assert sorted(path.name for path in tmp_path.glob("*.h5")) == ["calibration-2.h5", "film.h5"]


def test_a_run_can_be_resumed(tmp_path: Path) -> None:
    killed = carry_out(tmp_path, str(RESUMING), "run.h5", "800")
    assert killed.returncode != 0
    said = follow(DOCS / "how-to" / "resume.md", tmp_path)
    assert re.search(r"status +died", said)
    assert re.search(r"status +finished", said)
    assert "only one that stopped, failed or died can be resumed" in said
