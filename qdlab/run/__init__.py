"""How a plan is carried out: engine, recorder, stop, safety, progress events."""

from qdlab.run._engine import perform
from qdlab.run._events import Event, Listener, RecordTaken, RunEnded, RunStarted, StepStarted
from qdlab.run._recorder import Recorder, RunStatus, Sink
from qdlab.run._run import MakePlan, OpenSink, Run, ignore
from qdlab.run._session import Session
from qdlab.run._stop import StopToken, wait_until

__all__ = [
    "Event",
    "Listener",
    "MakePlan",
    "OpenSink",
    "RecordTaken",
    "Recorder",
    "Run",
    "RunEnded",
    "RunStarted",
    "RunStatus",
    "Session",
    "Sink",
    "StepStarted",
    "StopToken",
    "ignore",
    "perform",
    "wait_until",
]
