"""Work on a queue: one job after another, until none waits or one ends the work."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qdlab.app.queue._job import Job
from qdlab.app.queue._queue import Queue
from qdlab.errors import QdlabError, StoppedError

log = logging.getLogger(__name__)

OnFailure = Literal["stop", "skip"]
"""Whether a failed job ends the work (those behind it go on waiting) or the next one is begun."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that had its turn, and what ended it; None if it finished."""

    job: Job
    failure: BaseException | None


def work(queue: Queue, carry_out: Callable[[Job], None], on_failure: OnFailure) -> list[Ended]:
    """Carry out the jobs that wait, in this thread, and return how they ended.

    Whatever a job raises is noted in the queue. A stop (StoppedError, KeyboardInterrupt) always ends the
    work and is raised again. InputError if another program works on the queue.
    """
    ended: list[Ended] = []
    with queue.worked_on():
        while (job := queue.take()) is not None:
            failure = _carry_out(queue, carry_out, job)
            ended.append(Ended(job, failure))
            if failure is not None and on_failure == "stop":
                break
    return ended


def _carry_out(queue: Queue, carry_out: Callable[[Job], None], job: Job) -> Exception | None:
    try:
        carry_out(job)
    except (StoppedError, KeyboardInterrupt) as stop:
        queue.end(job, "stopped", str(stop) or "interrupted")
        raise
    except Exception as error:
        if not isinstance(error, QdlabError):
            log.exception("job %d failed", job.number)
        queue.end(job, "failed", str(error) or type(error).__name__)
        return error
    queue.end(job, "finished", "")
    return None
