"""The Thorlabs ELL14: its contract, its frames, its calibration, and answers gone wrong."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from spoiled_line import Bench, LineTo, outcome

from drivers import thorlabs_ell14_frames as frames
from drivers.thorlabs_ell14 import ThorlabsEll14
from qdlab.clock import VirtualClock
from qdlab.errors import BadReplyError, InstrumentStateError, InstrumentTimeoutError, QdlabError
from qdlab.instruments import Identity, Surroundings
from qdlab.testing import AttenuatorContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.thorlabs_ell14 import ThorlabsEll14Wire

MALUS = [
    (angle_deg, 0.001 + 0.999 * math.sin(math.radians(2 * angle_deg)) ** 2)
    for angle_deg in [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, *range(5, 46)]
]
"""As a power meter behind the polariser would measure it."""
FILTER = [(10.0, 0.9), (100.0, 0.5), (190.0, 0.01)]
"""A graded filter: more angle, less light."""


def attenuator(surroundings: Surroundings, **options: object) -> ThorlabsEll14:
    table = {"resource": "sim://", "calibration": MALUS} | options
    return ThorlabsEll14("attenuator", ThorlabsEll14.Options.model_validate(table), surroundings)


@pytest.fixture
def face(world: World) -> ThorlabsEll14Wire:
    return ThorlabsEll14Wire(world)


class TestThorlabsEll14(AttenuatorContract):
    tolerance = 0.003

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, face: ThorlabsEll14Wire) -> ThorlabsEll14:
        return attenuator(line_to(face))

    @pytest.mark.parametrize("transmission", [0.001, 0.0123, 0.3, 0.9, 1.0])
    def test_the_world_is_as_bright_as_the_attenuator_says(
        self, opened: ThorlabsEll14, world: World, transmission: float
    ) -> None:
        opened.set_transmission(transmission)
        assert world.transmission == pytest.approx(transmission, rel=0.05)
        assert world.transmission == pytest.approx(opened.transmission, rel=0.05)

    def test_waits_for_the_move(self, opened: ThorlabsEll14, clock: VirtualClock) -> None:
        start_s = clock.now_s
        opened.set_transmission(1.0)
        assert clock.now_s - start_s >= 45.0 / ThorlabsEll14Wire.speed_deg_s

    def test_reads_back_the_pulse_it_stands_on(self, opened: ThorlabsEll14) -> None:
        asked = 0.500001
        opened.set_transmission(asked)
        pulse = 1.0 / 398.2222
        assert opened.transmission != asked
        assert abs(opened.transmission - asked) < 4.0 * math.pi / 360.0 * pulse


class TestThorlabsEll14WithAFilter(AttenuatorContract):
    """A calibration that falls, and another address."""

    tolerance = 0.01

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, world: World) -> ThorlabsEll14:
        return attenuator(line_to(ThorlabsEll14Wire(world, address="B")), calibration=FILTER, address="B")

    def test_stands_on_the_calibration(self, opened: ThorlabsEll14) -> None:
        assert opened._angle_deg() == pytest.approx(190.0, abs=0.002)
        opened.set_transmission(0.7)
        assert opened._angle_deg() == pytest.approx(55.0, abs=0.002)


@pytest.mark.parametrize(
    ("calibration", "message"),
    [
        ([(0.0, 0.1)], "at least 2 items"),
        ([(0.0, 0.1), (0.0, 0.2)], "angles must rise"),
        ([(0.0, 0.1), (10.0, 0.2), (20.0, 0.15)], "transmissions must all rise, or all fall"),
        ([(0.0, 0.1), (10.0, 0.1)], "transmissions must all rise, or all fall"),
        ([(0.0, 0.1), (10.0, 1.2)], "transmissions within 0 to 1"),
        ([(-5.0, 0.1), (10.0, 0.2)], "angles lie within 0 to 360"),
        ([(0.0, "0.1"), (10.0, 0.2)], "valid number"),
    ],
)
def test_a_calibration_that_cannot_be_turned_round_is_refused(
    calibration: list[tuple[float, float]], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ThorlabsEll14.Options.model_validate({"resource": "sim://", "calibration": calibration})


def test_a_calibration_comes_as_lists_from_a_bench_file() -> None:
    options = ThorlabsEll14.Options.model_validate(
        {"resource": "sim://", "calibration": [[0, 0.001], [45, 1]]}
    )
    assert options.calibration == [(0.0, 0.001), (45.0, 1.0)]


def test_turned_by_hand_out_of_its_calibration_it_says_so(line_to: LineTo, face: ThorlabsEll14Wire) -> None:
    instrument = attenuator(line_to(face))
    instrument.open()
    face.receive(b"0ma" + frames.position_data(round(398.2222 * 60)).encode())
    face._world.clock.sleep(5.0)
    with pytest.raises(
        InstrumentStateError,
        match=r"attenuator: stands at 59\.9992 deg, outside its calibration from 0 to 45 deg",
    ):
        _ = instrument.transmission
    instrument.make_safe()
    assert instrument.transmission == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("status", "word"), [(2, "mechanical timeout"), (8, "thermal"), (13, "over-current")]
)
def test_a_move_that_fails_is_said_in_words(
    line_to: LineTo, face: ThorlabsEll14Wire, status: int, word: str
) -> None:
    instrument = attenuator(line_to(face))
    instrument.open()
    face.stall = status
    with pytest.raises(InstrumentStateError, match=f"attenuator: asked b'0ma.*', reports {word}"):
        instrument.set_transmission(1.0)


def test_a_move_that_takes_too_long_is_a_timeout(line_to: LineTo, face: ThorlabsEll14Wire) -> None:
    instrument = attenuator(line_to(face), move_timeout_s=1.0)
    instrument.open()
    face.speed_deg_s = 1.0
    with pytest.raises(InstrumentTimeoutError):
        instrument.set_transmission(1.0)
    face._world.clock.sleep(60.0)
    assert instrument.transmission == pytest.approx(1.0)


# What real mounts were seen to send (hardware.md 6.2).

INFO = (b"0in", b"0IN0E1140051720231701016800023000\r\n")
OPENING = [
    INFO, (b"0ho0", b"0PO00000000\r\n"),
    (b"0ma00000000", b"0PO00000000\r\n"), (b"0gp", b"0PO00000000\r\n"),
]  # fmt: skip


def test_takes_the_information_frame_of_a_real_mount_apart() -> None:
    reply = frames.parse_reply(b"2IN0E1140051720231701016800023000")
    assert (reply.address, reply.kind) == ("2", "IN")
    info = frames.parse_info(reply.data)
    assert info == frames.Info(14, "11400517", "17", 360, 143_360)
    assert info.pulses / info.travel_deg == pytest.approx(398.222, abs=1e-3)


def test_a_position_of_a_real_mount_is_29_998_degrees() -> None:
    """30 degrees, cut to a whole pulse by another program, reads back as 0x2EAA = 29.9983 degrees."""
    surroundings, script = scripted([*OPENING, (b"0gp", b"0PO00002EAA\r\n")])
    instrument = attenuator(surroundings, calibration=[(0.0, 0.0), (45.0, 1.0)])
    instrument.open()
    assert instrument.transmission * 45.0 == pytest.approx(29.9983, abs=1e-4)
    script.finish()


def test_goes_to_the_nearest_pulse_and_waits_through_busy_and_buttons() -> None:
    surroundings, script = scripted(
        [
            *OPENING,
            (b"0ma00002EAB", b"0GS09\r\n0BS00\r\n0PO00002EAB\r\n"), (b"0gp", b"0PO00002EAB\r\n"),
            (b"0ma00000000", b"0GS00\r\n"), (b"0gp", b"0POFFFFFFFE\r\n"),
            (b"0gp", b"0POFFFFFFFE\r\n"),
        ]
    )  # fmt: skip
    instrument = attenuator(surroundings, calibration=[(0.0, 0.0), (45.0, 1.0)])
    instrument.open()
    instrument.set_transmission(30.0 / 45.0)
    instrument.make_safe()
    assert instrument.transmission == 0.0
    script.finish()


def test_another_position_than_asked_for_is_said() -> None:
    surroundings, _ = scripted([*OPENING, (b"0ma00004600", b"0PO00000010\r\n"), (b"0gp", b"0PO00000010\r\n")])
    instrument = attenuator(surroundings)
    instrument.open()
    with pytest.raises(InstrumentStateError, match=r"attenuator: sent to 45 deg, stopped at 0\.04\d+ deg"):
        instrument.set_transmission(1.0)


def test_another_model_is_not_taken_for_a_rotator() -> None:
    surroundings, _ = scripted([(b"0in", b"0IN061234567820151801001F00000001\r\n")])
    with pytest.raises(InstrumentStateError, match="attenuator: is an ELL6 of 31 units travel, not an ELL14"):
        attenuator(surroundings).open()


@pytest.mark.parametrize(
    "line",
    [b"", b"0P", b"0POfff", b"0PO123", b"0po00000000", b"1PO00000000", b"0IN00", b"0GS0E", b"0PO00000000 "],
)
def test_what_is_no_reply_is_a_bad_reply(line: bytes) -> None:
    surroundings, _ = scripted([*OPENING, (b"0gp", line + b"\r\n")])
    instrument = attenuator(surroundings)
    instrument.open()
    with pytest.raises(BadReplyError, match="attenuator: asked b'0gp', answered"):
        _ = instrument.transmission


@given(st.integers(-(2**31), 2**31 - 1))
def test_positions_survive_their_frame(pulses: int) -> None:
    assert frames.parse_position(frames.position_data(pulses).encode()) == pulses


def test_the_wire_takes_frames_in_any_pieces(face: ThorlabsEll14Wire, clock: VirtualClock) -> None:
    for byte in b"0ma00002EAA":
        face.receive(bytes([byte]))
    face.receive(b"0gs0gp")
    assert face.transmit() == b"0GS09\r\n0GS09\r\n"
    clock.sleep(1.0)
    assert face.transmit() == b"0PO00002EAA\r\n"
    face.receive(b"0gp1gp1ma000000000xx0gv0sv320gv0mrFFFFFFFE")
    clock.sleep(1.0)
    assert face.transmit() == b"0PO00002EAA\r\n0GS03\r\n0GV64\r\n0GS00\r\n0GV32\r\n0PO00002EA8\r\n"


def test_the_wire_forgets_half_a_command(face: ThorlabsEll14Wire, clock: VirtualClock) -> None:
    face.receive(b"0ma0000")
    clock.sleep(2.5)
    face.receive(b"0gs")
    assert face.transmit() == b"0GS00\r\n"
    face.receive(b"0ma00\r0gs")
    assert face.transmit() == b"0GS00\r\n"


@given(answer=spoiled(b"0PO00000123\r\n"))
def test_a_spoiled_position_is_refused_in_words_or_true(answer: bytes) -> None:
    bench = Bench(ThorlabsEll14Wire)
    instrument = attenuator(bench.surroundings, calibration=[(0.0, 0.0), (360.0, 1.0)])
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(b"0gp", answer)
    value = outcome(lambda: instrument.transmission)
    if isinstance(value, QdlabError):
        assert "attenuator" in str(value) or "sim://" in str(value)
    else:
        said = next(line for line in answer.split(b"\r\n") if line.startswith(b"0PO"))
        pulses = int(said[3:], 16)
        pulses -= (pulses >= 1 << 31) << 32
        assert value == pytest.approx(max(pulses, 0) / 143_360)
    assert bench.clock.now_s - start_s < 5.0
    assert instrument.transmission == 0.0


@given(st.data())
@pytest.mark.parametrize(
    ("question", "good"), [(b"0ma00002300", b"0PO00002300\r\n"), (b"0gp", b"0PO00002300\r\n")]
)
def test_whatever_comes_back_the_attenuator_can_be_made_safe(
    question: bytes, good: bytes, data: st.DataObject
) -> None:
    bench = Bench(ThorlabsEll14Wire)
    instrument = attenuator(bench.surroundings)
    instrument.open()
    bench.line.spoil(question, data.draw(spoiled(good)))
    start_s = bench.clock.now_s
    outcome(lambda: instrument.set_transmission(MALUS[-23][1]))
    assert bench.clock.now_s - start_s < 15.0
    bench.clock.sleep(1.0)
    instrument.make_safe()
    assert bench.world.transmission == pytest.approx(0.001)


@given(answer=spoiled(INFO[1]))
def test_a_spoiled_information_frame_is_refused_in_words_or_true(answer: bytes) -> None:
    bench = Bench(ThorlabsEll14Wire)
    instrument = attenuator(bench.surroundings)
    instrument.open()
    bench.line.spoil(b"0in", answer)
    value = outcome(instrument.identify)
    if isinstance(value, Identity):
        said = answer.partition(b"\r\n")[0].decode("ascii")
        assert (value.serial, value.firmware) == (said[5:13], said[17:19])
    else:
        assert isinstance(value, QdlabError)
    assert instrument.identify() == Identity("Thorlabs", "ELL14", "11400517", "17")
