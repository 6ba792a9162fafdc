"""A real screen, keyboard and mouse for tests: Xvfb and xdotool, looked at through Pillow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

MISSING = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
SIZE = "1280x720x24"
PATIENCE_S = 180.0


class Screen:
    """One display; `env` is what a program needs to appear on it."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def do(self, *words: str) -> str:
        """Let xdotool do something; return what it said."""
        done = subprocess.run(
            ["xdotool", *words], env=self.env, capture_output=True, encoding="utf-8", check=False
        )
        return done.stdout.strip()

    def key(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.do("key", "--delay", "40", key)

    def write(self, text: str) -> None:
        """Type a text."""
        self.do("type", "--delay", "15", text)

    def click(self, x: int, y: int) -> None:
        """Click somewhere with the mouse."""
        self.do("mousemove", str(x), str(y), "click", "1")

    def look(self) -> Any:
        """Return what is on the screen, [row, column, colour]."""
        from PIL import ImageGrab

        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB")).astype(int)

    def find(self, colour: tuple[int, int, int], least: int) -> tuple[int, int] | None:
        """Return the middle of what has this colour, if it is at least so many pixels large."""
        y, x = np.nonzero(np.abs(self.look() - np.array(colour)).max(axis=2) <= 3)
        return None if len(x) < least else (int(np.median(x)), int(np.median(y)))

    def focused(self, name: str) -> bool:
        """Give the keyboard to the window whose name contains this; whether it is there."""
        windows = self.do("search", "--onlyvisible", "--name", name).split()
        if windows:
            self.do("windowfocus", windows[-1])
        return bool(windows)


@contextmanager
def screen() -> Iterator[Screen]:
    """Yield a new display, which ends with the block."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-dpi", "96", "-nolisten", "tcp"],
        pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield Screen(f":{told.readline().strip()}")
    finally:
        server.terminate()
        server.wait()


def why_no_window(at: Screen) -> str:
    """Say why Qt cannot show a window there; empty if it can. Its plugin needs some libraries of X."""
    code = "from PyQt5.QtWidgets import QApplication; QApplication([])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=at.env, capture_output=True, encoding="utf-8", check=False
    )
    return "" if done.returncode == 0 else f"no window here: {done.stderr.strip()[:200]}"


def until(seen: Callable[[], Any], what: str, again: Callable[[], None] = lambda: None) -> Any:
    """Wait for another process; do something `again` about every second meanwhile."""
    tick = threading.Event()
    for k in range(int(PATIENCE_S / 0.1)):
        if found := seen():
            return found
        if k % 10 == 9:
            again()
        tick.wait(0.1)
    raise AssertionError(f"not seen in {PATIENCE_S:g} s: {what}")
