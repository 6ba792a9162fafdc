"""FieldMax2Lib.dll in a process of its own: calls by name, and an end to it when a call does not return."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from qdlab.errors import BadReplyError, InstrumentTimeoutError, NotConnectedError

_START_S = 20.0
"""How much longer the first call may take: the process has to start and to load the library."""


def worker_command(library: str) -> list[str]:
    """Return the command line of the process that calls the library in this file."""
    return [sys.executable, str(Path(__file__).with_name("_fieldmax_worker.py")), library]


class FieldMaxProcess:
    """The library at the other end of a pair of pipes; once closed, or given up, it is of no more use."""

    def __init__(self, name: str, command: Sequence[str], timeout_s: float) -> None:
        self._name = name
        self._timeout_s = timeout_s
        self._left_to_start_s = _START_S
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True, name=f"{name}: answers")
        self._reader.start()

    def call(self, function: str, *arguments: Any) -> Any:
        """Return what a function of the library returns.

        InstrumentTimeoutError if it does not return in time, NotConnectedError if it cannot be called or the
        process is gone, BadReplyError if it says anything else; then the process is of no more use.
        """
        try:
            line = self._ask(json.dumps({"call": function, "arguments": arguments}))
        except queue.Empty:
            self.close()
            raise InstrumentTimeoutError(
                f"{self._name}: {function} did not return within {self._timeout_s:g} s; "
                "the library's process was ended, open() starts a new one"
            ) from None
        except BaseException:  # Ctrl-C between question and answer
            self.close()
            raise
        return self._value(function, line)

    def close(self) -> None:
        """End the process; harmless if it has ended."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _ask(self, request: str) -> str:
        """Return the line that answers; empty if the process has ended. queue.Empty if none comes in time."""
        pipe = self._process.stdin
        try:
            if pipe is None or pipe.closed:
                return ""
            pipe.write(request + "\n")
            pipe.flush()
        except OSError:
            return ""
        line = self._answers.get(timeout=self._timeout_s + self._left_to_start_s)
        self._left_to_start_s = 0.0
        return line

    def _value(self, function: str, line: str) -> Any:
        if not line:
            self.close()
            raise NotConnectedError(f"{self._name}: {function}: the library's process has ended")
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"value", "error"}:
            raise BadReplyError(f"{self._name}: {function} was answered with {line!r}")
        if "error" in answer:
            raise NotConnectedError(f"{self._name}: {function} cannot be called: {answer['error']}")
        return answer["value"]

    def _read(self) -> None:
        """Hand on what the process says, line by line, and an empty line at its end."""
        for line in self._process.stdout or ():
            self._answers.put(line)
        self._answers.put("")
