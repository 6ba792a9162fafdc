"""ARCHITECTURE.md names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_file_it_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [ROOT / name for name in ("qdlab", "procedures", "simulators", "drivers", "docs")]
    files = {path.relative_to(ROOT).as_posix() for room in rooms for path in room.rglob("*.*")}
    named = re.findall(r"[\w/-]*\w\.(?:py|md)", text)
    assert named
    assert [
        name for name in named if not any(file.endswith(f"/{name}") or file == name for file in files)
    ] == []
