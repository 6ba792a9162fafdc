"""The GCS driver against its wire face, against the manual's own words, and on a bad line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_cases import (
    Face,
    OnVirtualTime,
    SpoiledLab,
    WireTo,
    acts,
    opens_after_a_spoiled_answer,
    options_of,
    says_nothing_stale_on_a_slow_line,
)

from drivers.pi_gcs import PiGcs
from qdlab.errors import BadReplyError, InstrumentError, InstrumentTimeoutError, LimitError
from qdlab.instruments import Identity
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.pi_gcs import PiGcsWire

OPTIONS = options_of(PiGcs)
FINE = (b"ERR?\n", b"0\n")
OPENING = [
    (b"HLT 1\n", b""), (b"ERR?\n", b"10\n"),
    (b"SVO 1 1\n", b""), FINE, (b"SVO? 1\n", b"1=1\n"),
    (b"VEL 1 100\n", b""), FINE, (b"VEL? 1\n", b"1=100.0000000\n"),
]  # fmt: skip
STANDS = [(b"\x07", b"\xb1\n"), (b"\x05", b"0\n"), (b"ONT? 1\n", b"1=1\n"), FINE]


class TestPiGcs(OnVirtualTime):
    @pytest.fixture
    def instrument(self, wire_to: WireTo) -> PiGcs:
        return PiGcs("stage", OPTIONS, wire_to(PiGcsWire))

    def test_what_the_encoder_rounds_is_read_back(self, opened: PiGcs) -> None:
        opened.start_move(123.456789)
        opened.wait(10.0)
        assert opened.position_mm == 123.4568


def just_switched_on(world: World) -> PiGcsWire:
    return PiGcsWire(world, referenced="no")


def test_says_that_it_has_to_be_homed_first() -> None:
    stage = PiGcs("stage", OPTIONS, SpoiledLab(just_switched_on).surroundings)
    stage.open()
    with pytest.raises(InstrumentError, match=r"stage: MOV 1 5: error 5, axis not referenced \(home it"):
        stage.start_move(5.0)
    stage.home()
    stage.start_move(5.0)
    stage.wait(1.0)
    assert stage.position_mm == 5.0


@pytest.mark.parametrize(("reference", "mark_mm"), [("FRF", 0.0), ("FNL", 0.0), ("FPL", 600.0)])
def test_homes_when_opened_if_told_so(reference: str, mark_mm: float) -> None:
    lab = SpoiledLab(just_switched_on)
    options = OPTIONS.model_copy(update={"home_when_opened": True, "reference": reference})
    stage = PiGcs("stage", options, lab.surroundings)
    stage.open()
    assert stage.position_mm == mark_mm
    assert lab.clock.now_s >= mark_mm / 100.0
    stage.start_move(300.0)


def test_a_search_that_was_stopped_leaves_it_without_reference() -> None:
    lab = SpoiledLab(just_switched_on)
    stage = PiGcs("stage", OPTIONS.model_copy(update={"homing_timeout_s": 0.5}), lab.surroundings)
    stage.open()
    lab.world.stage = type(lab.world.stage)(300.0, 300.0, lab.clock.now_s, 100.0)
    with pytest.raises(InstrumentTimeoutError, match=r"stage: move not finished after 0.5 s"):
        stage.home()
    stage.stop()
    with pytest.raises(InstrumentError, match="error 5"):
        stage.start_move(5.0)


def test_says_what_the_controller_refuses() -> None:
    lab = SpoiledLab(lambda world: PiGcsWire(world, travel_high_mm="50"))
    stage = PiGcs("stage", OPTIONS, lab.surroundings)
    stage.open()
    with pytest.raises(InstrumentError, match=r"stage: MOV 1 60: error 7, position out of limits"):
        stage.start_move(60.0)
    assert not stage.moving


def test_says_the_manuals_words() -> None:
    surroundings, line = scripted(
        [
            *OPENING,
            (b"*IDN?\n", b"(c)2015 Physik Instrumente (PI) GmbH & Co. KG, C-863.12, 0135500826, 1.2.1.0\n"),
            (b"MOV 1 123.4567\n", b""), FINE,
            (b"\x05", b"1\n"), (b"POS? 1\n", b"1=12.5000000\n"),
            *STANDS,
            (b"HLT 1\n", b""), (b"ERR?\n", b"10\n"),
            (b"FRF 1\n", b""), FINE, (b"\x07", b"\xb0\n"), *STANDS, (b"FRF? 1\n", b"1=1\n"),
        ]
    )  # fmt: skip
    stage = PiGcs("stage", OPTIONS, surroundings)
    stage.open()
    assert stage.identify() == Identity(
        "(c)2015 Physik Instrumente (PI) GmbH & Co. KG", "C-863.12", "0135500826", "1.2.1.0"
    )
    stage.start_move(123.4567)
    assert stage.moving
    assert stage.position_mm == 12.5
    stage.wait(1.0)
    stage.stop()
    stage.home()
    line.finish()


def test_counts_in_micrometres_where_the_controller_does() -> None:
    surroundings, line = scripted(
        [
            *OPENING[:5], (b"VEL 1 100000\n", b""), FINE, (b"VEL? 1\n", b"1=99999.5\n"),
            (b"MOV 1 12500\n", b""), FINE, (b"POS? 1\n", b"1=12500.1\n"),
        ]
    )  # fmt: skip
    stage = PiGcs("stage", OPTIONS.model_copy(update={"unit": "um"}), surroundings)
    stage.open()
    assert stage.velocity_mm_s == 99.9995
    stage.start_move(12.5)
    assert stage.position_mm == 12.5001
    line.finish()


@pytest.mark.parametrize(("mask", "bit", "moving"), [(b"2", 1, True), (b"5", 1, False), (b"0x5", 2, True)])
def test_knows_its_own_bit_of_who_moves(mask: bytes, bit: int, moving: bool) -> None:
    surroundings, _ = scripted([*OPENING, (b"\x05", mask + b"\n")])
    stage = PiGcs("stage", OPTIONS.model_copy(update={"motion_bit": bit}), surroundings)
    stage.open()
    assert stage.moving is moving


def test_waits_until_it_is_on_target() -> None:
    settling = [(b"\x07", b"\xb1\n"), (b"\x05", b"0\n"), (b"ONT? 1\n", b"1=0\n")]
    surroundings, line = scripted([*OPENING, *settling, *settling, *STANDS])
    stage = PiGcs("stage", OPTIONS, surroundings)
    stage.open()
    stage.wait(1.0)
    line.finish()


def test_a_move_that_ended_badly_is_not_taken_for_done() -> None:
    surroundings, line = scripted([*OPENING, *STANDS[:3], (b"ERR?\n", b"1024\n")])
    stage = PiGcs("stage", OPTIONS, surroundings)
    stage.open()
    with pytest.raises(InstrumentError, match="stage: move: error 1024, position error too large, servo"):
        stage.wait(1.0)
    line.finish()


@pytest.mark.parametrize(
    ("index", "answer", "match"),
    [
        (4, b"1=0\n", "servo stays off"),
        (7, b"1=0.0\n", "moves at 0"),
        (7, b"2=100.0\n", r"'1=...' was expected"),
        (6, b"-1\n", "VEL 1 100: error -1, see the list"),
    ],
)
def test_does_not_open_a_stage_that_is_not_as_it_was_set(index: int, answer: bytes, match: str) -> None:
    surroundings, line = scripted([*OPENING[:index], (OPENING[index][0], answer)])
    with pytest.raises(InstrumentError, match=match):
        PiGcs("stage", OPTIONS, surroundings).open()
    line.finish()


def test_an_old_error_is_logged_and_does_not_hinder(caplog: pytest.LogCaptureFixture) -> None:
    surroundings, line = scripted([OPENING[0], (b"ERR?\n", b"2\n"), *OPENING[2:]])
    PiGcs("stage", OPTIONS, surroundings).open()
    line.finish()
    assert "stage: left behind: error 2, unknown command" in caplog.text


def test_nothing_outside_the_travel_is_sent() -> None:
    surroundings, line = scripted(OPENING)
    stage = PiGcs("stage", OPTIONS, surroundings)
    stage.open()
    for position_mm in (-0.001, 600.001, math.nan, math.inf):
        with pytest.raises(LimitError, match=r"stage: position: .* mm is outside 0 to 600 mm"):
            stage.start_move(position_mm)
    line.finish()


ACTS = ["identify", "position_mm", "moving", "start_move", "wait", "stop", "make_safe", "home"]


@pytest.mark.parametrize("act", ACTS)
@given(data=st.data(), nth=st.integers(0, 5))
def test_a_spoiled_answer_is_refused_in_words(act: str, data: st.DataObject, nth: int) -> None:
    lab = SpoiledLab(PiGcsWire)
    stage = PiGcs("stage", OPTIONS, lab.surroundings)
    stage.open()
    stage.start_move(12.5)
    stage.wait(1.0)
    with lab.spoil(data, nth, within_s=130.0) as line:
        said = acts(stage, within_s=5.0)[act]()
    if line.came is not None and act == "position_mm":
        assert said == float(line.came.partition(b"\n")[0].removeprefix(b"1="))
    if line.came is not None and act == "moving":
        assert said == int(line.came.partition(b"\n")[0], 16) % 2
    stage.make_safe()
    assert stage.position_mm == pytest.approx(lab.world.stage.position_mm(lab.clock.now_s), abs=1e-4)


@given(data=st.data(), nth=st.integers(0, 4))
def test_a_spoiled_answer_while_opening_can_be_tried_again(data: st.DataObject, nth: int) -> None:
    opens_after_a_spoiled_answer(PiGcs, PiGcsWire, data, nth)


@given(reply=st.sampled_from([b"1=nan", b"1=", b"1=1_2", b"12.5", b"", b"2=12.5", b"1=12,5", b"1=\xb1"]))
def test_what_is_no_number_is_not_a_position(reply: bytes) -> None:
    surroundings, _ = scripted([*OPENING, (b"POS? 1\n", reply + b"\n"), (b"POS? 1\n", b"1=3.25\n")])
    stage = PiGcs("stage", OPTIONS, surroundings)
    stage.open()
    with pytest.raises(BadReplyError, match=r"POS\? 1.* was expected"):
        _ = stage.position_mm
    assert stage.position_mm == 3.25


def test_a_late_answer_is_not_taken_for_another() -> None:
    says_nothing_stale_on_a_slow_line(PiGcs, PiGcsWire)


@pytest.fixture
def face(world: World) -> Face:
    return Face(PiGcsWire(world))


def test_the_face_takes_bytes_in_any_pieces(face: Face) -> None:
    assert face.say(*(bytes([byte]) for byte in b"SVO 1 1\nMOV 1 10.0\nMOV? 1\n")) == b"1=10.0000000\n"
    assert face.say(b"ERR?\nPO", b"S?\n\x05") == b"0\n1=0.0000000\n1\n"
    assert face.say(b"SVO? 1") == b""
    assert face.say(b"\x07\n") == b"\xb1\n1=1\n"  # a single byte acts in the middle of a line


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"XYZ", b"2"), (b"POS? 7", b"15"), (b"MOV 2 1", b"15"), (b"MOV 1", b"24"), (b"MOV 1 x", b"1"),
        (b"MOV 1 5", b"5"), (b"FRF 1", b"5"), (b"VEL 1 1000", b"8"), (b"HLT 1", b"10"), (b"\x18", b"10"),
    ],
)  # fmt: skip
def test_the_face_keeps_an_error_until_it_is_read(face: Face, line: bytes, code: bytes) -> None:
    assert face.say(line + b"\n") == b""
    assert face.say(b"ERR?\n") == code + b"\n"
    assert face.say(b"ERR?\n") == b"0\n"


def test_the_face_stops_at_its_limits(face: Face) -> None:
    assert face.say(b"SVO 1 1\nMVR 1 -0.001\nERR?\n") == b"7\n"
    assert face.say(b"TMN? 1\nTMX? 1\nMOV 1 600.001\nERR?\n") == b"1=0.0000000\n1=600.0000000\n7\n"


def test_the_face_is_not_ready_while_it_searches(world: World) -> None:
    face = Face(PiGcsWire(world, referenced="no"))
    world.stage = type(world.stage)(100.0, 100.0, 0.0, 1.0)
    assert face.say(b"SVO 1 1\nFRF 1\n\x07\x05FRF? 1\nONT? 1\n") == b"\xb0\n1\n1=0\n1=0\n"
    world.clock.sleep(1.001)
    assert face.say(b"\x07\x05FRF? 1\nONT? 1\n") == b"\xb1\n0\n1=1\n1=1\n"


def test_the_face_says_who_it_is(face: Face) -> None:
    assert face.say(b"*IDN?\nSAI?\n").endswith(b"C-863.12, 0135500826, 1.2.1.0\n1\n")
