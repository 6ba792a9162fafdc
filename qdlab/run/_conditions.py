"""The conditions of a measurement, as a plan sets them: what has to be set again when steps were left out."""

from __future__ import annotations

from collections.abc import Iterator

from qdlab.plan import (
    CellOff,
    CyclePotential,
    HoldPotential,
    MoveDelay,
    Plan,
    ReadPower,
    ReadSpectrum,
    RunChopper,
    SamplePosition,
    SelectProbe,
    SelectSample,
    SetFluence,
    SetLight,
    Step,
    TakeShots,
    TaPoint,
    slots_of,
)
from qdlab.run._views import scans_time_zero

PUMP = frozenset({"pump"})
_KINDS = ("sample", "probe", "cell", "chopper", "time zero", "fluence", "power", "others", "light", "delay")
"""In the order in which they are set again."""
_OF_A_POINT = ("time zero", "power")
"""What is looked at again before a pump-probe point only: where time zero is, and how strong the pump."""
_AFTER_A_LOOK = ("fluence", "light", "delay")
"""What such a look changes, so that it is set again after it."""
_KIND_OF: dict[type[Step], str] = {
    SelectProbe: "probe",
    SelectSample: "sample",
    CellOff: "cell",
    HoldPotential: "cell",
    RunChopper: "chopper",
    SetFluence: "fluence",
    SetLight: "light",
    MoveDelay: "delay",
}


class Conditions:
    """What the plan has set so far; `pending` of it the laboratory has not been told."""

    def __init__(self, plan: Plan) -> None:
        self.sample: SamplePosition | None = None
        self._plan = plan
        self._last: dict[str, list[Step]] = {}
        self._pending: dict[str, list[Step]] = {}

    def pass_over(self, step: Step) -> None:
        """Take note of a step that is not performed."""
        match step:
            case TakeShots() if scans_time_zero(self._plan.stream(step.slot.stream)):
                self._pass_over_time_zero(step)
            case ReadPower():
                self._set("power", SetLight(PUMP), step)
            case ReadSpectrum():
                self._set("light", SetLight(step.light))
            case CyclePotential():
                # A sweep ends where it began, at rest, which is also where the film goes by itself.
                self._set("cell", CellOff())
            case _ if type(step) in _KIND_OF:
                self._set(_KIND_OF[type(step)], step)
            case _ if not slots_of(step):
                self._set("others", *self._pending.get("others", ()), step)
        self._follow(step)

    def before(self, step: Step) -> Iterator[Step]:
        """Yield what has to be set before a measurement; it counts as set from then on."""
        is_point = isinstance(step, TakeShots) and self._plan.stream(step.slot.stream).record is TaPoint
        if is_point and not self._pending.keys().isdisjoint(_OF_A_POINT):
            for kind in _AFTER_A_LOOK:
                self._pending.setdefault(kind, self._last.get(kind, []))
        for kind in _KINDS:
            if is_point or kind not in _OF_A_POINT:
                yield from self._pending.pop(kind, ())
        self._follow(step)

    def _set(self, kind: str, *steps: Step) -> None:
        self._pending[kind] = self._last[kind] = list(steps)

    def _follow(self, step: Step) -> None:
        """Take note of what a step changes besides its own condition."""
        match step:
            case SelectSample(position):
                self.sample = position
            case SetFluence():
                self._pending.pop("power", None)
            case HoldPotential() | CyclePotential():
                self._pending.pop("light", None)

    def _pass_over_time_zero(self, step: TakeShots) -> None:
        """Gather the scan about time zero, with the fluence and the light it was taken at."""
        begun = [*self._last.get("fluence", []), *self._last.get("light", [])]
        block = self._pending.setdefault("time zero", begun)
        block += [*self._last.get("delay", []), step]
