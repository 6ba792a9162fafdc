"""The XPS driver against its wire face over two connections, against known exchanges, and on bad lines."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_cases import (
    OnVirtualTime,
    SpoiledLab,
    SpoilingLine,
    WireTo,
    acts,
    opens_after_a_spoiled_answer,
    options_of,
    says_nothing_stale_on_a_slow_line,
)

from drivers.newport_xps import NewportXps
from qdlab.clock import VirtualClock
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
)
from qdlab.instruments import Identity, LineSettings, Surroundings
from qdlab.testing.scripted import ScriptedTransport
from simulators import World
from simulators.wires.newport_xps import NewportXpsWire

OPTIONS = options_of(NewportXps)
GET = b"PositionerSGammaParametersGet(GROUP1.POSITIONER,double *,double *,double *,double *)"
STATUS = b"GroupStatusGet(GROUP1,int *)"
READY = (STATUS, b"0,12,EndOfAPI")
ABORT = b"GroupMoveAbort(GROUP1)"
NOTHING_TO_ABORT = [(ABORT, b"-22,GroupMoveAbort(GROUP1),EndOfAPI"), READY]
OPENING = [
    NOTHING_TO_ABORT[0],
    READY,
    (GET, b"0,80,320,0.005,0.05,EndOfAPI"),
    (b"PositionerSGammaParametersSet(GROUP1.POSITIONER,100,320,0.005,0.05)", b"0,,EndOfAPI"),
    (GET, b"0,100,320,0.005,0.05,EndOfAPI"),
]


class Scripts:
    """Surroundings whose first connection follows one script and whose second another."""

    def __init__(self, *scripts: list[tuple[bytes, bytes]]) -> None:
        self.clock = VirtualClock()
        self.lines = [ScriptedTransport(script, self.clock) for script in scripts]
        self._left = list(self.lines)
        self.surroundings = Surroundings(self.clock, self._connect)

    def _connect(self, resource: str, line: LineSettings) -> ScriptedTransport:
        return self._left.pop(0)

    def finish(self) -> None:
        for line in self.lines:
            line.finish()


class TestNewportXps(OnVirtualTime):
    @pytest.fixture
    def instrument(self, wire_to: WireTo) -> NewportXps:
        return NewportXps("stage", OPTIONS, wire_to(NewportXpsWire))

    def test_refuses_a_second_move_before_the_first_is_over(self, opened: NewportXps) -> None:
        opened.start_move(50.0)
        with pytest.raises(InstrumentStateError, match=r"stage: busy with GroupMoveAbsolute\(.*,50\); wait"):
            opened.start_move(60.0)
        opened.stop()
        opened.start_move(60.0)
        opened.wait(10.0)
        assert opened.position_mm == 60.0

    def test_a_move_given_up_by_somebody_else_is_not_taken_for_done(
        self, opened: NewportXps, world: World
    ) -> None:
        opened.start_move(50.0)
        world.stage = type(world.stage)(3.0, 3.0, world.clock.now_s, 1.0)
        with pytest.raises(InstrumentError, match=r"GroupMoveAbsolute\(.*,50\): error -27, Move aborted"):
            opened.wait(10.0)
        opened.wait(10.0)

    def test_speaks_again_after_being_closed_on_the_move(self, opened: NewportXps) -> None:
        opened.start_move(50.0)
        opened.close()
        opened.open()
        assert not opened.moving
        opened.start_move(60.0)
        opened.wait(10.0)


def just_switched_on(world: World) -> NewportXpsWire:
    return NewportXpsWire(world, homed="no")


def test_says_that_it_has_to_be_homed_first() -> None:
    stage = NewportXps("stage", OPTIONS, SpoiledLab(just_switched_on).surroundings)
    stage.open()
    with pytest.raises(
        InstrumentStateError, match=r"stage: group GROUP1 cannot move: 0, Not initialized state; home it"
    ):
        stage.start_move(5.0)
    stage.home()
    stage.start_move(5.0)
    stage.wait(1.0)
    assert stage.position_mm == 5.0


def test_homes_when_opened_if_told_so() -> None:
    lab = SpoiledLab(just_switched_on)
    lab.world.stage = type(lab.world.stage)(300.0, 300.0, 0.0, 1.0)
    NewportXps("stage", OPTIONS.model_copy(update={"home_when_opened": True}), lab.surroundings).open()
    assert lab.world.stage.position_mm(lab.clock.now_s) == 0.0
    assert lab.clock.now_s >= 3.0


def test_a_search_that_takes_too_long_is_given_up() -> None:
    lab = SpoiledLab(just_switched_on)
    lab.world.stage = type(lab.world.stage)(300.0, 300.0, 0.0, 1.0)
    stage = NewportXps("stage", OPTIONS.model_copy(update={"homing_timeout_s": 0.5}), lab.surroundings)
    stage.open()
    with pytest.raises(InstrumentTimeoutError, match=r"stage: move not finished after 0.5 s"):
        stage.home()
    assert stage.moving
    stage.stop()
    assert not stage.moving
    with pytest.raises(InstrumentStateError, match="cannot move: 7, Not initialized state due to a Kill"):
        stage.start_move(5.0)


def test_says_what_the_controller_refuses() -> None:
    lab = SpoiledLab(lambda world: NewportXpsWire(world, travel_high_mm="50"))
    stage = NewportXps("stage", OPTIONS, lab.surroundings)
    stage.open()
    stage.start_move(60.0)
    with pytest.raises(InstrumentError, match=r"stage: GroupMoveAbsolute\(.*,60\): error -17, Parameter out"):
        stage.wait(1.0)


def test_exchanges_what_is_known() -> None:
    move = b"GroupMoveAbsolute(GROUP1.POSITIONER,123.4567)"
    position = b"GroupPositionCurrentGet(GROUP1.POSITIONER,double *)"
    lines = Scripts(
        [
            *OPENING,
            (b"FirmwareVersionGet(char *)", b"0,XPS-D-N13006,EndOfAPI"),
            READY,
            (position, b"0,0.000314605934,EndOfAPI"),
            READY,
            (ABORT, b"0,,EndOfAPI"),
        ],
        [(move, b"0,,EndOfAPI")],
    )  # fmt: skip
    stage = NewportXps("stage", OPTIONS, lines.surroundings)
    stage.open()
    assert stage.identify() == Identity("Newport", "XPS", firmware="XPS-D-N13006")
    stage.start_move(123.4567)
    assert stage.position_mm == 0.000314605934
    stage.wait(1.0)
    stage.stop()
    lines.finish()


def test_a_late_answer_in_pieces_is_put_together() -> None:
    lines = Scripts([*OPENING, READY, READY], [(b"GroupMoveAbsolute(GROUP1.POSITIONER,5)", b"0,,En")])
    stage = NewportXps("stage", OPTIONS, lines.surroundings)
    stage.open()
    stage.start_move(5.0)
    assert stage.moving
    lines.lines[1]._answers += b"dOfAPI"
    stage.wait(0.0)
    lines.finish()


def test_a_move_whose_answer_is_lost_is_a_timeout_and_stop_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = SpoiledLab(NewportXpsWire)
    stage = NewportXps("stage", OPTIONS, lab.surroundings)
    stage.open()
    stage.start_move(5.0)
    monkeypatch.setattr(lab.lines[1], "_receive", lambda timeout_s: b"")
    with pytest.raises(InstrumentTimeoutError, match="stage: move not finished after 1 s"):
        stage.wait(1.0)
    stage.stop()
    assert len(lab.lines) == 3
    stage.start_move(6.0)
    stage.wait(1.0)
    assert stage.position_mm == 6.0


def test_a_move_is_stopped_even_if_its_request_is_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = SpoiledLab(NewportXpsWire)
    stage = NewportXps("stage", OPTIONS, lab.surroundings)
    stage.open()
    held: list[bytes] = []
    mover, let_pass = lab.lines[1], lab.clock.sleep

    def sleep(duration_s: float) -> None:
        if held:
            SpoilingLine._send(mover, held.pop())
        let_pass(duration_s)

    monkeypatch.setattr(mover, "_send", held.append)
    monkeypatch.setattr(lab.clock, "sleep", sleep)
    stage.start_move(400.0)
    stage.stop()
    assert not held
    stage.wait(1.0)
    assert stage.position_mm < 2.0


@pytest.mark.parametrize(
    ("index", "answer", "match"),
    [
        (0, b"-1,,EndOfAP", "no complete reply"),
        (1, b"0,x,EndOfAPI", r"answered b'x'; a status code was expected"),
        (2, b"0,80,320,EndOfAPI", r"4 number\(s\) was expected"),
        (4, b"0,0,320,0.005,0.05,EndOfAPI", "moves at 0"),
        (4, b"0,1,EndOfAPI,EndOfAPI", r"4 number\(s\)"),
    ],
)
def test_does_not_open_a_stage_that_is_not_as_it_was_set(index: int, answer: bytes, match: str) -> None:
    lines = Scripts([*OPENING[:index], (OPENING[index][0], answer)], [])
    with pytest.raises(InstrumentError, match=match):
        NewportXps("stage", OPTIONS, lines.surroundings).open()
    lines.finish()


def test_nothing_outside_the_travel_is_sent() -> None:
    lines = Scripts(OPENING, [])
    stage = NewportXps("stage", OPTIONS, lines.surroundings)
    stage.open()
    for position_mm in (-0.001, 600.001, math.nan, math.inf):
        with pytest.raises(LimitError, match=r"stage: position: .* mm is outside 0 to 600 mm"):
            stage.start_move(position_mm)
    lines.finish()


ACTS = ["identify", "position_mm", "moving", "start_move", "wait", "stop", "make_safe", "home"]


@pytest.mark.parametrize("act", ACTS)
@given(data=st.data(), nth=st.integers(0, 3), on=st.integers(0, 1))
def test_a_spoiled_answer_is_refused_in_words(act: str, data: st.DataObject, nth: int, on: int) -> None:
    lab = SpoiledLab(NewportXpsWire)
    stage = NewportXps("stage", OPTIONS, lab.surroundings)
    stage.open()
    stage.start_move(12.5)
    if act != "wait":
        stage.wait(1.0)
    with lab.spoil(data, nth, within_s=130.0, on=on) as line:
        said = acts(stage, within_s=5.0)[act]()
    if line.came is not None and act == "position_mm":
        assert said == float(line.came.partition(b",EndOfAPI")[0].partition(b",")[2])
    if line.came is not None and act == "moving":
        assert said is (line.came.startswith((b"0,43,EndOf", b"0,44,EndOf")))
    stage.make_safe()
    assert stage.position_mm == pytest.approx(lab.world.stage.position_mm(lab.clock.now_s), abs=1e-4)
    if act != "home":  # else it may stand without a reference
        stage.start_move(3.0)
        stage.wait(10.0)
        assert stage.position_mm == 3.0


@given(data=st.data(), nth=st.integers(0, 3))
def test_a_spoiled_answer_while_opening_can_be_tried_again(data: st.DataObject, nth: int) -> None:
    opens_after_a_spoiled_answer(NewportXps, NewportXpsWire, data, nth, "_configure")


@given(
    reply=st.sampled_from([b"0,nan", b"0,", b"0,1_2", b"12.5", b"", b"0,1,2", b"0,\xb1", b"x,1", b"0,0x1"])
)
def test_what_is_no_number_is_not_a_position(reply: bytes) -> None:
    position = b"GroupPositionCurrentGet(GROUP1.POSITIONER,double *)"
    lines = Scripts([*OPENING, (position, reply + b",EndOfAPI"), (position, b"0,3.25,EndOfAPI")], [])
    stage = NewportXps("stage", OPTIONS, lines.surroundings)
    stage.open()
    with pytest.raises(BadReplyError, match=r"GroupPositionCurrentGet.* was expected"):
        _ = stage.position_mm
    assert stage.position_mm == 3.25


def test_a_late_answer_is_not_taken_for_another() -> None:
    says_nothing_stale_on_a_slow_line(NewportXps, NewportXpsWire)


class Face:
    """Two connections to one controller, in bytes."""

    def __init__(self, world: World, **options: str) -> None:
        self.world = world
        controller = NewportXpsWire(world, **options)
        self.wires = [controller, controller.connection()]

    def say(self, *pieces: bytes, on: int = 0) -> bytes:
        for piece in pieces:
            self.wires[on].receive(piece)
        return self.wires[on].transmit()


@pytest.fixture
def face(world: World) -> Face:
    return Face(world)


def test_the_face_takes_bytes_in_any_pieces(face: Face) -> None:
    said = face.say(*(bytes([byte]) for byte in b"FirmwareVersionGet(char *)" + STATUS))
    assert said == b"0,XPS-D-N13006,EndOfAPI0,11,EndOfAPI"
    assert face.say(b"GroupPositionCurrentGet(GROUP1, ", b"double *)") == b"0,0.000000000,EndOfAPI"
    assert face.say(b"GroupStatusGet(GROUP1,int *") == b""


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (b"Nonsense(1)", -4), (b"GroupStatusGet(GROUP1)", -9), (b"GroupStatusGet(G,int *)", -19),
        (b"GroupMoveAbsolute(GROUP1.X,1)", -18), (b"GroupMoveAbsolute(GROUP1,x)", -14),
        (b"GroupMoveAbsolute(GROUP1,601)", -17), (b"GroupMoveAbort(GROUP1)", -22),
        (b"GroupHomeSearch(GROUP1)", -22), (b"GroupInitialize(GROUP1)", -22),
        (b"PositionerSGammaParametersSet(GROUP1.POSITIONER,0,1,1,1)", -17),
    ],
)  # fmt: skip
def test_the_face_refuses_and_repeats_what_was_asked(face: Face, request_: bytes, code: int) -> None:
    assert face.say(request_) == b"%d,%s,EndOfAPI" % (code, request_)
    text = face.say(b"ErrorStringGet(%d,char *)" % code)
    assert text.startswith(b"0,")
    assert len(text) > len(b"0,,EndOfAPI")


def test_a_move_blocks_its_own_connection_alone(face: Face) -> None:
    assert face.say(b"GroupMoveAbsolute(GROUP1.POSITIONER,50)" + STATUS) == b""
    assert face.say(STATUS, on=1) == b"0,44,EndOfAPI"
    assert face.say(b"GroupMotionStatusGet(GROUP1,int *)", on=1) == b"0,1,EndOfAPI"
    face.world.clock.sleep(0.51)
    assert face.say() == b"0,,EndOfAPI0,12,EndOfAPI"
    assert face.world.stage.position_mm(face.world.clock.now_s) == 50.0


def test_an_abort_answers_the_move(face: Face) -> None:
    face.say(b"GroupMoveRelative(GROUP1.POSITIONER,50)")
    face.world.clock.sleep(0.1)
    assert face.say(b"GroupMoveAbort(GROUP1)", on=1) == b"0,,EndOfAPI"
    assert face.say() == b"-27,,EndOfAPI"
    assert face.say(STATUS) == b"0,10,EndOfAPI"
    assert face.world.stage.position_mm(face.world.clock.now_s) == pytest.approx(10.0)


def test_a_controller_just_switched_on_is_initialized_and_homed(world: World) -> None:
    face = Face(world, homed="no")
    world.stage = type(world.stage)(30.0, 30.0, 0.0, 1.0)
    assert face.say(STATUS + b"GroupInitialize(GROUP1)" + STATUS) == b"0,0,EndOfAPI0,,EndOfAPI0,42,EndOfAPI"
    assert face.say(b"GroupMoveAbsolute(GROUP1,1)").startswith(b"-22,")
    assert face.say(b"GroupHomeSearch(GROUP1)") == b""
    assert face.say(STATUS, on=1) == b"0,43,EndOfAPI"
    world.clock.sleep(0.31)
    assert face.say() == b"0,,EndOfAPI"
    assert face.say(STATUS) == b"0,11,EndOfAPI"


def test_the_face_lists_its_errors(face: Face) -> None:
    listed = face.say(b"ErrorListGet(char *)")
    assert listed.startswith(b"0,-4:Unknown command;")
    assert listed.endswith(b";,EndOfAPI")
