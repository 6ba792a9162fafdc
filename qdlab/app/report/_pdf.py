"""A report as PDF: matplotlib sets the text as it draws the figures, in vectors; nothing else is needed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.transforms import Bbox

from qdlab.app.report._document import Document, Picture, Remarks, Table

WIDTH, HEIGHT, MARGIN = 11.69, 8.27, 0.6
"""A4, landscape, in inches."""

SIZES = {"title": 16.0, "heading": 13.0, "text": 9.0, "cell": 7.5}
POINTS_PER_INCH = 72.0
LINE = 1.45
GAP = 0.22
CELL_CHARACTERS = 60
CAPTION_CHARACTERS = 150
TALLEST_FIRST = 4.5
"""A figure up to this height, in inches, goes onto the first page, below the first table."""

TALLEST_PAGE = WIDTH
"""The first page grows up to this height, in inches, for the first section's tables above the figure."""


def pdf_of(document: Document, figures: Mapping[str, Figure]) -> bytes:
    """Return the PDF: what is short to read, then each figure on a page of its own, then long tables.

    The first figure, which answers the question, stands on the first page. The figures are spent: text and
    captions are drawn into them.
    """
    buffer = io.BytesIO()
    # Type 42 keeps text searchable, as it is.
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(buffer, metadata=_metadata(document)) as pages:
        text, pictures = _Text(pages), list(document.pictures)
        if pictures and (first := figures[pictures[0].name]).get_size_inches()[1] <= TALLEST_FIRST:
            text.begin_on(first, pictures.pop(0).caption, above=_heights_of_start(document))
        text.write(document.title, "title")
        text.write(document.remark, "text")
        _sections(text, document, long=False)
        text.finish()
        for picture in pictures:
            text.begin_on(figures[picture.name], picture.caption)
            text.finish()
        _sections(text, document, long=True)
        text.finish()
    return buffer.getvalue()


def _metadata(document: Document) -> dict[str, Any]:
    return {"CreationDate": None, "Title": document.title}


def _sections(text: _Text, document: Document, *, long: bool) -> None:
    """Write the short or the long parts of every section that has any."""
    for section in document.sections:
        written = (part for part in section.parts if not isinstance(part, Picture))
        parts = [part for part in written if _is_long(part) is long and not _is_listing(part)]
        if parts:
            text.write(section.title, "heading", followed_by=_height(parts[0]))
        for part in parts:
            if isinstance(part, Table):
                text.write_table(part)
            else:
                for sentence in part.sentences:
                    text.write(f"• {sentence}", "text")


def _heights_of_start(document: Document) -> tuple[float, ...]:
    """Return how much room the start takes, in inches: the title, and with the first section's tables."""
    title = 2.0 * GAP + _line_height("title") + _line_height("text")
    parts = document.sections[0].parts if document.sections else ()
    tables = [_height(part) for part in parts if isinstance(part, Table) and not part.is_long]
    return title, title + GAP + _line_height("heading") + sum(tables)


def _height(part: Table | Remarks) -> float:
    """Return how much room a table takes, in inches; of remarks, the first."""
    if isinstance(part, Remarks):
        return 2.0 * _line_height("text")
    rows = sum(len(list(_rows(cells))) for cells in part.rows)
    return GAP + _line_height("text") + (1 + rows + len(_remark(part))) * _line_height("cell")


def _remark(table: Table) -> list[str]:
    return _lines(table.remark, WIDTH - 2 * MARGIN, "cell")


def _line_height(size: str) -> float:
    return SIZES[size] * LINE / POINTS_PER_INCH


def _is_listing(part: Table | Remarks) -> bool:
    return isinstance(part, Table) and part.listing


def _is_long(part: Table | Remarks) -> bool:
    return isinstance(part, Table) and part.is_long


class _Text:
    """Pages filled with text from top to bottom; a page may have a figure at its foot.

    A page is a figure, drawn with room around it: `left` and `below` are what is added there, in inches.
    """

    def __init__(self, pages: PdfPages) -> None:
        self._pages = pages
        self._page: Figure | None = None
        self._left = self._below = 0.0
        self._width, self._height = WIDTH, HEIGHT
        self._cursor = MARGIN
        self._foot = MARGIN

    def begin_on(self, figure: Figure, caption: str, *, above: Sequence[float] = ()) -> None:
        """Begin a page with a figure and its caption at the foot.

        Above it is room for the tallest text a page can take of those with these heights, in inches; without
        any the figure stands in the middle.
        """
        self.finish()
        width, height = figure.get_size_inches()
        lines = wrap(caption, CAPTION_CHARACTERS)
        self._page = figure
        foot = MARGIN + 0.25 + 0.18 * len(lines)
        wanted = MARGIN + height + foot
        fitting = [text for text in above if wanted + text <= TALLEST_PAGE]
        wanted += max(fitting, default=0.0)
        self._width, self._height = max(WIDTH, width + 2 * MARGIN), max(HEIGHT, wanted)
        spare = 0.0 if fitting else self._height - wanted
        self._left, self._below = (self._width - width) / 2.0, foot + spare / 2.0
        self._cursor, self._foot = MARGIN, self._below + height
        style: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": SIZES["text"], "parse_math": False}
        figure.text(0.5, -0.15 / height, "\n".join(lines), **style)

    def write(self, text: str, size: str, *, followed_by: float = 0.0) -> None:
        """Write a paragraph, broken into lines, on a page with room for so many inches below it."""
        if followed_by:
            self._room(GAP + _line_height(size) + followed_by)
        if size != "text":
            self._cursor += GAP
        for line in _lines(text, WIDTH - 2 * MARGIN, size):
            self._line([(MARGIN, line)], size, bold=size != "text")

    def write_table(self, table: Table) -> None:
        """Write a table, whole if a page can hold it; else its headings are repeated on every page."""
        rows = [row for cells in table.rows for row in _rows(cells)]
        columns = list(zip(table.headings, *rows, strict=True))
        places, x = [], MARGIN
        for column in columns:
            places.append(x)
            x += max(_width(cell, "cell") for cell in column) + 0.22
        self._room(_height(table))
        self._cursor += GAP
        self._line([(MARGIN, table.title)], "text", bold=True)
        self._line(list(zip(places, table.headings, strict=True)), "cell", colour="0.4")
        for row in rows:
            if self._room(_line_height("cell")):
                self._line(list(zip(places, table.headings, strict=True)), "cell", colour="0.4")
            self._line(list(zip(places, row, strict=True)), "cell")
        for line in _remark(table):
            self._line([(MARGIN, line)], "cell", colour="0.4")

    def finish(self) -> None:
        """Put the page out, if there is one."""
        if self._page is not None:
            box = Bbox.from_bounds(-self._left, -self._below, self._width, self._height)
            self._pages.savefig(self._page, bbox_inches=box)  # type: ignore[no-untyped-call]
        self._page = None

    def _room(self, height: float) -> bool:
        """Begin a new page unless so many inches have room on this one; return whether it did.

        What no page can hold begins on this one, if its first lines have room.
        """
        if height > HEIGHT - 2.0 * MARGIN:
            height = 6.0 * _line_height("text")
        if self._page is not None and self._cursor + height <= self._height - self._foot:
            return False
        self.finish()
        self._page = Figure(figsize=(WIDTH, HEIGHT))
        self._left = self._below = 0.0
        self._width, self._height = WIDTH, HEIGHT
        self._cursor, self._foot = MARGIN, MARGIN
        return True

    def _line(
        self, cells: list[tuple[float, str]], size: str, *, bold: bool = False, colour: str = "k"
    ) -> None:
        self._room(_line_height(size))
        assert self._page is not None
        points = SIZES[size]
        width, height = self._page.get_size_inches()
        y = (self._height - self._cursor - points / POINTS_PER_INCH - self._below) / height
        for x, text in cells:
            weight = "bold" if bold else "normal"
            style: dict[str, Any] = {"fontsize": points, "fontweight": weight, "color": colour}
            self._page.text((x - self._left) / width, y, text, parse_math=False, **style)
        self._cursor += _line_height(size)


def _rows(cells: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a row, of which long cells take several."""
    broken = [wrap(cell, CELL_CHARACTERS) or [""] for cell in cells]
    if len(cells) == 2:
        broken[1] = wrap(cells[1], 2 * CELL_CHARACTERS) or [""]
    for k in range(max(map(len, broken))):
        yield tuple(lines[k] if k < len(lines) else "" for lines in broken)


def _lines(text: str, width: float, size: str) -> list[str]:
    characters = max(int(width / (0.52 * SIZES[size] / POINTS_PER_INCH)), 10)
    return wrap(text, characters)


def _width(text: str, size: str) -> float:
    """Return how wide a text will be, in inches."""
    if not text.strip():
        return 0.0
    font = get_font(findfont(FontProperties()))
    font.set_size(SIZES[size], POINTS_PER_INCH)
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64.0 / POINTS_PER_INCH  # FreeType counts in 64ths of a point
