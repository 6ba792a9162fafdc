"""The SRS SR542: its contract, its bytes, its lock and the loss of it, and answers gone wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoiled_line import Bench, LineTo, outcome

from drivers.srs_sr542 import SrsSr542
from qdlab.clock import VirtualClock
from qdlab.errors import BadReplyError, InstrumentStateError, InstrumentTimeoutError, QdlabError
from qdlab.instruments import Identity, ReportsLock, Surroundings
from qdlab.testing import ChopperContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.srs_sr542 import SrsSr542Wire


def chopper(surroundings: Surroundings, **options: object) -> SrsSr542:
    table = {"resource": "sim://"} | options
    return SrsSr542("chopper", SrsSr542.Options.model_validate(table), surroundings)


@pytest.fixture
def face(world: World) -> SrsSr542Wire:
    return SrsSr542Wire(world)


class TestSrsSr542(ChopperContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, face: SrsSr542Wire) -> SrsSr542:
        return chopper(line_to(face))

    def test_reports_its_lock(self, instrument: SrsSr542) -> None:
        assert ReportsLock in type(instrument).__mro__

    def test_waits_for_the_lock_and_the_world_chops(
        self, opened: SrsSr542, world: World, clock: VirtualClock
    ) -> None:
        start_s = clock.now_s
        opened.start()
        assert clock.now_s - start_s == pytest.approx(SrsSr542Wire.spin_s, abs=0.2)
        assert world.chopper_running
        opened.stop()
        assert not world.chopper_running

    def test_a_loss_between_two_looks_counts_until_it_is_started_again(
        self, opened: SrsSr542, face: SrsSr542Wire, clock: VirtualClock
    ) -> None:
        opened.start()
        assert opened.locked
        face.lose_lock()
        clock.sleep(10.0)
        assert not opened.locked
        assert not opened.locked
        opened.start()
        assert opened.locked

    def test_a_blade_that_never_locks_is_not_taken_for_running(self, opened: SrsSr542, world: World) -> None:
        world.faults.add("lost_chopper_lock")
        with pytest.raises(InstrumentTimeoutError, match=r"no phase lock after .* s"):
            opened.start()
        assert not opened.locked

    def test_is_not_locked_while_it_looks_for_the_phase(self, opened: SrsSr542, face: SrsSr542Wire) -> None:
        opened.start()
        face.lose_lock()
        assert not opened.locked
        opened.start()
        assert opened.locked

    def test_starts_again_after_a_stop_without_an_old_loss(self, opened: SrsSr542) -> None:
        opened.start()
        opened.stop()
        opened.start()
        assert opened.locked

    def test_says_what_was_reached_if_there_is_no_laser(self, opened: SrsSr542, face: SrsSr542Wire) -> None:
        face.laser_reaches_it = False
        with pytest.raises(
            InstrumentTimeoutError,
            match="chopper: no phase lock after 60 s; not laser seen, not frequency locked, not phase locked",
        ):
            opened.start()

    @pytest.mark.parametrize("control", ["shaft", "inner", "outer"])
    def test_slaves_what_it_is_told_to(self, face: SrsSr542Wire, line_to: LineTo, control: str) -> None:
        instrument = chopper(line_to(face), control=control, divisor=4, phase_deg=12.34, edge="fall")
        instrument.open()
        instrument.start()
        assert instrument.divisor == 4
        assert instrument.locked


def test_a_ratio_changed_at_the_front_panel_is_noticed(
    face: SrsSr542Wire, line_to: LineTo, world: World
) -> None:
    instrument = chopper(line_to(face))
    instrument.open()
    face.receive(b"DIVR 3\n")
    with pytest.raises(InstrumentStateError, match=r"chops at 1666\.67 Hz, not at 1/2 of the laser's 5000"):
        instrument.start()
    assert instrument.divisor == 3
    assert not world.chopper_running
    face.receive(b"MULT 2\n")
    with pytest.raises(InstrumentStateError, match="the ratio is 2/3"):
        _ = instrument.divisor


# The client's opening words, tokens as numbers, and the registers of the manual (hardware.md 3.2).

OK = (b"LERR?\n", b"0\n")
OPENING = [
    (b"TOKN OFF\n", b""), (b"TERM LF\n", b""), OK,
    (b"MOTR 0\n", b""), OK, (b"MOTR?\n", b"0\n"),
    (b"SRCE 3\n", b""), OK, (b"SRCE?\n", b"3\n"),
    (b"EDGE 0\n", b""), OK, (b"EDGE?\n", b"0\n"),
    (b"CTRL 1\n", b""), OK, (b"CTRL?\n", b"1\n"),
    (b"MULT 1\n", b""), OK, (b"MULT?\n", b"1\n"),
    (b"DIVR 2\n", b""), OK, (b"DIVR?\n", b"2\n"),
    (b"PHAS 45.25\n", b""), OK, (b"PHAS?\n", b"45.25\n"),
    (b"CHNT 8\n", b""), OK, (b"CHNT?\n", b"8\n"),
]  # fmt: skip


def test_follows_the_manual() -> None:
    surroundings, script = scripted(
        [
            *OPENING,
            (b"MOTR?\n", b"0\n"), (b"MOTR 1\n", b""), OK,
            (b"CHCR?\n", b"3\n"), (b"MOTR?\n", b"1\n"),  # motor on, laser seen
            (b"CHCR?\n", b"15\n"),  # and locked in frequency and phase
            (b"CHEV?\n", b"8\n"),
            (b"MFRQ? 3\n", b"1000.0\n"), (b"MFRQ? 6\n", b"500.0\n"),
            (b"CHEV?\n", b"0\n"), (b"CHCR?\n", b"15\n"),
            (b"CHEV?\n", b"0\n"), (b"CHCR?\n", b"7\n"),
            (b"CHEV?\n", b"8\n"), (b"CHCR?\n", b"15\n"),
            (b"CHEV?\n", b"0\n"), (b"CHCR?\n", b"15\n"),
            (b"*IDN?\n", b"Stanford_Research_Systems,SR542,s/n00000123,ver1.02\n"),
        ]
    )  # fmt: skip
    instrument = chopper(surroundings, control="inner", phase_deg=45.25)
    instrument.open()
    instrument.start()
    assert instrument.locked
    assert not instrument.locked, "no bit 3"
    assert not instrument.locked, "lost and found again since"
    assert not instrument.locked, "and whoever found it may have found the other pulses"
    assert instrument.identify() == Identity("Stanford_Research_Systems", "SR542", "s/n00000123", "ver1.02")
    script.finish()


def test_errors_of_the_queue_become_one_message() -> None:
    surroundings, script = scripted(
        [
            *OPENING,
            (b"MOTR 0\n", b""), (b"LERR?\n", b"111\n"), (b"LERR?\n", b"14\n"), OK,
        ]
    )  # fmt: skip
    instrument = chopper(surroundings, control="inner", phase_deg=45.25)
    instrument.open()
    with pytest.raises(InstrumentStateError, match="chopper: told 'MOTR 0', reports error 111, 14"):
        instrument.stop()
    script.finish()


@pytest.mark.parametrize(
    ("at", "answer", "message"),
    [
        (("SRCE?\n"), b"0\n", "SRCE set to 3, but it reads back 0"),
        (("PHAS?\n"), b"46.00\n", r"phase set to 45\.25 deg, but it reads back 46\.0 deg"),
    ],
)
def test_settings_that_are_not_kept_are_said(at: str, answer: bytes, message: str) -> None:
    changed = [(asked, answer if asked == at.encode() else reply) for asked, reply in OPENING]
    surroundings, _ = scripted(changed)
    with pytest.raises(InstrumentStateError, match=message):
        chopper(surroundings, control="inner", phase_deg=45.25).open()


def test_a_phase_just_below_the_full_turn_is_near_zero() -> None:
    script = [
        (b"PHAS 0.0\n" if asked == b"PHAS 45.25\n" else asked, b"359.95\n" if asked == b"PHAS?\n" else reply)
        for asked, reply in OPENING
    ]
    surroundings, transport = scripted(script)
    chopper(surroundings, control="inner").open()
    transport.finish()


def test_a_motor_that_goes_off_by_itself_is_said() -> None:
    surroundings, _ = scripted(
        [
            *OPENING,
            (b"MOTR?\n", b"0\n"), (b"MOTR 1\n", b""), OK, (b"CHCR?\n", b"0\n"), (b"MOTR?\n", b"0\n"),
        ]
    )  # fmt: skip
    instrument = chopper(surroundings, control="inner", phase_deg=45.25)
    instrument.open()
    with pytest.raises(InstrumentStateError, match="the motor went off by itself"):
        instrument.start()


def test_words_instead_of_numbers_are_a_bad_reply() -> None:
    surroundings, _ = scripted([*OPENING, (b"MOTR?\n", b"OFF\n")])
    instrument = chopper(surroundings, control="inner", phase_deg=45.25)
    instrument.open()
    with pytest.raises(BadReplyError, match="OFF"):
        _ = instrument.running


def test_the_wire_speaks_words_and_crlf_until_told_otherwise(face: SrsSr542Wire) -> None:
    for byte in b" srce  ext\r":
        face.receive(bytes([byte]))
    face.receive(b"SRCE?\nTOKN OFF;TERM LF;SRCE?\n;;\r\nMOTR?;PH")
    assert face.transmit() == b"EXT\r\n3\n0\n"
    face.receive(b"AS 30.256\rPHAS?\nPHAS high;NONE 3;CHCR 1;MOTR 2\nAB\n")
    assert face.transmit() == b"30.26\n"
    face.receive(b"LERR?\n" * 6)
    assert face.transmit() == b"14\n111\n113\n14\n110\n0\n"


def test_the_wire_shows_single_bits_and_clears_only_what_was_read(
    face: SrsSr542Wire, clock: VirtualClock
) -> None:
    face.receive(b"TOKN OFF;TERM LF;SRCE 3;DIVR 2;CHNT 12;MOTR 1\nCHCR?\n")
    assert face.transmit() == b"3\n"
    clock.sleep(2.5)
    face.receive(b"CHCR?\n")
    assert face.transmit() == b"7\n"
    clock.sleep(2.5)
    face.receive(b"CHCR? 3\nCHCR?\nMOTR 0;CHEV? 3\nCHEV?\nCHEV?\nCHCR? 3\n")
    assert face.transmit() == b"1\n15\n1\n4\n0\n0\n"


ASKED: dict[str, tuple[bytes, Callable[[SrsSr542], object]]] = {
    "MOTR?": (b"0\n", lambda instrument: instrument.running),
    "DIVR?": (b"2\n", lambda instrument: instrument.divisor),
    "CHCR?": (b"2\n", lambda instrument: instrument.locked),
    "*IDN?": (b"a,b,c,d\n", lambda instrument: instrument.identify()),
}


@given(data=st.data())
@pytest.mark.parametrize("question", ASKED)
def test_a_spoiled_reply_is_refused_in_words_or_true(question: str, data: st.DataObject) -> None:
    reply, ask = ASKED[question]
    answer = data.draw(spoiled(reply))
    bench = Bench(SrsSr542Wire)
    instrument = chopper(bench.surroundings)
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(question.encode() + b"\n", answer)
    value = outcome(lambda: ask(instrument))
    said = answer.partition(b"\n")[0]
    if isinstance(value, QdlabError):
        assert "chopper" in str(value) or "sim://" in str(value)
    elif isinstance(value, Identity):
        assert value.model == said.decode("ascii", "replace").split(",")[1].strip()
    elif question == "CHCR?":
        assert value == bool(int(said) & 8)
    else:
        assert value == int(said)
    assert bench.clock.now_s - start_s < 5.0
    assert instrument.running is False
    assert instrument.identify().model == "SR542"


@given(answer=spoiled(b"0\n"))
def test_a_spoiled_error_queue_never_hangs(answer: bytes) -> None:
    bench = Bench(SrsSr542Wire)
    instrument = chopper(bench.surroundings)
    instrument.open()
    bench.line.spoil(b"LERR?\n", answer)
    outcome(instrument.stop)
    assert bench.clock.now_s < 5.0
    instrument.start()
    assert instrument.locked
