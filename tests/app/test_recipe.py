import math
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import GainThresholdMap
from qdlab.app.config import find_config, load_bench, load_recipe, plugins, shipped_configs, to_unit
from qdlab.errors import InputError

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


BEGIN = 'procedure = "GainThresholdMap"\n'


def test_a_recipe_sets_the_parameters_it_names_and_leaves_the_rest(write: Write) -> None:
    recipe = load_recipe(write(BEGIN + "[charging]\npotentials_v = [0, -1.5]\n[sample]\nthickness_nm = 90\n"))
    assert recipe.experiment.potentials_v == [0.0, -1.5]
    assert recipe.experiment.thickness_nm == 90.0
    assert recipe.experiment.n_shots == GainThresholdMap.n_shots.default


def test_a_number_may_carry_another_unit_of_its_kind(write: Write) -> None:
    recipe = load_recipe(
        write(
            BEGIN + '[voltammetry]\nvertex_v = "-1400 mV"\n[transient_absorption]\ndelays_ps = ["5 ns", 0]\n'
        )
    )
    assert recipe.experiment.vertex_v == pytest.approx(-1.4)
    assert recipe.experiment.delays_ps == [5000.0, 0.0]


def test_a_typographic_minus_is_a_minus(write: Write) -> None:
    recipe = load_recipe(write(BEGIN + '[voltammetry]\nvertex_v = "\N{MINUS SIGN}1.4 V"\n'))
    assert recipe.experiment.vertex_v == -1.4


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_text(BEGIN, encoding="utf-8-sig")
    assert isinstance(load_recipe(path).experiment, GainThresholdMap)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[charging]\npotentials = [1]",
            r"mine\.toml: charging\.potentials: unknown key; did you mean 'potentials_v'",
        ),
        ("[chargin]\n", r"mine\.toml: chargin: unknown key; did you mean 'charging'"),
        ("[charging]\npotentials_v = [-0.3, 9]", r"potentials_v = .*: 9 is outside -5 to 5 V"),
        ("[charging]\npotentials_v = []", r"potentials_v = \[\]: the list is empty"),
        ("[charging]\npotentials_v = -0.3", r"potentials_v = -0\.3: a list of numbers is wanted here"),
        ("[charging]\npotentials_v = [true]", r"a number in V is wanted here"),
        ("[charging]\npotentials_v = [nan]", r"nan is outside -5 to 5 V"),
        ('[voltammetry]\nvertex_v = "5 nm"', r"vertex_v = '5 nm': a number in V is wanted here"),
        ('[voltammetry]\nvertex_v = "fast"', r"vertex_v = 'fast': a number in V is wanted here"),
        ('[charging]\npotentials_v = [-0.3, "-1 mA"]', r"\]: '-1 mA': a number in V is wanted here"),
        (
            '[voltammetry]\nvertex_v = "-1,3 V"',
            r"'-1,3 V': a number in V is wanted here, with a decimal point, not",
        ),
        ("[voltammetry]\nvertex_v = -1,3", r"TOML: .*: vertex_v = -1,3  \(numbers have a decimal point"),
        (
            "[voltammetry]\nvertex_v = \u22121.3",
            r"vertex_v = .1\.3  \(a minus sign is the one of the keyboard",
        ),
        ("[sample]\nthickness_nm = 94 nm", r"thickness_nm = 94 nm  \(a number with a unit stands in quotes"),
        ("[run]\noperator = me", r"operator = me  \(text stands in quotes"),
        ("[run]\noperator = \u201cme\u201d", r"\(quotes are the straight ones of the keyboard"),
        ('[run]\nnotes = "C:\\data"', r"\(in quotes, a path is written with / instead of"),
        ("[voltammetry]\nn_cycles = 2.5", r"n_cycles = 2\.5: a whole number is wanted here"),
        ("[voltammetry]\nn_cycles = 0", r"n_cycles = 0: 0 is outside 1 to 1000"),
        ("[sample]\nsample_name = 12", r"sample_name = 12: text is wanted here"),
        ("[sample]\nband_nm = [630, 606]", r"band_nm = .*: a window is two numbers, the lower one first"),
        ("[reduction]\ngain_delay = 3", r"mine\.toml: reduction\.gain_delay: .* did you mean gain_delay_ps"),
        ("[reduction]\ngain_delay_ps = -3", r"mine\.toml: reduction\.gain_delay_ps = -3"),
        ("sample = 3", r"mine\.toml: sample: is a table, written \[sample\]"),
        ("[sample\n", r"mine\.toml: not valid TOML: .*line 2"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_value_and_what_would_be_right(
    write: Write, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_recipe(write(BEGIN + text))


def test_all_problems_of_a_recipe_are_said_at_once(write: Write) -> None:
    with pytest.raises(InputError) as caught:
        load_recipe(write(BEGIN + "[voltammetry]\nn_cycles = 0\nrate = 1\n[nothing]\n"))
    assert len(caught.value.problems) == 3


def test_an_unknown_procedure_is_told_beside_the_known_ones(write: Write) -> None:
    with pytest.raises(
        InputError,
        match=r"no procedure 'GainMap'; did you mean 'GainThresholdMap'.*registered: .*SteadyState",
    ):
        load_recipe(write('procedure = "GainMap"'))
    with pytest.raises(InputError, match="procedure: is missing"):
        load_recipe(write("[sample]\n"))


def test_a_procedure_that_cannot_be_imported_is_told_with_its_line(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_lab.py").write_text("import re\nimport no_such_thing\n", encoding="utf-8")
    broken = EntryPoint("Broken", "broken_lab:Broken", "qdlab.procedures")
    monkeypatch.setattr(plugins, "registered", lambda group: {"Broken": broken})
    monkeypatch.syspath_prepend(tmp_path)
    told = r"procedure = 'Broken': broken_lab:Broken cannot be loaded: .*broken_lab\.py:2: Module"
    with pytest.raises(InputError, match=told):
        load_recipe(write('procedure = "Broken"'))


def test_a_bench_and_a_recipe_in_each_others_place_are_told() -> None:
    with pytest.raises(InputError, match=r"paper_sim\.toml: is a bench: .*; a recipe is wanted here"):
        load_recipe("paper_sim")
    with pytest.raises(InputError, match=r"quick\.toml: is a recipe: .*; a bench is wanted here"):
        load_bench("quick")


def test_a_missing_file_is_told_beside_what_is_there() -> None:
    with pytest.raises(
        InputError, match=r"nowhere\.toml: no such file; recipes .*: .*quick.*; benches: .*paper_sim"
    ):
        find_config("nowhere.toml")


def test_every_shipped_recipe_loads_and_every_shipped_name_is_found() -> None:
    shipped = shipped_configs()
    assert {"paper", "quick", "paper_sim"} <= set(shipped)
    for name, path in shipped.items():
        assert find_config(name) == find_config(f"{name}.toml") == path
        if "procedure" in path.read_text(encoding="utf-8"):
            assert load_recipe(name).experiment.values()


@given(st.floats(-1e6, 1e6, allow_nan=False))
def test_text_and_number_agree(value: float) -> None:
    assert to_unit(value, "V") == value
    assert to_unit(f"{value!r} V", "V") == pytest.approx(value)
    assert to_unit(f"{value!r} mV", "V") == pytest.approx(value / 1e3)


@pytest.mark.parametrize(
    ("text", "volts"),
    [
        ("not known", math.nan),
        ("-0.47 V", -0.47),
        ("-470 mV", -0.47),
        ("\N{MINUS SIGN}0.47V", -0.47),
        ("0 V", 0.0),
        ("0.1", 0.1),
    ],
)
def test_what_is_not_known_of_a_sample_may_stay_unknown(write, text, volts):
    recipe = load_recipe(write(f'procedure = "GainThresholdMap"\n[sample]\nreference_vs_fc = "{text}"\n'))
    assert recipe.experiment.sample().reference_vs_fc_v == pytest.approx(volts, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9 V", "9 V is outside -5 to 5 V"),
        ("5100 mV", "5100 mV is outside"),
        ("Ag", "a potential such as"),
        ("-0.47 A", "a potential such as"),
    ],
)
def test_a_wrong_reference_is_told(write, text, why):
    with pytest.raises(InputError, match=f"reference_vs_fc = '{text}': {why}"):
        load_recipe(write(f'procedure = "GainThresholdMap"\n[sample]\nreference_vs_fc = "{text}"\n'))
