"""The bridge's sockets: one client at a time, all in one thread, which is also the instrument's."""

from __future__ import annotations

import logging
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import TracebackType

from qdlab.app.bridge._address import Address
from qdlab.app.bridge._gone import Tell, WhenGone, leave_cell
from qdlab.app.bridge._interpreter import Interpreter
from qdlab.app.bridge._session import Session
from qdlab.clock import Clock
from qdlab.instruments import Potentiostat

log = logging.getLogger(__name__)

_LOOK_S = 0.05  # select() cannot be interrupted by Ctrl-C on Windows, so it is short
_SEND_S = 5.0
_LINGER_S = 2.0
_CHUNK = 65_536
_KEEP_ALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


class BridgeServer:
    """Offers an open potentiostat on a TCP port; the port is taken on entering the context."""

    def __init__(
        self,
        potentiostat: Potentiostat,
        clock: Clock,
        address: Address,
        when_gone: WhenGone = "off",
        tell: Tell = log.info,
    ) -> None:
        self._potentiostat = potentiostat
        self._clock = clock
        self._address = address
        self._when_gone = when_gone
        self._tell = tell
        self._client: tuple[socket.socket, Session] | None = None
        self._name = ""
        self._turned_away: dict[socket.socket, float] = {}

    @property
    def place(self) -> str:
        """Address and port it listens on."""
        return _name(self._listener.getsockname())

    def __enter__(self) -> BridgeServer:
        """Take the port; InputError if that cannot be."""
        self._listener = self._address.listen()
        self._listener.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up and give the port back; what becomes of the cell is the owner's affair."""
        for key in list(self._selector.get_map().values()):
            self._hang_up(key.fileobj)  # type: ignore[arg-type]
        self._selector.close()

    def serve(self, stopped: Callable[[], bool]) -> None:
        """Answer clients until `stopped()`."""
        while not stopped():
            for key, _ in self._selector.select(_LOOK_S):
                key.data()
            self._look_at_the_clock()

    def _accept(self) -> None:
        try:
            connection, peer = self._listener.accept()
        except OSError:  # gone again before it was let in
            return
        connection.settimeout(_SEND_S)
        if self._client is None:
            _keep_alive(connection)
            session = Session(
                Interpreter(self._potentiostat, self._clock), self._address.token, time.monotonic()
            )
            self._client, self._name = (connection, session), _name(peer)
            self._tell(f"{self._name} is connected")
            self._selector.register(
                connection, selectors.EVENT_READ, partial(self._read, connection, session)
            )
        else:
            self._turn_away(connection, _name(peer))

    def _turn_away(self, connection: socket.socket, name: str) -> None:
        """Keep it until it has spoken, so that it takes BUSY as its answer, and until it hangs up."""
        self._tell(f"{name} was refused: {self._name} is connected")
        self._turned_away[connection] = time.monotonic() + _LINGER_S
        self._selector.register(connection, selectors.EVENT_READ, partial(self._refuse, connection))

    def _refuse(self, connection: socket.socket) -> None:
        if _received(connection):
            self._say_busy(connection)
        else:
            self._hang_up(connection)

    def _say_busy(self, connection: socket.socket) -> None:
        with suppress(OSError):  # said already, or nobody there to hear it
            connection.sendall(f"BUSY {self._name}\n".encode("ascii"))
            connection.shutdown(socket.SHUT_WR)

    def _read(self, connection: socket.socket, session: Session) -> None:
        data = _received(connection)
        try:
            connection.sendall(session.receive(data))
        except OSError as error:
            log.info("cannot be answered: %s", error)
            data = b""
        if not data or session.ended:
            self._leave()

    def _look_at_the_clock(self) -> None:
        now_s = time.monotonic()
        if self._client is not None and self._client[1].overdue(now_s):
            self._leave()
        for connection in [item for item, end_s in self._turned_away.items() if now_s > end_s]:
            self._say_busy(connection)
            self._hang_up(connection)

    def _leave(self) -> None:
        """Let the client go, and bring the cell into the state that was chosen for that."""
        if self._client is None:
            return
        connection, self._client = self._client[0], None
        self._hang_up(connection)
        self._tell(f"{self._name} is gone")
        leave_cell(self._potentiostat, self._when_gone, self._tell)

    def _hang_up(self, connection: socket.socket) -> None:
        self._turned_away.pop(connection, None)
        self._selector.unregister(connection)
        connection.close()


def _received(connection: socket.socket) -> bytes:
    """Return what has come; nothing if the other side is gone."""
    try:
        return connection.recv(_CHUNK)
    except OSError:
        return b""


def _keep_alive(connection: socket.socket) -> None:
    """Have the operating system probe a silent line, soon where that can be set."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for option, value in _KEEP_ALIVE:
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _name(address: tuple[str | int, ...]) -> str:
    return f"[{address[0]}]:{address[1]}" if ":" in str(address[0]) else f"{address[0]}:{address[1]}"
