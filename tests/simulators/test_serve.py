"""Wire faces on TCP: reached by plain sockets, by the driver's own transport, and through the command."""

from __future__ import annotations

import asyncio
import json
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import serial

from drivers.helios_frames import HeliosFrames
from drivers.transports import connect
from qdlab.app.config import find_config, load_wires
from qdlab.clock import WallClock
from qdlab.errors import InputError
from qdlab.instruments import Surroundings
from simulators import World
from simulators.serve import serve
from simulators.wires import Wire
from simulators.wires.helios_frames import HeliosFramesWire

PATIENCE_S = 10.0


class EchoWire(Wire):
    """Answers each line in capitals, 0.1 s later."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._came = b""
        self._due_s = 0.0

    def receive(self, data: bytes) -> None:
        self._came += data
        *lines, self._came = self._came.split(b"\r")
        self._pending += b"".join(line.upper() + b"\r\n" for line in lines)
        self._due_s = self._world.clock.now_s + 0.1

    def transmit(self) -> bytes:
        return super().transmit() if self._world.clock.now_s >= self._due_s else b""


class PrivateWire(Wire):
    """Has a line of its own for every connection, which counts what came on it."""

    def connection(self) -> Wire:
        return PrivateWire(self._world)

    def receive(self, data: bytes) -> None:
        self._pending += b"%d" % len(data)


@contextmanager
def served(wires: Mapping[str, Wire], *, pty: bool = False) -> Iterator[dict[str, str]]:
    """Serve in a thread of its own; gives the places."""
    ready: queue.Queue[dict[str, str] | BaseException] = queue.Queue()
    over = threading.Event()

    def run() -> None:
        try:
            asyncio.run(serve(wires, ready.put, over.is_set, pty=pty))
        except BaseException as error:
            ready.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        places = ready.get(timeout=PATIENCE_S)
        assert isinstance(places, dict), places
        yield places
    finally:
        over.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


@pytest.fixture
def world() -> World:
    return World(World.Options(), WallClock())


def reach(place: str) -> socket.socket:
    host, _, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), PATIENCE_S)


def test_a_late_answer_comes_by_itself_and_only_on_the_loopback(world: World) -> None:
    with served({"echo": EchoWire(world), "other": EchoWire(world)}) as places:
        assert set(places) == {"echo", "other"}
        assert all(place.startswith("127.0.0.1:") for place in places.values())
        with reach(places["echo"]) as client:
            client.sendall(b"hel")
            client.sendall(b"lo\r")
            assert client.recv(100) == b"HELLO\r\n"


def test_clients_may_come_and_go_and_the_newest_is_answered(world: World) -> None:
    with served({"echo": EchoWire(world)}) as places:
        with reach(places["echo"]) as first:
            first.sendall(b"lost\r")
        with reach(places["echo"]) as second, reach(places["echo"]) as third:
            second.sendall(b"a\r")
            assert second.recv(100).endswith(b"A\r\n")
            third.sendall(b"b\r")
            assert third.recv(100) == b"B\r\n"


def test_an_instrument_with_many_lines_keeps_them_apart(world: World) -> None:
    with (
        served({"many": PrivateWire(world)}) as places,
        reach(places["many"]) as first,
        reach(places["many"]) as second,
    ):
        first.sendall(b"123")
        assert first.recv(10) == b"3"
        second.sendall(b"12345")
        assert second.recv(10) == b"5"
        first.sendall(b"1")
        assert first.recv(10) == b"1"


def test_serving_ends_with_clients_still_there(world: World) -> None:
    with served({"echo": EchoWire(world)}) as places:
        client = reach(places["echo"])
        client.sendall(b"x\r")
        assert client.recv(10) == b"X\r\n"
    with client, suppress(ConnectionResetError):
        assert client.recv(10) == b""


def test_a_driver_reaches_its_wire_over_real_tcp(world: World) -> None:
    world.chopper_running = True
    with served({"camera": HeliosFramesWire(world)}) as places:
        options = HeliosFrames.Options(resource=f"socket://{places['camera']}", n_pixels=16)
        camera = HeliosFrames("camera", options, Surroundings(WallClock(), connect))
        camera.open()
        try:
            assert camera.wavelengths_nm.size == 1024
            for n_shots in (150, 2000):
                camera.arm(n_shots)
                block = camera.read(PATIENCE_S)
                assert block.shots.shape == (n_shots, 1024)
                assert block.pump_on.sum() == n_shots // 2
        finally:
            camera.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_terminal_is_a_serial_port_to_the_same_instrument(world: World) -> None:
    with served({"echo": EchoWire(world)}, pty=True) as places:
        with serial.Serial(places["echo.pty"], timeout=PATIENCE_S) as port:
            port.write(b"hello\r")
            assert port.read_until(b"\r\n") == b"HELLO\r\n"
        with serial.Serial(places["echo.pty"], timeout=PATIENCE_S) as port:
            port.write(b"again\r")
            assert port.read_until(b"\r\n") == b"AGAIN\r\n"


def test_a_port_that_is_taken_is_named(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}"):
            asyncio.run(serve({"echo": EchoWire(world)}, print, lambda: True, port))


@pytest.mark.parametrize("sign", ["SIGINT", "SIGTERM"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way on Windows")
def test_the_command_says_where_and_ends_cleanly(sign: str) -> None:
    command = [sys.executable, "-m", "qdlab", "simulate", "--bench", "paper_sim"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            places = json.loads(process.stdout.readline())
            with reach(places["ta_detector"]) as client:
                client.sendall(bytes.fromhex("5144484601010000 0700000000000000 b9316bf5 00000000"))
                assert client.recv(4) == b"QDHF"
            process.send_signal(getattr(signal, sign))
            _, complaints = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert process.returncode == 0
    assert complaints == b""


def test_a_bench_that_speaks_no_bytes_is_refused(tmp_path: Path) -> None:
    silent = tmp_path / "silent.toml"
    text = find_config("paper_sim").read_text("utf-8")
    silent.write_text(
        text[: text.index("\n[wires]")] + text[text.index("\n[simulation]") :], encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"silent\.toml: nothing speaks bytes"):
        load_wires(silent)
