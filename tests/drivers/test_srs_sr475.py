"""The SRS SR475 shutter head: its contract, its letters, its faults, and answers gone wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoiled_line import Bench, LineTo, outcome

from drivers.srs_sr475 import SrsSr475
from qdlab.clock import VirtualClock
from qdlab.errors import BadReplyError, InstrumentStateError, InstrumentTimeoutError, QdlabError
from qdlab.instruments import Identity, Surroundings
from qdlab.testing import ShutterContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.srs_sr475 import SrsSr475Wire

BEAMS = ["lamp", "excitation", "pump", "probe"]


def shutter(surroundings: Surroundings) -> SrsSr475:
    return SrsSr475("lamp_shutter", SrsSr475.Options(resource="sim://"), surroundings)


@pytest.fixture(params=BEAMS)
def face(request: pytest.FixtureRequest, world: World) -> SrsSr475Wire:
    return SrsSr475Wire(world, beam=request.param)


@pytest.fixture
def pump_face(world: World) -> SrsSr475Wire:
    return SrsSr475Wire(world)


class TestSrsSr475(ShutterContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, face: SrsSr475Wire) -> SrsSr475:
        return shutter(line_to(face))

    def test_only_its_own_beam_is_opened(self, opened: SrsSr475, world: World, face: SrsSr475Wire) -> None:
        opened.set_open(True)
        assert [beam for beam in BEAMS if world.is_open(beam)] == [face._beam]

    def test_a_letter_ignored_in_transit_is_given_again(
        self, opened: SrsSr475, world: World, face: SrsSr475Wire
    ) -> None:
        face.receive(b"@")
        opened.set_open(False)
        assert not world.is_open(face._beam)


def test_a_fatal_fault_is_said_in_words(pump_face: SrsSr475Wire, line_to: LineTo) -> None:
    instrument = shutter(line_to(pump_face))
    instrument.open()
    pump_face.fail(6)
    with pytest.raises(InstrumentStateError, match="lamp_shutter: neither open nor closed; 12 V fault"):
        _ = instrument.is_open
    with pytest.raises(InstrumentTimeoutError, match="told to open, but it has not after 1 s; 12 V fault"):
        instrument.set_open(True)
    pump_face.receive(b"C")
    instrument.set_open(True)
    assert instrument.is_open


def test_a_serial_lockout_is_said(pump_face: SrsSr475Wire, line_to: LineTo, world: World) -> None:
    instrument = shutter(line_to(pump_face))
    instrument.open()
    pump_face.receive(b"E")
    with pytest.raises(InstrumentTimeoutError, match="control over the serial line is locked out"):
        instrument.set_open(True)
    assert not world.is_open("pump")


def test_follows_the_manual() -> None:
    """Seven bytes an answer, LF the last; a number begins with "-" or a space (manual p. 2-4)."""
    surroundings, script = scripted(
        [
            (b"A", b""), (b"S", b"-00001\n"), (b"S", b" 00000\n"),
            (b"@", b""), (b"S", b" 00000\n"), (b"@", b""), (b"S", b"    -1\n"), (b"S", b"     1\n"),
            (b"S", b"     1\n"),
            (b"X", b" SR476\n"), (b"Y", b"  1234\n"),
        ]
    )  # fmt: skip
    instrument = shutter(surroundings)
    instrument.open()
    instrument.set_open(True)
    assert instrument.is_open
    assert instrument.identify() == Identity("Stanford_Research_Systems", "SR476", "1234")
    script.finish()


@pytest.mark.parametrize("answer", [b"1\n", b"      1\n", b"   0.5\n", b"     2\n", b"   one\n"])
def test_anything_but_seven_bytes_and_a_state_is_a_bad_reply(answer: bytes) -> None:
    surroundings, _ = scripted([(b"A", b""), (b"S", b"     0\n"), (b"S", answer)])
    instrument = shutter(surroundings)
    instrument.open()
    with pytest.raises(BadReplyError, match="lamp_shutter: asked b'S', answered"):
        _ = instrument.is_open


def test_the_wire_answers_each_letter_as_it_comes(
    pump_face: SrsSr475Wire, clock: VirtualClock, world: World
) -> None:
    pump_face.receive(b"S@S@A")
    assert pump_face.transmit() == b" 00000\n-00001\n"
    assert world.is_open("pump"), "moves are ignored in transit"
    clock.sleep(1.0)
    pump_face.receive(b"S?WWZXB")
    assert pump_face.transmit() == b" 00001\n 00002\n 00000\n 00023\n SR475\n"
    assert not world.is_open("pump")


@given(answer=spoiled(b" 00000\n"))
def test_a_spoiled_state_is_refused_in_words_or_true(answer: bytes) -> None:
    bench = Bench(SrsSr475Wire)
    instrument = shutter(bench.surroundings)
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(b"S", answer)
    value = outcome(lambda: instrument.is_open)
    if isinstance(value, QdlabError):
        assert "lamp_shutter" in str(value) or "sim://" in str(value)
    else:
        assert float(answer.partition(b"\n")[0]) == value
        assert answer[6:7] == b"\n"
    assert bench.clock.now_s - start_s < 10.0
    assert instrument.is_open is False


@given(st.data())
@pytest.mark.parametrize(
    ("question", "good"), [(b"S", b" 00001\n"), (b"W", b" 00000\n"), (b"Z", b" 00003\n")]
)
def test_whatever_comes_back_the_shutter_can_be_closed_again(
    question: bytes, good: bytes, data: st.DataObject
) -> None:
    bench = Bench(SrsSr475Wire)
    instrument = shutter(bench.surroundings)
    instrument.open()
    bench.line.spoil(question, data.draw(spoiled(good)))
    outcome(lambda: instrument.set_open(True))
    instrument.make_safe()
    assert not bench.world.is_open("pump")
