"""How a plan is carried out: engine, recorder, stop, safety, progress events."""

from qdlab.run._engine import perform
from qdlab.run._events import Event, Listener, RecordTaken, RunEnded, StepStarted
from qdlab.run._recorder import Finish, Recorder, RunStatus, Sink, unchanged
from qdlab.run._run import OpenSink, Run, ignore
from qdlab.run._session import Session
from qdlab.run._stop import StopToken, wait_until

__all__ = [
    "Event",
    "Finish",
    "Listener",
    "OpenSink",
    "RecordTaken",
    "Recorder",
    "Run",
    "RunEnded",
    "RunStatus",
    "Session",
    "Sink",
    "StepStarted",
    "StopToken",
    "ignore",
    "perform",
    "unchanged",
    "wait_until",
]
