"""Write a whole run, saying so after each record that was acknowledged: to be killed at some point."""

import sys
from pathlib import Path

from storage_cases import END, make_plan, make_provenance, make_record, slots

from qdlab.storage import create_run


def main(path: Path) -> None:
    plan = make_plan()
    print("creating", flush=True)  # noqa: T201
    with create_run(path, plan, None, make_provenance()) as writer:
        for number, slot in enumerate(slots(plan)):
            writer.write(slot, make_record(plan.stream(slot.stream), slot.index))
            print(number, flush=True)  # noqa: T201
        writer.finish("finished", "", END)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
