"""A log on request: what qdlab and its drivers note, down to the bytes on every line."""

from __future__ import annotations

import logging
from pathlib import Path

ROOMS = ("qdlab", "drivers", "simulators", "procedures")
"""Whose loggers are listened to; a driver of somebody else speaks through the transports' too."""


def keep_log(path: Path) -> None:
    """Add to a file, from now on, all that is noted at level DEBUG and above; OSError if it takes nothing."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for room in ROOMS:
        logger = logging.getLogger(room)
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
