"""The specification is enough: the program printed in it reads a run, without qdlab."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from storage_cases import END, make_plan, make_provenance, make_record, slots

from qdlab.plan import Plan, columns
from qdlab.storage import create_run
from qdlab.storage.schema import ENTRY, TEXT_BYTES, layout

SPEC = Path(__file__).parents[2] / "docs/reference/file-format.md"
PLAN = make_plan()
MISSING = [("ta", (0, 0, 0)), ("ta", (2, 1, 4)), ("pump", (1, 1))]
DAMAGED = ("ta", (1, 0, 2))


def write(path: Path, plan: Plan) -> None:
    """Write a run of which some records are missing, and one is damaged after the fact."""
    writer = create_run(path, plan, None, make_provenance())
    with writer:
        for slot in slots(plan):
            if (slot.stream, slot.index) not in MISSING:
                writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
        writer.finish("stopped", "", END)
    wanted = make_record(plan.stream("ta"), DAMAGED[1]).sequence.tobytes()  # type: ignore[attr-defined]
    contents = bytearray(path.read_bytes())
    contents[contents.index(wanted) + 3] ^= 1
    path.write_bytes(contents)


def test_the_program_in_the_specification_reads_a_run_and_finds_what_is_wrong(tmp_path: Path) -> None:
    path, program = tmp_path / "run.h5", tmp_path / "read.py"
    write(path, PLAN)
    (code,) = re.findall(r"```python\n(.*?)```", SPEC.read_text(encoding="utf-8"), re.DOTALL)
    program.write_text(code + "assert 'qdlab' not in sys.modules\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), str(path)],
        capture_output=True, encoding="utf-8", check=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    first, second, *streams = done.stdout.splitlines()
    assert first == "a small map | stopped"
    assert second == "sample CdSe/CdS/ZnS film 7"
    assert streams == [expected(stream.name) for stream in PLAN.streams]


def expected(name: str) -> str:
    """What the program has to print for a stream."""
    stream = PLAN.stream(name)
    (signal,) = [item for item in columns(stream.record) if item.name == SIGNALS[name]]
    good = [
        index
        for index in np.ndindex(stream.shape)
        if (name, index) not in MISSING and (name, index) != DAMAGED
    ]
    total = sum(float(np.sum(getattr(make_record(stream, index), signal.name))) for index in good)
    return f"{name} {len(good)} of {stream.n_records} {signal.unit} {total!r}"


SIGNALS = {
    "ta_dark": "shots", "blank": "counts", "cv": "current_a", "settling": "absorbance",
    "held_absorption": "counts", "pump": "power_w", "ta": "delta_a", "ta_seen": "delta_a",
}  # fmt: skip


def test_the_specification_names_everything_outside_the_streams() -> None:
    spec = SPEC.read_text(encoding="utf-8")
    streams = tuple(f"{ENTRY}/{stream.name}" for stream in PLAN.streams)
    imported = layout(PLAN, None, make_provenance(imported={"file": "a"}))
    nodes = [*layout(PLAN, None, make_provenance()), *imported]
    names = {node.path.rsplit("/", 1)[-1] for node in nodes if not node.path.startswith(streams)}
    assert not [name for name in names - {""} if name not in spec]
    assert {path.rsplit("/", 1)[-1] for path in TEXT_BYTES} <= names
