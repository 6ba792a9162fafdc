"""The ESP301 driver against its wire face, against the manual's own words, and on a bad line."""

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

from drivers.newport_esp301 import NewportEsp301
from qdlab.clock import VirtualClock
from qdlab.errors import BadReplyError, InstrumentError, InstrumentTimeoutError, LimitError
from qdlab.instruments import Identity
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.newport_esp301 import NewportEsp301Wire

OPTIONS = options_of(NewportEsp301)
NO_ERROR = b"0, 451322, NO ERROR DETECTED\r\n"
OPENING = [
    (b"1ST\r", b""), (b"TB?\r", NO_ERROR),
    (b"1SN2\r", b""), (b"TB?\r", NO_ERROR), (b"1SN?\r", b"2\r\n"),
    (b"1MO\r", b""), (b"TB?\r", NO_ERROR), (b"1MO?\r", b"1\r\n"),
    (b"1VA100\r", b""), (b"TB?\r", NO_ERROR), (b"1VA?\r", b"100.0000\r\n"),
]  # fmt: skip


class TestNewportEsp301(OnVirtualTime):
    @pytest.fixture
    def instrument(self, wire_to: WireTo) -> NewportEsp301:
        return NewportEsp301("stage", OPTIONS, wire_to(NewportEsp301Wire))

    def test_what_the_encoder_rounds_is_read_back(self, opened: NewportEsp301) -> None:
        opened.start_move(123.456789)
        opened.wait(10.0)
        assert opened.position_mm == 123.4568

    def test_the_move_goes_at_the_speed_read_back(self, wire_to: WireTo, world: World) -> None:
        stage = NewportEsp301(
            "stage", OPTIONS.model_copy(update={"velocity_mm_s": 33.333333}), wire_to(NewportEsp301Wire)
        )
        stage.open()
        assert stage.velocity_mm_s == 33.3333
        stage.start_move(100.0)
        assert world.stage.velocity_mm_s == pytest.approx(33.333333)

    def test_homes_when_opened_if_told_so(self, wire_to: WireTo, world: World) -> None:
        options = OPTIONS.model_copy(update={"home_when_opened": True})
        first = NewportEsp301("stage", OPTIONS, wire_to(NewportEsp301Wire))
        first.open()
        first.start_move(20.0)
        first.wait(10.0)
        NewportEsp301("stage", options, wire_to(NewportEsp301Wire)).open()
        assert world.stage.position_mm(world.clock.now_s) == 0.0


def test_says_what_the_controller_refuses() -> None:
    lab = SpoiledLab(lambda world: NewportEsp301Wire(world, travel_high_mm="50"))
    stage = NewportEsp301("stage", OPTIONS, lab.surroundings)
    stage.open()
    with pytest.raises(InstrumentError, match=r"stage: PA60: error 106, .*POSITIVE SOFTWARE LIMIT"):
        stage.start_move(60.0)
    assert not stage.moving
    stage.start_move(40.0)
    stage.wait(1.0)
    assert stage.position_mm == 40.0


def test_says_the_manuals_words() -> None:
    surroundings, line = scripted(
        [
            *OPENING,
            (b"VE?\r", b"ESP301 Version 3.0.1 6/1/99\r\n"), (b"1ID?\r", b"TS50DC.5, SN1263\r\n"),
            (b"1PA123.4567\r", b""), (b"TB?\r", NO_ERROR),
            (b"1MD?\r", b"0\r\n"), (b"1TP\r", b"12.5000\r\n"),
            (b"1MD?\r", b"1\r\n"), (b"TB?\r", NO_ERROR),
            (b"1ST\r", b""), (b"TB?\r", NO_ERROR),
            (b"1OR1\r", b""), (b"TB?\r", NO_ERROR), (b"1MD?\r", b"1\r\n"), (b"TB?\r", NO_ERROR),
        ]
    )  # fmt: skip
    stage = NewportEsp301("stage", OPTIONS, surroundings)
    stage.open()
    assert stage.identify() == Identity("Newport", "ESP301", "TS50DC.5, SN1263", "3.0.1 6/1/99")
    stage.start_move(123.4567)
    assert stage.moving
    assert stage.position_mm == 12.5
    stage.wait(1.0)
    stage.stop()
    stage.home()
    line.finish()


def test_speaks_to_its_own_axis() -> None:
    surroundings, line = scripted(
        [(question.replace(b"1", b"3", 1), answer) for question, answer in OPENING]
        + [(b"3PA-0.00001\r", b""), (b"TB?\r", NO_ERROR)]
    )
    options = OPTIONS.model_copy(update={"axis": 3, "travel_low_mm": -1.0})
    stage = NewportEsp301("stage", options, surroundings)
    stage.open()
    stage.start_move(-1e-5)
    line.finish()


def test_the_error_queue_is_drained_into_one_message() -> None:
    surroundings, line = scripted(
        [
            *OPENING,
            (b"1PA5\r", b""), (b"TB?\r", b"113, 451322, AXIS-1 MOTOR NOT ENABLED\r\n"),
            (b"TB?\r", b"4, 451330, EMERGENCY STOP ACTIVATED\r\n"), (b"TB?\r", NO_ERROR),
        ]
    )  # fmt: skip
    stage = NewportEsp301("stage", OPTIONS, surroundings)
    stage.open()
    with pytest.raises(
        InstrumentError,
        match=r"^stage: PA5: error 113, AXIS-1 MOTOR NOT ENABLED; error 4, EMERGENCY STOP ACTIVATED$",
    ):
        stage.start_move(5.0)
    line.finish()


def test_a_move_that_ended_badly_is_not_taken_for_done() -> None:
    surroundings, line = scripted(
        [
            *OPENING,
            (b"1MD?\r", b"1\r\n"), (b"TB?\r", b"103, 1, FOLLOWING ERROR THRESHOLD EXCEEDED\r\n"),
            (b"TB?\r", NO_ERROR),
        ]
    )  # fmt: skip
    stage = NewportEsp301("stage", OPTIONS, surroundings)
    stage.open()
    with pytest.raises(InstrumentError, match="move: error 103, FOLLOWING ERROR"):
        stage.wait(1.0)
    line.finish()


@pytest.mark.parametrize(
    ("index", "answer", "match"),
    [
        (4, b"1\r\n", "counts in units 1 .*not in mm"),
        (7, b"0\r\n", "motor stays off"),
        (10, b"0\r\n", "moves at 0"),
    ],
)
def test_does_not_open_a_stage_that_is_not_as_it_was_set(index: int, answer: bytes, match: str) -> None:
    script = [*OPENING[:index], (OPENING[index][0], answer)]
    surroundings, line = scripted(script)
    stage = NewportEsp301("stage", OPTIONS, surroundings)
    with pytest.raises(InstrumentError, match=match):
        stage.open()
    line.finish()


def test_what_is_left_in_the_queue_is_logged_and_does_not_hinder(caplog: pytest.LogCaptureFixture) -> None:
    surroundings, line = scripted(
        [OPENING[0], (b"TB?\r", b"6, 99, COMMAND DOES NOT EXIST\r\n"), *OPENING[1:]]
    )
    NewportEsp301("stage", OPTIONS, surroundings).open()
    line.finish()
    assert "stage: left in the error queue: error 6, COMMAND DOES NOT EXIST" in caplog.text


def test_an_error_queue_without_end_is_not_read_for_ever() -> None:
    surroundings, _ = scripted([OPENING[0], *[(b"TB?\r", b"6, 99, COMMAND DOES NOT EXIST\r\n")] * 11])
    with pytest.raises(InstrumentError, match="error queue has no end"):
        NewportEsp301("stage", OPTIONS, surroundings).open()


def test_nothing_outside_the_travel_is_sent() -> None:
    surroundings, line = scripted(OPENING)
    stage = NewportEsp301("stage", OPTIONS, surroundings)
    stage.open()
    for position_mm in (-0.001, 600.001, math.nan, math.inf):
        with pytest.raises(LimitError, match=r"stage: position: .* mm is outside 0 to 600 mm"):
            stage.start_move(position_mm)
    line.finish()


def test_a_silent_controller_is_a_timeout(clock: VirtualClock) -> None:
    surroundings, _ = scripted([OPENING[0], (b"TB?\r", b"")])
    with pytest.raises(InstrumentTimeoutError, match="no complete reply in 2 s"):
        NewportEsp301("stage", OPTIONS, surroundings).open()
    assert surroundings.clock.now_s == pytest.approx(2.0)


@pytest.mark.parametrize("travel", [(5.0, 5.0), (6.0, 5.0)])
def test_the_travel_has_a_lower_and_an_upper_end(travel: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"travel_low_mm = .* is not below travel_high_mm = 5.0"):
        NewportEsp301.Options(
            resource="COM3", velocity_mm_s=1.0, travel_low_mm=travel[0], travel_high_mm=travel[1]
        )


ACTS = ["identify", "position_mm", "moving", "start_move", "wait", "stop", "make_safe", "home"]


@pytest.mark.parametrize("act", ACTS)
@given(data=st.data(), nth=st.integers(0, 3))
def test_a_spoiled_answer_is_refused_in_words(act: str, data: st.DataObject, nth: int) -> None:
    lab = SpoiledLab(NewportEsp301Wire)
    stage = NewportEsp301("stage", OPTIONS, lab.surroundings)
    stage.open()
    stage.start_move(12.5)
    stage.wait(1.0)
    with lab.spoil(data, nth, within_s=130.0) as line:
        said = acts(stage, within_s=5.0)[act]()
    if line.came is not None and act == "position_mm":
        assert said == float(line.came.partition(b"\r\n")[0])
    if line.came is not None and act == "moving":
        assert line.came.startswith(b"1\r\n" if not said else b"0\r\n")
    stage.make_safe()
    assert stage.position_mm == pytest.approx(
        lab.world.stage.position_mm(lab.clock.now_s), abs=NewportEsp301Wire.resolution_mm
    )


@given(data=st.data(), nth=st.integers(0, 6))
def test_a_spoiled_answer_while_opening_can_be_tried_again(data: st.DataObject, nth: int) -> None:
    opens_after_a_spoiled_answer(NewportEsp301, NewportEsp301Wire, data, nth)


@given(reply=st.sampled_from([b"nan", b"inf", b"1_2", b"", b"12,5", b"\xb1", b"0x10", b"1 2"]))
def test_what_is_no_number_is_not_a_position(reply: bytes) -> None:
    surroundings, _ = scripted([*OPENING, (b"1TP\r", reply + b"\r\n"), (b"1TP\r", b"3.25\r\n")])
    stage = NewportEsp301("stage", OPTIONS, surroundings)
    stage.open()
    with pytest.raises(BadReplyError, match=r"1TP.* number was expected"):
        _ = stage.position_mm
    assert stage.position_mm == 3.25


def test_a_late_answer_is_not_taken_for_another() -> None:
    says_nothing_stale_on_a_slow_line(NewportEsp301, NewportEsp301Wire)


@pytest.fixture
def face(world: World) -> Face:
    return Face(NewportEsp301Wire(world))


def test_the_face_takes_bytes_in_any_pieces(face: Face) -> None:
    assert face.say(*(bytes([byte]) for byte in b"1MO\r1PA 7.5;1PA?\r")) == b"7.5000\r\n"
    assert face.say(b"1TP;1mo?", b"\rve", b"?\r") == b"0.0000\r\n1\r\nESP301 Version 3.0.1 6/1/99\r\n"
    assert face.say(b"1TP") == b""
    assert face.say(b"\r") == b"0.0000\r\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (b"1XX", b"6"), (b"?!", b"6"), (b"TP", b"37"), (b"4TP", b"9"), (b"0TP", b"9"), (b"2TP", b"208"),
        (b"1PA", b"38"), (b"1PAx", b"7"), (b"1PA1", b"113"), (b"1OR9", b"7"), (b"1SN7", b"101"),
        (b"1VA1000", b"110"), (b"1VA-1", b"101"),
    ],
)  # fmt: skip
def test_the_face_queues_errors(face: Face, command: bytes, code: bytes) -> None:
    assert face.say(command + b"\r") == b""
    assert face.say(b"TE?\r") == code + b"\r\n"
    assert face.say(b"TE?\r") == b"0\r\n"


def test_the_face_queues_ten_errors_and_no_more(face: Face) -> None:
    face.world.clock.sleep(4.0)
    face.say(b"1XX\r" * 12)
    assert face.say(b"TB?\r") == b"6, 10000, COMMAND DOES NOT EXIST\r\n"
    assert face.say(b"TE?\r" * 10) == b"6\r\n" * 9 + b"0\r\n"


def test_the_face_stops_at_its_limits(face: Face) -> None:
    face.say(b"1MO\r1PA600.0001\r1PA-0.0001\r")
    assert face.say(b"TE?\rTE?\r") == b"106\r\n107\r\n"
    assert face.say(b"1SL5;1SR10;1SL?;1SR?\r") == b"5.0000\r\n10.0000\r\n"
    assert face.say(b"1PA11;TE?\r") == b"106\r\n"


def test_the_face_waits_in_its_command_stream(face: Face) -> None:
    assert face.say(b"1MO;1PA50;1WS100;1TP\r") == b""
    face.world.clock.sleep(0.59)
    assert face.say() == b""
    face.world.clock.sleep(0.02)
    assert face.say() == b"50.0000\r\n"


def test_the_face_counts_in_its_units(face: Face) -> None:
    assert face.say(b"1MO;1SN3;1PA2500;1DP?;1VU?\r") == b"2500.0000\r\n400000.0000\r\n"
    face.world.clock.sleep(1.0)
    assert face.world.stage.position_mm(face.world.clock.now_s) == pytest.approx(2.5)
    assert face.say(b"1PR500;1WS;1SN2;1TP\r") == b""
    face.world.clock.sleep(1.0)
    assert face.say() == b"3.0000\r\n"


def test_the_face_shows_its_state_in_one_character(face: Face) -> None:
    assert face.say(b"TS\r") == b"@\r\n"
    assert face.say(b"1MO;TS\r") == b"P\r\n"
    assert face.say(b"1PA10;TS;AB;TS\r") == b"Q\r\nP\r\n"
    assert face.say(b"1MF;TS\r") == b"@\r\n"
