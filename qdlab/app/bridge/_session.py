"""One client from its first byte to its last: logging in, then lines for the interpreter. No sockets."""

from __future__ import annotations

import hmac

from qdlab.app.bridge._interpreter import FAILED, Interpreter
from qdlab.app.bridge._lines import LineBuffer, RefusedError, parse

DENIED = b"DENIED\n"
LOGIN_S = 10.0


class Session:
    """Bytes in, bytes out; `ended` once the client is to be disconnected."""

    def __init__(self, interpreter: Interpreter, token: str, now_s: float) -> None:
        self._interpreter = interpreter
        self._token = token
        self._lines = LineBuffer()
        self._trusted = not token
        self._login_by_s = now_s + LOGIN_S
        self.ended = False

    def overdue(self, now_s: float) -> bool:
        """Whether the client has had its time to log in."""
        return not self._trusted and now_s > self._login_by_s

    def receive(self, data: bytes) -> bytes:
        """Return what is to be sent for these bytes."""
        answers = bytearray()
        for line in self._lines.feed(data):
            if not self.ended:
                answers += self._answer(line)
        return bytes(answers)

    def _answer(self, line: bytes | None) -> bytes:
        if line is None:
            self._interpreter.refuse(-363, "the line is too long")
            return b""
        if not self._trusted:
            return self._login(line)
        answer = self._interpreter.answer(line)
        return b"" if answer is None else answer.encode("ascii") + b"\n"

    def _login(self, line: bytes) -> bytes:
        """Take AUTH, and nothing else but the question why."""
        try:
            keyword, parameters = parse(line)
        except RefusedError:
            keyword, parameters = "", []
        if keyword == "AUTH":
            self._trusted = hmac.compare_digest(",".join(parameters), self._token)
            self.ended = not self._trusted
            return b"" if self._trusted else DENIED
        if keyword == "SYST:ERR?":
            return (self._interpreter.answer(line) or "").encode("ascii") + b"\n"
        self._interpreter.refuse(-203, "AUTH is missing")
        return FAILED.encode() + b"\n" if keyword.endswith("?") else b""
