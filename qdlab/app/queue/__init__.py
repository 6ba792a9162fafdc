"""A queue of recipes kept on disk: it survives restarts and kills, and any face of qdlab can work on it."""

from qdlab.app.queue._carry_out import add_job, carry_out_job
from qdlab.app.queue._job import Job, State
from qdlab.app.queue._queue import Queue, default_path
from qdlab.app.queue._work import Ended, OnFailure, work

__all__ = ["Ended", "Job", "OnFailure", "Queue", "State", "add_job", "carry_out_job", "default_path", "work"]
