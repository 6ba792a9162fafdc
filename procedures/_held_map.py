"""Maps over potential: the neutral film, its voltammogram, then the same at each held potential."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator

from procedures._electrons import ElectronsPerDot, PotentialSearch
from procedures._experiment import Experiment, Streams
from qdlab.plan import Axis, Lab, MakeScript, Script, Seen, Step, Stream, in_order, watched

See = Callable[[Seen], None]
"""Is shown what every step left."""


class HeldMap(ElectronsPerDot, Experiment):
    """A0 -> cyclic voltammetry -> for each potential: hold until the film is charged -> a map.

    What the map is, its streams and steps say. With `electrons_per_dot`, potentials are found from the
    voltammetry just measured.
    """

    @abstractmethod
    def map_streams(self, potential: Axis, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of the map."""

    @abstractmethod
    def map_steps(self, streams: Streams, i: int) -> Iterator[Step]:
        """Yield all of the i-th potential, whose film is charged; the most it can come to if it chooses."""

    def map_script(self, streams: Streams, lab: Lab) -> tuple[list[See], Callable[[int], Script]]:
        """Return what has to see what is measured, and what measures at the i-th potential."""
        return [], lambda i: in_order(self.map_steps(streams, i))

    @property
    def chooses(self) -> bool:
        """Whether anything is chosen as the run goes."""
        return bool(self.electrons_per_dot)

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        yield from self.steady_streams(lab)
        yield from self.sweep_streams(lab)
        yield from self.search_streams(lab)
        yield from self.charging_streams(lab)
        yield from self.map_streams(self.potential_axis(), lab)

    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order; the most it can come to if it chooses."""
        return self._unrolled(streams, self.most_tries)

    def fewest(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps if every potential is found at once."""
        return self._unrolled(streams, 1) if self.chooses else iter(())

    def _unrolled(self, streams: Streams, n_tries: int) -> Iterator[Step]:
        yield from self._neutral(streams)
        for i, potential_v in enumerate(self.potentials()):
            yield from self.search_steps(streams, i, potential_v, n_tries)
            yield from self.charging_steps(streams, i, potential_v)
            yield from self.map_steps(streams, i)

    def script(self, streams: Streams, lab: Lab) -> MakeScript | None:
        """Return what chooses as the run goes; None if all is given."""
        return (lambda: self._choosing(streams, lab)) if self.chooses else None

    def _choosing(self, streams: Streams, lab: Lab) -> Script:
        see, measure = self.map_script(streams, lab)
        search = PotentialSearch(self, streams, lab) if self.electrons_per_dot else None
        see = see if search is None else [search.see, *see]
        yield from watched(self._neutral(streams), see)
        for i, given_v in enumerate(self.potentials()):
            potential_v = given_v if search is None else (yield from search.find(i))
            yield from watched(self.charging_steps(streams, i, potential_v), see)
            yield from measure(i)

    def _neutral(self, streams: Streams) -> Iterator[Step]:
        yield from self.steady_steps(streams)
        yield self.sweep()
