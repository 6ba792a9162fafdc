"""A controller loses its power in the middle of a run: it answers no more, and all others are made safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from every_procedure import small_recipe

from qdlab.app.config import LoadedBench, bench_from, find_config, load_recipe, read_toml
from qdlab.app.runs import carry_out
from qdlab.errors import InstrumentError
from qdlab.plan import LIGHT_PATHS, Slot
from qdlab.run import Event, RecordTaken, StopToken
from qdlab.storage import open_run
from simulators.wires import FaultyWire

IN_THE_MIDDLE = Slot("ta", (0, 0, 0, 1))


def bench_with_a_plug(role: str) -> LoadedBench:
    """Return the bench on which instruments speak bytes, with one whose plug can be pulled."""
    source = read_toml(find_config("paper_wires"))
    table = source["instruments"][role]
    table["resource"] += ("&" if "?" in table["resource"] else "?") + "fault=power_lost&after=1000000"
    return bench_from(source, "bench")


@pytest.mark.parametrize("role", ["potentiostat", "delay_stage", "chopper", "ta_detector", "pump_shutter"])
def test_a_controller_without_power_is_told_and_spares_no_other(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, out = bench_with_a_plug(role), tmp_path / "x.h5"

    def pull_the_plug(event: Event) -> None:
        if isinstance(event, RecordTaken) and event.slot == IN_THE_MIDDLE:
            monkeypatch.setattr(FaultyWire, "_strikes", True)

    recipe = load_recipe(small_recipe("TransientAbsorption"))
    with pytest.raises(InstrumentError, match=f"^{role}"):
        carry_out(recipe, loaded, out, force=False, stop=StopToken(), tell=pull_the_plug)
    world, now_s = loaded.world, loaded.clock.now_s
    assert world.cell.connected(now_s) == (role == "potentiostat")
    assert [path for path in LIGHT_PATHS if world.is_open(path)] == ["pump"] * (role == "pump_shutter")
    assert world.chopper_running == (role == "chopper")
    assert world.stage.end_s <= now_s
    with open_run(out, verify=True) as run:
        assert run.attrs["status"] == "failed"
        assert run.attrs["reason"].startswith(role)
        assert f"{role} could not be made safe" in run.attrs["reason"]
        assert run["ta"]["done"].to_numpy()[IN_THE_MIDDLE.index]
