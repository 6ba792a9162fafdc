from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qdlab.app.config import bench_doubts, find_config, load_bench, shipped_configs
from qdlab.errors import InputError
from qdlab.instruments import Instrument

Change = Callable[[str, str], Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """The simulated bench with one piece of its text replaced."""

    def change(old: str, new: str) -> Path:
        text = find_config("paper_sim").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "bench.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return change


def test_every_shipped_bench_loads_without_opening_anything() -> None:
    benches = [name for name, path in shipped_configs().items() if "[instruments." in path.read_text("utf-8")]
    assert "paper_sim" in benches
    for name in benches:
        loaded = load_bench(name)
        assert all(isinstance(item, Instrument) for item in loaded.bench.instruments())
        assert loaded.bench.describe().delay.high > 2500.0


def test_the_seed_can_be_chosen_from_outside() -> None:
    assert load_bench("paper_sim", seed=0).world.options.seed == 0
    assert load_bench("paper_sim").world.options.seed == 2021


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "passes = 2",
            "passes = 0",
            r"bench\.toml: delay_line\.passes = 0: should be greater than",
        ),
        (
            "passes = 2",
            'passes = "two"',
            r"passes = 'two': a plain number is wanted here, in the unit of the",
        ),
        (
            "potential_low_v = -1.6",
            "potential_low_v = 1.6",
            r"instruments\.potentiostat: potential_low_v = 1\.6 is not below",
        ),
        ("zero_mm", "zero_um", r"delay_line\.zero_um: unknown key; did you mean 'zero_mm'"),
        ("[timing]", "[timings]", r"timings: unknown key; did you mean 'timing'"),
        (
            "velocity_mm_s = 100",
            "velocity_mm_s = -1",
            r"delay_stage\.velocity_mm_s = -1: should be",
        ),
        (
            "velocity_mm_s",
            "velocty_mm_s",
            r"delay_stage\.velocty_mm_s: unknown key; did you mean 'vel",
        ),
        (
            "[instruments.chopper]",
            "[instruments.choper]",
            r"choper: unknown key; did you mean 'chopper'",
        ),
        ('driver = "simulated"', 'driver = "simulatd"', r"driver: no driver 'simulatd'; .*registered: "),
        ('driver = "simulated"', "drive = 1", r"instruments\.potentiostat\.driver: is missing"),
        ("seed = 2021", "sed = 2021", r"simulation\.sed: unknown key; did you mean 'seed'"),
        ("tau_xx_ps = 310", "tau_xx_ps = 0", r"simulation\.film\.tau_xx_ps = 0: should be greater than 0"),
        ('clock = "virtual"', 'clock = "sundial"', r"clock = 'sundial': should be 'wall' or 'virtual'"),
        ("name = ", "nom = ", r"bench\.toml: name: is missing"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_value_and_what_would_be_right(
    changed: Change, old: str, new: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_bench(changed(old, new))


def test_all_problems_of_a_bench_are_said_at_once(changed: Change) -> None:
    path = changed("velocity_mm_s = 100", "velocity_mm_s = -1\nspeed = 3")
    path.write_text(path.read_text("utf-8").replace('beam = "lamp"', 'beam = "moon"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_bench(path)
    assert len(caught.value.problems) == 3


def test_a_bench_may_do_without_an_instrument_and_says_so_when_it_is_touched(changed: Change) -> None:
    bench = load_bench(changed('[instruments.chopper]\ndriver = "simulated"', "")).bench
    assert not bench.has("chopper")
    assert "chopper" not in bench.describe().roles
    assert "chopper" not in {instrument.name for instrument in bench.instruments()}
    with pytest.raises(InputError, match=r"no chopper: add \[instruments\.chopper\]"):
        bench.chopper.start()


def test_a_light_path_without_a_shutter_is_refused(changed: Change) -> None:
    path = changed('[instruments.pump_shutter]\ndriver = "simulated"\nbeam = "pump"', "")
    with pytest.raises(InputError, match="pump_shutter: is missing; every light path has a shutter"):
        load_bench(path)


def test_a_simulated_instrument_left_beside_real_ones_is_told(changed: Change) -> None:
    assert list(bench_doubts(load_bench("paper_sim"))) == []
    bench = changed(
        '[instruments.chopper]\ndriver = "simulated"',
        """[instruments.chopper]
driver = "thorlabs-mc2000b"
resource = "COM7"
""",
    )
    with pytest.raises(InputError, match="only a bench of simulators alone has virtual time; real: chopper"):
        load_bench(bench)
    bench.write_text(bench.read_text("utf-8").replace('clock = "virtual"', 'clock = "wall"'), "utf-8")
    (told,) = bench_doubts(load_bench(bench))
    assert "simulated beside real instruments: potentiostat, " in told
    assert "chopper" not in told
