"""What starting costs: counted in modules, because time depends on the machine."""

import subprocess
import sys

import pytest

HEAVY = (
    "PyQt5",
    "dask",
    "h5py",
    "matplotlib",
    "numpy",
    "pymeasure",
    "rich.console",
    "scipy",
    "xarray",
)
"""What the command line and the core stand on, and what a --help needs nothing of."""

FOR_EYES = ("PyQt5", "matplotlib", "pyqtgraph")


def loaded(program):
    """Return the modules loaded when the program ends in a fresh Python."""
    said = f"import sys\n{program}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def cli(*words):
    return (
        f"sys.argv = ['qdlab', *{words!r}]\nfrom qdlab.app import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0, end"
    )


@pytest.mark.parametrize(
    "program",
    ["import qdlab", "import qdlab; qdlab.__version__", cli("--help"), cli("reduce", "--help")],
    ids=["import", "version", "help", "help of a command"],
)
def test_what_needs_no_numbers_loads_no_library(program):
    modules = loaded(program)
    assert "qdlab" in modules
    assert modules.isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module", ["qdlab.run", "qdlab.storage", "qdlab.analysis", "qdlab.physics", "qdlab.app.commands.info"]
)
def test_no_room_but_the_window_loads_what_is_for_eyes(module):
    assert loaded(f"import {module}").isdisjoint(FOR_EYES)


def test_the_core_loads_scipy_only_to_reduce():
    assert "scipy" not in loaded("import qdlab.plan, qdlab.run, qdlab.instruments")
