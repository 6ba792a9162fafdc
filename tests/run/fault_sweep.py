"""An instrument call fails: is the laboratory safe, the file whole, the failure told? For every call.

    python tests/run/fault_sweep.py [PROCEDURE ...] [--every N] [--first K] [--into FILE]

fails each call of each procedure's small recipe in every way of qdlab.testing.faults.KINDS and prints a
table. With --into, lines are appended to a file, and what is in it already is not done again. TMPDIR should
be in memory: a run waits for the disk at every record.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))

from every_procedure import PROCEDURES, bench_for, small_recipe

from qdlab.app._exit_code import exit_code
from qdlab.app.config import LoadedBench, bench_from, find_config, load_recipe, read_toml
from qdlab.app.runs import carry_out
from qdlab.errors import InstrumentError
from qdlab.plan import LIGHT_PATHS, Slot
from qdlab.run import Event, RecordTaken, StopToken
from qdlab.storage import open_run
from qdlab.testing.faults import KINDS, Fault, with_fault

FEW_PIXELS = {"ta_detector": 16, "spectrometer": 32}
SCAN_S = 3.0
"""How long the simulated Helios scans: looks into its folder are all alike, and need not be hundreds."""


@dataclass(frozen=True)
class Case:
    """A procedure, the number of the call that fails, and how it fails."""

    procedure: str
    at_call: int | None
    kind: str = "exception"


def small_bench(procedure: str) -> LoadedBench:
    """Return the bench of a procedure with few pixels; nobody is there to end a pause."""
    source = read_toml(find_config(bench_for(procedure)))
    source["safety"]["pause_s"] = 0.0
    for role, n_pixels in FEW_PIXELS.items():
        if source["instruments"].get(role, {}).get("driver") == "simulated":
            source["instruments"][role]["n_pixels"] = n_pixels
    loaded = bench_from(source, procedure)
    if loaded.bench.has("ta_scanner"):
        loaded.bench.ta_scanner._site._scan_s = SCAN_S  # type: ignore[attr-defined]
    return loaded


def try_out(case: Case, folder: Path) -> int:
    """Run a case and hold its end against what must be; AssertionError says what is not so.

    Returns how many instrument calls there were.
    """
    out = folder / "run.h5"
    out.unlink(missing_ok=True)
    fault = Fault(None, AssertionError) if case.at_call is None else Fault.of_kind(case.kind, case.at_call)
    loaded = small_bench(case.procedure)
    watched = replace(loaded, bench=with_fault(loaded.bench, fault))
    taken: list[Slot] = []

    def tell(event: Event) -> None:
        if isinstance(event, RecordTaken):
            taken.append(event.slot)

    ended: Exception | None = None
    try:
        recipe = load_recipe(small_recipe(case.procedure))
        carry_out(recipe, watched, out, force=False, stop=StopToken(), tell=tell)
    except Exception as error:
        ended = error
    assert fault.struck or case.at_call is None, "the fault must have struck"
    assert_safe(loaded)
    assert_told(fault, ended)
    # An instrument that cannot be closed is told, but the run was over and the file had said so.
    assert_kept(out, taken, None if fault.struck.endswith(".close") else ended)
    return fault.n_calls


def assert_safe(loaded: LoadedBench) -> None:
    """Look at the world itself, not at what drivers say of it."""
    world, now_s = loaded.world, loaded.clock.now_s
    assert not world.cell.connected(now_s), "the cell is on"
    light = [path for path in LIGHT_PATHS if world.is_open(path)]
    assert not light, f"open: {light}"
    assert world.stage.end_s <= now_s, "the stage moves"
    assert not world.chopper_running, "the chopper turns"


def assert_told(fault: Fault, ended: Exception | None) -> None:
    """What ended the run must be what struck; where it struck the clean-up alone, nothing need end."""
    if ended is None:
        return
    struck = fault.error()
    assert str(struck) in str(ended), f"told was {ended!r}"
    is_instrument = isinstance(struck, InstrumentError) or fault.struck.endswith(".close")
    assert exit_code(ended) == (3 if is_instrument else 1), repr(ended)


def assert_kept(out: Path, taken: list[Slot], ended: Exception | None) -> None:
    """All records that were taken must be in the file, whole, and the file must say how it ended."""
    if not out.exists():
        assert not taken
        return
    with open_run(out, verify=True) as run:
        assert run.attrs["damaged_records"] == 0
        wanted = "finished" if ended is None else "failed"
        assert run.attrs["status"] == wanted, f"the file says {run.attrs['status']}, not {wanted}"
        for slot in taken:
            assert bool(run[slot.stream]["done"].to_numpy()[slot.index]), f"{slot} is lost"


def n_calls(procedure: str, folder: Path) -> int:
    """Return how many instrument calls the small recipe of a procedure makes."""
    return try_out(Case(procedure, None), folder)


@dataclass(frozen=True)
class Swept:
    """What became of a procedure's cases of one kind; `wrong` says what was not so."""

    procedure: str
    kind: str
    n_calls: int
    n_cases: int
    wrong: list[str]
    lasting_s: float

    def __str__(self) -> str:
        """Return the line that is printed."""
        counts = f"{self.n_calls:5} calls {self.n_cases:5} cases {len(self.wrong):4} wrong"
        line = f"{self.procedure:20} {self.kind:10} {counts} {self.lasting_s:6.0f} s"
        return "\n".join([line, *self.wrong[:10]])


def sweep(procedure: str, kind: str, calls: slice, folder: Path) -> Swept:
    """Fail so many of a procedure's calls in one way."""
    begin_s, there = time.monotonic(), n_calls(procedure, folder)
    cases = [Case(procedure, at_call, kind) for at_call in range(there)[calls]]
    wrong = [text for case in cases if (text := _went_wrong(case, folder))]
    return Swept(procedure, kind, there, len(cases), wrong, time.monotonic() - begin_s)


def main() -> int:
    """Sweep, print, and return how many cases went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("procedures", nargs="*", default=PROCEDURES)
    parser.add_argument("--every", type=int, default=1, help="only each N-th call")
    parser.add_argument("--first", type=int, default=0, help="the first call to fail")
    parser.add_argument("--into", type=Path, help="file to go on with")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    done = _read(chosen.into)
    with tempfile.TemporaryDirectory() as folder:
        for procedure, kind in product(chosen.procedures, KINDS):
            if any((item.procedure, item.kind) == (procedure, kind) for item in done):
                continue
            done.append(sweep(procedure, kind, slice(chosen.first, None, chosen.every), Path(folder)))
            _say(str(done[-1]))
            if chosen.into is not None:
                with chosen.into.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(done[-1])) + "\n")
    n_wrong = sum(len(item.wrong) for item in done)
    _say(f"{sum(item.n_cases for item in done)} cases, {n_wrong} wrong")
    return n_wrong


def _read(path: Path | None) -> list[Swept]:
    """Return what earlier sweeps left in a file."""
    if path is None or not path.exists():
        return []
    return [Swept(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _went_wrong(case: Case, folder: Path) -> str:
    try:
        try_out(case, folder)
    except Exception as error:
        return f"  {case}: {error!r}"
    return ""


if __name__ == "__main__":
    sys.exit(min(main(), 1))
