"""The SRS SR470 shutter controller: its contract, its bytes, its faults, and answers gone wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from spoiled_line import Bench, LineTo, outcome

from drivers.srs_sr470 import SrsSr470
from qdlab.clock import VirtualClock
from qdlab.errors import BadReplyError, InstrumentStateError, InstrumentTimeoutError, QdlabError
from qdlab.instruments import Identity, Surroundings
from qdlab.testing import ShutterContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.srs_sr470 import SrsSr470Wire

BEAMS = ["lamp", "excitation", "pump", "probe"]


def shutter(surroundings: Surroundings) -> SrsSr470:
    return SrsSr470("probe_shutter", SrsSr470.Options(resource="sim://"), surroundings)


@pytest.fixture(params=BEAMS)
def face(request: pytest.FixtureRequest, world: World) -> SrsSr470Wire:
    return SrsSr470Wire(world, beam=request.param)


@pytest.fixture
def pump_face(world: World) -> SrsSr470Wire:
    return SrsSr470Wire(world)


class TestSrsSr470(ShutterContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, face: SrsSr470Wire) -> SrsSr470:
        return shutter(line_to(face))

    def test_only_its_own_beam_is_opened(self, opened: SrsSr470, world: World, face: SrsSr470Wire) -> None:
        opened.set_open(True)
        assert [beam for beam in BEAMS if world.is_open(beam)] == [face._beam]

    def test_waits_for_the_blade(self, opened: SrsSr470, clock: VirtualClock) -> None:
        start_s = clock.now_s
        opened.set_open(True)
        assert clock.now_s - start_s >= SrsSr470Wire.travel_s


def test_takes_control_back_from_the_trigger_inputs(
    pump_face: SrsSr470Wire, line_to: LineTo, world: World
) -> None:
    pump_face.receive(b"STAT 1;SRCE 2\r")
    shutter(line_to(pump_face)).open()
    assert not world.is_open("pump")
    pump_face.receive(b"SRCE?\r")
    assert pump_face.transmit() == b"0\r\n"


def test_a_head_that_is_not_there_is_said(pump_face: SrsSr470Wire, line_to: LineTo) -> None:
    instrument = shutter(line_to(pump_face))
    instrument.open()
    pump_face.disconnected = True
    with pytest.raises(
        InstrumentTimeoutError,
        match="probe_shutter: told to open, but it has not after 1 s; the head is disconnected",
    ):
        instrument.set_open(True)
    with pytest.raises(InstrumentStateError, match="neither open nor closed; the head is disconnected"):
        _ = instrument.is_open


# The manual's own examples (pp. 2-9 to 2-18): four letters, replies ended by CR LF, a queue of errors.

OK = (b"LERR?\n", b"0\r\n")
OPENING = [(b"LERR?\n", b"0\r\n"), (b"STAT 0\n", b""), OK, (b"STAT?\n", b"0\r\n")]


def test_follows_the_manual() -> None:
    surroundings, script = scripted(
        [
            (b"LERR?\n", b"110\r\n"), (b"LERR?\n", b"30\r\n"), *OPENING,
            (b"STAT 1\n", b""), OK,
            (b"STAT?\n", b"0\r\n"), (b"STAT?\n", b"2\r\n"), (b"STAT?\n", b"1\r\n"),
            (b"STAT?\n", b"1\r\n"),
            (b"*IDN?\n", b"Stanford_Research_Systems,SR470,s/n001013,ver1.00\r\n"),
        ]
    )  # fmt: skip
    instrument = shutter(surroundings)
    instrument.open()
    instrument.set_open(True)
    assert instrument.is_open
    assert instrument.identify() == Identity("Stanford_Research_Systems", "SR470", "s/n001013", "ver1.00")
    script.finish()


def test_a_full_queue_of_errors_is_one_message_and_ends() -> None:
    queue = [(b"LERR?\n", b"111\r\n")] * 19 + [(b"LERR?\n", b"254\r\n")]
    surroundings, script = scripted([*OPENING, (b"STAT 1\n", b""), *queue])
    instrument = shutter(surroundings)
    instrument.open()
    with pytest.raises(InstrumentStateError, match=r"probe_shutter: told 'STAT 1', reports error 111, .*254"):
        instrument.set_open(True)
    script.finish()


def test_a_state_that_the_manual_does_not_know_is_a_bad_reply() -> None:
    surroundings, _ = scripted([*OPENING, (b"STAT?\n", b"3\r\n")])
    instrument = shutter(surroundings)
    instrument.open()
    with pytest.raises(BadReplyError, match="answered b'3'; 0, 1 or 2 was expected"):
        _ = instrument.is_open


def test_the_wire_answers_in_any_pieces(pump_face: SrsSr470Wire, world: World) -> None:
    for byte in b"stat?\r":
        pump_face.receive(bytes([byte]))
    assert pump_face.transmit() == b"0\r\n"
    pump_face.receive(b"STAT 1;STAT?\nSPOS?\nJUMP\nSTAT 2\nFLTS 1\nXTRM 65,66,13\nFLTS?\n")
    assert world.is_open("pump")
    assert pump_face.transmit() == b"2\r\n-1\r\n0AB\r"
    pump_face.receive(b"LERR?;LERR?;LERR?;LERR?\n")
    assert pump_face.transmit() == b"111AB\r14AB\r113AB\r0AB\r"


@given(answer=spoiled(b"0\r\n"))
def test_a_spoiled_state_is_refused_in_words_or_true(answer: bytes) -> None:
    bench = Bench(SrsSr470Wire)
    instrument = shutter(bench.surroundings)
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(b"STAT?\n", answer)
    value = outcome(lambda: instrument.is_open)
    if isinstance(value, QdlabError):
        assert "probe_shutter" in str(value) or "sim://" in str(value)
    else:
        assert int(answer.partition(b"\r\n")[0]) == value
    assert bench.clock.now_s - start_s < 5.0
    assert instrument.is_open is False


@given(answer=spoiled(b"0\r\n"))
def test_whatever_comes_back_the_shutter_can_be_closed_again(answer: bytes) -> None:
    for question in (b"LERR?\n", b"STAT?\n"):
        bench = Bench(SrsSr470Wire)
        instrument = shutter(bench.surroundings)
        instrument.open()
        bench.line.spoil(question, answer)
        outcome(lambda: instrument.set_open(True))  # noqa: B023  # called at once
        instrument.make_safe()
        assert not bench.world.is_open("pump")
