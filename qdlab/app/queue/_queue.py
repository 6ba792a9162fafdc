"""The queue on disk: one SQLite file, changed in whole transactions, so that a kill leaves it whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import typer

from qdlab.app.queue._job import Job, State
from qdlab.errors import InputError, StorageError

_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, recipe_name TEXT NOT NULL,
    recipe TEXT NOT NULL, bench TEXT NOT NULL, out TEXT NOT NULL, seed INTEGER,
    state TEXT NOT NULL DEFAULT 'waiting', reason TEXT NOT NULL DEFAULT '',
    is_begun INTEGER NOT NULL DEFAULT 0,
    added TEXT NOT NULL, started TEXT NOT NULL DEFAULT '', ended TEXT NOT NULL DEFAULT ''
)
"""
_COLUMNS = "number, recipe_name, recipe, bench, out, seed, state, reason, is_begun, added, started, ended"
_PATIENCE_S = 10.0


def default_path() -> Path:
    """Return where the queue of this person is."""
    return Path(typer.get_app_dir("qdlab")) / "queue.sqlite"


class Queue:
    """The jobs in the order in which they are to run; any number of programs may look and change.

    The file appears with the first job. InputError for a job that is not there or not in the right state.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def jobs(self) -> list[Job]:
        """Return all jobs, in order."""
        if not self.path.is_file():
            return []
        with self._changed() as database:
            return _jobs(database, "SELECT {} FROM jobs ORDER BY place")

    def job(self, number: int) -> Job:
        """Return one job."""
        for job in self.jobs():
            if job.number == number:
                return job
        raise InputError(f"{self.path}: there is no job {number}; `qdlab queue list` shows those there are")

    def add(self, recipe_name: str, recipe: str, bench: str, out: Path, seed: int | None = None) -> Job:
        """Append a job; InputError if another one that is not over writes the same file."""
        out = out.resolve()
        for job in self.jobs():
            if job.out == out and job.state in ("waiting", "running"):
                raise InputError(f"{out}: job {job.number} writes this file already; name another one")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._changed() as database:
            added = database.execute(
                "INSERT INTO jobs (place, recipe_name, recipe, bench, out, seed, added) "
                "VALUES ((SELECT COALESCE(MAX(place), 0) + 1 FROM jobs), ?, ?, ?, ?, ?, ?)",
                (recipe_name, recipe, bench, str(out), seed, _now()),
            )
        return self.job(int(added.lastrowid or 0))

    def remove(self, number: int) -> None:
        """Forget a job that does not run; its run file, if there is one, stays."""
        self._require_idle(number)
        with self._changed() as database:
            database.execute("DELETE FROM jobs WHERE number = ?", (number,))

    def move(self, number: int, place: int) -> None:
        """Give a job the place number `place`, 1 being the first, among all jobs."""
        order = [job.number for job in self.jobs() if job.number != self.job(number).number]
        order.insert(max(place, 1) - 1, number)
        with self._changed() as database:
            places = ((index, moved) for index, moved in enumerate(order, start=1))
            database.executemany("UPDATE jobs SET place = ? WHERE number = ?", places)

    def retry(self, number: int) -> None:
        """Let a job that is over wait again; if its file is there, its next turn resumes it."""
        match self._require_idle(number).state:
            case "finished":
                raise InputError(f"job {number} is finished; add its recipe again to measure it once more")
            case "waiting":
                raise InputError(f"job {number} waits already; `qdlab queue run` runs it")
        with self._changed() as database:
            database.execute(
                "UPDATE jobs SET state = 'waiting', reason = '', ended = '' WHERE number = ?", (number,)
            )

    def take(self) -> Job | None:
        """Return the first job that waits, now running; None if none does."""
        with self._changed() as database:
            waiting = _jobs(database, "SELECT {} FROM jobs WHERE state = 'waiting' ORDER BY place LIMIT 1")
            for job in waiting:
                told = (_now(), job.number)
                database.execute(
                    "UPDATE jobs SET state = 'running', started = ?, ended = '' WHERE number = ?", told
                )
        return waiting[0] if waiting else None

    def begin(self, job: Job) -> None:
        """Note that a job is about to write its file, so that whatever ends it, its next turn resumes it."""
        with self._changed() as database:
            database.execute("UPDATE jobs SET is_begun = 1 WHERE number = ?", (job.number,))

    def end(self, job: Job, state: State, reason: str) -> None:
        """Note how a job ended."""
        with self._changed() as database:
            told = (state, reason, _now(), job.number)
            database.execute("UPDATE jobs SET state = ?, reason = ?, ended = ? WHERE number = ?", told)

    @property
    def is_worked_on(self) -> bool:
        """Whether a program runs its jobs; one that shows as running while none does was cut off."""
        try:
            with self._lock():
                return False
        except InputError:
            return True

    @contextmanager
    def worked_on(self) -> Iterator[None]:
        """Be the only one that runs jobs; those whose worker died wait again, to be resumed.

        InputError if somebody else works on this queue.
        """
        with self._lock():
            with self._changed() as database:
                database.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'running'")
            yield

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the worker's lock: the operating system's, which ends with the process, however that ends."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = self.path.with_name(self.path.name + "-worker")
        with closing(sqlite3.connect(lock, timeout=0.0, isolation_level=None)) as held:
            try:
                held.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise InputError(f"{self.path}: another program works on this queue already") from error
            yield

    def _require_idle(self, number: int) -> Job:
        job = self.job(number)
        if job.state == "running":
            raise InputError(f"job {number} runs; stop it first")
        return job

    @contextmanager
    def _changed(self) -> Iterator[sqlite3.Connection]:
        """Yield the database inside one transaction; StorageError if it cannot be used."""
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE_S)) as database, database:
                database.execute(_TABLE)
                yield database
        except sqlite3.Error as error:
            raise StorageError(f"{self.path}: the queue cannot be used: {error}") from error


def _jobs(database: sqlite3.Connection, select: str) -> list[Job]:
    database.row_factory = sqlite3.Row
    rows = (dict(row) for row in database.execute(select.format(_COLUMNS)))
    return [Job(**row | {"out": Path(row["out"]), "is_begun": bool(row["is_begun"])}) for row in rows]


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
