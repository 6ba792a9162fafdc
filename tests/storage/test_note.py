"""What an operator notes after a run goes into the log of its file, and changes nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from judge import check
from storage_cases import END, make_plan, make_provenance, make_record, slots
from typer.testing import CliRunner

from qdlab.app.cli import app
from qdlab.errors import InputError, StorageError
from qdlab.storage import add_note, create_run, inspect_run, open_run, pack_run, recover_run, verify_run

PLAN = make_plan()
SLOTS = list(slots(PLAN))
OLD = Path(__file__).with_name("archive") / "version_1.h5"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "run.h5"
    with create_run(path, PLAN, None, make_provenance()) as writer:
        for slot in SLOTS:
            writer.write(slot, make_record(PLAN.stream(slot.stream), slot.index))
        writer.note("the lamp was warm", END)
        writer.finish("finished", "", END)
    return path


def test_a_note_is_a_line_with_its_time_after_what_is_there(path: Path) -> None:
    add_note(path, "film peeled\noff at the edge: µ")
    first, second = inspect_run(path).log
    assert first == "2021-01-01T13:30:00+00:00 the lamp was warm"
    assert second.startswith("20")
    assert second.endswith(" film peeled off at the edge: µ")
    assert verify_run(path) == ()
    assert check(path, PLAN, SLOTS) == len(SLOTS)


def test_a_packed_and_a_recovered_file_keep_their_notes_and_take_more(path: Path) -> None:
    add_note(path, "before")
    pack_run(path)
    add_note(path, "packed")
    out = path.with_name("out.h5")
    recover_run(path, out)
    add_note(out, "recovered")
    with open_run(out) as tree:
        assert [line.split()[-1] for line in tree.attrs["log"].splitlines()] == [
            "warm", "before", "packed", "recovered",
        ]  # fmt: skip


def test_the_command_notes_and_info_shows_it(path: Path) -> None:
    done = CliRunner().invoke(app, ["note", str(path), "stage [squeaks]"])
    assert done.exit_code == 0, done.output
    assert "stage [squeaks]" in CliRunner().invoke(app, ["info", str(path)]).output


def test_what_takes_no_note_says_why(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="a note needs a text"):
        add_note(path, " ")
    shutil.copy(OLD, tmp_path / "old.h5")
    with pytest.raises(InputError, match="was made before run files had a log"):
        add_note(tmp_path / "old.h5", "late")
    create_run(tmp_path / "new.h5", PLAN, None, make_provenance()).close()
    with pytest.raises(InputError, match="the run goes on and writes its log itself"):
        add_note(tmp_path / "new.h5", "early")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qdlab.storage.writing._log.Bytes.sync", full)
    with pytest.raises(StorageError, match=r"the note is not kept: .*No space left"):
        add_note(path, "lost")
