"""Results as a person reads them: the same words on the screen and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIMULATED_MARK = " (simulated)"
"""What follows the identity of an instrument of the virtual laboratory, which may be that of a real one."""


def threshold_in_words(row: dict[str, Any]) -> str:
    """Say a threshold of results.json, or the limit where the data show no crossing."""
    match row["censored"]:
        case "below":
            return f"< {number_in_words(row['n_gain_high95'], 3)} (95 %)"
        case "above":
            return f"> {number_in_words(row['n_gain'], 3)}"
        case _:
            return number_in_words(row["n_gain"], 3)


def number_in_words(value: float | None, digits: int, *, sign: bool = False) -> str:
    """Write a number with its digits; a dash where there is none, and no sign before a zero."""
    return "-" if value is None else f"{value:{'+' if sign else ''}z.{digits}f}"


def duration_in_words(duration_s: float) -> str:
    """Write hours, minutes and seconds."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}"


def simulation_in_words(identities: Mapping[str, str]) -> str:
    """Say which instruments of a run were simulated; nothing if none was."""
    simulated = [name for name, text in identities.items() if text.endswith(SIMULATED_MARK)]
    if not simulated:
        return ""
    if len(simulated) == len(identities):
        return "Simulated: no instrument measured this."
    return f"Simulated: {', '.join(simulated)}; what comes from there was not measured."
