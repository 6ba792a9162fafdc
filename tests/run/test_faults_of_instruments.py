"""A sample of tests/run/fault_sweep.py, and what it does not sweep: instruments gone for good, rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every_procedure import PROCEDURES, small_recipe
from fault_sweep import Case, n_calls, small_bench, try_out

from qdlab.app.config import load_recipe
from qdlab.app.runs import carry_out
from qdlab.errors import InputError, InstrumentError, NotConnectedError, StoppedError
from qdlab.plan import LIGHT_PATHS
from qdlab.run import Event, RecordTaken, StopToken, ignore
from qdlab.storage import open_run
from qdlab.testing.faults import KINDS

N_CASES = 5
SMALL = small_recipe("TransientAbsorption")


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_whatever_call_fails_the_laboratory_is_safe_and_the_file_whole(
    procedure: str, tmp_path: Path
) -> None:
    generator = np.random.default_rng(PROCEDURES.index(procedure))
    for at_call in generator.integers(n_calls(procedure, tmp_path), size=N_CASES).tolist():
        try_out(Case(procedure, at_call, str(generator.choice(list(KINDS)))), tmp_path)


@pytest.mark.parametrize("role", ["potentiostat", "delay_stage", "chopper", "ta_detector", "pump_shutter"])
def test_an_instrument_gone_for_good_is_told_and_spares_no_other(role: str, tmp_path: Path) -> None:
    loaded = small_bench("TransientAbsorption")
    instrument = next(item for item in loaded.bench.instruments() if item.name == role)

    def gone(*_: Any) -> Any:
        raise NotConnectedError(f"{role}: the cable is cut")

    def cut(event: Event) -> None:
        if isinstance(event, RecordTaken) and event.slot.stream == "ta":
            for member in ("open", "close", "make_safe", "identify", "_reach"):
                setattr(instrument, member, gone)

    with pytest.raises(NotConnectedError, match=f"{role}: the cable is cut"):
        carry_out(
            load_recipe(SMALL), loaded, tmp_path / "x.h5", force=False, stop=StopToken(), tell=cut
        )  # fmt: skip
    world, now_s = loaded.world, loaded.clock.now_s
    assert world.cell.connected(now_s) == (role == "potentiostat")
    assert [path for path in LIGHT_PATHS if world.is_open(path)] == ["pump"] * (role == "pump_shutter")
    assert world.chopper_running == (role == "chopper")
    with open_run(tmp_path / "x.h5") as run:
        assert run.attrs["status"] == "failed"
        assert run.attrs["reason"].splitlines()[0] == f"{role}: the cable is cut"
        assert f"{role} could not be made safe" in run.attrs["reason"]


@pytest.mark.parametrize(("ending", "is_at_rest"), [("finished", True), ("stopped", True), ("failed", False)])
def test_the_cell_is_left_at_its_rest_potential_unless_the_run_failed(
    ending: str, is_at_rest: bool, tmp_path: Path
) -> None:
    loaded, stop = small_bench("TransientAbsorption"), StopToken()
    loaded = replace(
        loaded, bench=replace(loaded.bench, safety=replace(loaded.bench.safety, rest_v=-0.25))
    )  # fmt: skip

    def end(event: Event) -> None:
        if isinstance(event, RecordTaken) and event.slot.stream == "ta":
            if ending == "stopped":
                stop.request("enough")
            elif ending == "failed":
                raise InstrumentError("a lamp exploded")

    try:
        carry_out(load_recipe(SMALL), loaded, tmp_path / "x.h5", force=False, stop=stop, tell=end)
    except (StoppedError, InstrumentError):
        assert ending != "finished"
    now_s = loaded.clock.now_s
    assert loaded.world.cell.connected(now_s) == is_at_rest
    if is_at_rest:
        assert loaded.world.cell.potential_v(now_s) == pytest.approx(-0.25, abs=2e-4)


def test_a_rest_potential_outside_the_window_is_refused(tmp_path: Path) -> None:
    loaded = small_bench("TransientAbsorption")
    bench = replace(loaded.bench, safety=replace(loaded.bench.safety, rest_v=-2.0))
    with pytest.raises(InputError, match=r"rest potential of the bench: -2 V is outside -1\.6 to 0\.2 V"):
        carry_out(
            load_recipe(SMALL), replace(loaded, bench=bench), tmp_path / "x.h5",
            force=False, stop=StopToken(), tell=ignore,
        )  # fmt: skip
