"""helios-frames: the driver against the reference server, the document's example, and bytes gone wrong."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage_cases import WireTo

from drivers.helios_frames import HeliosFrames
from qdlab.clock import VirtualClock
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    QdlabError,
)
from qdlab.instruments import ShotBlock, Surroundings
from qdlab.testing import TADetectorContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import ScriptedTransport, scripted
from simulators import SimulatedTADetector, World
from simulators.wires import SimulatedLine
from simulators.wires.helios_frames import HeliosFramesWire

IDENTIFY, FACTS, ARM, READ, DISARM, ERROR = 1, 2, 3, 4, 5, 0xFF
OPTIONS = HeliosFrames.Options(resource="sim://")


def frame(kind: int, number: int, payload: bytes = b"", version: int = 1) -> bytes:
    """A frame as the document says, written with nothing of the driver's or the simulator's."""
    head = b"QDHF" + struct.pack("<BBHII", version, kind, 0, number, len(payload))
    return head + struct.pack("<I", zlib.crc32(head)) + payload + struct.pack("<I", zlib.crc32(payload))


def facts_payload() -> bytes:
    return struct.pack("<IIdH6x2d", 2, 1000, 2500.0, 60000, 480.5, 700.25)


def shots_payload(flags: tuple[int, int] = (0, 1), counts: tuple[int, ...] = (600, 601, 60000, 603)) -> bytes:
    return struct.pack("<II2Q2B4H", 2, 2, 41, 42, *flags, *counts)


OPENING = [(frame(DISARM, 1), frame(0x85, 1)), (frame(FACTS, 2), frame(0x82, 2, facts_payload()))]
ARMING = [*OPENING, (frame(ARM, 3, struct.pack("<I", 2)), frame(0x83, 3))]


def opened(script: list[tuple[bytes, bytes]]) -> tuple[HeliosFrames, ScriptedTransport]:
    surroundings, transport = scripted(script)
    camera = HeliosFrames("camera", OPTIONS, surroundings)
    camera.open()
    return camera, transport


class TestHeliosFrames(TADetectorContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, world: World, wire_to: WireTo) -> HeliosFrames:
        world.chopper_running = True
        return HeliosFrames("camera", OPTIONS, wire_to(HeliosFramesWire))

    def test_it_gives_what_the_plain_face_would(self, opened: HeliosFrames, clock: VirtualClock) -> None:
        twin = World(World.Options(), VirtualClock())
        twin.chopper_running = True
        twin.clock.sleep(clock.now_s)
        plain = SimulatedTADetector("plain", SimulatedTADetector.Options(), twin)
        plain.open()
        blocks = []
        for camera in (opened, plain):
            camera.arm(20)
            blocks.append(camera.read(1.0))
        np.testing.assert_array_equal(blocks[0].shots, blocks[1].shots)
        np.testing.assert_array_equal(blocks[0].pump_on, blocks[1].pump_on)
        np.testing.assert_array_equal(blocks[0].sequence, blocks[1].sequence)
        np.testing.assert_array_equal(opened.wavelengths_nm, plain.wavelengths_nm)

    def test_shots_that_came_too_late_can_still_be_read(self, opened: HeliosFrames) -> None:
        opened.arm(1000)
        with pytest.raises(InstrumentTimeoutError, match="camera: READ"):
            opened.read(0.05)
        assert opened.read(1.0).shots.shape[0] == 1000

    def test_shots_that_the_camera_lost_are_missing_and_show(
        self, opened: HeliosFrames, world: World
    ) -> None:
        world.faults.add("missing_frame")
        opened.arm(100)
        block = opened.read(1.0)
        assert 95 <= block.sequence.size < 100
        assert block.shots.shape[0] == block.pump_on.size == block.sequence.size
        assert np.diff(block.sequence.astype(np.int64)).max() == 2

    def test_a_second_block_cannot_be_armed_before_the_first_is_read(self, opened: HeliosFrames) -> None:
        opened.arm(10)
        with pytest.raises(InstrumentStateError, match="camera: armed already"):
            opened.arm(10)


class TestTranscript:
    """The bytes of docs/reference/helios-frames.md, typed from there."""

    def test_the_example_of_the_document(self) -> None:
        identify = "51444846 01010000 07000000 00000000 b9316bf5 00000000"
        identity = "51444846 01810000 07000000 06000000 fa5be1a7 410a420a0a0a 3f74c619"
        arm = "51444846 01030000 08000000 04000000 830d45fb 02000000 97174d8b"
        shots = (
            "51444846 01840000 0a000000 22000000 00dae362 02000000 02000000"
            "2900000000000000 2a00000000000000 0001 58025902 ffff5b02 9a7e2c82"
        )
        assert frame(IDENTIFY, 7) == bytes.fromhex(identify)
        assert frame(0x81, 7, b"A\nB\n\n\n") == bytes.fromhex(identity)
        assert frame(ARM, 8, struct.pack("<I", 2)) == bytes.fromhex(arm)
        facts = struct.pack("<IIdH6x2d", 2, 1000, 5000.0, 65535, 480.0, 700.0)
        camera, transport = opened(
            [
                (frame(DISARM, 1), frame(0x85, 1)),
                (frame(FACTS, 2), frame(0x82, 2, facts)),
                *[(frame(IDENTIFY, n), frame(0x81, n, b"A\nB\n\n\n")) for n in range(3, 7)],
                (bytes.fromhex(identify), bytes.fromhex(identity)),
                (bytes.fromhex(arm), frame(0x83, 8)),
                (frame(READ, 9), b""),
                (frame(READ, 10), bytes.fromhex(shots)),
            ]
        )
        assert [str(camera.identify()) for _ in range(5)] == ["A B"] * 5
        camera.arm(2)
        with pytest.raises(InstrumentTimeoutError):
            camera.read(0.1)
        block = camera.read(0.1)
        transport.finish()
        assert block.shots.tolist() == [[600, 601], [65535, 603]]
        assert block.pump_on.tolist() == [False, True]
        assert block.sequence.tolist() == [41, 42]

    def test_the_servers_facts_replace_the_nominal_ones(self) -> None:
        surroundings, _ = scripted(OPENING)
        camera = HeliosFrames("camera", OPTIONS, surroundings)
        assert camera.wavelengths_nm.size == 1024
        camera.open()
        assert camera.wavelengths_nm.tolist() == [480.5, 700.25]
        assert (camera.saturation_counts, camera.shot_rate_hz) == (60000, 2500.0)
        with pytest.raises(LimitError, match="camera: block: 1001 shots is outside 1 to 1000 shots"):
            camera.arm(1001)

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            (1, InstrumentError),
            (3, LimitError),
            (4, InstrumentStateError),
            (5, InstrumentError),
            (99, InstrumentError),
        ],
    )
    def test_what_the_server_refuses_is_told_in_its_words(self, code: int, error: type[QdlabError]) -> None:
        answer = frame(ERROR, 3, struct.pack("<H", code) + "Küvette leer".encode())
        camera, _ = opened([*OPENING, (frame(IDENTIFY, 3), answer)])
        with pytest.raises(error, match=rf"camera: IDENTIFY refused, code {code}: Küvette leer"):
            camera.identify()

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            (frame(0x84, 4, shots_payload(flags=(0, 2))), "flags 0x02"),
            (frame(0x84, 4, shots_payload(counts=(1, 2, 3, 60001))), "60001 counts, above saturation"),
            (frame(0x84, 4, shots_payload()[:-2]), "not up to 2 shots of 2 pixels"),
            (frame(0x84, 4, struct.pack("<II2Q2B4H", 2, 2, 42, 42, 0, 1, 1, 2, 3, 4)), "do not rise"),
            (frame(0x83, 4), "a frame of kind 0x83"),
            (frame(0x84, 4, shots_payload(), version=2), "protocol version 2"),
            (frame(0x84, 4, shots_payload())[:-1] + b"\0", "bad CRC"),
        ],
    )
    def test_shots_that_break_the_protocol_are_refused_and_can_be_read_again(
        self, answer: bytes, message: str
    ) -> None:
        camera, transport = opened(
            [*ARMING, (frame(READ, 4), answer), (frame(READ, 5), frame(0x84, 5, shots_payload()))]
        )
        camera.arm(2)
        with pytest.raises(BadReplyError, match=message):
            camera.read(0.5)
        assert camera.read(0.5).sequence.tolist() == [41, 42]
        transport.finish()

    def test_late_answers_and_rubbish_between_frames_are_passed_over(self) -> None:
        late = frame(0x84, 3, shots_payload(counts=(9, 9, 9, 9)))
        answer = b"\xffQDHF\0rubbish that begins well" + late + frame(0x84, 4, shots_payload())
        camera, _ = opened([*ARMING, (frame(READ, 4), answer)])
        camera.arm(2)
        assert camera.read(0.5).shots[0].tolist() == [600, 601]


@pytest.mark.parametrize("kind", [IDENTIFY, READ, ARM])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_spoiled_answer_is_refused_in_words_or_says_the_same(kind: int, data: st.DataObject) -> None:
    good = {
        IDENTIFY: frame(0x81, 4, b"A\nB\nC\nD\n"),
        READ: frame(0x84, 4, shots_payload()),
        ARM: frame(0x83, 3),
    }
    spoilt = data.draw(spoiled(good[kind]))
    script = OPENING if kind == ARM else ARMING
    question = frame(ARM, 3, struct.pack("<I", 2)) if kind == ARM else frame(kind, 4)
    after = len(script) + 2
    camera, transport = opened(
        [*script, (question, spoilt), (frame(IDENTIFY, after), frame(0x81, after, b"still\nhere\n\n\n"))]
    )
    clock = transport._clock
    if kind != ARM:
        camera.arm(2)
    acts: dict[int, Callable[[], object]] = {
        IDENTIFY: camera.identify, READ: lambda: camera.read(2.0), ARM: lambda: camera.arm(2)
    }  # fmt: skip
    start_s = clock.now_s
    try:
        got = acts[kind]()
    except QdlabError as error:
        said = str(error)
    else:
        said = "camera"
        # the payload's check lets no changed answer through; extra bytes around it change nothing
        assert good[kind] in spoilt
        if isinstance(got, ShotBlock):
            assert got.shots.tolist() == [[600, 601], [60000, 603]]
    assert "camera" in said
    assert clock.now_s - start_s < 2.5
    assert str(camera.identify()) == "still here"


def asked(wire: HeliosFramesWire, data: bytes) -> bytes:
    wire.receive(data)
    return wire.transmit()


class TestReferenceServer:
    """The wire face in bytes."""

    @pytest.fixture
    def wire(self, world: World) -> HeliosFramesWire:
        return HeliosFramesWire(world, n_pixels="2")

    @given(cuts=st.lists(st.integers(1, 30), max_size=12))
    @settings(max_examples=50, deadline=None)
    def test_requests_may_come_in_any_pieces(self, cuts: list[int]) -> None:
        wire = HeliosFramesWire(World(World.Options(), VirtualClock()), n_pixels=2)
        stream = frame(IDENTIFY, 1) + b"noise QDHF" + frame(FACTS, 2) + frame(READ, 3)
        got = b""
        for size in [*cuts, len(stream)]:
            piece, stream = stream[:size], stream[size:]
            got += asked(wire, piece)
        assert got.startswith(frame(0x81, 1, b"qdlab\nhelios-frames reference server\n\n1\n"))
        assert got.endswith(frame(ERROR, 3, struct.pack("<H", 4) + b"not armed"))
        assert struct.pack("<IIdH6x2d", 2, 100_000, 5000.0, 65535, 480.0, 700.0) in got

    def test_shots_wait_for_their_light_and_can_be_read_twice(
        self, wire: HeliosFramesWire, world: World
    ) -> None:
        assert asked(wire, frame(ARM, 1, struct.pack("<I", 50))) == frame(0x83, 1)
        assert asked(wire, frame(READ, 2)) == b""
        world.clock.sleep(0.009)
        assert wire.transmit() == b""
        world.clock.sleep(0.002)
        first = wire.transmit()
        second = asked(wire, frame(READ, 3))
        assert len(first) == 24 + 8 + 50 * (9 + 2 * 2)
        assert first[20:] == second[20:]

    def test_a_request_meanwhile_ends_the_wait(self, wire: HeliosFramesWire, world: World) -> None:
        asked(wire, frame(ARM, 1, struct.pack("<I", 50)) + frame(READ, 2))
        assert asked(wire, frame(DISARM, 3)) == frame(0x85, 3)
        world.clock.sleep(1.0)
        assert wire.transmit() == b""

    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            (frame(0x66, 1), 1),
            (frame(ARM, 1), 2),
            (frame(IDENTIFY, 1)[:-4] + b"\1\0\0\0", 2),
            (frame(ARM, 1, struct.pack("<I", 0)), 3),
            (frame(READ, 1), 4),
            (frame(IDENTIFY, 1, version=9), 6),
        ],
    )
    def test_refuses_with_the_documents_codes(
        self, wire: HeliosFramesWire, request_: bytes, code: int
    ) -> None:
        answer = asked(wire, request_)
        assert answer[5] == ERROR
        assert answer[20:22] == struct.pack("<H", code)

    def test_a_damaged_header_is_not_answered(self, wire: HeliosFramesWire) -> None:
        damaged = bytearray(frame(IDENTIFY, 1))
        damaged[9] ^= 1
        assert asked(wire, bytes(damaged)) == b""
        assert asked(wire, frame(IDENTIFY, 2))[5] == 0x81

    def test_it_sees_the_world(self, wire: HeliosFramesWire, world: World, clock: VirtualClock) -> None:
        camera = HeliosFrames(
            "camera",
            OPTIONS,
            Surroundings(clock, lambda resource, line: SimulatedLine(resource, wire, clock)),
        )
        camera.open()
        means, tags = [], []
        for is_open in (False, True):
            world.set_open("probe", is_open)
            world.chopper_running = is_open
            camera.arm(10)
            block = camera.read(1.0)
            means.append(block.shots.mean())
            tags.append(block.pump_on.sum())
        assert means[1] > 5.0 * means[0]
        assert tags == [0, 5]
