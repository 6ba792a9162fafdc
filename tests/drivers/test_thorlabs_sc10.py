"""The Thorlabs SC10: its contract, its bytes, its toggling enable, its interlock, and answers gone wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoiled_line import Bench, LineTo, outcome

from drivers.thorlabs_sc10 import ThorlabsSc10
from qdlab.clock import VirtualClock
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError, QdlabError
from qdlab.instruments import LineSettings, Surroundings, Transport
from qdlab.testing import ShutterContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires import SimulatedLine
from simulators.wires.thorlabs_sc10 import ThorlabsSc10Wire

BEAMS = ["lamp", "excitation", "pump", "probe"]


def shutter(surroundings: Surroundings, **options: object) -> ThorlabsSc10:
    table = {"resource": "sim://"} | options
    return ThorlabsSc10("pump_shutter", ThorlabsSc10.Options.model_validate(table), surroundings)


@pytest.fixture(params=BEAMS)
def face(request: pytest.FixtureRequest, world: World) -> ThorlabsSc10Wire:
    return ThorlabsSc10Wire(world, beam=request.param)


@pytest.fixture
def pump_face(world: World) -> ThorlabsSc10Wire:
    return ThorlabsSc10Wire(world)


class TestThorlabsSc10(ShutterContract):
    @pytest.fixture
    def instrument(self, line_to: LineTo, face: ThorlabsSc10Wire) -> ThorlabsSc10:
        return shutter(line_to(face))

    def test_only_its_own_beam_is_opened(
        self, opened: ThorlabsSc10, world: World, face: ThorlabsSc10Wire
    ) -> None:
        opened.set_open(True)
        assert [beam for beam in BEAMS if world.is_open(beam)] == [face._beam]

    def test_waits_for_the_blade(self, opened: ThorlabsSc10, clock: VirtualClock) -> None:
        start_s = clock.now_s
        opened.set_open(True)
        assert clock.now_s - start_s >= ThorlabsSc10Wire.travel_s

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()


def test_a_beam_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="beam 'moon' is none of lamp, excitation, pump, probe"):
        ThorlabsSc10Wire(world, beam="moon")


@pytest.mark.parametrize("left_open", [False, True])
@pytest.mark.parametrize("mode", [b"1", b"4", b"5"])
def test_opening_the_line_leaves_it_closed_whatever_the_front_panel_did(
    world: World, pump_face: ThorlabsSc10Wire, line_to: LineTo, left_open: bool, mode: bytes
) -> None:
    pump_face.receive(b"mode=" + mode + b"\r" + (b"ens\r" if left_open else b""))
    instrument = shutter(line_to(pump_face))
    instrument.open()
    assert not world.is_open("pump")
    assert not instrument.is_open
    instrument.set_open(True)
    assert world.is_open("pump")


def test_a_tripped_interlock_is_said_and_nothing_is_toggled(
    world: World, pump_face: ThorlabsSc10Wire, line_to: LineTo
) -> None:
    instrument = shutter(line_to(pump_face))
    instrument.open()
    pump_face.trip_interlock(True)
    with pytest.raises(InstrumentStateError, match="pump_shutter: the interlock is tripped"):
        instrument.set_open(True)
    pump_face.trip_interlock(False)
    assert not world.is_open("pump")
    instrument.set_open(True)
    pump_face.trip_interlock(True)
    world.clock.sleep(1.0)
    assert not instrument.is_open
    assert not world.is_open("pump")
    instrument.make_safe()
    pump_face.trip_interlock(False)
    assert not world.is_open("pump"), "made safe, it must not open by itself when the interlock is closed"


def test_somebody_at_the_front_panel_is_noticed(
    world: World, pump_face: ThorlabsSc10Wire, line_to: LineTo
) -> None:
    instrument = shutter(line_to(pump_face))
    instrument.open()
    pump_face.receive(b"ens\r")
    world.clock.sleep(1.0)
    assert instrument.is_open
    instrument.set_open(True)
    assert world.is_open("pump")
    instrument.set_open(False)
    assert not world.is_open("pump")


def test_a_stuck_blade_is_a_timeout_that_says_what_it_sees(
    pump_face: ThorlabsSc10Wire, line_to: LineTo
) -> None:
    instrument = shutter(line_to(pump_face))
    instrument.open()
    pump_face.travel_s = 1000.0
    with pytest.raises(
        InstrumentTimeoutError,
        match="pump_shutter: told to open, but it has not after 1 s; it is enabled and closed",
    ):
        instrument.set_open(True)


@pytest.mark.parametrize("baud_rate", [9600, 115_200])
def test_the_port_is_set_as_the_controller(
    pump_face: ThorlabsSc10Wire, clock: VirtualClock, baud_rate: int
) -> None:
    seen: list[LineSettings] = []

    def connect(resource: str, line: LineSettings) -> Transport:
        seen.append(line)
        return SimulatedLine(resource, pump_face, clock)

    shutter(Surroundings(clock, connect), baud_rate=baud_rate).open()
    assert seen == [LineSettings(baud_rate)]


# Echo, answer, prompt, byte by byte (hardware.md 6.3). Prompts come with a space or without one.

CLOSED = [(b"ens?\r", b"ens?\r0\r> "), (b"closed?\r", b"closed?\r1\r> "), (b"ens?\r", b"ens?\r0\r> ")]
OPENING = [
    *CLOSED,
    (b"mode=1\r", b"mode=1\r> "), (b"mode?\r", b"mode?\r1\r> "),
    (b"trig=0\r", b"trig=0\r> "), (b"trig?\r", b"trig?\r0\r> "),
    *CLOSED,
]  # fmt: skip


@pytest.mark.parametrize("space", [b" ", b""])
def test_reads_before_it_toggles_and_follows_the_manual(space: bytes) -> None:
    exchanges = [
        *OPENING,
        (b"interlock?\r", b"interlock?\r0\r> "),
        (b"ens?\r", b"ens?\r0\r> "), (b"ens\r", b"ens\r> "),
        (b"closed?\r", b"closed?\r1\r> "),
        (b"closed?\r", b"closed?\r0\r> "), (b"ens?\r", b"ens?\r1\r> "),
        (b"ens?\r", b"ens?\r1\r> "), (b"ens\r", b"ens\r> "),
        (b"closed?\r", b"closed?\r1\r> "), (b"ens?\r", b"ens?\r0\r> "),
    ]  # fmt: skip
    surroundings, script = scripted([(asked, answer[:-1] + space) for asked, answer in exchanges])
    instrument = shutter(surroundings)
    instrument.open()
    instrument.set_open(True)
    instrument.set_open(False)
    script.finish()


def test_a_prompt_whose_space_comes_late_does_no_harm() -> None:
    surroundings, script = scripted(
        [(asked, b" " + answer[:-1] if n else answer[:-1]) for n, (asked, answer) in enumerate(OPENING)]
    )
    shutter(surroundings).open()
    script.finish()


def test_the_wire_answers_in_any_pieces(pump_face: ThorlabsSc10Wire, world: World) -> None:
    for byte in b"ens?\r":
        pump_face.receive(bytes([byte]))
    assert pump_face.transmit() == b"ens?\r0\r> "
    pump_face.receive(b"ens\rens?\rmode=6\rblink\rinterlock?\r")
    assert pump_face.transmit() == (
        b"ens\r> ens?\r1\r> mode=6\rCommand error CMD_ARG_INVALID\r> "
        b"blink\rCommand error CMD_NOT_DEFINED\r> interlock?\r0\r> "
    )
    assert world.is_open("pump")


@given(answer=spoiled(b"closed?\r1\r> "))
def test_a_spoiled_state_is_refused_in_words_or_true(answer: bytes) -> None:
    bench = Bench(ThorlabsSc10Wire)
    instrument = shutter(bench.surroundings)
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(b"closed?\r", answer)
    value = outcome(lambda: instrument.is_open)
    if isinstance(value, QdlabError):
        assert "pump_shutter" in str(value) or "sim://" in str(value)
    else:
        assert answer.lstrip(b" ").startswith(b"closed?\r" + (b"0" if value else b"1") + b"\r>")
    assert bench.clock.now_s - start_s < 5.0
    assert instrument.is_open is False


@given(st.data())
@pytest.mark.parametrize("question", [b"ens\r", b"interlock?\r", b"closed?\r"])
def test_whatever_comes_back_the_shutter_can_be_closed_again(question: bytes, data: st.DataObject) -> None:
    good = {b"ens\r": b"ens\r> "}.get(question, question + b"0\r> ")
    bench = Bench(ThorlabsSc10Wire)
    instrument = shutter(bench.surroundings)
    instrument.open()
    bench.line.spoil(question, data.draw(spoiled(good)))
    came = outcome(lambda: instrument.set_open(True))
    assert isinstance(came, QdlabError) or bench.world.is_open("pump")
    instrument.make_safe()
    assert not bench.world.is_open("pump")
