"""One run in its own thread, by the road that the command line takes too."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from qdlab.app.parts import LoadedBench, Recipe, carry_out
from qdlab.errors import QdlabError, StoppedError
from qdlab.gui._mailbox import Mailbox
from qdlab.run import StopToken

log = logging.getLogger(__name__)


class Acquisition:
    """A run, going on or over. Its thread is no daemon: no program ends before the bench is safe."""

    def __init__(self, recipe: Recipe, loaded: LoadedBench, out: Path) -> None:
        self.mailbox = Mailbox(recipe.source)
        self._stop = StopToken()
        self._work = (recipe, loaded, out)
        self._thread = threading.Thread(target=self._carry_out, name="qdlab-acquisition")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, reason: str) -> None:
        """Ask the run to end safely; returns at once."""
        self._stop.request(reason)

    @property
    def running(self) -> bool:
        """Whether the thread still works."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait until the thread is over."""
        self._thread.join()

    def _carry_out(self) -> None:
        """Carry the run out; however it ends, say so last."""
        recipe, loaded, out = self._work
        status, reason = "failed", "the run ended without a word"
        try:
            mailbox, stop = self.mailbox, self._stop
            carry_out(recipe, loaded, out, force=False, stop=stop, tell=mailbox.tell, watch=mailbox.watch)
            status, reason = "finished", ""
        except StoppedError as error:
            status, reason = "stopped", str(error)
        except QdlabError as error:
            reason = str(error)
        except Exception as error:
            log.exception("the run failed")
            reason = f"{type(error).__name__}: {error}"
        finally:
            self.mailbox.end(status, reason)
