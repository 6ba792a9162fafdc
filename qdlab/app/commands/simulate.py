"""`qdlab simulate`: a bench's simulated instruments on the network, for any program that speaks to them."""

from __future__ import annotations

import asyncio
import json

import typer

from qdlab.app.config import load_wires, plugins
from qdlab.app.terminal import stop_on_signals
from qdlab.run import StopToken


def simulate(bench: str, seed: int | None, first_port: int, *, pty: bool) -> None:
    """Serve every wire face of a bench until interrupted; one line of JSON says where, once all are ready."""
    stop, wires = StopToken(), load_wires(bench, seed)
    serve = plugins.load("simulators", "serve", "simulate")
    with stop_on_signals(stop):
        asyncio.run(serve(wires, _tell, lambda: bool(stop.reason), first_port, pty=pty))


def _tell(places: dict[str, str]) -> None:
    typer.echo(json.dumps(places))
