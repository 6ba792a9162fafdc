"""What the pages say can be typed is typed, page after page as a reader goes, on the simulated bench."""

from __future__ import annotations

from pathlib import Path

from reader import DOCS, carry_out, follow

from qdlab.app.parts import registered

TUTORIAL = ("tutorial/first-run.md", "tutorial/look-at-the-file.md", "tutorial/own-recipe.md")


def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    said = [follow(DOCS / page, tmp_path) for page in TUTORIAL]
    assert "N_gain" in said[0]
    assert "raw shots:" in said[1]
    assert "transient_absorption.n_shot: " in said[2]
    assert (tmp_path / "mine-results" / "report.html").is_file()


def test_a_procedure_can_be_added(tmp_path: Path) -> None:
    said = follow(DOCS / "how-to" / "add-a-procedure.md", tmp_path)
    assert "the lamp's drift over 30 looks" in said
    tested = carry_out(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_lamp_drift.py")
    assert "1 passed" in tested.stdout, tested.stdout + tested.stderr


def test_the_experiments_to_choose_from_are_there_with_their_benches(tmp_path: Path) -> None:
    said = follow(DOCS / "how-to" / "choose-an-experiment.md", tmp_path)
    assert "at most 3115 points" in said
    text = (DOCS / "how-to" / "choose-an-experiment.md").read_text(encoding="utf-8")
    for procedure in registered("procedures"):
        assert f"({procedure})" in text, procedure
