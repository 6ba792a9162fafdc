"""The bridge on a serial line: in memory, and over a pseudo-terminal where there is one."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from drivers.autolab_scpi import AutolabScpi
from drivers.transports import connect
from qdlab.app.bridge import SILENCE_S, SerialBridge
from qdlab.app.commands.bridge import bridge
from qdlab.clock import VirtualClock, WallClock
from qdlab.errors import InputError
from qdlab.instruments import BufferedTransport, LineSettings, Surroundings
from simulators import SimulatedPotentiostat, World


class Cable(BufferedTransport):
    """One end of a line in memory; waiting lets the virtual clock pass."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__("COM3", clock)
        self.arriving = b""
        self.sent = b""

    def close(self) -> None: ...

    def _send(self, data: bytes) -> None:
        self.sent += data

    def _receive(self, timeout_s: float) -> bytes:
        got, self.arriving = self.arriving, b""
        if not got:
            self._clock.sleep(timeout_s)
        return got


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return World(World.Options(), clock)


@pytest.fixture
def cell(world: World) -> SimulatedPotentiostat:
    potentiostat = SimulatedPotentiostat("potentiostat", SimulatedPotentiostat.Options(), world)
    potentiostat.open()
    return potentiostat


def _serve_for(server: SerialBridge, clock: VirtualClock, duration_s: float) -> None:
    end_s = clock.now_s + duration_s
    server.serve(lambda: clock.now_s >= end_s)


def test_lines_are_answered(cell: SimulatedPotentiostat, clock: VirtualClock) -> None:
    cable = Cable(clock)
    server = SerialBridge(cell, clock, cable)
    cable.arriving = b"POT -1.2\nCELL ON\nCELL?\nSYST:ERR?\n"
    _serve_for(server, clock, 1.0)
    assert cable.sent == b'1\n0,"No error"\n'
    assert server.place == "COM3"


@pytest.mark.parametrize(("when_gone", "left_on"), [("off", False), ("keep", True)])
def test_a_long_silence_leaves_the_cell_as_was_chosen(
    cell: SimulatedPotentiostat, world: World, clock: VirtualClock, when_gone: str, left_on: bool
) -> None:
    cable, said = Cable(clock), []
    server = SerialBridge(cell, clock, cable, when_gone, said.append)
    cable.arriving = b"CELL ON\n"
    _serve_for(server, clock, SILENCE_S - 1.0)
    assert world.cell.connected(clock.now_s)
    _serve_for(server, clock, 3.0)
    assert world.cell.connected(clock.now_s) == left_on
    assert "nothing was heard on COM3 for 60 s" in said
    assert ("the cell is off" in said) != left_on


def test_a_serial_line_takes_no_token(tmp_path: Path) -> None:
    from rich.console import Console

    with pytest.raises(InputError, match="a serial line has no password"):
        bridge("paper_sim", "COM3", "0123456789abcdef", "off", console=Console(quiet=True))


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_the_driver_reaches_the_cell_over_a_terminal(
    cell: SimulatedPotentiostat, world: World, clock: VirtualClock
) -> None:
    """Two terminals joined by a thread make a null-modem cable between driver and bridge."""
    ends = [os.openpty(), os.openpty()]
    ports = [connect(os.ttyname(slave), LineSettings(115_200)) for _, slave in ends]
    done = threading.Event()
    threads = [
        threading.Thread(target=_forward, args=(ends[0][0], ends[1][0], done)),
        threading.Thread(target=_forward, args=(ends[1][0], ends[0][0], done)),
        threading.Thread(target=SerialBridge(cell, WallClock(), ports[0]).serve, args=(done.is_set,)),
    ]
    for thread in threads:
        thread.start()
    options = AutolabScpi.Options(resource="COM4", potential_low_v=-1.6, potential_high_v=0.2)
    driver = AutolabScpi("potentiostat", options, Surroundings(WallClock(), lambda *_: ports[1]))
    try:
        driver.open()
        driver.hold(-1.2)
        driver.set_cell(on=True)
        assert world.cell.connected(clock.now_s)
        assert driver.measure().potential_v == pytest.approx(-1.2, abs=1e-3)
        driver.make_safe()
        assert not world.cell.connected(clock.now_s)
    finally:
        done.set()
        for thread in threads:
            thread.join(10.0)
        driver.close()
        ports[0].close()
        for descriptor in (fd for pair in ends for fd in pair):
            os.close(descriptor)


def _forward(source: int, target: int, done: threading.Event) -> None:
    """Carry bytes from one terminal's back to the other's."""
    import select

    while not done.is_set():
        if select.select([source], [], [], 0.05)[0]:
            os.write(target, os.read(source, 4096))
