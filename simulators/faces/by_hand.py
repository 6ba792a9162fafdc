"""What a person moves in the virtual laboratory: once it is said to be done, it is done there too."""

from __future__ import annotations

from qdlab.instruments import HolderByHand, SelectorByHand
from qdlab.plan import ProbeBeam, SamplePosition
from simulators.world import World


class SimulatedHolderByHand(HolderByHand):
    """Film and bare substrate, exchanged by a person who does what the run asks for."""

    def __init__(self, name: str, options: HolderByHand.Options, world: World) -> None:
        super().__init__(name, options)
        self._world = world

    def select(self, position: SamplePosition) -> None:
        """Take it for done, and do it."""
        super().select(position)
        self._world.sample = position


class SimulatedSelectorByHand(SelectorByHand):
    """The way of the probe into the camera, changed by a person who does what the run asks for."""

    def __init__(self, name: str, options: SelectorByHand.Options, world: World) -> None:
        super().__init__(name, options)
        self._world = world

    def select(self, beam: ProbeBeam) -> None:
        """Take it for done, and do it."""
        super().select(beam)
        self._world.probe_beam = beam
