"""The Thorlabs PM100: its contract, its bytes, its front panel, and answers gone wrong."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymeasure.adapters import Adapter
from pymeasure.instruments.thorlabs import ThorlabsPM100USB
from spoiled_line import Bench, LineTo, outcome

from drivers.thorlabs_pm100 import ThorlabsPm100
from qdlab.clock import VirtualClock
from qdlab.errors import BadReplyError, InstrumentStateError, InstrumentTimeoutError, LimitError, QdlabError
from qdlab.instruments import Identity, Surroundings
from qdlab.testing import PowerMeterContract
from qdlab.testing.fuzz import spoiled
from qdlab.testing.scripted import scripted
from simulators import World
from simulators.wires.thorlabs_pm100 import ThorlabsPm100Wire


def meter(surroundings: Surroundings, **options: object) -> ThorlabsPm100:
    table = {"resource": "sim://"} | options
    return ThorlabsPm100("power_meter", ThorlabsPm100.Options.model_validate(table), surroundings)


def light(world: World) -> float:
    """Send half of the pump through the pinhole, and return its power in W."""
    world.set_open("pump", True)
    world.transmission = 0.5
    return world.pump_power_w


@pytest.fixture
def face(world: World) -> ThorlabsPm100Wire:
    return ThorlabsPm100Wire(world)


class TestThorlabsPm100(PowerMeterContract):
    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, line_to: LineTo, face: ThorlabsPm100Wire) -> ThorlabsPm100:
        return meter(line_to(face))

    def test_reads_the_power_of_the_world_in_watts(
        self, opened: ThorlabsPm100, world: World, clock: VirtualClock
    ) -> None:
        power_w, start_s = light(world), clock.now_s
        assert power_w > 1e-4
        readings_w = [opened.read_power_w() for _ in range(20)]
        assert sum(readings_w) / 20 == pytest.approx(power_w, rel=0.01)
        assert clock.now_s - start_s >= 20 * ThorlabsPm100Wire.reading_s

    def test_reads_back_what_the_instrument_rounds(self, opened: ThorlabsPm100) -> None:
        opened.set_wavelength(400.123456789)
        assert opened.wavelength_nm == pytest.approx(400.1, abs=1e-9)

    def test_the_wrong_wavelength_gives_the_wrong_power(self, opened: ThorlabsPm100, world: World) -> None:
        power_w = light(world)
        opened.set_wavelength(800.0)
        assert opened.read_power_w() == pytest.approx(power_w / 2.0, rel=0.03)

    @pytest.mark.parametrize("wavelength_nm", [349.9, 1100.1, math.inf])
    def test_refuses_what_the_sensor_is_not_calibrated_for(
        self, opened: ThorlabsPm100, wavelength_nm: float
    ) -> None:
        with pytest.raises(LimitError, match=r"power_meter: wavelength: .* nm is outside 350 to 1100 nm"):
            opened.set_wavelength(wavelength_nm)


def test_corrects_from_the_start_for_the_wavelength_of_the_bench(
    line_to: LineTo, face: ThorlabsPm100Wire
) -> None:
    instrument = meter(line_to(face), wavelength_nm=520.0)
    instrument.open()
    assert instrument.wavelength_nm == 520.0


@pytest.mark.parametrize(
    ("sensor", "message"),
    [
        ("no sensor,no sensor,no sensor,0,0,0", "power_meter: no sensor is connected"),
        ("ES111C,1234,01-JAN-2020,2,1,34", "sensor ES111C does not measure power at a wavelength"),
        ("S999,1234,01-JAN-2020,2,1,1", "sensor S999 does not measure power at a wavelength"),
    ],
)
def test_a_sensor_that_cannot_be_used_is_said(
    line_to: LineTo, face: ThorlabsPm100Wire, sensor: str, message: str
) -> None:
    face.sensor = sensor
    with pytest.raises(InstrumentStateError, match=message):
        meter(line_to(face)).open()


# The manual's own forms (hardware.md 6.1, PM100D manual pp. 47-52), with the thermopile of the example.

NONE = (b"SYST:ERR?\n", b'+0,"No error"\n')
OPENING = [
    (b"SYST:ERR?\n", b'-113,"Undefined header"\n'), NONE,
    (b"SYST:SENS:IDN?\n", b'"S401C","1234567","12-Jan-2021",1,1,289\n'),
    (b"SENS:POW:UNIT W\n", b""), NONE, (b"SENS:POW:UNIT?\n", b"W\n"),
    (b"SENS:POW:RANG:AUTO ON\n", b""), NONE, (b"SENS:POW:RANG:AUTO?\n", b"1\n"),
]  # fmt: skip


def test_follows_the_manual() -> None:
    surroundings, script = scripted(
        [
            *OPENING,
            (b"SENS:CORR:WAV? MIN\n", b"1.900000E+02\n"), (b"SENS:CORR:WAV? MAX\n", b"2.000000E+04\n"),
            (b"SENS:CORR:WAV 400.25\n", b""), NONE, (b"SENS:CORR:WAV?\n", b"4.000000E+02\n"),
            (b"MEAS:POW?\n", b"1.23456789E-03\n"),
            (b"MEAS:POW?\n", b"-4.56E-08\r\n"),
            (b"*IDN?\n", b"THORLABS,PM100D,P0001234,2.6.0\n"),
        ]
    )  # fmt: skip
    instrument = meter(surroundings)
    instrument.open()
    instrument.set_wavelength(400.25)
    assert instrument.read_power_w() == 1.23456789e-3
    assert instrument.read_power_w() == -4.56e-8
    assert instrument.identify() == Identity("THORLABS", "PM100D", "P0001234", "2.6.0")
    script.finish()


def test_limits_in_the_wrong_order_are_a_bad_reply() -> None:
    low, high = (b"SENS:CORR:WAV? MIN\n", b"1.1E+03\n"), (b"SENS:CORR:WAV? MAX\n", b"3.5E+02\n")
    surroundings, _ = scripted([*OPENING, low, high])
    instrument = meter(surroundings)
    instrument.open()
    with pytest.raises(BadReplyError, match="power_meter: its sensor is calibrated from 1100 to 350 nm"):
        instrument.set_wavelength(400.0)


def test_errors_of_the_queue_become_one_message_in_the_instruments_words() -> None:
    surroundings, script = scripted(
        [
            *OPENING[:3], (b"SENS:POW:UNIT W\n", b""),
            (b"SYST:ERR?\n", b'-113,"Undefined header"\n'),
            (b"SYST:ERR?\n", b'-220,"Parameter error"\n'), NONE,
        ]
    )  # fmt: skip
    with pytest.raises(
        InstrumentStateError,
        match="power_meter: told 'SENS:POW:UNIT W', reports -113 Undefined header; -220 Parameter error",
    ):
        meter(surroundings).open()
    script.finish()


def test_a_unit_that_is_not_kept_is_said() -> None:
    surroundings, _ = scripted([*OPENING[:5], (b"SENS:POW:UNIT?\n", b"DBM\n")])
    with pytest.raises(InstrumentStateError, match="SENS:POW:UNIT set to W, but it reads back b'DBM'"):
        meter(surroundings).open()


def test_a_wavelength_that_is_not_kept_is_said() -> None:
    surroundings, _ = scripted(
        [
            *OPENING,
            (b"SENS:CORR:WAV? MIN\n", b"190\n"), (b"SENS:CORR:WAV? MAX\n", b"20000\n"),
            (b"SENS:CORR:WAV 400.0\n", b""), NONE, (b"SENS:CORR:WAV?\n", b"633\n"),
        ]
    )  # fmt: skip
    instrument = meter(surroundings)
    instrument.open()
    with pytest.raises(InstrumentStateError, match="wavelength set to 400 nm, but it reads back 633 nm"):
        instrument.set_wavelength(400)


def test_scpis_number_for_too_much_is_not_a_power() -> None:
    surroundings, _ = scripted([*OPENING, (b"MEAS:POW?\n", b"9.90000000E+37\n")])
    instrument = meter(surroundings)
    instrument.open()
    with pytest.raises(InstrumentStateError, match="power_meter: the power is beyond the sensor's range"):
        instrument.read_power_w()


def test_a_late_reading_is_not_taken_for_the_next_answer(line_to: LineTo, face: ThorlabsPm100Wire) -> None:
    instrument = meter(line_to(face), timeout_s=0.5)
    instrument.open()
    face.reading_s = 1.0
    with pytest.raises(InstrumentTimeoutError):
        instrument.read_power_w()
    assert instrument.wavelength_nm == 400.0


def test_the_wire_takes_long_and_short_headers_in_any_pieces(face: ThorlabsPm100Wire) -> None:
    for byte in b"SENSe:CORRection:WAVelength 532.04\r\n":
        face.receive(bytes([byte]))
    face.receive(b"corr:wav?\n:SENS1:CORR:WAV? MIN;*IDN?\nSENS:POW:DC:UNIT?\nSYST:")
    assert face.transmit() == b"5.320000E+02\n3.500000E+02\nTHORLABS,PM100D,P0001234,2.6.0\nDBM\n"
    face.receive(b"ERR?\nWAV 3\nSENS:CORR:WAV 10\nSENS:CORR:WAV red\nPOW:UNIT lm\n" + b"SYST:ERR?\n" * 5)
    assert face.transmit() == (
        b'+0,"No error"\n-113,"Undefined header"\n-222,"Data out of range"\n'
        b'-224,"Illegal parameter value"\n-224,"Illegal parameter value"\n+0,"No error"\n'
    )


def test_the_wire_answers_in_the_unit_of_its_front_panel_and_in_its_own_time(
    face: ThorlabsPm100Wire, world: World
) -> None:
    power_w = light(world)
    face.receive(b"MEAS:POW?\n*IDN?\n")
    assert face.transmit() == b""
    world.clock.sleep(ThorlabsPm100Wire.reading_s)
    reading, identity = face.transmit().splitlines()
    assert float(reading) == pytest.approx(10.0 * math.log10(power_w / 1e-3), abs=0.2)
    assert identity.startswith(b"THORLABS")


class WireAdapter(Adapter):  # type: ignore[misc]  # pymeasure has no types
    """Lets PyMeasure's own instruments speak to a wire face."""

    def __init__(self, face: ThorlabsPm100Wire, clock: VirtualClock) -> None:
        super().__init__()
        self._face, self._clock = face, clock

    def _write(self, command: str, **kwargs: object) -> None:
        self._face.receive(command.encode() + b"\n")

    def _read(self, **kwargs: object) -> str:
        self._clock.sleep(1.0)
        return self._face.transmit().decode().removesuffix("\n")


@pytest.mark.filterwarnings("ignore:It is not known whether this device support SCPI:FutureWarning")
def test_pymeasures_own_driver_can_use_the_wire(
    face: ThorlabsPm100Wire, world: World, clock: VirtualClock
) -> None:
    power_w = light(world)
    face.receive(b"SENS:POW:UNIT W\n")
    witness = ThorlabsPM100USB(WireAdapter(face, clock))
    assert witness.sensor_name == "S120VC"
    assert witness.is_power_sensor
    assert (witness.wavelength_min, witness.wavelength_max) == (350.0, 1100.0)
    assert witness.power == pytest.approx(power_w, rel=0.03)
    witness.wavelength = 800
    assert witness.wavelength == 800.0
    assert witness.power == pytest.approx(power_w / 2.0, rel=0.03)


ASKED: dict[str, tuple[bytes, Callable[[ThorlabsPm100], object]]] = {
    "MEAS:POW?": (b"1.23E-03\n", lambda instrument: instrument.read_power_w()),
    "SENS:CORR:WAV?": (b"4.000000E+02\n", lambda instrument: instrument.wavelength_nm),
    "*IDN?": (b"THORLABS,PM100D,P0001234,2.6.0\n", lambda instrument: instrument.identify()),
}


@given(data=st.data())
@pytest.mark.parametrize("question", ASKED)
def test_a_spoiled_reply_is_refused_in_words_or_true(question: str, data: st.DataObject) -> None:
    reply, ask = ASKED[question]
    answer = data.draw(spoiled(reply))
    bench = Bench(ThorlabsPm100Wire)
    instrument = meter(bench.surroundings)
    instrument.open()
    start_s = bench.clock.now_s
    bench.line.spoil(question.encode() + b"\n", answer)
    value = outcome(lambda: ask(instrument))
    said = answer.partition(b"\n")[0]
    if isinstance(value, QdlabError):
        assert "power_meter" in str(value) or "sim://" in str(value)
    elif isinstance(value, Identity):
        assert value.model == said.decode("ascii", "replace").split(",")[1].strip()
    else:
        assert value == float(said)
    assert bench.clock.now_s - start_s < 5.0
    assert instrument.identify().model == "PM100D"
    assert instrument.wavelength_nm == 400.0


@given(data=st.data())
@pytest.mark.parametrize(
    ("question", "good"),
    [
        (b"SYST:ERR?\n", NONE[1]),
        (b"SYST:SENS:IDN?\n", OPENING[2][1]),
        (b"SENS:POW:UNIT?\n", b"W\n"),
        (b"SENS:POW:RANG:AUTO?\n", b"1\n"),
    ],
)
def test_opening_on_spoiled_replies_ends_in_words_and_can_be_tried_again(
    question: bytes, good: bytes, data: st.DataObject
) -> None:
    bench = Bench(ThorlabsPm100Wire)
    instrument = meter(bench.surroundings)
    bench.line.spoil(question, data.draw(spoiled(good)))
    outcome(instrument.open)
    assert bench.clock.now_s < 10.0
