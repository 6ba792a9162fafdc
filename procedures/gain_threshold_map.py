"""GainThresholdMap: how the gain threshold falls as electrons are injected (the paper's Figs. 2 to 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from procedures._adaptive import AdaptiveMap
from procedures._experiment import Streams
from procedures._held_map import HeldMap, See
from procedures._threshold_search import ThresholdSearch
from qdlab.plan import Lab, Script, Step


class GainThresholdMap(AdaptiveMap, HeldMap):
    """Gain thresholds over potential x fluence x delay; the first potential is the neutral film.

    A0 -> cyclic voltammetry with absorption and PL -> for each potential: hold until the film is
    charged -> for each fluence: transient absorption over the delays. With `electrons_per_dot`, potentials
    are found from the voltammetry just measured; with `strategy = "adaptive"`, fluences and shots from the
    results so far.
    """

    @property
    def chooses(self) -> bool:
        """Whether potentials, fluences or both are chosen as the run goes."""
        return self.adaptive or super().chooses

    def fewest(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps if every potential is found at once; how few fluences will do is not known."""
        return iter(()) if self.adaptive else super().fewest(streams, lab)

    def map_script(self, streams: Streams, lab: Lab) -> tuple[list[See], Callable[[int], Script]]:
        """Return what has to see what is measured, and what measures at the i-th potential."""
        if not self.adaptive:
            return super().map_script(streams, lab)
        search = ThresholdSearch(self, streams, lab, len(self.potentials()))
        return [search.see], search.measure
