"""`qdlab bridge`: offer a potentiostat of this computer to others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from rich.console import Console
from rich.markup import escape

from qdlab.app._bench_file import load_instrument
from qdlab.app._signals import stop_on_signals
from qdlab.app.bridge import Address, BridgeServer
from qdlab.app.bridge._server import WhenGone
from qdlab.clock import WallClock
from qdlab.instruments import Potentiostat
from qdlab.run import StopToken


def bridge(bench: str, listen: str, token: str, when_gone: str, *, console: Console) -> None:
    """Serve the bench's potentiostat until interrupted; then switch the cell off."""
    address, clock, stop = Address.parse(listen, token), WallClock(), StopToken()
    potentiostat: Potentiostat = load_instrument(bench, "potentiostat", clock)

    def tell(text: str) -> None:
        console.print(escape(text), soft_wrap=True, highlight=False)

    server = BridgeServer(potentiostat, clock, address, cast("WhenGone", when_gone), tell)
    with stop_on_signals(stop), server, _opened(potentiostat):
        tell(f"{potentiostat.identify()} on {server.place}; Ctrl-C ends it")
        server.serve(lambda: bool(stop.reason))


@contextmanager
def _opened(potentiostat: Potentiostat) -> Iterator[None]:
    """Open it; make it safe and close it whatever happens."""
    potentiostat.open()
    try:
        yield
    finally:
        try:
            potentiostat.make_safe()
        finally:
            potentiostat.close()
