"""What the pages name - files, folders, Python names - is there, so that a move cannot leave them behind."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest
from reader import DOCS, ROOT

ROOMS = ("qdlab", "procedures", "simulators", "drivers", "configs", "docs", "tests")
FILES = {
    path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()
}
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "ARCHITECTURE", "CONTRIBUTING", "CHANGELOG")),
    *(page for page in sorted(DOCS.rglob("*.md")) if page.parent.name != "generated"),
]
GROUPS = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"])


def test_every_file_that_the_architecture_names_is_there() -> None:
    named = re.findall(r"[\w/-]*\w\.(?:py|md)", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in FILES)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path in re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path
    for name in set(re.findall(r"`((?:qdlab|drivers|simulators|procedures)(?:\.\w+)+)`", text)) - GROUPS:
        assert known(name), name


def known(name: str) -> bool:
    """Tell whether a dotted name leads to something, through modules first and attributes then."""
    parts = name.split(".")
    found = importlib.import_module(parts[0])
    for k, part in enumerate(parts[1:], start=2):
        if not hasattr(found, part):
            try:
                importlib.import_module(".".join(parts[:k]))
            except ImportError:
                return False
        found = getattr(found, part)
    return True
