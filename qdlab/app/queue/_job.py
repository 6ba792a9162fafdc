"""One run to come, going on or over, as the queue knows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qdlab.app.config import parse_toml

State = Literal["waiting", "running", "finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Job:
    """A recipe, word for word as it was when it was added, with the bench and the file it is for.

    `bench` is a bench file, read anew when the job's turn comes, or the name of one that comes with qdlab.
    `is_begun` once it has had its turn: then, if its file is there, the next turn resumes it.
    Times are ISO 8601, empty as long as there is none.
    """

    number: int
    recipe_name: str
    recipe: str
    bench: str
    out: Path
    seed: int | None
    state: State
    reason: str
    is_begun: bool
    added: str
    started: str
    ended: str

    @property
    def title(self) -> str:
        """What the run is for, by its recipe; the recipe's name if that does not say."""
        run = parse_toml(self.recipe, self.recipe_name).get("run", {})
        return str(run.get("title", self.recipe_name))
