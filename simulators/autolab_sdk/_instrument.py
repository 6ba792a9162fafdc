"""The SDK's entrance: Instrument, its connection, and EI, the electrochemical interface."""

from __future__ import annotations

from typing import Any

from simulators.autolab_sdk import _machine
from simulators.autolab_sdk._machine import Machine
from simulators.autolab_sdk._procedure import Procedure
from simulators.world import World


class Signal:
    """One sampled value."""

    def __init__(self, name: str, value: float) -> None:
        self.Name = name
        self.Value = value


class Sampler:
    """Takes what the machine reads now; until the next Sample() it stays as it was."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.potential_v, self.current_a, self.overload = 0.0, 0.0, False

    def Sample(self) -> None:
        """Take all signals at one moment."""
        if not self._machine.unplugged:
            self.potential_v, self.current_a, self.overload = self._machine.read()

    def GetSignal(self, name: str) -> Signal:
        """Return a sampled value by name."""
        return Signal(name, {"WE(1).Potential": self.potential_v, "WE(1).Current": self.current_a}[name])


class EI:
    """The electrochemical interface: values to set, values as they were sampled last."""

    EIMode = _machine.EIMode
    EICellOnOff = _machine.EICellOnOff
    EIBandwidth = _machine.EIBandwidth
    EICurrentRange = _machine.EICurrentRange

    __slots__ = ("Sampler", "_instrument")

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self.Sampler = Sampler(instrument.machine)

    @property
    def Mode(self) -> _machine.EIMode:
        """Get or set what is controlled."""
        return self._reach().mode

    @Mode.setter
    def Mode(self, mode: _machine.EIMode) -> None:
        self._reach().mode = _member(mode, _machine.EIMode)

    @property
    def CurrentRange(self) -> _machine.EICurrentRange:
        """Get or set the range."""
        return self._reach().range

    @CurrentRange.setter
    def CurrentRange(self, current_range: _machine.EICurrentRange) -> None:
        self._reach().range = _member(current_range, _machine.EICurrentRange)

    @property
    def CellOnOff(self) -> _machine.EICellOnOff:
        """Get or set the cell relay."""
        return _machine.EICellOnOff(int(self._reach().cell_on))

    @CellOnOff.setter
    def CellOnOff(self, state: _machine.EICellOnOff) -> None:
        self._reach().switch_cell(_member(state, _machine.EICellOnOff) is _machine.EICellOnOff.On)

    @property
    def Cell(self) -> bool:
        """Get whether the cell is connected."""
        return self._reach().cell_on

    @property
    def Setpoint(self) -> float:
        """Get or set the potential; it is rounded to the converter's steps."""
        return self._reach().setpoint_v

    @Setpoint.setter
    def Setpoint(self, potential_v: float) -> None:
        self._reach().apply(potential_v)

    @property
    def Potential(self) -> float:
        """Get the potential as it was sampled last."""
        self._reach()
        return self.Sampler.potential_v

    @property
    def Current(self) -> float:
        """Get the current as it was sampled last."""
        self._reach()
        return self.Sampler.current_a

    @property
    def CurrentOverload(self) -> bool:
        """Get whether the current sampled last was beyond the range."""
        self._reach()
        return self.Sampler.overload

    def _reach(self) -> Machine:
        return self._instrument.reach()


class AutolabConnection:
    """The link: one program has it."""

    def __init__(self) -> None:
        self.EmbeddedExeFileToStart = ""
        self.IsConnected = False


class Instrument:
    """What a program makes first."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.HardwareSetupFile = ""
        self.AutolabConnection = AutolabConnection()
        self.Ei = EI(self)
        self._procedure: Procedure | None = None

    def Connect(self) -> None:
        """Take the link, if nobody has it."""
        if not (self.HardwareSetupFile and self.AutolabConnection.EmbeddedExeFileToStart):
            raise RuntimeError("Hardware setup file or embedded exe not set")
        if not self.machine.linked:
            self.machine.linked = self.AutolabConnection.IsConnected = True

    def Disconnect(self) -> None:
        """Give the link back."""
        if self.AutolabConnection.IsConnected:
            self.machine.linked = self.AutolabConnection.IsConnected = False

    def LoadProcedure(self, file: str) -> Procedure:
        """Return a procedure that can run once."""
        self._procedure = Procedure(file, self.machine)
        return self._procedure

    def reach(self) -> Machine:
        """Return the machine, up to date; no member of the SDK."""
        if not self.AutolabConnection.IsConnected:
            raise RuntimeError("Autolab is not connected")
        if self._procedure is not None:
            self._procedure.follow()
        return self.machine


class Sdk:
    """What `from EcoChemie.Autolab import Sdk` gives, with one machine on the cable."""

    EI = EI

    def __init__(self, world: World) -> None:
        self.machine = Machine(world)

    def Instrument(self) -> Instrument:
        """Make an unconnected instrument."""
        return Instrument(self.machine)


def _member(value: Any, kind: type[Any]) -> Any:
    """Return the member of an enum; TypeError, as from pythonnet 3, for anything else."""
    if not isinstance(value, kind):
        name = f"EcoChemie.Autolab.Sdk.EI+{kind.__name__}"
        raise TypeError(f"{type(value).__name__!r} value cannot be converted to {name}")
    return value
