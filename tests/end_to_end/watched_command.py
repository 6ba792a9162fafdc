"""The command line as it is, in a process of its own that says how it left its simulated laboratory.

    python watched_command.py TOLD.json run RECIPE --bench BENCH --out RUN.h5

prints "exposing" when the camera first waits for shots with the pump on the film; TOLD.json is written last.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from qdlab.app.cli import app
from qdlab.instruments import ShotBlock
from qdlab.plan import LIGHT_PATHS
from simulators import World
from simulators.faces import SimulatedTADetector

_WORLDS: list[World] = []
_make, _read = World.__init__, SimulatedTADetector.read


def _remember(world: World, *arguments: Any) -> None:
    _make(world, *arguments)
    _WORLDS.append(world)


def _announce(camera: SimulatedTADetector, timeout_s: float) -> ShotBlock:
    if _WORLDS[-1].is_open("pump"):
        sys.stdout.write("exposing\n")
        sys.stdout.flush()
    return _read(camera, timeout_s)


World.__init__ = _remember  # type: ignore[method-assign]
SimulatedTADetector.read = _announce  # type: ignore[method-assign]


def state(world: World) -> dict[str, Any]:
    """Say what is dangerous in a laboratory, as it is and not as its drivers say."""
    now_s = world.clock.now_s
    return {
        "cell": world.cell.connected(now_s),
        "open": [path for path in LIGHT_PATHS if world.is_open(path)],
        "moving": world.stage.end_s > now_s,
        "chopper": world.chopper_running,
    }


if __name__ == "__main__":
    told = Path(sys.argv.pop(1))
    try:
        app()
    finally:
        told.write_text(json.dumps(state(_WORLDS[-1])), encoding="utf-8")
