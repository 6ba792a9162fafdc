"""What a report says, before it is known whether it becomes a web page or a PDF."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; `remark` explains them.

    What `is_long` may be folded away; what is a `listing`, complete but not to be read, stays off paper.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""
    is_long: bool = False
    listing: bool = False


@dataclass(frozen=True)
class Remarks:
    """Sentences, one below the other."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A figure, by its name among the figures of the report."""

    name: str
    caption: str


Part = Table | Remarks | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what is under it."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    remark: str
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All figures in their order."""
        parts = (part for section in self.sections for part in section.parts)
        return tuple(part for part in parts if isinstance(part, Picture))
