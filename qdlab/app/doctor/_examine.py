"""Open a bench, look at everything that answers, and leave it safe whatever was found."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator

from qdlab.app.doctor._devices import DEVICES
from qdlab.app.doctor._finding import Check, Finding
from qdlab.app.doctor._light import LIGHT
from qdlab.errors import QdlabError
from qdlab.instruments import SINGLE_ROLES, Bench, Instrument
from qdlab.plan import Plan, problems

log = logging.getLogger(__name__)

CHECKS = (*DEVICES, *LIGHT)


def examine(bench: Bench, plan: Plan | None) -> Generator[Finding, None, None]:
    """Yield every finding; the bench is opened for it, and made safe and closed at the end.

    One thing that fails does not keep the others from being looked at. `plan` is what the bench is wanted
    for, if that is known.
    """
    released = False
    try:
        yield from _examine_open(bench, plan)
        released, unsafe = True, bench.release()
    finally:
        if not released:
            bench.release()
    yield Finding(
        "left safe",
        not unsafe,
        "; ".join(unsafe) or "cell off, light off, closed",
        "make it safe by hand, now",
    )


def _examine_open(bench: Bench, plan: Plan | None) -> Iterator[Finding]:
    failures = bench.open()
    for instrument in bench.instruments():
        yield _answer(instrument, failures.get(instrument.name))
    for check in CHECKS:
        yield from _carried_out(check, bench, plan, failures)
    if plan is not None:
        yield from _recipe(bench, plan)


def _answer(instrument: Instrument, failure: str | None) -> Finding:
    advice = "is it switched on, plugged in, free of other programs, and right in the bench file?"
    if failure is None:
        try:
            return Finding(f"{instrument.name} answers", True, str(instrument.identify()))
        except QdlabError as error:
            failure = str(error)
    return Finding(f"{instrument.name} answers", False, failure, advice)


def _carried_out(
    check: Check, bench: Bench, plan: Plan | None, failures: dict[str, str]
) -> Iterator[Finding]:
    """Yield what a check finds; an error ends this check, not the examination.

    What looks at an instrument that this bench does without is passed over.
    """
    if any(name in SINGLE_ROLES and not bench.has(name) for name in check.needs):
        return
    if missing := [name for name in check.needs if name in failures]:
        yield Finding(check.what, None, "not checked", f"needs {', '.join(missing)}")
        return
    try:
        yield from check.look(bench, plan)
    except QdlabError as error:
        yield Finding(check.what, False, str(error), "see what it says")
    except Exception as error:
        log.exception("check %r", check.what)
        found = f"{type(error).__name__}: {error}"
        yield Finding(check.what, False, found, "a fault of the driver; report it to who wrote it")


def _recipe(bench: Bench, plan: Plan) -> Iterator[Finding]:
    found = problems(plan, bench.describe())
    for text in found:
        yield Finding(
            "recipe fits the bench", False, text, "change the recipe, or the limits in the bench file"
        )
    if not found:
        yield Finding("recipe fits the bench", True, f"{len(plan)} steps within all limits")
