"""A report as one web page that holds its figures in itself, so that it can be passed on alone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from string import Template

from qdlab.app.report._document import Document, Part, Picture, Remarks, Section, Table

PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 66rem; color: #222;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
.wide { overflow-x: auto; margin: 1.2rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { padding: 0.2rem 0.7rem; text-align: right; border-bottom: 1px solid #ddd; vertical-align: top; }
th { color: #555; font-weight: normal; } th:first-child, td:first-child { text-align: left; }
table.pairs td { text-align: left; overflow-wrap: anywhere; }
p.remark, figcaption { color: #555; font-size: 0.9rem; margin: 0.3rem 0; }
figure { margin: 1.5rem 0; } img { max-width: 100%; height: auto; }
details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; }
@media print { details { display: block; } figure, tr { break-inside: avoid; } }
</style>
</head>
<body>
<h1>$title</h1>
<p>$remark</p>
$sections
</body>
</html>
""")


def page_of(document: Document, pictures: Mapping[str, bytes]) -> str:
    """Return the page; `pictures` are PNG by the figures' names. What people typed is escaped."""
    return PAGE.substitute(
        title=escape(document.title),
        remark=escape(document.remark),
        sections="\n".join(_section(section, pictures) for section in document.sections),
    )


def _section(section: Section, pictures: Mapping[str, bytes]) -> str:
    parts = "\n".join(_part(part, pictures) for part in section.parts)
    return f"<h2>{escape(section.title)}</h2>\n{parts}"


def _part(part: Part, pictures: Mapping[str, bytes]) -> str:
    match part:
        case Table():
            return _table(part)
        case Remarks():
            return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in part.sentences) + "</ul>"
        case Picture():
            return _figure(part, pictures[part.name])


def _figure(picture: Picture, png: bytes) -> str:
    data, caption = base64.b64encode(png).decode(), escape(picture.caption)
    image = f'<img alt="{caption}" src="data:image/png;base64,{data}">'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in table.headings)
    body = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    pairs = ' class="pairs"' if len(table.headings) == 2 else ""
    caption = "" if table.is_long else f"<caption>{escape(table.title)}</caption>"
    remark = f'<p class="remark">{escape(table.remark)}</p>' if table.remark else ""
    whole = (
        f'<div class="wide"><table{pairs}>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>\n{body}\n</tbody></table>{remark}</div>"
    )
    if table.is_long:
        return f"<details><summary>{escape(table.title)}</summary>{whole}</details>"
    return whole
