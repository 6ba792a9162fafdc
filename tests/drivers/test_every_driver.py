"""One walk over every registered driver: does it have all that makes a driver trustworthy?"""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from qdlab import instruments
from qdlab.app.config import ROLES, registered
from qdlab.instruments import Instrument
from qdlab.testing import InstrumentContract

ROOT = Path(__file__).parents[2]
DRIVERS = sorted(registered("drivers"))
UNIT_ENDINGS = (
    "_a", "_cm2", "_counts", "_deg", "_hz", "_mm", "_mm_s", "_nm", "_ohm", "_ps", "_s", "_v", "_w",
)  # fmt: skip
"""What the name of a number with a unit ends in."""
WITHOUT_UNIT = ("share", "tolerance", "transmission")


def _driver(name: str) -> Any:
    return registered("drivers")[name].load()


def _module(name: str) -> Path:
    return ROOT / (registered("drivers")[name].module.replace(".", "/") + ".py")


def _test_file(name: str) -> Path:
    return ROOT / "tests" / "drivers" / f"test_{_module(name).stem}.py"


def _page(name: str) -> Path:
    return ROOT / "docs" / "how-to" / "instruments" / f"{name}.md"


def _bench_tables(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Every [instruments.<role>] table on the driver's page that names it."""
    blocks = _page(name).read_text(encoding="utf-8").split("```toml\n")[1:]
    tables = [tomllib.loads(block.split("```")[0]).get("instruments", {}) for block in blocks]
    return [(role, item) for table in tables for role, item in table.items() if item.get("driver") == name]


def test_there_are_drivers() -> None:
    assert "newport-esp301" in DRIVERS


@pytest.mark.parametrize("name", DRIVERS)
class TestEveryDriver:
    def test_subclasses_a_protocol_of_an_instrument(self, name: str) -> None:
        protocols = [
            item for item in _driver(name).__mro__ if item.__module__.startswith(instruments.__name__)
        ]
        assert Instrument in protocols
        assert len(protocols) >= 2, "the base alone is no kind of instrument"

    def test_has_a_simulator_that_shares_no_code_with_it(self, name: str) -> None:
        points = registered("wires") | registered("libraries")
        assert name in points
        simulator = ROOT / points[name].module.replace(".", "/")
        files = list(simulator.glob("*.py")) or [simulator.with_suffix(".py")]
        assert all("drivers" not in _imported(file) for file in files)
        assert "simulators" not in _imported(_module(name))

    def test_keeps_a_contract_and_follows_a_transcript(self, name: str) -> None:
        tests = importlib.import_module(_test_file(name).stem)
        suites = [item for item in vars(tests).values() if isinstance(item, type)]
        assert any(issubclass(suite, InstrumentContract) for suite in suites)
        text = _test_file(name).read_text(encoding="utf-8")
        assert "scripted" in text or "transcript" in text, "no transcript from its manual"
        assert "spoiled" in text or name in registered("libraries"), "its replies are not fuzzed"

    def test_says_what_it_is_and_where_its_facts_are_from(self, name: str) -> None:
        driver = _driver(name)
        text = (driver.__doc__ or "") + (ast.get_docstring(ast.parse(_module(name).read_text("utf-8"))) or "")
        assert len(text) > 200
        for field, info in driver.Options.model_fields.items():
            assert info.description, f"{field} is not explained"

    def test_numbers_carry_their_unit_in_their_name(self, name: str) -> None:
        for field, info in _driver(name).Options.model_fields.items():
            if info.annotation is float:
                assert field.endswith((*UNIT_ENDINGS, *WITHOUT_UNIT)), field

    def test_has_a_page_with_a_bench_table_that_is_right(self, name: str) -> None:
        tables = _bench_tables(name)
        assert tables
        for role, table in tables:
            assert role in ROLES or role == "ta_scanner"
            options = {key: value for key, value in table.items() if key != "driver"}
            assert _driver(name).Options.model_validate(options)

    def test_the_page_names_every_option(self, name: str) -> None:
        text = _page(name).read_text(encoding="utf-8")
        missing = [field for field in _driver(name).Options.model_fields if field not in text]
        assert not missing

    def test_is_named_in_the_readme(self, name: str) -> None:
        assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def _imported(path: Path) -> set[str]:
    """The top-level packages a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in plain | named}
