"""What the shutters' wire faces share: a blade in one of the world's light paths, that takes time."""

from __future__ import annotations

from qdlab.plan import LIGHT_PATHS
from simulators.wires._wire import Wire
from simulators.world import World


class BladeWire(Wire):
    """A shutter that stands in the light path `beam`; a bench says which by resource = "sim://?beam=lamp".

    In the world the light changes when the blade starts; what the instrument says follows when it is there.
    """

    travel_s = 0.02
    """Time the blade takes."""

    def __init__(self, world: World, beam: str = "pump") -> None:
        if beam not in LIGHT_PATHS:
            raise ValueError(f"beam {beam!r} is none of {', '.join(LIGHT_PATHS)}")
        super().__init__(world)
        self._beam = beam
        self._there_s = world.clock.now_s

    @property
    def _light_passes(self) -> bool:
        return self._world.is_open(self._beam)

    @property
    def _moving(self) -> bool:
        return self._world.clock.now_s < self._there_s

    def _move(self, is_open: bool) -> None:
        if is_open != self._light_passes:
            self._there_s = self._world.clock.now_s + self.travel_s
            self._world.set_open(self._beam, is_open)
