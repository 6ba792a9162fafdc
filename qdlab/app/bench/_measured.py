"""One thing measured: our time and the plain one's, taken in turn, so that both see the same machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Side = Callable[[], float | None]
"""Does a piece of work once; returns the seconds that count, or None if all of them do."""


@dataclass(frozen=True)
class Measured:
    """Our time beside that of the same work done plainly, each the median over rounds in turn.

    `ratio` is the median of the rounds' own ratios and `ratio_low`, `ratio_high` are the smallest and the
    largest of them: our speed over the plain one's where `faster_is_more` and the goal is a least ratio, our
    time over the plain one's otherwise and the goal is a largest one; infinite or 0 where nothing is wanted.
    `amount` of `unit` is done in one round.
    """

    name: str
    what: str
    plain: str
    ours_s: float
    plain_s: float
    ratio: float
    ratio_low: float
    ratio_high: float
    faster_is_more: bool
    goal: float
    amount: float
    unit: str

    @property
    def rate(self) -> float:
        """Units per second of ours."""
        return self.amount / self.ours_s

    @property
    def sentence(self) -> str:
        """Return what the ratio says, in words."""
        than = "as fast as" if self.faster_is_more else "as long as"
        verb = "is" if self.faster_is_more else "takes"
        return f"{self.what} {verb} {self.ratio:.2f} times {than} {self.plain}"

    @property
    def is_met(self) -> bool:
        """Whether the ratio is what it is meant to be at least, or at most."""
        return self.ratio >= self.goal if self.faster_is_more else self.ratio <= self.goal


def doing(work: Callable[..., object], *arguments: object) -> Side:
    """Return a side that does the work, all of whose time counts, and forgets what comes of it."""

    def side() -> None:
        work(*arguments)

    return side


def in_turn(ours: Side, plain: Side, n_rounds: int) -> list[tuple[float, float]]:
    """Return the seconds of ours and plain of each round; one round before them warms up and is not told."""
    rounds = [(_timed(ours), _timed(plain)) for _ in range(n_rounds + 1)]
    return rounds[1:]


def measured(
    rounds: Sequence[tuple[float, float]],
    *,
    name: str,
    what: str,
    plain: str,
    faster_is_more: bool,
    goal: float,
    amount: float,
    unit: str,
) -> Measured:
    """Return what the rounds say."""
    ratios = [b / a if faster_is_more else a / b for a, b in rounds]
    ours_s, plain_s = (median(side) for side in zip(*rounds, strict=True))
    return Measured(
        name, what, plain, ours_s, plain_s, median(ratios), min(ratios), max(ratios),
        faster_is_more, goal, amount, unit,
    )  # fmt: skip


def _timed(side: Side) -> float:
    start_s = time.perf_counter()
    told_s = side()
    return time.perf_counter() - start_s if told_s is None else told_s
