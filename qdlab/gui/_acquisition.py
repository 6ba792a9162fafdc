"""The queue worked on in a thread of its own, by the road that the command line takes too."""

from __future__ import annotations

import logging
import threading

from qdlab.app.parts import LoadedBench, parse_toml
from qdlab.app.queue import Job, OnFailure, Queue, carry_out_job, work
from qdlab.errors import QdlabError, StoppedError
from qdlab.gui._mailbox import Mailbox
from qdlab.gui.hands import Hands
from qdlab.run import StopToken

log = logging.getLogger(__name__)


class Acquisition:
    """Run after run, until none waits. Its thread is no daemon: no program ends before the bench is safe.

    `mailbox` is that of the run that goes on, or went on last. Jobs for `bench` run on the bench at hand.
    """

    def __init__(
        self, queue: Queue, bench: str, at_hand: LoadedBench, hands: Hands, on_failure: OnFailure
    ) -> None:
        self.mailbox = Mailbox({})
        self._queue, self._bench, self._at_hand, self._hands = queue, bench, at_hand, hands
        self._on_failure = on_failure
        self._stop = StopToken()
        self._thread = threading.Thread(target=self._work, name="qdlab-acquisition")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, reason: str) -> None:
        """Ask the run to end safely, and no other to begin; returns at once."""
        self._stop.request(reason)

    def pause(self) -> None:
        """Ask the run to wait, dark, before its next step; returns at once."""
        self._stop.pause("paused at the window")

    def proceed(self) -> None:
        """Let a paused run go on."""
        self._stop.proceed()

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for and has not ended."""
        return self._stop.paused

    @property
    def running(self) -> bool:
        """Whether the thread still works."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait until the thread is over."""
        self._thread.join()

    def _work(self) -> None:
        """Take the bench out of the person's hands, then work on the queue; whatever happens, say so last."""
        try:
            self._hands.join()
            work(self._queue, self._carry_out, self._on_failure)
        except StoppedError:
            pass  # the mailbox has heard it
        except QdlabError as error:
            self.mailbox.end("failed", str(error))
        except Exception as error:
            log.exception("the queue could not be worked on")
            self.mailbox.end("failed", f"{type(error).__name__}: {error}")

    def _carry_out(self, job: Job) -> None:
        """Carry a job out; however it ends, tell the window before the queue."""
        self._stop.check()
        self.mailbox = mailbox = Mailbox(parse_toml(job.recipe, job.recipe_name), job.title)
        at_hand = self._at_hand if job.bench == self._bench and job.seed is None else None
        try:
            carry_out_job(
                self._queue, job, stop=self._stop, tell=mailbox.tell, watch=mailbox.watch, at_hand=at_hand
            )
        except StoppedError as error:
            mailbox.end("stopped", str(error))
            raise
        except Exception as error:
            known = isinstance(error, QdlabError)
            mailbox.end("failed", str(error) if known else f"{type(error).__name__}: {error}")
            raise
        mailbox.end("finished", "")
