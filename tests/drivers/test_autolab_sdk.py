"""The Autolab driver on its SDK, and the stand-in for the SDK against what was measured of the real one."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar
from unittest.mock import MagicMock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers._autolab_cycle import LSB_V, cv_cycle
from drivers.autolab_sdk import AutolabSdk
from qdlab.app.config import find_config, load_bench
from qdlab.clock import VirtualClock
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    NotConnectedError,
)
from qdlab.instruments import LineSettings, Staircase, Surroundings, Transport
from qdlab.testing import PotentiostatContract
from simulators import World
from simulators.autolab_sdk import Sdk
from simulators.autolab_sdk._instrument import Instrument
from simulators.autolab_sdk._parameters import CommandParameter
from simulators.autolab_sdk._staircase import CyclicStaircase

CYCLE = Staircase((-0.35, -0.40, -0.35, -0.30), 0.1)
STOCK = r"C:\NOVA\Cyclic voltammetry.nox"


def no_line(resource: str, line: LineSettings) -> Transport:
    raise AssertionError("an SDK has no line")


@pytest.fixture
def sdk(world: World) -> Sdk:
    return Sdk(world)


@pytest.fixture
def pstat(sdk: Sdk, clock: VirtualClock) -> AutolabSdk:
    options = AutolabSdk.Options(potential_low_v=-1.6, potential_high_v=0.2)
    return AutolabSdk("pstat", options, Surroundings(clock, no_line, sdk))


@pytest.fixture
def holding(pstat: AutolabSdk) -> AutolabSdk:
    """An open potentiostat that holds -0.3 V."""
    pstat.open()
    pstat.hold(-0.3)
    pstat.set_cell(True)
    return pstat


class TestAutolabSdk(PotentiostatContract):
    potentials_v: ClassVar[tuple[float, ...]] = CYCLE.potentials_v

    @pytest.fixture
    def clock(self) -> VirtualClock:
        return VirtualClock()

    @pytest.fixture
    def instrument(self, pstat: AutolabSdk) -> AutolabSdk:
        return pstat


# The driver, seen in the world


def test_the_film_is_at_the_potentials_of_the_sweep_and_never_at_the_file_s_own(
    holding: AutolabSdk, world: World
) -> None:
    seen = {round(world.cell.potential_v(world.clock.now_s), 3)}
    steps = Staircase(tuple(-0.3 - 0.1 * k for k in (1, 2, 3, 2, 1, 0)), step_s=1.0)
    sleep = world.clock.sleep

    def sleep_and_look(duration_s: float) -> None:
        sleep(duration_s)
        seen.add(round(world.cell.potential_v(world.clock.now_s), 3))

    world.clock.sleep = sleep_and_look  # type: ignore[method-assign]
    holding.start_sweep(steps)
    for _ in range(70):
        world.clock.sleep(0.1)
    assert not holding.sweeping
    assert sorted(seen) == pytest.approx([-0.6, -0.5, -0.4, -0.3], abs=1e-3)
    assert world.cell.connected(world.clock.now_s)


def test_a_procedure_is_loaded_anew_for_every_sweep(holding: AutolabSdk, clock: VirtualClock) -> None:
    starts_s = []
    for _ in range(3):
        holding.start_sweep(CYCLE)
        clock.sleep(1.0)
        assert not holding.sweeping
        starts_s.append(holding.read_sweep().time_s[0])
    assert np.all(np.diff(starts_s) > 1.0)


def test_reads_what_was_recorded_on_the_run_s_time_base(holding: AutolabSdk, clock: VirtualClock) -> None:
    clock.sleep(1000.0)
    holding.start_sweep(CYCLE)
    begun_s = clock.now_s
    clock.sleep(0.4)
    trace = holding.read_sweep()
    assert trace.time_s == pytest.approx(begun_s + 0.1 * np.arange(1, 5), abs=1e-6)
    assert trace.potential_v == pytest.approx(np.array(CYCLE.potentials_v), abs=3 * LSB_V)


def test_potentials_are_rounded_to_the_converter_s_steps(holding: AutolabSdk, world: World) -> None:
    holding.hold(0.1)
    assert world.cell.potential_v(world.clock.now_s) == 0.099945068359375  # as was measured: 655 of 2^-16


def test_a_setpoint_that_is_ignored_is_an_error(holding: AutolabSdk, sdk: Sdk) -> None:
    sdk.machine.apply = lambda potential_v: None  # type: ignore[method-assign]
    with pytest.raises(BadReplyError, match=r"pstat: set to -0\.5 V, but reads back -0\.299988 V"):
        holding.hold(-0.5)


def test_readings_are_fresh_and_overloads_are_seen(holding: AutolabSdk) -> None:
    holding.set_current_range(1e-6)
    assert not holding.measure().overload
    holding.hold(-1.5)
    reading = holding.measure()
    assert reading.potential_v == pytest.approx(-1.5, abs=LSB_V)
    assert reading.overload
    holding.set_current_range(2e-3)
    assert not holding.measure().overload
    assert holding.measure().current_a < -1e-4


def test_the_chosen_range_is_restored_after_a_sweep_has_found_its_own(
    holding: AutolabSdk, clock: VirtualClock, sdk: Sdk
) -> None:
    holding.set_current_range(1e-6)
    holding.measure()
    holding.start_sweep(CYCLE)
    assert sdk.machine.range.full_scale_a == 1e-3
    clock.sleep(1.0)
    holding.measure()
    assert sdk.machine.range.full_scale_a == 1e-6


@pytest.mark.parametrize(
    ("potentials_v", "words"),
    [
        ((-0.3, -0.35, -0.4, -0.35), "no such cycles"),
        ((-0.35, -0.45, -0.35, -0.3), "no such cycles"),
        ((-0.4, -0.3, -0.4), "no such cycles"),
        ((-0.3, -0.3), "below the instrument's 0.1526 mV"),
        ((-0.30001, -0.3), "below the instrument's 0.1526 mV"),
    ],
)
def test_what_the_cv_procedure_cannot_do_is_refused_in_words(
    holding: AutolabSdk, potentials_v: tuple[float, ...], words: str
) -> None:
    with pytest.raises(InstrumentStateError, match=f"pstat: .*{words}"):
        holding.start_sweep(Staircase(potentials_v, 0.1))
    assert not holding.sweeping


@given(
    start_lsb=st.integers(-2000, 2000),
    rise_v=st.floats(2e-4, 0.05).flatmap(lambda v: st.sampled_from([v, -v])),
    n_half=st.integers(1, 150),
    n_cycles=st.integers(1, 4),
)
def test_cycles_come_out_of_the_procedure_as_they_were_asked(
    start_lsb: int, rise_v: float, n_half: int, n_cycles: int
) -> None:
    start_v = start_lsb * LSB_V
    half_v = np.linspace(start_v, start_v + n_half * rise_v, n_half + 1)
    cycle_v = [*half_v[1:], *half_v[-2::-1]]
    sweep = Staircase(tuple(float(v) for v in cycle_v * n_cycles), 0.25)
    values: tuple[Any, ...] = cv_cycle(sweep).parameters
    made = CyclicStaircase(*values)
    made_v, asked_v = np.array(made.potentials_v()), np.array(sweep.potentials_v)
    assert made_v.shape == asked_v.shape
    assert made.step_s == pytest.approx(0.25)
    assert np.all(np.abs(made_v - asked_v) <= n_half * LSB_V)
    assert np.all(np.abs(made_v - start_v) <= np.abs(asked_v - start_v) + 1e-9), "never beyond what was asked"
    assert made_v[-1] == start_v


def test_a_sweep_that_is_not_the_one_asked_for_is_not_returned(
    holding: AutolabSdk, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    points_v = CyclicStaircase.potentials_v
    monkeypatch.setattr(CyclicStaircase, "potentials_v", lambda self: points_v(self)[:2])
    holding.start_sweep(CYCLE)
    clock.sleep(1.0)
    assert not holding.sweeping
    with pytest.raises(BadReplyError, match=r"4 steps, but \[2, 2, 2, 2\] times.*crossings"):
        holding.read_sweep()
    monkeypatch.setattr(CyclicStaircase, "potentials_v", lambda self: [v - 0.1 for v in points_v(self)])
    holding.start_sweep(CYCLE)
    clock.sleep(1.0)
    with pytest.raises(BadReplyError, match=r"0\.0999878 V off the potentials asked for"):
        holding.read_sweep()
    holding.make_safe()
    assert not holding.cell_on


@pytest.mark.parametrize(
    ("id_name", "words"),
    [
        (
            "FHSwitchCell",
            r"wrote \[<EICellOnOff.On: 1>\] into FHSwitchCell, read back \[<EICellOnOff.Off: 0>\]",
        ),
        ("FHSetSetpointPotential", r"wrote \[-0.2999.*\] into FHSetSetpointPotential, read back \[0.0\]"),
        ("FHCyclicVoltammetry2", r"into FHCyclicVoltammetry2, read back \[0.0, 1.0, -1.0"),
    ],
)
def test_a_parameter_that_is_not_taken_is_an_error_and_nothing_starts(
    holding: AutolabSdk, monkeypatch: pytest.MonkeyPatch, id_name: str, words: str
) -> None:
    load = Instrument.LoadProcedure

    def load_frozen(self: Instrument, file: str) -> Any:
        procedure = load(self, file)
        for known, command in zip(procedure.Commands.IdNames, procedure.Commands, strict=True):
            if known == id_name:
                for item in command.CommandParameters:
                    item.__class__ = FrozenParameter
        return procedure

    monkeypatch.setattr(Instrument, "LoadProcedure", load_frozen)
    with pytest.raises(BadReplyError, match=f"pstat: .*{words}"):
        holding.start_sweep(CYCLE)
    assert not holding.sweeping


class FrozenParameter(CommandParameter):
    """A parameter that keeps its value in silence."""

    __slots__ = ()

    @property
    def ValueAsObject(self) -> Any:  # noqa: N802
        return self._value

    @ValueAsObject.setter
    def ValueAsObject(self, value: Any) -> None:  # noqa: N802
        pass


@pytest.mark.parametrize(
    ("id_names", "words"),
    [
        (["FHWait", "FHSwitchCell"], "has no FHSetSetpointPotential, no FHCyclicVoltammetry2"),
        (["FHSwitchCell", "FHSetSetpointPotential", "FHCyclicVoltammetry2"], "does not switch the cell on"),
    ],
)
def test_another_procedure_is_refused(clock: VirtualClock, id_names: list[str], words: str) -> None:
    commands = Commands(*(command("Off") for _ in id_names))
    commands.IdNames = tuple(id_names)
    sdk = MagicMock()
    sdk.Instrument.return_value.Ei.Cell = False
    sdk.Instrument.return_value.LoadProcedure.return_value.Commands = commands
    options = AutolabSdk.Options(potential_low_v=-1.0, potential_high_v=1.0)
    pstat = AutolabSdk("pstat", options, Surroundings(clock, no_line, sdk))
    pstat.open()
    sdk.Instrument.return_value.Ei.Cell = True
    with pytest.raises(InstrumentError, match=f"pstat: the procedure.* {words}"):
        pstat.start_sweep(CYCLE)


def test_an_open_cell_is_warned_of_and_nothing_else_tells(
    holding: AutolabSdk, world: World, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    sweep = Staircase(tuple(-0.3 - 0.2 * k for k in (1, 2, 3, 2, 1, 0)), 0.5)
    for faults, warned in ((set(), False), ({"open_cell"}, True)):
        world.faults.clear()
        world.faults.update(faults)
        caplog.clear()
        holding.start_sweep(sweep)
        clock.sleep(5.0)
        with caplog.at_level(logging.WARNING):
            assert holding.read_sweep().current_a.size == 6
        assert ("is the cell connected?" in caplog.text) == warned
        assert not holding.measure().overload


def test_a_lost_cable_is_found_by_the_clock(holding: AutolabSdk, clock: VirtualClock, sdk: Sdk) -> None:
    holding.start_sweep(CYCLE)
    sdk.machine.unplugged = True
    clock.sleep(5.0)
    assert holding.sweeping  # as long as it may merely be late
    clock.sleep(6.0)
    with pytest.raises(InstrumentTimeoutError, match=r"pstat: .*10\.6 s after .* may still be on"):
        assert holding.sweeping
    with pytest.raises(NotConnectedError, match="pstat"):
        holding.measure()


def test_a_cell_that_does_not_switch_is_an_error(holding: AutolabSdk, sdk: Sdk) -> None:
    sdk.machine.unplugged = True
    with pytest.raises(BadReplyError, match=r"pstat: the cell was switched on=False, but Ei\.Cell says True"):
        holding.make_safe()


def test_an_abort_that_fails_still_opens_the_cell(
    holding: AutolabSdk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding.start_sweep(CYCLE)
    assert holding._running is not None
    monkeypatch.setattr(holding._running, "abort", lambda: 1 / 0)
    with pytest.raises(InstrumentError, match="pstat: could not abort the sweep: division"):
        holding.make_safe()
    assert not world.cell.connected(world.clock.now_s)


def test_the_link_can_be_held_by_another_program(pstat: AutolabSdk, sdk: Sdk) -> None:
    sdk.machine.linked = True
    with pytest.raises(NotConnectedError, match="pstat: no connection; is NOVA closed"):
        pstat.open()


def test_a_lost_connection_is_said(holding: AutolabSdk) -> None:
    holding._instrument.AutolabConnection.IsConnected = False
    with pytest.raises(NotConnectedError, match="pstat: the connection is lost"):
        holding.measure()


def test_what_the_sdk_throws_is_an_instrument_error(pstat: AutolabSdk, clock: VirtualClock, sdk: Sdk) -> None:
    options = AutolabSdk.Options(potential_low_v=-1.6, potential_high_v=0.2, procedure="mine.nox")
    mine = AutolabSdk("pstat", options, Surroundings(clock, no_line, sdk))
    mine.open()
    mine.set_cell(True)
    with pytest.raises(
        InstrumentError, match=r"pstat: could not start a sweep: Could not find file .*mine\.nox"
    ):
        mine.start_sweep(CYCLE)
    assert not mine.sweeping


def test_the_assembly_is_loaded_through_pythonnet_when_opened(
    world: World, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    clr: Any = ModuleType("clr")
    clr.AddReference = loaded.append
    monkeypatch.setitem(sys.modules, "clr", clr)
    monkeypatch.setitem(sys.modules, "EcoChemie.Autolab.Sdk", Sdk(world))
    monkeypatch.setitem(sys.modules, "EcoChemie", ModuleType("EcoChemie"))
    monkeypatch.setitem(sys.modules, "EcoChemie.Autolab", ModuleType("EcoChemie.Autolab"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    options = AutolabSdk.Options(potential_low_v=-1.6, potential_high_v=0.2)
    pstat = AutolabSdk("pstat", options, Surroundings(clock, no_line))
    assert not loaded
    pstat.open()
    assert loaded == ["EcoChemie.Autolab.Sdk"]
    assert sys.path[-1] == r"C:\Program Files\Metrohm Autolab\Autolab SDK 2.1"
    assert str(pstat.identify()) == "Metrohm Autolab PGSTAT128N"
    pstat.close()


def test_without_pythonnet_it_is_said_what_to_install(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "clr", None)
    options = AutolabSdk.Options(potential_low_v=-1.6, potential_high_v=0.2)
    with pytest.raises(NotConnectedError, match=r"qdlab\[autolab\]"):
        AutolabSdk("pstat", options, Surroundings(clock, no_line)).open()


def test_a_window_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match=r"potential_low_v = 0\.2 is not below potential_high_v = -1\.6"):
        AutolabSdk.Options(potential_low_v=0.2, potential_high_v=-1.6)


def test_a_bench_file_leads_to_the_stand_in(tmp_path: Path) -> None:
    text = find_config("paper_sim").read_text("utf-8")
    path = tmp_path / "bench.toml"
    path.write_text(
        text.replace('driver = "simulated"', 'driver = "autolab-sdk"\nresource = "sim://"', 1), "utf-8"
    )
    loaded = load_bench(path)
    loaded.bench.potentiostat.open()
    loaded.bench.potentiostat.set_cell(True)
    assert loaded.world.cell.connected(loaded.clock.now_s)


# A transcript of the SDK's calls, without the stand-in: names, order and values as found in its metadata


def command(*values: Any) -> SimpleNamespace:
    return SimpleNamespace(CommandParameters=[SimpleNamespace(ValueAsObject=value) for value in values])


class Commands:
    """A .NET list with its names beside it."""

    IdNames: tuple[str, ...] = (
        "FHGetSetValues", "FHSetSetpointPotential", "FHSwitchCell", "FHWait", "FHCyclicVoltammetry2",
        "PlotsIvsE", "FHSwitchCell",
    )  # fmt: skip

    def __init__(self, *commands: Any) -> None:
        self.commands = commands

    def __iter__(self) -> Iterator[Any]:
        return iter(self.commands)


def test_a_transcript_of_one_sweep(clock: VirtualClock) -> None:
    on, off = MagicMock(__str__=lambda self: "On"), MagicMock(__str__=lambda self: "Off")
    wait, setpoint, last = command(5.0), command(0.0), command(off)
    staircase = command(0.0, 1.0, -1.0, 0.00244, 2, 0.0, 0.1)
    commands = Commands(command(1, 2, 3), setpoint, command(on), wait, staircase, command(), last)
    sdk = MagicMock()
    instrument = sdk.Instrument.return_value
    instrument.Ei.Cell, instrument.AutolabConnection.IsConnected = False, True
    procedure = instrument.LoadProcedure.return_value
    procedure.Commands, procedure.IsMeasuring = commands, False
    options = AutolabSdk.Options(potential_low_v=-1.0, potential_high_v=1.0)
    pstat = AutolabSdk("pstat", options, Surroundings(clock, no_line, sdk))

    pstat.open()
    folder = "C:\\Program Files\\Metrohm Autolab\\Autolab SDK 2.1\\"
    assert instrument.HardwareSetupFile == folder + r"Hardware Setup Files\PGSTAT128N\HardwareSetup.xml"
    assert instrument.AutolabConnection.EmbeddedExeFileToStart == folder + r"Hardware Setup Files\Adk.x"
    instrument.Connect.assert_called_once_with()
    assert instrument.Ei.CellOnOff is sdk.EI.EICellOnOff.Off
    assert instrument.Ei.Mode is sdk.EI.EIMode.Potentiostatic

    instrument.Ei.Cell = True
    pstat.set_cell(True)
    assert instrument.Ei.CellOnOff is sdk.EI.EICellOnOff.On
    pstat.start_sweep(Staircase((0.0024414063, 0.0048828125, 0.0024414063, 0.0), 0.024414))
    instrument.LoadProcedure.assert_called_once_with(
        folder + r"Standard Nova Procedures\Cyclic voltammetry.nox"
    )
    procedure.Measure.assert_called_once_with()
    assert [item.ValueAsObject for item in staircase.CommandParameters] == [
        0.0, 0.003662109375, 0.0, 0.00244140625, 2, 0.001220703125, pytest.approx(0.1, rel=1e-4)
    ]  # fmt: skip
    assert (wait.CommandParameters[0].ValueAsObject, setpoint.CommandParameters[0].ValueAsObject) == (
        0.0,
        0.0,
    )
    assert last.CommandParameters[0].ValueAsObject is on

    names = ("SetpointApplied", "CalcTime", "EI_0.CalcCurrent", "ScanNumber", "EI_0.CalcPotential", "QPlus")
    columns: tuple[list[float], ...] = (
        [0.00244140625, 0.0048828125, 0.00244140625, 0.0], [5.98195698489701, 6.006371, 6.030785, 6.055199],
        [2.5537109375e-07, 4.7943115234375e-07, 7.47e-07, 1e-9], [1, 1, 1, 1],
        [0.0025573730468750056, 0.00493469, 0.00743713, 0.0], [],
    )  # fmt: skip
    signals = Commands(*(SimpleNamespace(ValueAsObject=column) for column in columns))
    signals.IdNames = names
    staircase.Signals = signals
    trace = pstat.read_sweep()
    assert trace.time_s[0] == 5.98195698489701
    assert trace.potential_v[0] == 0.0025573730468750056
    assert trace.current_a[:2].tolist() == [2.5537109375e-07, 4.7943115234375e-07]

    instrument.Ei.Potential, instrument.Ei.Current, instrument.Ei.CurrentOverload = 0.25, 1e-5, False
    pstat.set_current_range(2e-5)
    assert pstat.measure().current_a == 1e-5
    assert instrument.Ei.CurrentRange is sdk.EI.EICurrentRange.CR11_100uA
    calls = [call[0] for call in instrument.mock_calls]
    assert calls.index("Ei.Sampler.Sample") > calls.index("LoadProcedure().Measure")
    pstat.close()
    instrument.Disconnect.assert_called_once_with()


# The stand-in, against what was measured on a PGSTAT302N


@pytest.fixture
def instrument(sdk: Sdk) -> Any:
    instrument = sdk.Instrument()
    instrument.HardwareSetupFile = "HardwareSetup.xml"
    instrument.AutolabConnection.EmbeddedExeFileToStart = "Adk.x"
    instrument.Connect()
    return instrument


def columns(procedure: Any) -> dict[str, list[float]]:
    signals = procedure.Commands["FHCyclicVoltammetry2"].Signals
    return {name: signal.ValueAsObject for name, signal in zip(signals.IdNames, signals, strict=True)}


@pytest.mark.parametrize(("crossings", "n_points"), [(2, 1640), (4, 3280)])
def test_the_stock_sweep_has_the_points_that_were_measured(
    instrument: Any, clock: VirtualClock, crossings: int, n_points: int
) -> None:
    procedure = instrument.LoadProcedure(STOCK)
    list(procedure.Commands["FHCyclicVoltammetry2"].CommandParameters)[4].ValueAsObject = crossings
    procedure.Measure()
    assert clock.now_s == pytest.approx(0.3)
    assert instrument.Ei.Cell, "on before the wait"
    clock.sleep(100.0)
    assert not procedure.IsMeasuring
    assert not instrument.Ei.Cell
    recorded = columns(procedure)
    assert len(recorded["EI_0.CalcCurrent"]) == n_points
    assert recorded["SetpointApplied"][:3] == [0.00244140625, 0.0048828125, 0.00732421875]
    assert recorded["SetpointApplied"][-3:] == [-0.0048828125, -0.00244140625, 0.0]
    assert 5.86 <= recorded["CalcTime"][0] <= 6.18
    assert np.diff(recorded["CalcTime"]) == pytest.approx(0.024414, abs=1e-6)
    assert max(recorded["ScanNumber"]) == crossings // 2
    assert recorded["QPlus"] == []


def test_a_used_procedure_is_inert(instrument: Any, clock: VirtualClock) -> None:
    procedure = instrument.LoadProcedure(STOCK)
    procedure.Measure()
    clock.sleep(100.0)
    assert not procedure.IsMeasuring
    before, now_s = columns(procedure), clock.now_s
    procedure.Measure()
    assert clock.now_s == now_s
    assert not procedure.IsMeasuring
    assert columns(procedure) == before


def test_an_abort_takes_its_time_and_leaves_nothing(instrument: Any, clock: VirtualClock) -> None:
    procedure = instrument.LoadProcedure(STOCK)
    procedure.Measure()
    clock.sleep(8.0)
    procedure.Abort()
    clock.sleep(1.2)
    assert procedure.IsMeasuring
    clock.sleep(0.2)
    assert not procedure.IsMeasuring
    assert columns(procedure) == {}


def test_values_stand_still_until_sampled(instrument: Any, sdk: Sdk) -> None:
    instrument.Ei.Setpoint = -0.5
    instrument.Ei.CellOnOff = sdk.EI.EICellOnOff.On
    assert instrument.Ei.Potential == 0.0
    instrument.Ei.Sampler.Sample()
    assert instrument.Ei.Potential == pytest.approx(-0.5, abs=LSB_V)
    instrument.Ei.Setpoint = -0.6
    assert instrument.Ei.Potential == pytest.approx(-0.5, abs=LSB_V)
    assert instrument.Ei.Sampler.GetSignal("WE(1).Potential").Value == instrument.Ei.Potential


@pytest.mark.parametrize("value", [True, 1])
def test_numbers_are_no_enum_members(instrument: Any, value: object) -> None:
    for name in ("CellOnOff", "CurrentRange", "Mode"):
        with pytest.raises(TypeError, match=r"value cannot be converted to EcoChemie\.Autolab\.Sdk\.EI\+"):
            setattr(instrument.Ei, name, value)


def test_parameters_are_walked_not_indexed_and_keep_their_types(instrument: Any) -> None:
    parameters = instrument.LoadProcedure(STOCK).Commands["FHCyclicVoltammetry2"].CommandParameters
    with pytest.raises(TypeError, match="No method matches"):
        parameters[0]
    with pytest.raises(TypeError, match="'int' cannot be converted to float"):
        next(iter(parameters)).ValueAsObject = 1
