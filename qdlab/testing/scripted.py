"""A transport that follows a script: the questions and answers of a manual, or answers gone wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from qdlab.clock import Clock, VirtualClock
from qdlab.errors import NotConnectedError
from qdlab.instruments import BufferedTransport, LineSettings, Surroundings


class ScriptedTransport(BufferedTransport):
    """Expects exactly these questions, in order, and gives the answers beside them.

    A question is what a driver writes until it reads; an answer may be empty. After use, `finish()` makes
    sure that the script was followed to its end. The questions in `always` are no part of it: they may be
    asked at any time, as often as one likes, such as those that a driver asks to find its place again.
    """

    def __init__(
        self,
        script: Sequence[tuple[bytes, bytes]],
        clock: Clock | None = None,
        always: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> None:
        super().__init__("script://", VirtualClock() if clock is None else clock)
        self._script = list(script)
        self._always = always
        self._written = b""
        self._answers = bytearray()
        self._is_open = True

    def close(self) -> None:
        """Disconnect."""
        self._is_open = False

    def finish(self) -> None:
        """Raise AssertionError if something of the script was not asked, or something more was."""
        assert not self._written, f"written beyond the script: {self._written!r}"
        assert not self._script, f"never asked: {self._script}"

    def _send(self, data: bytes) -> None:
        if not self._is_open:
            raise NotConnectedError("script://: the line is closed")
        self._written += data
        if self._written in self._always:
            self._answers += self._always[self._written]
            self._written = b""
            return
        while self._script and self._written.startswith(self._script[0][0]):
            question, answer = self._script.pop(0)
            self._written = self._written[len(question) :]
            self._answers += answer
            if not self._written:
                return
        expected = self._script[0][0] if self._script else b"nothing more"
        assert expected.startswith(self._written) or not self._written, (
            f"written {self._written!r}, but the script expects {expected!r}"
        )

    def _receive(self, timeout_s: float) -> bytes:
        got = bytes(self._answers)
        self._answers.clear()
        if not got:
            self._clock.sleep(timeout_s)
        return got


def scripted(
    script: Sequence[tuple[bytes, bytes]], always: Mapping[bytes, bytes] = MappingProxyType({})
) -> tuple[Surroundings, ScriptedTransport]:
    """Return surroundings that connect a driver to the script, and the script itself."""
    transport = ScriptedTransport(script, always=always)

    def connect(resource: str, line: LineSettings) -> ScriptedTransport:
        return transport

    return Surroundings(transport._clock, connect), transport
