"""Four answers at a glance: is it safe, is it working, is the film charged, is there gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from qdlab.gui.look._seen import Seen
from qdlab.gui.look._situation import Situation
from qdlab.gui.look._views import SeriesView
from qdlab.run import RunEnded

MOD = 1e3
SILENT_S = 30.0
"""A run that says nothing for so long is worth a look."""

Mood = Literal["calm", "good", "alive", "worry", "alarm"]
"""calm: nothing to see; good: as wanted; alive: light or voltage is on; worry and alarm: look here."""


@dataclass(frozen=True)
class Tile:
    """One answer: a caption, a few large words, and how they are meant."""

    caption: str
    words: str
    mood: Mood = "calm"


def safety_tile(situation: Situation, *, running: bool, ended: RunEnded | None, bench: str) -> Tile:
    """Say what is switched on; `bench` says who holds it while no run does."""
    if ended is not None and "could not be made safe" in ended.reason:
        return Tile("SAFE?", "NO – go and look", "alarm")
    if not running:
        return Tile("SAFE?", bench, "alive" if "ON" in bench or "open:" in bench else "good")
    return Tile("SAFE?", situation.in_words(), "good" if situation.is_dark else "alive")


def working_tile(
    seen: Seen, *, running: bool, ended: RunEnded | None, silent_s: float, paused: bool, warned: bool
) -> Tile:
    """Say whether points come, whether the camera follows the light, and whether anything was warned of."""
    caption = "WORKING?"
    if ended is not None and ended.status == "failed":
        return Tile(caption, "no – the run failed", "alarm")
    if not running:
        return Tile(caption, "no run" if ended is None else ended.status, "calm")
    if paused:
        return Tile(caption, "paused: go on with F8", "worry")
    if seen.problem:
        return Tile(caption, seen.problem, "worry")
    if seen.point is not None and seen.point.saturated:
        return Tile(caption, "SATURATED: attenuate the probe", "alarm")
    if silent_s > SILENT_S:
        return Tile(caption, f"no news for {silent_s:.0f} s", "worry")
    if warned:
        return Tile(caption, "yes, but see ⚠ below", "worry")
    return Tile(caption, "yes", "good")


def charging_tile(seen: Seen, situation: Situation) -> Tile:
    """Say how many electrons a dot has."""
    caption = "FILM CHARGED?"
    if situation.charging and situation.potential_v is not None:
        return Tile(caption, f"charging at {situation.potential_v:+.3f} V …", "alive")
    if not np.isfinite(seen.n_1s):
        return Tile(caption, "not known yet")
    if seen.held_v is not None and np.isnan(seen.held_v):
        return Tile(caption, "no: there is no cell")
    words = f"{seen.n_1s:z.2f} ± {seen.n_1s_error:.2f}"
    if situation.potential_v is None:
        return Tile(caption, f"last: {words}")
    return Tile(caption, f"n(1S) = {words}", "good" if seen.n_1s > 0.1 else "calm")


def gain_tile(seen: Seen) -> Tile:
    """Say whether the band amplifies at the potential measured last, or by how much it falls short."""
    caption = "GAIN?"
    known = [one for one in seen.series if one.gain is not None]
    if not known:
        return Tile(caption, "not known yet")
    last = known[-1]
    assert last.gain is not None
    at = "" if np.isnan(last.potential_v) else f" at {last.potential_v:+.2f} V"
    if last.gain > 0.0:
        return Tile(caption, f"YES{at}, from N = {_first_with_gain(last):.2g}", "good")
    return Tile(caption, f"not yet{at}: {-MOD * last.gain:.1f} mOD short")


def _first_with_gain(series: SeriesView) -> float:
    return float(series.n_x[int(np.argmax(series.bleach > series.level))])
