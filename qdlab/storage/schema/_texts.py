"""How texts lie in a run file: JSON for what is plain data, a fixed length for what is overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from qdlab.storage.schema._names import TEXT_BYTES


def fixed_text(path: str, contents: str) -> bytes:
    """Return `contents` as the bytes of the fixed-length text at `path`, cut between characters."""
    size = TEXT_BYTES[path]
    whole = contents.encode(errors="replace")[:size].decode(errors="ignore").encode()
    return whole.ljust(size, b"\0")


def json_text(contents: object) -> str:
    """Return plain data as JSON; TypeError if it is not plain."""
    return json.dumps(contents, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    """Turn what recipes and records hold besides JSON's own types into those."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a run file keeps plain data, not {type(value).__name__}")
