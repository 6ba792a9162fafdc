"""The potentiostat at the other end of the USB cable: converters, ranges, and the cell of the world."""

from __future__ import annotations

from enum import Enum

from simulators.world import World

LSB_V = 10.0 / 2**16
"""Step of the applied potential: 16 bits over +-10 V at half weight."""
_READABLE = 3.0
"""Currents up to so many times the range are read (its linearity factor), 0.8 in the range of 1 A."""
_NOISE = 2e-5
"""Scatter of a current reading relative to its range (rms)."""


class NetEnum(Enum):
    """A .NET enum: its members are no numbers, and print as their names."""

    def __str__(self) -> str:
        return self.name


class EIMode(NetEnum):
    """What is controlled."""

    Potentiostatic = 0
    Galvanostatic = 1


class EICellOnOff(NetEnum):
    """The cell relay."""

    Off = 0
    On = 1


class EIBandwidth(NetEnum):
    """Bandwidth of the control loop."""

    UltraHigh_Speed = 0
    High_Speed = 1
    High_Stability = 2


class EICurrentRange(NetEnum):
    """Current ranges of a PGSTAT128N by the power of ten of their full scale in A."""

    CR07_1A = 0
    CR08_100mA = -1
    CR09_10mA = -2
    CR10_1mA = -3
    CR11_100uA = -4
    CR12_10uA = -5
    CR13_1uA = -6
    CR14_100nA = -7
    CR15_10nA = -8

    @property
    def readable_a(self) -> float:
        """Largest current that is read in this range."""
        return (0.8 if self is EICurrentRange.CR07_1A else _READABLE) * self.full_scale_a

    @property
    def full_scale_a(self) -> float:
        """The range's name as a number."""
        return float(f"1e{self.value}")


class Machine:
    """One potentiostat, whoever is connected to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mode = EIMode.Potentiostatic
        self.bandwidth = EIBandwidth.High_Stability
        self.range = EICurrentRange.CR10_1mA
        self.setpoint_v = 0.0
        self.linked = False
        self.unplugged = False

    @property
    def now_s(self) -> float:
        """Time on the world's clock."""
        return self.world.clock.now_s

    @property
    def cell_on(self) -> bool:
        """State of the cell relay."""
        return self.world.cell.connected(self.now_s)

    def switch_cell(self, on: bool) -> None:
        """Move the relay; at the setpoint, as the control loop is closed all the time."""
        if self.unplugged:
            return
        if on and not self.cell_on:
            self.world.cell.apply(self.setpoint_v, self.now_s)
        self.world.cell.connect(on, self.now_s)

    def apply(self, potential_v: float) -> None:
        """Set the converter to its nearest step."""
        if self.unplugged:
            return
        self.setpoint_v = round(potential_v / LSB_V) * LSB_V
        self.world.cell.apply(self.setpoint_v, self.now_s)

    def read(self) -> tuple[float, float, bool]:
        """Return potential, current, and whether the current is beyond the range."""
        cell, now_s = self.world.cell, self.now_s
        current_a, overload = self.metered(cell.current_a(now_s), self.range)
        return cell.potential_v(now_s), current_a, overload

    def metered(self, current_a: float, in_range: EICurrentRange) -> tuple[float, bool]:
        """Return a current as it is read in a range, and whether it is beyond."""
        noise_a = _NOISE * in_range.full_scale_a * float(self.world.noise("cell").standard_normal())
        limit_a = in_range.readable_a
        return min(max(current_a + noise_a, -limit_a), limit_a), abs(current_a) > limit_a
