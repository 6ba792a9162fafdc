"""The exit code that says what ended a program; `qdlab --help` lists them."""

from __future__ import annotations

from qdlab.errors import QdlabError, StoppedError

UNEXPECTED = 1


def exit_code(error: BaseException | None) -> int:
    """Return the exit code for what was raised; 0 for nothing."""
    match error:
        case None:
            return 0
        case QdlabError():
            return error.exit_code
        case KeyboardInterrupt():
            return StoppedError.exit_code
        case _:
            return UNEXPECTED
