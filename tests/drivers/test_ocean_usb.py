"""Ocean Optics spectrometers through the real seabreeze: contract, bytes, light and faults."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.ocean_usb import OceanUsb
from qdlab.clock import VirtualClock
from qdlab.errors import (
    BadReplyError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    NotConnectedError,
    QdlabError,
)
from qdlab.instruments import Identity, LineSettings, Surroundings, Transport
from qdlab.testing import SpectrometerContract
from qdlab.testing.fuzz import spoiled
from simulators import World
from simulators.ocean_usb import UsbBus

pytest.importorskip("seabreeze.pyseabreeze", reason='needs seabreeze: pip install "qdlab[seabreeze]"')


@pytest.fixture(autouse=True, scope="module")
def seabreeze_waits_for_nobody() -> Iterator[None]:
    """Leave out the 0.1 s of real time that seabreeze waits after it has opened a device."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seabreeze.pyseabreeze.protocol.time", SimpleNamespace(sleep=lambda duration_s: None))
        yield


def no_line(resource: str, line: LineSettings) -> Transport:
    raise AssertionError("a USB instrument has no line")


def spectrometer(bus: UsbBus, clock: VirtualClock, **options: object) -> OceanUsb:
    table = {"resource": "sim://"} | options
    return OceanUsb("fibre", OceanUsb.Options.model_validate(table), Surroundings(clock, no_line, bus))


@pytest.fixture
def bus(world: World) -> UsbBus:
    return UsbBus(world)


class TestOceanUsb(SpectrometerContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, bus: UsbBus, clock: VirtualClock) -> OceanUsb:
        return spectrometer(bus, clock)

    def test_its_own_word_replaces_the_nominal_facts(self, bus: UsbBus, clock: VirtualClock) -> None:
        instrument = spectrometer(bus, clock, n_pixels=10, saturation_counts=65_535, integration_low_s=1.0)
        assert instrument.wavelengths_nm.size == 10
        instrument.open()
        assert instrument.wavelengths_nm == pytest.approx(bus.device.wavelengths_nm)
        assert instrument.saturation_counts == 4095
        assert instrument.integration_range.low == instrument.integration_s == pytest.approx(0.003)
        assert instrument.integration_range.high == pytest.approx(655.349)
        assert instrument.dark_pixels == tuple(range(2, 24))

    def test_counts_are_the_light_of_the_world(self, opened: OceanUsb, world: World) -> None:
        world.sample = "blank"
        opened.set_integration(0.01)
        dark = opened.read(20).counts.mean(axis=0)
        world.set_open("lamp", True)
        lit = opened.read(20).counts.mean(axis=0)
        expected = world.fibre_light(opened.wavelengths_nm) * 0.01 / 15.3
        expected[list(opened.dark_pixels)] = 0.0
        # shot noise of 15.3 electrons a count, read noise of 40 electrons twice, flicker of 0.1 %
        error = np.hypot(
            np.sqrt((expected * 15.3 + 2.0 * 40.0**2) / 20.0) / 15.3, 1e-3 * expected / 20.0**0.5
        )
        assert dark == pytest.approx(np.full(2048, 110.0), abs=5.0 * 40.0 / 15.3 / 20.0**0.5)
        assert np.abs((lit - dark - expected) / error).max() < 5.0

    def test_the_film_emits_where_it_should(self, opened: OceanUsb, world: World) -> None:
        world.set_open("excitation", True)
        opened.set_integration(0.02)
        peak_nm = opened.wavelengths_nm[opened.read(10).counts.mean(axis=0).argmax()]
        assert peak_nm == pytest.approx(world.options.film.pl_nm, abs=3.0)

    def test_too_much_light_ends_at_saturation(self, opened: OceanUsb, world: World) -> None:
        world.set_open("lamp", True)
        opened.set_integration(0.2)
        assert opened.read(1).counts.max() == 4095

    def test_rounds_to_its_step_and_says_so(self, opened: OceanUsb) -> None:
        opened.set_integration(0.0106)
        assert opened.integration_s == pytest.approx(0.011, abs=1e-12)

    def test_stamps_each_scan_with_its_beginning(self, opened: OceanUsb, clock: VirtualClock) -> None:
        opened.set_integration(0.02)
        block = opened.read(3)
        assert block.time_s == pytest.approx(clock.now_s - np.array([0.06, 0.04, 0.02]))

    def test_a_trigger_that_was_left_behind_is_reset(self, instrument: OceanUsb, bus: UsbBus) -> None:
        bus.device.write(0x02, b"\x0a\x03\x00")
        instrument.open()
        assert instrument.read(1).counts.size == 2048


@pytest.mark.parametrize(("discard_scans", "stale"), [(0, True), (1, False)])
def test_the_first_scan_may_have_begun_before_the_shutter_moved(
    bus: UsbBus, clock: VirtualClock, world: World, discard_scans: int, stale: bool
) -> None:
    instrument = spectrometer(bus, clock, discard_scans=discard_scans)
    instrument.open()
    world.sample = "blank"
    instrument.set_integration(0.01)
    clock.sleep(0.0175)
    world.set_open("lamp", True)
    first, later = instrument.read(2).counts.max(axis=1).astype(float) - 110.0
    assert (first < 0.5 * later) == stale


@pytest.mark.parametrize("path", ["lamp", "excitation"])
@pytest.mark.parametrize("start_s", [0.003, 0.02, 0.9])
def test_chooses_the_integration_time_from_the_signal(
    bus: UsbBus, clock: VirtualClock, world: World, path: str, start_s: float
) -> None:
    instrument = spectrometer(bus, clock)
    instrument.open()
    world.set_open(path, True)
    instrument.set_integration(start_s)
    integration_s = instrument.choose_integration(0.7)
    assert integration_s == instrument.integration_s
    share = (instrument.read(1).counts.max() - 110.0) / (4095.0 - 110.0)
    assert share == pytest.approx(0.7, rel=0.1)


def test_in_the_dark_the_longest_time_is_chosen(bus: UsbBus, clock: VirtualClock) -> None:
    instrument = spectrometer(bus, clock)
    instrument.open()
    assert instrument.choose_integration(longest_s=0.5) == pytest.approx(0.5)
    with pytest.raises(LimitError, match=r"fibre: share of saturation: 1.2"):
        instrument.choose_integration(1.2)


def test_far_too_much_light_is_said(clock: VirtualClock) -> None:
    world = World(World.Options.model_validate({"fibre": {"lamp_electrons_per_s": 1e9}}), clock)
    world.set_open("lamp", True)
    instrument = spectrometer(UsbBus(world), clock)
    instrument.open()
    with pytest.raises(InstrumentStateError, match=r"fibre: saturated even in 0.003 s"):
        instrument.choose_integration()


def slot(number: int, text: bytes) -> bytes:
    return bytes([0x05, number]) + text.ljust(15, b"\0")


def packets(counts: list[int]) -> bytes:
    """A spectrum as hardware.md 5.1 has it: 64 low bytes, 64 high bytes, and so on, then 0x69."""
    data = b""
    for begin in range(0, 2048, 64):
        block = counts[begin : begin + 64]
        data += bytes(count % 256 for count in block) + bytes(0xF0 | count // 256 for count in block)
    return data + b"\x69"


RAMP = [2 * pixel for pixel in range(2047)] + [4095]
OPENING = [
    (b"\x01", b""), (b"\x05\x00", slot(0, b"USB2E0042")), (b"\x0a\x00\x00", b""),
    (b"\x05\x01", slot(1, b"350.5")), (b"\x05\x02", slot(2, b"0.25")), (b"\x05\x03", slot(3, b"1e-05")),
    (b"\x05\x04", slot(4, b"-1.0E-09")), (b"\x02\x03\x00\x00\x00", b""),
]  # fmt: skip


class Transcript:
    """A device that expects exactly these commands and gives the answers beside them."""

    def __init__(self, clock: VirtualClock, script: list[tuple[bytes, bytes]]) -> None:
        self.clock = clock
        self.script = list(script)
        self.answer = b""

    def reset(self) -> None:
        self.answer = b""

    def write(self, endpoint: int, data: bytes) -> None:
        assert endpoint == 0x02
        expected, answer = self.script.pop(0)
        assert data == expected
        self.answer += answer

    def read(self, endpoint: int, n_bytes: int, timeout_s: float) -> bytes:
        assert endpoint == (0x82 if n_bytes > 17 else 0x87)
        got, self.answer = self.answer[:n_bytes], self.answer[n_bytes:]
        self.clock.sleep(0.0 if got else timeout_s)
        return got


def follow(
    bus: UsbBus, clock: VirtualClock, script: list[tuple[bytes, bytes]]
) -> tuple[OceanUsb, Transcript]:
    bus.device = Transcript(clock, script)
    return spectrometer(bus, clock, discard_scans=0), bus.device


def test_follows_the_transcript(bus: UsbBus, clock: VirtualClock) -> None:
    script = [
        *OPENING,
        (b"\x02\x32\x00\x00\x00", b""), (b"\x09", packets(RAMP)), (b"\x09", packets(RAMP[::-1])),
        (b"\x05\x00", slot(0, b"USB2E0042")),
    ]  # fmt: skip
    instrument, device = follow(bus, clock, script)
    instrument.open()
    pixel = np.arange(2048)
    assert instrument.wavelengths_nm == pytest.approx(
        350.5 + 0.25 * pixel + 1e-5 * pixel**2 - 1e-9 * pixel**3
    )
    instrument.set_integration(0.05)
    assert instrument.read(2).counts.tolist() == [RAMP, RAMP[::-1]]
    assert instrument.identify() == Identity("Ocean Optics", "USB2000", "USB2E0042")
    assert not device.script


def test_opens_the_one_with_the_serial_number(bus: UsbBus, clock: VirtualClock) -> None:
    spectrometer(bus, clock, serial="USB2SIM0001").open()
    with pytest.raises(NotConnectedError, match=r"fibre: no spectrometer 'OTHER'; found: .*USB2SIM0001"):
        spectrometer(bus, clock, serial="OTHER").open()


@pytest.mark.parametrize(
    ("number", "text", "message"),
    [
        (2, b"-0.25", "wavelengths do not rise"),
        (3, b"nan", "wavelengths do not rise"),
        (4, b"empty", "could not convert string to float: 'empty'"),
    ],
)
def test_a_spoilt_calibration_is_refused(
    bus: UsbBus, clock: VirtualClock, number: int, text: bytes, message: str
) -> None:
    question = bytes([0x05, number])
    script = [(asked, slot(number, text) if asked == question else told) for asked, told in OPENING]
    instrument, _ = follow(bus, clock, script)
    with pytest.raises(BadReplyError, match=message):
        instrument.open()
    with pytest.raises(NotConnectedError, match="open"):
        instrument.read(1)


def test_leaves_nothing_open_if_its_time_cannot_be_set(
    bus: UsbBus, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(integration_s: float) -> None:
        raise InstrumentTimeoutError("fibre: no answer")

    instrument = spectrometer(bus, clock)
    monkeypatch.setattr(instrument, "set_integration", refuse)
    with pytest.raises(InstrumentTimeoutError):
        instrument.open()
    with pytest.raises(NotConnectedError):
        instrument.identify()


AGAIN = [*OPENING[:-1], (b"\x02\x03\x00\x00\x00", b"")]
"""What is asked after something went wrong: all that is asked on opening."""


def read_back(instrument: OceanUsb, question: bytes, answer: bytes) -> str:
    """Ask; make sure that a value is what the answer says; return the words of a refusal."""
    try:
        if question == b"\x09":
            got = instrument.read(1).counts[0].tolist()
            assert got[:64] == [
                low + 256 * (high % 16) for low, high in zip(answer[:64], answer[64:128], strict=True)
            ]
        else:
            assert answer[2:].startswith(instrument.identify().serial.encode() + b"\0")
    except QdlabError as error:
        return str(error)
    return ""


@settings(max_examples=100, deadline=None)
@given(question=st.sampled_from([b"\x05\x00", b"\x09"]), data=st.data())
def test_a_spoiled_answer_is_refused_in_words_or_true(question: bytes, data: st.DataObject) -> None:
    clock = VirtualClock()
    bus = UsbBus(World(World.Options(), clock))
    good = packets(RAMP) if question == b"\x09" else slot(0, b"USB2E0042")
    answer = data.draw(spoiled(good) | st.binary(min_size=1, max_size=1))
    instrument, device = follow(bus, clock, [*OPENING, (question, answer)])
    instrument.open()
    start_s = clock.now_s
    refused = read_back(instrument, question, answer)
    assert not refused or "fibre could not" in refused
    assert clock.now_s - start_s < 2.0
    device.reset()
    device.script = [*(AGAIN if refused else []), (b"\x09", packets(RAMP))]
    assert instrument.read(1).counts[0].tolist() == RAMP


def test_a_spectrum_that_never_comes_is_a_timeout_and_the_next_one_is_taken(
    bus: UsbBus, clock: VirtualClock
) -> None:
    instrument, device = follow(bus, clock, [*OPENING, (b"\x02\x32\x00\x00\x00", b""), (b"\x09", b"")])
    instrument.open()
    instrument.set_integration(0.05)
    start_s = clock.now_s
    with pytest.raises(InstrumentTimeoutError, match="fibre could not give a spectrum"):
        instrument.read(1)
    assert clock.now_s - start_s == pytest.approx(1.05)
    device.script = [*AGAIN[:-1], (b"\x02\x32\x00\x00\x00", b""), (b"\x09", packets(RAMP))]
    assert instrument.read(1).counts[0].tolist() == RAMP
    assert instrument.integration_s == pytest.approx(0.05)


def test_a_pulled_cable_is_said(bus: UsbBus, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    from usb.core import USBError

    instrument = spectrometer(bus, clock)
    instrument.open()

    def gone(endpoint: int, data: bytes) -> None:
        raise USBError("No such device", error_code=-4, errno=errno.ENODEV)

    with monkeypatch.context() as patch:
        patch.setattr(bus.device, "write", gone)
        for _ in range(2):
            with pytest.raises(NotConnectedError, match=r"fibre could not.*No such device"):
                instrument.read(1)
        instrument.make_safe()
        instrument.close()
    instrument.open()
    assert instrument.read(1).counts.shape == (1, 2048)


def test_says_what_to_install(bus: UsbBus, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "seabreeze.pyseabreeze", None)
    with pytest.raises(
        NotConnectedError, match=r'seabreeze is not installed: pip install "qdlab\[seabreeze\]"'
    ):
        spectrometer(bus, clock).open()


def test_nominal_facts_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="wavelength_low_nm is not below wavelength_high_nm"):
        OceanUsb.Options(wavelength_low_nm=900.0, wavelength_high_nm=400.0)
