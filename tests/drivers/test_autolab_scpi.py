"""The bridge's driver: the contract on its wire face, the protocol's own example, spoiled answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.autolab_scpi import AutolabScpi
from qdlab.clock import VirtualClock
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    NotConnectedError,
    QdlabError,
)
from qdlab.instruments import CellReading, LineSettings, Staircase, Surroundings, Transport
from qdlab.testing import PotentiostatContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires import SimulatedLine
from simulators.wires.autolab_scpi import AutolabScpiWire

PROTOCOL = Path(__file__).parents[2] / "docs" / "reference" / "autolab-bridge.md"
OPTIONS = AutolabScpi.Options(resource="sim://", potential_low_v=-1.6, potential_high_v=0.2)
WIDER = AutolabScpi.Options(resource="sim://", potential_low_v=-3.0, potential_high_v=0.2)
SWEEP = Staircase((-0.35, -0.4, -0.35, -0.3), 0.1)
OK = (b"\nSYST:ERR?\n", b'0,"No error"\n')


def example() -> list[tuple[str, bytes]]:
    """The session at the end of the protocol: "> " and "< " lines."""
    block = PROTOCOL.read_text("utf-8").split("```text\n")[1].split("```")[0]
    return [(line[:2], line[2:].encode() + b"\n") for line in block.splitlines()]


def told(*orders: bytes) -> list[tuple[bytes, bytes]]:
    """The script of orders that succeed."""
    return [(order + OK[0], OK[1]) for order in orders]


START = told(b"*RST")


class OneSpoiledAnswer(AutolabScpiWire):
    """Sends something else instead of one answer."""

    spoil: bytes | None = None

    def transmit(self) -> bytes:
        due = super().transmit()
        if due and self.spoil is not None:
            due, self.spoil = self.spoil, None
        return due


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QDLAB_BRIDGE_TOKEN", raising=False)


def on_wire(wire: AutolabScpiWire, clock: VirtualClock) -> AutolabScpi:
    def connect(resource: str, line: LineSettings) -> Transport:
        return SimulatedLine(resource, wire, clock)

    return AutolabScpi("pstat", OPTIONS, Surroundings(clock, connect))


class TestAutolabScpi(PotentiostatContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, world: World, clock: VirtualClock) -> AutolabScpi:
        return on_wire(AutolabScpiWire(world), clock)


def test_the_driver_speaks_as_the_example_of_the_protocol() -> None:
    script: list[tuple[bytes, bytes]] = []
    message = b""
    for mark, line in example():  # an order and the SYST:ERR? after it are one message of the driver
        if mark == "> ":
            message += line
        else:
            script.append((message, line))
            message = b""
    surroundings, transport = scripted(script)
    pstat = AutolabScpi("pstat", WIDER, surroundings)
    pstat.open()
    assert str(pstat.identify()) == "Metrohm Autolab PGSTAT128N"
    assert not pstat.cell_on
    assert pstat.open_circuit_potential_v() == -0.30125
    pstat.hold(-0.3)
    pstat.set_cell(True)
    reading = pstat.measure()
    assert (reading.potential_v, reading.current_a, reading.overload) == (-0.299987793, -1.25e-09, False)
    with pytest.raises(
        LimitError, match=r"pstat: potentiostat: potential: -2\.5 V is outside -1\.6 to 0\.2 V"
    ):
        pstat.hold(-2.5)
    pstat.start_sweep(SWEEP)
    assert pstat.sweeping
    with pytest.raises(InstrumentStateError, match="pstat: potentiostat: cannot read a sweep while"):
        pstat.read_sweep()
    assert not pstat.sweeping
    trace = pstat.read_sweep()
    assert trace.time_s - trace.time_s[0] == pytest.approx(np.array([0.0, 0.1, 0.2, 0.3]))
    assert trace.time_s[-1] == pytest.approx(transport._clock.now_s - 0.1)  # 0.1 s before it was fetched
    assert trace.potential_v.tolist() == [-0.35, -0.4, -0.35, -0.3]
    assert trace.current_a.tolist() == [-5e-08, -6e-08, 1e-08, 3e-08]
    pstat.make_safe()
    transport.finish()


@given(potential_v=st.floats(-1.6, 0.2))
def test_numbers_reach_the_bridge_to_the_last_bit(potential_v: float) -> None:
    surroundings, transport = scripted([*START, *told(b"POT " + repr(potential_v).encode())])
    pstat = AutolabScpi("pstat", OPTIONS, surroundings)
    pstat.open()
    pstat.hold(potential_v)
    transport.finish()
    assert float(repr(potential_v)) == potential_v


def test_a_long_sweep_goes_in_pieces(world: World, clock: VirtualClock) -> None:
    pstat = on_wire(AutolabScpiWire(world), clock)
    pstat.open()
    pstat.hold(-0.3)
    pstat.set_cell(True)
    asked_v = tuple(np.linspace(-0.3, -1.5, 457).tolist())
    pstat.start_sweep(Staircase(asked_v, 0.02))
    clock.sleep(10.0)
    trace = pstat.read_sweep()
    assert trace.potential_v == pytest.approx(np.array(asked_v), abs=1e-4)
    assert np.diff(trace.time_s) == pytest.approx(0.02)
    assert world.cell.n_1s(clock.now_s) > 0.5


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"BUSY 10.0.0.5:4711\n", NotConnectedError, "serves another client: b'BUSY 10"),
        (b"DENIED\n", NotConnectedError, "does not accept the token in QDLAB_BRIDGE_TOKEN"),
    ],
)
def test_a_bridge_that_refuses_is_understood(reply: bytes, error: type[Exception], words: str) -> None:
    surroundings, _ = scripted([(b"*RST" + OK[0], reply)])
    with pytest.raises(error, match=f"pstat: .*{re.escape(words)}"):
        AutolabScpi("pstat", OPTIONS, surroundings).open()


def test_a_token_is_given_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDLAB_BRIDGE_TOKEN", "correcthorsebattery")
    surroundings, transport = scripted(told(b"AUTH correcthorsebattery\n*RST"))
    AutolabScpi("pstat", OPTIONS, surroundings).open()
    transport.finish()


@pytest.mark.parametrize(
    ("code", "error"),
    [(-100, InstrumentError), (-203, NotConnectedError), (-221, InstrumentStateError), (-222, LimitError),
     (-240, InstrumentError), (-365, InstrumentTimeoutError)],
)  # fmt: skip
def test_errors_keep_their_kind_and_all_texts_are_told(code: int, error: type[Exception]) -> None:
    queue = [(b"CELL 1" + OK[0], b'%d,"the ""first"""\n' % code), (b"SYST:ERR?\n", b'-240,"second"\n')]
    surroundings, transport = scripted([*START, *queue, (b"SYST:ERR?\n", OK[1])])
    pstat = AutolabScpi("pstat", OPTIONS, surroundings)
    pstat.open()
    with pytest.raises(QdlabError, match='pstat: the "first"; second') as raised:
        pstat.set_cell(True)
    assert type(raised.value) is error
    transport.finish()


def test_a_late_answer_is_not_taken_for_the_next_one() -> None:
    late, echo = (b"CELL?\n", b""), b"\nSYST:ECHO? place-1\n"
    surroundings, transport = scripted([*START, late, (echo, b"1\nplace-1\n"), (b"CELL?\n", b"0\n")])
    pstat = AutolabScpi("pstat", OPTIONS, surroundings)
    pstat.open()
    with pytest.raises(InstrumentTimeoutError, match="no complete reply in 2 s"):
        assert pstat.cell_on
    assert not pstat.cell_on
    transport.finish()


USES: dict[str, tuple[Callable[[AutolabScpi], object], bytes]] = {
    "identify": (lambda pstat: pstat.identify(), b"qdlab,AutolabScpiWire,,\n"),
    "cell_on": (lambda pstat: pstat.cell_on, b"1\n"),
    "sweeping": (lambda pstat: pstat.sweeping, b"0\n"),
    "measure": (lambda pstat: pstat.measure(), b"-0.3,1e-09,0\n"),
    "ocp": (lambda pstat: pstat.open_circuit_potential_v(), b"-0.3125\n"),
    "hold": (lambda pstat: pstat.hold(-0.5), b'0,"No error"\n'),
    "refused": (lambda pstat: pstat.hold(-0.5), b'-222,"pstat: -0.5 V"\n'),
    "read_sweep": (lambda pstat: pstat.read_sweep(), b"4\n"),
    "read_points": (lambda pstat: pstat._points(0, 2), b"1.5,-0.35,1e-08;1.6,-0.4,2e-08\n"),
}


@pytest.mark.parametrize("use", USES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_spoiled_answer_is_a_typed_error_or_what_it_says(use: str, data: st.DataObject) -> None:
    act, good = USES[use]
    clock = VirtualClock()
    wire = OneSpoiledAnswer(World(World.Options(), clock))
    pstat = on_wire(wire, clock)
    pstat.open()
    pstat.hold(-0.3)
    pstat.set_cell(True)
    pstat.start_sweep(SWEEP)
    clock.sleep(1.0)
    wire.spoil = data.draw(spoiled(good))
    sent, before_s = wire.spoil, clock.now_s
    try:
        result = act(pstat)
    except QdlabError:
        pass  # any other exception ends the test
    else:
        first = sent.split(b"\n")[0]
        for value in numbers(result):
            assert (
                any(float(text) == value for text in re.split(rb"[,;]", first) if text) or use == "read_sweep"
            )
    assert clock.now_s - before_s < 10.0
    assert pstat.measure().potential_v == pytest.approx(
        -0.5 if use in ("hold", "refused") else -0.3, abs=1e-3
    )
    assert pstat.cell_on


def numbers(result: object) -> list[float]:
    """The numbers that a use gave."""
    if isinstance(result, np.ndarray):
        return [float(value) for value in result.ravel()]
    if isinstance(result, CellReading):
        return [result.potential_v, result.current_a]
    return [float(result)] if isinstance(result, float) else []


@pytest.mark.parametrize(
    "reply", [b"nan\n", b"inf\n", b"1_0\n", b" 1\n", b"0x1\n", b"1e999\n", b"\xb2\n", b"\n"]
)
def test_what_is_no_number_is_refused_with_the_raw_answer(reply: bytes) -> None:
    surroundings, _ = scripted([*START, (b"OCP?\n", reply)])
    pstat = AutolabScpi("pstat", OPTIONS, surroundings)
    pstat.open()
    with pytest.raises(BadReplyError, match=re.escape(repr(reply[:-1]))):
        pstat.open_circuit_potential_v()


# The wire face in bytes


@given(cuts=st.lists(st.integers(1, 200), max_size=12))
def test_the_wire_face_takes_its_lines_in_any_pieces(cuts: list[int]) -> None:
    clock = VirtualClock()
    wire = AutolabScpiWire(World(World.Options(), clock))
    sent = b"".join(line for mark, line in example() if mark == "> ").replace(b"\n", b"\r\n", 3)
    answers, at = b"", 0
    for cut in [*cuts, len(sent)]:
        wire.receive(sent[at : at + cut])
        answers += wire.transmit()
        at += cut
    lines = answers.split(b"\n")
    asked = sum(mark == "> " and b"?" in line for mark, line in example())
    assert len(lines) == asked + 1
    assert lines[1] == b"qdlab,AutolabScpiWire,,"
    assert b'-222,"potentiostat: potential: -2.5 V is outside -1.6 to 0.2 V"' in lines


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"FOO", -100), (b"CELL 2", -104), (b"POT x", -104), (b"POT nan", -104), (b"POT", -109),
     (b"POT 5", -222), (b"OCP?", -221), (b"X" * 5000, -363), (b"SWE:DATA? 0,1", -221), (b"\xb5", -100)],
)  # fmt: skip
def test_the_wire_face_complains_as_the_protocol_says(line: bytes, code: int, world: World) -> None:
    wire = AutolabScpiWire(world)
    wire.receive(b"POT -0.3\nCELL ON\n" + line + b"\nSYST:ERR?\nSYST:ERR?\n")
    lines = wire.transmit().splitlines()
    assert (lines[0] == b"ERROR") == (b"?" in line)
    assert lines[-2].startswith(b"%d," % code)
    assert lines[-1] == b'0,"No error"'


def test_the_wire_face_forgets_errors_beyond_ten(world: World) -> None:
    wire = AutolabScpiWire(world)
    wire.receive(b"FOO\n" * 15 + b"SYST:ERR?\n" * 11)
    codes = [line.split(b",")[0] for line in wire.transmit().splitlines()]
    assert codes == [b"-100"] * 9 + [b"-350", b"0"]
