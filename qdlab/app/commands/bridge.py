"""`qdlab bridge`: offer a potentiostat of this computer to others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from rich.console import Console
from rich.markup import escape

from qdlab.app.bridge import Address, BridgeServer, SerialBridge, Tell, WhenGone
from qdlab.app.config import load_instrument
from qdlab.app.terminal import stop_on_signals
from qdlab.clock import Clock, WallClock
from qdlab.errors import InputError
from qdlab.instruments import LineSettings, Potentiostat
from qdlab.run import StopToken

BAUD_RATE = 115_200


def bridge(bench: str, listen: str, token: str, when_gone: WhenGone, *, console: Console) -> None:
    """Serve the bench's potentiostat until interrupted; then switch the cell off."""
    clock, stop = WallClock(), StopToken()
    potentiostat: Potentiostat = load_instrument(bench, "potentiostat", clock)

    def tell(text: str) -> None:
        console.print(escape(text), soft_wrap=True, highlight=False)

    with (
        stop_on_signals(stop),
        _listening(listen, token, when_gone, potentiostat, clock, tell) as server,
        _opened(potentiostat),
    ):
        tell(f"{potentiostat.identify()} on {server.place}; Ctrl-C ends it")
        server.serve(lambda: bool(stop.reason))


@contextmanager
def _listening(
    listen: str, token: str, when_gone: WhenGone, potentiostat: Potentiostat, clock: Clock, tell: Tell
) -> Iterator[BridgeServer | SerialBridge]:
    """Take the port: an address has a colon, the name of a serial port has none."""
    if ":" in listen:
        address = Address.parse(listen, token)
        with BridgeServer(potentiostat, clock, address, when_gone, tell) as server:
            yield server
        return
    if token:
        raise InputError("--token: a serial line has no password; whoever holds its other end is the client")
    from drivers.transports import connect

    with closing(connect(listen, LineSettings(baud_rate=BAUD_RATE))) as line:
        yield SerialBridge(potentiostat, clock, line, when_gone, tell)


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
