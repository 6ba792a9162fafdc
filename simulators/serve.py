"""The virtual laboratory on the network: each wire face on a TCP port of its own, on POSIX also on a pty.

One thread serves them all, so that instruments of one world never meet in the middle of a step. Whoever
spoke last on a line is answered there; the faces are asked every few milliseconds whether a late reply
is due.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from typing import cast

from qdlab.errors import InputError, NotConnectedError
from simulators.wires import Wire

HOST = "127.0.0.1"
_PUMP_S = 0.002
_CHUNK = 65_536


Answer = Callable[[bytes], object]


class _Line:
    """A line to a wire face, and the way back to whoever spoke last on it."""

    def __init__(self, face: Wire) -> None:
        self.face = face
        self.n_users = 0
        self._answer: Answer | None = None
        face.transmit()  # what came out while nobody was there is lost, as on a cable

    def take(self, data: bytes, answer: Answer) -> None:
        self._answer = answer
        self.face.receive(data)
        self.pump()

    def pump(self) -> None:
        """Send what is due by now."""
        due = self.face.transmit()
        if due and self._answer is not None:
            self._answer(due)

    def leave(self, answer: Answer) -> None:
        if self._answer == answer:
            self._answer = None


class _Port:
    """An instrument: one line for all who connect, or a line for each where the instrument has several."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.lines: list[_Line] = []
        self.clients: set[asyncio.Transport] = set()

    def connect(self) -> _Line:
        face = self._wire.connection()
        line = next((line for line in self.lines if line.face is face), None)
        if line is None:
            line = _Line(face)
            self.lines.append(line)
        line.n_users += 1
        return line

    def disconnect(self, line: _Line, answer: Answer) -> None:
        line.leave(answer)
        line.n_users -= 1
        if line.n_users == 0:
            self.lines.remove(line)

    def hang_up(self) -> None:
        for client in self.clients:
            client.abort()


class _Client(asyncio.Protocol):
    """A program connected to a port over TCP."""

    def __init__(self, port: _Port) -> None:
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._line = self._port.connect()
        self._port.clients.add(self._transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._line.take(data, self._transport.write)
        except NotConnectedError:  # a fault that was asked for: the cable is out
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._port.disconnect(self._line, self._transport.write)
        self._port.clients.discard(self._transport)


async def serve(
    wires: Mapping[str, Wire],
    ready: Callable[[dict[str, str]], None],
    stopped: Callable[[], bool],
    first_port: int = 0,
    *,
    pty: bool = False,
) -> None:
    """Serve wire faces by name until `stopped()`; `ready` is told where they are once all can be reached.

    Ports count up from `first_port`, or are any free ones if that is 0. A pty is told as "<name>.pty".
    InputError if a port is taken, or ptys are asked for where there are none.
    """
    ports = {name: _Port(wire) for name, wire in wires.items()}
    with ExitStack() as stack:
        places = {}
        for index, (name, port) in enumerate(ports.items()):
            server = await _listen(partial(_Client, port), first_port and first_port + index)
            stack.callback(port.hang_up)
            stack.callback(server.close)
            places[name] = "{}:{}".format(*server.sockets[0].getsockname())
        if pty:
            places |= {f"{name}.pty": _open_pty(port.connect(), stack) for name, port in ports.items()}
        ready(places)
        while not stopped():
            for line in [line for port in ports.values() for line in port.lines]:
                line.pump()
            await asyncio.sleep(_PUMP_S)


async def _listen(client: Callable[[], asyncio.Protocol], port: int) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(client, HOST, port)
    except OSError as error:
        raise InputError(f"port {port}: cannot be served: {error}") from error


def _open_pty(line: _Line, stack: ExitStack) -> str:
    """Return the name of a new terminal that leads to the line."""
    if sys.platform == "win32":
        raise InputError("--pty: Windows has no pseudo-terminals; use the TCP ports")
    import tty

    near, far = os.openpty()
    stack.callback(os.close, near)
    stack.callback(os.close, far)  # kept open here, so that clients may come and go
    tty.setraw(far)
    os.set_blocking(near, False)

    def answer(data: bytes) -> None:
        with suppress(BlockingIOError):  # nobody reads, and the terminal is full: lost, as on a cable
            os.write(near, data)

    loop = asyncio.get_running_loop()
    loop.add_reader(near, lambda: line.take(os.read(near, _CHUNK), answer))
    stack.callback(loop.remove_reader, near)
    return os.ttyname(far)
