"""The bridge: its protocol as written down, over real sockets to a simulated cell, whoever comes and goes."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.autolab_scpi import AutolabScpi
from drivers.transports import connect
from qdlab.app.bridge import Address, BridgeServer, Interpreter, Session
from qdlab.app.bridge._lines import LONGEST_LINE, LineBuffer
from qdlab.app.config import load_instrument
from qdlab.clock import VirtualClock, WallClock
from qdlab.errors import (
    InputError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    NotConnectedError,
)
from qdlab.instruments import CellReading, Identity, Staircase, Surroundings
from qdlab.testing import PotentiostatContract
from simulators import SimulatedPotentiostat, World

PROTOCOL = Path(__file__).parents[2] / "docs" / "reference" / "autolab-bridge.md"
TOKEN = "correcthorsebattery"
PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QDLAB_BRIDGE_TOKEN", raising=False)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return World(World.Options(), clock)


@pytest.fixture
def cell(world: World) -> SimulatedPotentiostat:
    """An open simulated potentiostat."""
    cell = SimulatedPotentiostat("potentiostat", SimulatedPotentiostat.Options(), world)
    cell.open()
    return cell


class Served:
    """A bridge at work in a thread; what it tells is kept, and can be waited for."""

    def __init__(self, server: BridgeServer) -> None:
        self.told: list[str] = []
        self.server = server
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=server.serve, args=(self._stop.is_set,))

    def tell(self, text: str) -> None:
        with self._news:
            self.told.append(text)
            self._news.notify_all()

    def wait_for(self, words: str, times: int = 1) -> None:
        with self._news:
            assert self._news.wait_for(
                lambda: sum(words in text for text in self.told) >= times, PATIENCE_S
            ), f"never told {words!r}, only {self.told}"

    def client(self) -> socket.socket:
        host, _, port = self.server.place.rpartition(":")
        return socket.create_connection((host, int(port)), PATIENCE_S)

    def driver(self, clock: VirtualClock | WallClock, resource: str = "socket://{}") -> AutolabScpi:
        options = AutolabScpi.Options(
            resource=resource.format(self.server.place), potential_low_v=-1.6, potential_high_v=0.2,
            timeout_s=PATIENCE_S,
        )  # fmt: skip
        return AutolabScpi("pstat", options, Surroundings(clock, connect))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)


Serve = Callable[..., Served]


@pytest.fixture
def serve(cell: SimulatedPotentiostat, clock: VirtualClock) -> Iterator[Serve]:
    """Start bridges to the cell; all are stopped afterwards."""
    running: list[Served] = []

    def serve(token: str = "", **options: Any) -> Served:
        server = BridgeServer(cell, clock, Address("127.0.0.1", 0, token), **options)
        served = Served(server)
        server._tell = served.tell
        server.__enter__()
        served.start()
        running.append(served)
        return served

    yield serve
    for served in running:
        served.stop()
        served.server.__exit__(None, None, None)


def say(client: socket.socket, *lines: str) -> list[str]:
    """Send lines, and return as many answers as there are questions."""
    client.sendall("".join(f"{line}\n" for line in lines).encode())
    wanted = sum("?" in line for line in lines)
    received = b""
    while received.count(b"\n") < wanted:
        data = client.recv(65_536)
        assert data, f"hung up after {received!r}"
        received += data
    return received.decode().splitlines()


class TestDriverOverTheBridge(PotentiostatContract):
    """The driver, a real socket, the real bridge, a simulated potentiostat."""

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, serve: Serve, clock: VirtualClock) -> Iterator[AutolabScpi]:
        driver = serve().driver(clock)
        yield driver
        driver.close()


def test_a_visa_socket_is_a_way_too(serve: Serve, clock: VirtualClock, world: World) -> None:
    served = serve()
    host, _, port = served.server.place.rpartition(":")
    driver = served.driver(clock, f"TCPIP::{host}::{port}::SOCKET")
    driver.open()
    driver.hold(-0.123456789)
    driver.set_cell(True)
    assert driver.measure().potential_v == pytest.approx(-0.123456789, abs=1e-4)
    assert world.cell.connected(clock.now_s)
    driver.close()


@pytest.mark.parametrize("way", ["close", "reset"])
def test_a_client_that_vanishes_leaves_the_cell_off(
    serve: Serve, world: World, clock: VirtualClock, way: str
) -> None:
    served = serve()
    client = served.client()
    say(client, "POT -1.2", "CELL 1", "SWE:ADD -1.3,-1.4,-1.5", "SWE:STAR 100", "SWE:STAT?")
    assert world.cell.connected(clock.now_s)
    assert world.cell.sweeping(clock.now_s)
    if way == "reset":  # as when the other program is killed with answers under way
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    served.wait_for("the cell is off")
    assert not world.cell.connected(clock.now_s)
    assert not world.cell.sweeping(clock.now_s)
    with served.client() as next_one:
        assert say(next_one, "CELL?", "SYST:ERR?") == ["0", '0,"No error"']


def test_the_cell_can_be_kept_when_the_client_goes(serve: Serve, world: World, clock: VirtualClock) -> None:
    served = serve(when_gone="keep")
    with served.client() as client:
        assert say(client, "POT -1.2", "CELL ON", "CELL?") == ["1"]
    served.wait_for("is gone")
    with served.client() as client:
        assert say(client, "CELL?") == ["1"]
    assert world.cell.potential_v(clock.now_s) == pytest.approx(-1.2, abs=1e-4)


def test_a_second_client_is_told_and_refused(serve: Serve, clock: VirtualClock, world: World) -> None:
    served = serve()
    with served.client() as first:
        assert say(first, "CELL?") == ["0"]
        here = "{}:{}".format(*first.getsockname())
        with served.client() as second:
            second.sendall(b"CELL 1\n")
            assert second.makefile("rb").read() == f"BUSY {here}\n".encode()
        with served.client() as silent:  # is told in the end
            assert silent.makefile("rb").read() == f"BUSY {here}\n".encode()
        assert not world.cell.connected(clock.now_s)
        with pytest.raises(
            NotConnectedError, match=f"pstat: the bridge serves another client: b'BUSY {here}'"
        ):
            served.driver(clock).open()
        assert say(first, "*IDN?") == ["qdlab,SimulatedPotentiostat,,"]
    served.wait_for("is gone")
    driver = served.driver(clock)
    driver.open()
    assert str(driver.identify()) == "qdlab SimulatedPotentiostat"
    driver.close()


def test_a_token_opens_the_bridge_and_a_wrong_one_does_not(
    serve: Serve, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    served = serve(TOKEN)
    with served.client() as client:
        assert say(client, "CELL 1", "CELL?", "SYST:ERR?") == ["ERROR", '-203,"AUTH is missing"']
        assert not world.cell.connected(clock.now_s)
        client.sendall(b"AUTH somethingelseentirely\nCELL 1\n")
        assert client.makefile("rb").read() == b"DENIED\n"
    assert not world.cell.connected(clock.now_s)
    served.wait_for("is gone")
    with pytest.raises(NotConnectedError, match="pstat: AUTH is missing"):
        served.driver(clock).open()
    served.wait_for("is gone", 2)
    monkeypatch.setenv("QDLAB_BRIDGE_TOKEN", "somethingelseentirely")
    with pytest.raises(NotConnectedError, match="pstat: the bridge does not accept the token"):
        served.driver(clock).open()
    served.wait_for("is gone", 3)
    monkeypatch.setenv("QDLAB_BRIDGE_TOKEN", TOKEN)
    driver = served.driver(clock)
    driver.open()
    assert not driver.cell_on
    driver.close()


def test_a_cell_that_cannot_be_made_safe_is_told_and_the_bridge_goes_on(
    serve: Serve, cell: SimulatedPotentiostat, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve()

    def fail() -> None:
        raise InstrumentError("potentiostat: no answer")

    with served.client() as client:
        say(client, "CELL 1", "CELL?")
        monkeypatch.setattr(cell, "make_safe", fail)
    served.wait_for("potentiostat could not be made safe: potentiostat: no answer")
    with served.client() as client:
        assert say(client, "CELL?") == ["1"]


def test_a_port_that_is_taken_is_said(serve: Serve, cell: SimulatedPotentiostat, clock: VirtualClock) -> None:
    port = int(serve().server.place.rpartition(":")[2])
    with (
        pytest.raises(InputError, match=f"--listen 127.0.0.1:{port}: "),
        BridgeServer(cell, clock, Address("127.0.0.1", port)),
    ):
        pass


def test_ctrl_c_ends_the_command_with_the_port_free_and_no_error() -> None:
    command = [sys.executable, "-m", "qdlab", "bridge", "autolab", "--bench", "paper_sim"]
    with subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        found = re.search(r"on 127\.0\.0\.1:(\d+)", running.stdout.readline())
        assert found is not None
        with socket.create_connection(("127.0.0.1", int(found[1])), PATIENCE_S) as client:
            assert say(client, "CELL 1", "CELL?") == ["1"]
            running.send_signal(signal.SIGINT)
            assert client.makefile("rb").read() == b""
        assert running.wait(PATIENCE_S) == 0


# Who may come in


@pytest.mark.parametrize("text", ["127.0.0.1:5025", "127.8.9.1:1", "[::1]:5025", "localhost:0"])
def test_loopback_needs_no_token(text: str) -> None:
    address = Address.parse(text, "")
    assert f":{address.port}" in text
    assert address.host in text


@pytest.mark.parametrize("text", ["0.0.0.0:5025", "192.168.1.2:5025", "[::]:5025", "10.0.0.1:1"])
def test_any_other_address_needs_one(text: str) -> None:
    with pytest.raises(InputError, match="--token"):
        Address.parse(text, "")
    assert Address.parse(text, TOKEN).token == TOKEN


@pytest.mark.parametrize(
    "text", ["5025", ":5025", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:-1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"--listen .*must be ADDRESS:PORT"):
        Address.parse(text, TOKEN)


@pytest.mark.parametrize(
    "token", ["short", "has a space in the middle", "with,a,comma,in,the,middle", "é" * 20]
)
def test_a_poor_token_is_refused(token: str) -> None:
    with pytest.raises(InputError, match="--token: must be at least 16"):
        Address.parse("127.0.0.1:5025", token)


def test_whoever_does_not_log_in_has_ten_seconds(cell: SimulatedPotentiostat, clock: VirtualClock) -> None:
    session = Session(Interpreter(cell, clock), TOKEN, now_s=100.0)
    assert not session.overdue(110.0)
    assert session.overdue(110.1)
    assert session.receive(f"AUTH {TOKEN}\nCELL?\n".encode()) == b"0\n"
    assert not session.overdue(1e6)


# Lines, without sockets


class RecordedPotentiostat:
    """Answers as the example of the protocol says."""

    name = "potentiostat"

    def __init__(self) -> None:
        self.done: list[object] = []
        self.sweeping_for = 0

    def identify(self) -> Identity:
        return Identity("Metrohm Autolab", "PGSTAT128N")

    cell_on = False

    def make_safe(self) -> None:
        self.done.append("safe")

    def set_cell(self, on: bool) -> None:
        self.done.append(on)

    def open_circuit_potential_v(self) -> float:
        return -0.30125

    def hold(self, potential_v: float) -> None:
        if potential_v < -1.6:
            raise LimitError("potentiostat: potential: -2.5 V is outside -1.6 to 0.2 V")
        self.done.append(potential_v)

    def measure(self) -> CellReading:
        return CellReading(3.0, -0.299987793, -1.25e-9, overload=False)

    def start_sweep(self, sweep: Staircase) -> None:
        self.done.append(sweep)
        self.sweeping_for = 2

    @property
    def sweeping(self) -> bool:
        self.sweeping_for -= 1
        return self.sweeping_for >= 0

    def read_sweep(self) -> Any:
        if self.sweeping:
            raise InstrumentStateError("potentiostat: cannot read a sweep while a sweep runs")
        import numpy as np

        return SimpleNamespace(
            time_s=np.array([112.1, 112.2, 112.3, 112.4]),
            potential_v=np.array([-0.35, -0.4, -0.35, -0.3]),
            current_a=np.array([-5e-8, -6e-8, 1e-8, 3e-8]),
        )


def test_the_bridge_answers_as_the_example_of_the_protocol() -> None:
    clock, potentiostat = VirtualClock(), RecordedPotentiostat()
    clock.sleep(112.5)
    interpreter = Interpreter(potentiostat, clock)  # type: ignore[arg-type]
    block = PROTOCOL.read_text("utf-8").split("```text\n")[1].split("```")[0]
    said = [line for line in block.splitlines() if line.startswith("> ")]
    answers = [interpreter.answer(line[2:].encode()) for line in said]
    written = [line[2:] for line in block.splitlines() if line.startswith("< ")]
    assert [answer for answer in answers if answer is not None] == written
    sweep = Staircase((-0.35, -0.4, -0.35, -0.3), 0.1)
    assert potentiostat.done == ["safe", -0.3, True, sweep, "safe"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"FOO", -100), (b"FOO?", -100), (b"\xff?", -100), (b"POT x", -104), (b"POT nan", -104),
        (b"POT 1_0", -104), (b"POT 1e999", -104), (b"POT", -109), (b"POT 1,2", -109), (b"CELL maybe", -104),
        (b"SWE:ADD", -109), (b"SWE:ADD 0,,1", -104), (b"SWE:DATA? 0", -109), (b"SWE:DATA? a,1", -104),
        (b"POT -2", -222), (b"CURR:RANG 5", -222), (b"OCP?", -221), (b"SWE:STAR 1", -221),
        (b"SWE:DATA? 0,1", -221), (b"SWE:STAR nan", -104), (b"AUTH x", -100),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_code(
    cell: SimulatedPotentiostat, clock: VirtualClock, line: bytes, code: int
) -> None:
    interpreter = Interpreter(cell, clock)
    cell.set_cell(True)
    assert interpreter.answer(line) == ("ERROR" if b"?" in line else None)
    assert str(interpreter.answer(b"syst:err?")).startswith(f"{code},")
    assert interpreter.answer(b"SYST:ERR?") == '0,"No error"'


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InstrumentTimeoutError("late"), '-365,"late"'),
        (InstrumentError('said "no"\nand µ'), '-240,"said ""no""; and \\xb5"'),
        (ZeroDivisionError("a bug"), '-240,"a bug"'),
    ],
)
def test_failures_of_the_potentiostat_are_told(
    cell: SimulatedPotentiostat,
    clock: VirtualClock,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    def fail() -> CellReading:
        raise error

    monkeypatch.setattr(cell, "measure", fail)
    interpreter = Interpreter(cell, clock)
    assert interpreter.answer(b"MEAS?") == "ERROR"
    assert interpreter.answer(b"SYST:ERR?") == said


def test_errors_beyond_ten_are_one(cell: SimulatedPotentiostat, clock: VirtualClock) -> None:
    interpreter = Interpreter(cell, clock)
    for _ in range(15):
        interpreter.answer(b"FOO")
    codes = [str(interpreter.answer(b"SYST:ERR?")).split(",")[0] for _ in range(11)]
    assert codes == ["-100"] * 9 + ["-350", "0"]


@given(lines=st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b""))), cuts=st.data())
def test_lines_are_the_same_in_any_pieces(lines: list[bytes], cuts: st.DataObject) -> None:
    stream, buffer, got = b"".join(line + b"\n" for line in lines) + b"rest", LineBuffer(), []
    while stream:
        cut = cuts.draw(st.integers(1, len(stream)))
        got += buffer.feed(stream[:cut])
        stream = stream[cut:]
    assert got == lines


def test_a_line_too_long_is_thrown_away_whole(cell: SimulatedPotentiostat, clock: VirtualClock) -> None:
    session = Session(Interpreter(cell, clock), "", 0.0)
    for _ in range(3):
        assert session.receive(b"CELL?" * LONGEST_LINE) == b""
    assert session.receive(b"\nCELL?\nSYST:ERR?\nSYST:ERR?\n") == (
        b'0\n-363,"the line is too long"\n0,"No error"\n'
    )


@given(data=st.binary(max_size=200))
def test_rubbish_ends_nothing(data: bytes) -> None:
    clock = VirtualClock()
    cell = SimulatedPotentiostat("pstat", SimulatedPotentiostat.Options(), World(World.Options(), clock))
    cell.open()
    session = Session(Interpreter(cell, clock), "", 0.0)
    assert session.receive(data).isascii()
    assert session.receive(b"\n*RST\nCELL?\n").endswith(b"0\n")


# The bench file it reads


def test_one_instrument_is_enough_for_a_bench_of_the_bridge(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text('[instruments.potentiostat]\ndriver = "simulated"\npotential_low_v = -1.0\n', "utf-8")
    made = load_instrument(path, "potentiostat", WallClock())
    assert made.potential_range.low == -1.0
    path.write_text('[instruments.potentiostat]\ndriver = "simulatd"\n', "utf-8")
    with pytest.raises(
        InputError, match=r"lab\.toml: instruments\.potentiostat\.driver: no driver 'simulatd'"
    ):
        load_instrument(path, "potentiostat", WallClock())
    path.write_text("", "utf-8")
    with pytest.raises(InputError, match=r"lab\.toml: instruments\.potentiostat: is missing"):
        load_instrument(path, "potentiostat", WallClock())
