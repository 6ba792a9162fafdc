"""Check a recipe into the queue, and carry a job out by the road that every run takes."""

from __future__ import annotations

from pathlib import Path

from qdlab.app.config import LoadedBench, find_config, load_bench, parse_toml, prepare, read_text, recipe_from
from qdlab.app.queue._job import Job
from qdlab.app.queue._queue import Queue
from qdlab.app.runs import Watch, carry_out, resume, unwatched
from qdlab.errors import InputError
from qdlab.run import Listener, StopToken
from qdlab.storage import inspect_run


def add_job(queue: Queue, recipe: str | Path, bench: str, out: Path, seed: int | None = None) -> Job:
    """Append a recipe, as it stands in its file now; InputError with all that is wrong with it.

    What is held against the bench now is held against it again when the job's turn comes.
    """
    path = find_config(recipe)
    text = read_text(path)
    prepare(path, bench, seed)
    if out.exists():
        raise InputError(f"{out} exists already; name another file, or remove it")
    return queue.add(path.name, text, _lasting(bench), out, seed)


def carry_out_job(
    queue: Queue,
    job: Job,
    *,
    stop: StopToken,
    tell: Listener,
    watch: Watch = unwatched,
    at_hand: LoadedBench | None = None,
) -> None:
    """Carry a job out, or resume it if an earlier turn left its file; raises what ended its run.

    A run that somebody resumed by hand meanwhile, and that is finished, is left as it is.
    `at_hand` is the job's bench, if whoever asks has loaded it already; a run that is resumed has its own.
    """
    if job.is_begun and job.out.exists():
        if inspect_run(job.out).status != "finished":
            resume(job.out, stop=stop, tell=tell, watch=watch)
        return
    loaded = load_bench(job.bench, job.seed) if at_hand is None else at_hand
    recipe = recipe_from(parse_toml(job.recipe, job.recipe_name), job.recipe_name)
    if job.out.exists():
        raise InputError(f"{job.out} exists already; remove the job, or the file")
    queue.begin(job)
    carry_out(recipe, loaded, job.out, force=False, stop=stop, tell=tell, watch=watch)


def _lasting(bench: str) -> str:
    """Return what names the bench wherever the queue is worked on."""
    path = Path(bench)
    return str(path.resolve()) if path.is_file() else bench
