"""One run from the first check to the last word in the file.

    checked -> opened -> running -> finished | stopped | failed -> safe -> noted in the file -> closed

Whatever ends it, the cell goes off and the light goes first; then the data are brought home; then the
file says why. The failure that ended the run is the one that is raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qdlab.clock import Clock
from qdlab.errors import InputError, InstrumentError, QdlabError, StoppedError
from qdlab.instruments import Bench
from qdlab.plan import Lab, Plan, Record, Slot, problems
from qdlab.run._engine import perform
from qdlab.run._events import Listener, RecordTaken, RunEnded, RunStarted
from qdlab.run._recorder import Recorder, RunStatus, Sink
from qdlab.run._remaining import Kept, discard_halves
from qdlab.run._session import Session
from qdlab.run._stop import StopToken
from qdlab.run.interlocks import Panel, interlocks

log = logging.getLogger(__name__)

MakePlan = Callable[[Lab], Plan]
"""Unrolls a recipe for a laboratory; an Experiment's `plan`."""

OpenSink = Callable[[Plan, Lab, Mapping[str, str]], Sink]
"""Makes the run's file, given plan, laboratory and who every instrument says it is."""


MOST_WAITING = 64
WAITING_BYTES = 32_000_000
"""How many records the recorder may have waiting or in its hands, and how much memory they may take (one
always may)."""


def ignore(event: object) -> None:
    """Listen to nothing."""


@dataclass(frozen=True)
class Run:
    """A recipe's plan, the bench it runs on and everything it needs from outside.

    The plan is made twice: before anything is opened, to be checked, and once more on the open bench,
    where every instrument knows its own axis exactly.
    """

    make_plan: MakePlan
    bench: Bench
    clock: Clock
    open_sink: OpenSink
    stop: StopToken = field(default_factory=StopToken)
    tell: Listener = ignore

    def check(self) -> tuple[Plan, Lab]:
        """Return plan and laboratory, or raise InputError with everything it cannot or must not do."""
        lab = self.bench.describe()
        plan = self.make_plan(lab)
        rest_v = self.bench.safety.rest_v
        rest = None if rest_v is None else lab.potential.problem("rest potential of the bench", rest_v)
        if found := [*problems(plan, lab), *filter(None, [rest])]:
            raise InputError(*found)
        return plan, lab

    def carry_out(self) -> None:
        """Check, open, run, make safe, close; raises what ended the run if it did not finish."""
        self.check()
        self.stop.is_beginning()
        self.tell(RunStarted())
        with self.bench:
            plan, lab = self.check()
            identities = {item.name: str(item.identify()) for item in self.bench.instruments()}
            sink = self.open_sink(plan, lab, identities)
            try:
                self._carry_out(plan, lab, sink)
            finally:
                sink.close()

    def _carry_out(self, plan: Plan, lab: Lab, sink: Sink) -> None:
        """Perform the plan, and note in the file how it ended, after the bench is safe."""
        unsafe: list[str] = []
        try:
            kept = self._kept(plan, sink)
            with Recorder(sink, depth=_depth(plan)) as recorder:
                try:
                    perform(self._session(plan, lab, recorder, kept), kept)
                finally:
                    self.stop.is_ending()
                    unsafe += self.bench.make_safe()
        except BaseException as error:
            self._note_failure(sink, error, unsafe)
            raise
        if unsafe:
            left_unsafe = InstrumentError("\n".join(unsafe))
            self._note_failure(sink, left_unsafe, [])
            raise left_unsafe
        self._note(sink, "finished", "")

    def _note(self, sink: Sink, status: RunStatus, reason: str) -> None:
        sink.finish(status, reason, self.clock.date)
        self.tell(RunEnded(status, reason))

    def _note_failure(self, sink: Sink, error: BaseException, unsafe: list[str]) -> None:
        """Note why the run ended; if even that fails, say so in the log and let `error` be what is raised."""
        try:
            self._note(sink, _status(error), "\n".join([_in_words(error), *unsafe]))
        except Exception as left:
            text = f"the file does not say how the run ended: {left}"
            log.exception(text, exc_info=not isinstance(left, QdlabError))

    def _kept(self, plan: Plan, sink: Sink) -> Kept | None:
        """Return what earlier sessions left in the file, whole steps only; None if there was none."""
        if not isinstance(sink, Kept) or sink.n_done == 0:
            return None
        for text in discard_halves(plan, sink):
            sink.note(text, self.clock.date)
        return sink

    def _session(self, plan: Plan, lab: Lab, recorder: Recorder, kept: Kept | None) -> Session:
        def emit(slot: Slot, record: Record) -> None:
            if kept is None or not kept.is_done(slot):
                recorder.put(slot, record)
                self.tell(RecordTaken(slot, record))

        def note(text: str) -> None:
            log.info("%s", text)
            recorder.note(text, self.clock.date)

        safety = self.bench.safety
        panel = Panel(interlocks(safety, lab, plan.sample), safety.actions)
        return Session(self.bench, plan, self.clock, self.stop, emit, panel, self.tell, note)


def _depth(plan: Plan) -> int:
    """Return how many records may wait for the disk: as many as the memory set aside for them holds."""
    largest = max((stream.n_bytes // max(stream.n_records, 1) for stream in plan.streams), default=1)
    return max(1, min(MOST_WAITING, WAITING_BYTES // max(largest, 1)))


def _status(error: BaseException) -> RunStatus:
    return "stopped" if isinstance(error, StoppedError | KeyboardInterrupt) else "failed"


def _in_words(error: BaseException) -> str:
    match error:
        case QdlabError():
            return str(error)
        case KeyboardInterrupt():
            return "interrupted in the middle of a step"
        case _:
            return f"{type(error).__name__}: {error}"
