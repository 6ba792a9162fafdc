"""How the site is built: `sphinx-build -W docs build/site`. Sources are plain Markdown."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

project = "qdlab"
author = "the qdlab maintainers"
release = version = installed_version("qdlab")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["generated/*.txt"]
html_theme = "furo"
html_title = "qdlab"
html_show_sphinx = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = False


def setup(app: Sphinx) -> None:
    """Make what is derived from the declarations, before any page is read."""
    from generate import write_all

    app.connect("builder-inited", lambda _: write_all(DOCS / "generated"))
