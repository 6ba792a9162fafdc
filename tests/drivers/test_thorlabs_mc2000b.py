"""The Thorlabs MC2000B: its contract, its bytes, its standby rule, and answers gone wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoiled_line import Bench, LineTo, outcome

from drivers.thorlabs_mc2000b import ThorlabsMc2000b
from qdlab.clock import VirtualClock
from qdlab.errors import (
    BadReplyError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    QdlabError,
)
from qdlab.instruments import ReportsLock, Surroundings
from qdlab.testing import ChopperContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.thorlabs_mc2000b import ThorlabsMc2000bWire

OPTIONS = ThorlabsMc2000b.Options(resource="sim://")


def chopper(surroundings: Surroundings, **options: object) -> ThorlabsMc2000b:
    table = {"resource": "sim://"} | options
    return ThorlabsMc2000b("chopper", ThorlabsMc2000b.Options.model_validate(table), surroundings)


@pytest.fixture
def face(world: World) -> ThorlabsMc2000bWire:
    return ThorlabsMc2000bWire(world)


class TestThorlabsMc2000b(ChopperContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, face: ThorlabsMc2000bWire) -> ThorlabsMc2000b:
        return chopper(line_to(face))

    def test_does_not_claim_to_report_its_lock(self, instrument: ThorlabsMc2000b) -> None:
        assert not isinstance(instrument, ReportsLock)

    def test_the_world_chops_every_other_pulse_once_started(
        self, opened: ThorlabsMc2000b, world: World, clock: VirtualClock
    ) -> None:
        assert not world.chopper_running
        start_s = clock.now_s
        opened.start()
        assert world.chopper_running
        assert clock.now_s - start_s >= ThorlabsMc2000bWire.spin_s + OPTIONS.lock_s - 0.1
        opened.stop()
        assert not world.chopper_running

    def test_reads_its_ratio_from_the_instrument(
        self, opened: ThorlabsMc2000b, face: ThorlabsMc2000bWire
    ) -> None:
        assert opened.divisor == 2
        face.receive(b"dharmonic=5\r")
        assert opened.divisor == 5
        face.receive(b"nharmonic=3\r")
        with pytest.raises(InstrumentStateError, match="harmonics are 3/5"):
            _ = opened.divisor

    def test_says_when_the_blade_stops_itself(
        self, opened: ThorlabsMc2000b, face: ThorlabsMc2000bWire, world: World
    ) -> None:
        face.overspeeds = True
        with pytest.raises(InstrumentStateError, match="chopper: stopped by itself"):
            opened.start()
        assert not world.chopper_running


@pytest.mark.parametrize(
    ("blade", "ring", "rate_hz", "limits"),
    [
        ("MC1F10HP", "inner", 5000.0, "2500 Hz is outside 20 to 1000 Hz"),
        ("MC1F10HP", "outer", 100.0, "50 Hz is outside 200 to 10000 Hz"),
        ("MC1F15", "outer", 5000.0, "2500 Hz is outside 30 to 1500 Hz"),
    ],
)
def test_a_laser_beyond_the_blade_is_refused_before_it_turns(
    clock: VirtualClock, line_to: LineTo, blade: str, ring: str, rate_hz: float, limits: str
) -> None:
    world = World(World.Options.model_validate({"pump": {"laser_rate_hz": rate_hz}}), clock)
    instrument = chopper(line_to(ThorlabsMc2000bWire(world)), blade=blade, ring=ring)
    instrument.open()
    with pytest.raises(LimitError, match=f"chopper: chopping with blade {blade}: {limits}"):
        instrument.start()
    assert not instrument.running


@pytest.mark.parametrize(
    ("options", "ref", "output"),
    [
        ({"blade": "MC1F10HP", "ring": "outer"}, b"2", b"1"),
        ({"blade": "MC1F10HP", "ring": "inner"}, b"3", b"2"),
        ({"blade": "MC1F30"}, b"1", b"1"),
    ],
)
def test_each_blade_has_its_own_numbers_for_reference_and_output(
    world: World,
    face: ThorlabsMc2000bWire,
    line_to: LineTo,
    options: dict[str, object],
    ref: bytes,
    output: bytes,
) -> None:
    instrument = chopper(line_to(face), **options)
    instrument.open()
    face.receive(b"ref?\routput?\r")
    assert face.transmit() == b"ref?\r" + ref + b"\r> output?\r" + output + b"\r> "


def test_speed_that_is_not_reached_is_a_timeout_with_both_frequencies(
    line_to: LineTo, face: ThorlabsMc2000bWire
) -> None:
    face.spin_s = 100.0
    instrument = chopper(line_to(face), spin_up_s=10.0)
    instrument.open()
    with pytest.raises(
        InstrumentTimeoutError, match=r"chopper: chops at 2\d\d Hz after 10 s, not at 2500 Hz"
    ):
        instrument.start()


# The manual's own bytes (hardware.md 3.1): echo, CR, answer, CR, prompt; a bare CR before each command.

OPENING = [
    exchange
    for command, answer in [
        ("id?", "THORLABS MC2000B Version 4.19"), ("enable=0", None), ("enable?", "0"),
        ("blade=6", None), ("blade?", "6"), ("ref=3", None), ("ref?", "3"), ("output=2", None),
        ("output?", "2"), ("nharmonic=1", None), ("nharmonic?", "1"), ("dharmonic=2", None),
        ("dharmonic?", "2"), ("phase=90", None), ("phase?", "90"),
    ]
    for exchange in [
        (b"\r", b"\r> "),
        (
            command.encode() + b"\r",
            command.encode() + b"\r" + (b"" if answer is None else answer.encode() + b"\r") + b"> ",
        ),
    ]
]  # fmt: skip


def test_follows_the_manual_for_a_1_khz_laser_on_the_inner_ring() -> None:
    surroundings, script = scripted(
        [
            *OPENING,
            (b"\r", b"\r> "), (b"input?\r", b"input?\r1000\r> "),
            (b"\r", b"\r> "), (b"enable?\r", b"enable?\r0\r> "),
            (b"\r", b"\r> "), (b"enable=1\r", b"enable=1\r> "),
            (b"\r", b"\r> "), (b"enable?\r", b"enable?\r1\r> "),
            (b"\r", b"\r> "), (b"refoutfreq?\r", b"refoutfreq?\r120\r> "),
            (b"\r", b"\r> "), (b"enable?\r", b"enable?\r1\r> "),
            (b"\r", b"\r> "), (b"refoutfreq?\r", b"refoutfreq?\r500\r> "),
            (b"\r", b"\r> "), (b"enable?\r", b"enable?\r1\r> "),
        ]
    )  # fmt: skip
    instrument = chopper(surroundings, ring="inner", phase_deg=90)
    instrument.open()
    instrument.start()
    script.finish()


def test_reports_an_error_line_in_the_instruments_words() -> None:
    error = b"enable=0\rCommand error CMD_NOT_DEFINED\r> "
    surroundings, _ = scripted([*OPENING, (b"\r", b"\r> "), (b"enable=0\r", error)])
    instrument = chopper(surroundings, ring="inner", phase_deg=90)
    instrument.open()
    with pytest.raises(
        InstrumentStateError, match="told 'enable=0', answered 'Command error CMD_NOT_DEFINED'"
    ):
        instrument.stop()


def test_a_setting_that_is_not_kept_is_said() -> None:
    surroundings, _ = scripted([*OPENING[:6], (b"\r", b"\r> "), (b"blade=6\r", b"blade=6\r> "),
                                (b"\r", b"\r> "), (b"blade?\r", b"blade?\r1\r> ")])  # fmt: skip
    with pytest.raises(InstrumentStateError, match="blade set to 6, but it reads back 1"):
        chopper(surroundings, ring="inner", phase_deg=90).open()


def test_another_instrument_on_the_port_is_not_taken_for_a_chopper() -> None:
    surroundings, script = scripted([(b"\r", b"\r> "), (b"id?\r", b"id?\rTHORLABS SC10 VERSION 1.07\r> ")])
    with pytest.raises(BadReplyError, match="SC10"):
        chopper(surroundings).open()
    script.finish()


def test_the_wire_answers_in_any_pieces(face: ThorlabsMc2000bWire) -> None:
    for byte in b"freq=500\r":
        face.receive(bytes([byte]))
    assert face.transmit() == b"freq=500\r> "
    face.receive(b"freq?\r\rfr")
    assert face.transmit() == b"freq?\r500\r> \r> fr"
    face.receive(b"og?\rfreq=0\r")
    assert face.transmit() == (
        b"og?\rCommand error CMD_NOT_DEFINED\r> freq=0\rCommand error CMD_ARG_INVALID\r> "
    )


def test_the_wire_keeps_blade_reference_and_harmonics_while_it_turns(
    face: ThorlabsMc2000bWire, world: World
) -> None:
    face.receive(b"ref=2\rdharmonic=2\renable=1\r")
    assert world.chopper_running
    face.transmit()
    face.receive(b"dharmonic=3\rdharmonic?\rphase=10\rphase?\r")
    sent = face.transmit()
    assert b"dharmonic=3\rCommand error" in sent
    assert b"dharmonic?\r2\r> " in sent
    assert b"phase?\r10\r> " in sent
    face.receive(b"enable=0\rref=0\renable=1\r")
    assert not world.chopper_running, "a blade on its own oscillator is not in step with the laser"


@given(data=st.data())
@pytest.mark.parametrize(
    ("question", "reply"), [("enable", b"enable?\r0\r> "), ("dharmonic", b"dharmonic?\r2\r> ")]
)
def test_a_spoiled_reply_is_refused_in_words_or_true(
    question: str, reply: bytes, data: st.DataObject
) -> None:
    answer = data.draw(spoiled(reply))
    bench = Bench(ThorlabsMc2000bWire)
    instrument = chopper(bench.surroundings)
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(question.encode() + b"?\r", answer)
    value = outcome(lambda: instrument.running if question == "enable" else instrument.divisor)
    if isinstance(value, QdlabError):
        assert "chopper" in str(value) or "sim://" in str(value)
    else:
        echo, said = answer.partition(b"\r>")[0].split(b"\r")
        assert echo.lstrip(b" ") == question.encode() + b"?"
        assert float(said) == value
    assert bench.clock.now_s - start_s < 3.0 * OPTIONS.timeout_s
    assert instrument.running is False
    assert instrument.divisor == 2
