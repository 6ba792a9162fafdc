"""One short word for all numbers of a reduction, to tell whether it was repeated to the last digit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

NOT_NUMBERS = ("title", "provenance", "digest")
"""Parts of a summary that say where it comes from, not what was found."""


def digest_of(results: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a summary's numbers, choices and notes, all digits counted."""
    found = {name: value for name, value in results.items() if name not in NOT_NUMBERS}
    text = json.dumps(found, sort_keys=True, allow_nan=False, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
