"""How a plan is carried out: engine, recorder, stop, safety, progress events."""

from qdlab.run._engine import perform
from qdlab.run._events import (
    Event,
    FilmLooked,
    Listener,
    Paused,
    Proceeded,
    RecordTaken,
    RunEnded,
    RunStarted,
    StepStarted,
    Warned,
)
from qdlab.run._recorder import Recorder, RunStatus, Sink
from qdlab.run._remaining import Kept
from qdlab.run._run import MakePlan, OpenSink, Run, ignore
from qdlab.run._session import Session
from qdlab.run._stop import StopToken, wait_until
from qdlab.run.interlocks import Alarm

__all__ = [
    "Alarm",
    "Event",
    "FilmLooked",
    "Kept",
    "Listener",
    "MakePlan",
    "OpenSink",
    "Paused",
    "Proceeded",
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
    "Warned",
    "ignore",
    "perform",
    "wait_until",
]
