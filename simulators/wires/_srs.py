"""What the wire faces of SRS instruments share: lines of four-letter commands, and a queue of errors."""

from __future__ import annotations

from abc import abstractmethod

from simulators.wires._wire import Wire
from simulators.world import World

ILLEGAL_COMMAND, UNDEFINED_COMMAND, ILLEGAL_QUERY, ILLEGAL_SET, ILLEGAL_VALUE = 110, 111, 112, 113, 14
"""Error numbers; the first four from the SR470's manual p. 2-26, the last assumed."""
_QUEUE_LENGTH = 20
_TOO_MANY = 254


class SrsError(Exception):
    """Says that a command cannot be carried out; its argument is the error's number."""


class SrsCommands:
    """Cuts what arrives into commands (CR, LF or ";" ends one; white space does not count), keeps errors."""

    def __init__(self) -> None:
        self._command = b""
        self._errors: list[int] = []

    def take(self, data: bytes) -> list[str]:
        """Return the commands that these bytes complete."""
        *whole, self._command = (
            (self._command + data).replace(b"\r", b";").replace(b"\n", b";").upper().split(b";")
        )
        commands = [b"".join(item.split()).decode("ascii", "replace") for item in whole]
        return [item for item in commands if item]

    def fail(self, number: int) -> None:
        """Keep an error; the last place says that there were more."""
        if len(self._errors) < _QUEUE_LENGTH:
            self._errors.append(number if len(self._errors) < _QUEUE_LENGTH - 1 else _TOO_MANY)

    def last_error(self) -> int:
        """Return the oldest error and forget it; 0 if there is none."""
        return self._errors.pop(0) if self._errors else 0


class SrsWire(Wire):
    """Answers `LERR?`, `*IDN?` and `*CLS`; subclasses know the rest."""

    model = ""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._commands = SrsCommands()
        self._end = b"\r\n"

    def receive(self, data: bytes) -> None:
        """Carry out every command that is complete."""
        for command in self._commands.take(data):
            try:
                answer = self._answer(command)
            except SrsError as error:
                self._commands.fail(error.args[0])
            else:
                self._pending += b"" if answer is None else answer.encode("ascii") + self._end

    def _answer(self, command: str) -> str | None:
        if command == "LERR?":
            return str(self._commands.last_error())
        if command == "*IDN?":
            return f"Stanford_Research_Systems,{self.model},s/n012345,ver1.0"
        if command == "*CLS":
            self._commands = SrsCommands()
            return None
        length = 4
        if len(command) < length:
            raise SrsError(ILLEGAL_COMMAND)
        name, rest = command[:length], command[length:]
        return self._query(name, rest[1:]) if rest.startswith("?") else self._set(name, rest)

    @abstractmethod
    def _query(self, name: str, argument: str) -> str:
        """Answer a question; SrsError if there is no such question."""

    @abstractmethod
    def _set(self, name: str, argument: str) -> None:
        """Carry a command out; SrsError if that cannot be."""


def whole(text: str, low: int, high: int) -> int:
    """Return a whole number from a command; SrsError unless it is one within the limits."""
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise SrsError(ILLEGAL_VALUE)
    return int(text)
