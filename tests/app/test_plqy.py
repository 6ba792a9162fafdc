"""`qdlab plqy`: from files of emission spectra to a quantum yield and its error."""

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from qdlab.analysis import Emitter, MissingDataError, integrate_emission, quantum_yield
from qdlab.app.cli import app
from qdlab.app.commands.plqy import plqy
from qdlab.errors import InputError

NM = np.linspace(500.0, 750.0, 501)
WINDOW_NM = (530.0, 720.0)
RATIO = (1.377 / 1.363) ** 2


def emission(height: float, slope: float = 0.0) -> np.ndarray:
    """A line of area 1 times `height` on a sloping background."""
    line = np.exp(-0.5 * ((NM - 620.0) / 12.0) ** 2) / (12.0 * np.sqrt(2.0 * np.pi))
    return height * line + 40.0 + slope * (NM - 600.0)


def test_the_integral_knows_no_background():
    value, error = integrate_emission(NM, emission(1e5, slope=0.3)[np.newaxis], WINDOW_NM)
    assert value == pytest.approx(1e5, rel=1e-6)
    assert error < 1e-3 * value


@pytest.mark.parametrize("n_spectra", [1, 8])
def test_the_error_of_the_integral_is_its_scatter(n_spectra):
    rng = np.random.default_rng(5)
    found = [
        integrate_emission(NM, emission(1e5) + rng.normal(0.0, 30.0, (n_spectra, NM.size)), WINDOW_NM)
        for _ in range(300)
    ]
    pulls = [(value - 1e5) / error for value, error in found]
    assert abs(np.mean(pulls)) < 0.25
    assert 0.85 < np.std(pulls) < 1.35  # eight spectra know their scatter to a quarter


def test_a_sample_like_its_reference_differs_by_the_solvent_alone():
    sample, dye = (Emitter(1e5, 0.0, 0.05, 0.0, index) for index in (1.377, 1.363))
    found = quantum_yield(sample, dye)
    assert found.value == pytest.approx(0.95 * RATIO)
    assert found.value == pytest.approx(0.9696, abs=1e-4)
    assert found.error == 0.0


def test_every_error_is_propagated():
    """Against a simulation: what enters is varied by its errors."""
    rng, n = np.random.default_rng(6), 40_000
    sample, dye = Emitter(8e4, 800.0, 0.05, 0.001, 1.377), Emitter(1e5, 500.0, 0.04, 0.001, 1.363)
    found = quantum_yield(sample, dye, 0.95, 0.01)
    share = [1.0 - 10.0 ** -rng.normal(one.absorbance, one.absorbance_error, n) for one in (sample, dye)]
    light = [rng.normal(one.emission, one.emission_error, n) for one in (sample, dye)]
    values = rng.normal(0.95, 0.01, n) * light[0] / light[1] * share[1] / share[0] * RATIO
    assert found.value == pytest.approx(np.mean(values), rel=5e-3)
    assert found.error == pytest.approx(np.std(values), rel=0.03)


def test_what_emits_or_absorbs_nothing_has_no_quantum_yield():
    dark, dye = Emitter(0.0, 1.0, 0.05, 0.001, 1.377), Emitter(1e5, 1.0, 0.05, 0.001, 1.363)
    with pytest.raises(MissingDataError, match="the sample shows no emission"):
        quantum_yield(dark, dye)
    with pytest.raises(MissingDataError, match="the reference shows no emission"):
        quantum_yield(dye, dark)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Three spectra each, of a sample with 0.81 at the same absorbance as its reference."""
    rng = np.random.default_rng(7)
    paths = []
    for name, height in (("dots", 0.81 / 0.95 / RATIO), ("rhodamine", 1.0)):
        table = np.column_stack([NM, *(emission(1e5 * height) + rng.normal(0.0, 1.0, (3, NM.size)))])
        paths.append(tmp_path / f"{name}.txt")
        np.savetxt(paths[-1], table, delimiter="\t", header="wavelength\ta\tb\tc", comments="", fmt="%.4f")
    return paths[0], paths[1]


def said(files, absorbances=(0.05, 0.05), error=0.001, window=WINDOW_NM) -> str:
    console = Console(width=200, record=True)
    plqy(files, absorbances, error, (1.377, 1.363), window, (0.95, 0.0), console=console)
    return console.export_text()


def test_the_command_tells_the_quantum_yield_and_where_its_error_comes_from(files):
    text = said(files)
    value, error = (float(number) for number in text.split("\n")[0].removeprefix("PLQY = ").split(" ± "))
    assert value == pytest.approx(0.81, abs=2e-3)
    assert error == pytest.approx(0.81 * np.sqrt(2.0) * 0.0189, abs=1e-3)
    assert "absorbance of the reference: ± 1.9 %" in text
    assert "note" not in text


def test_a_dark_solution_is_told_to_be_diluted(files):
    assert "note: the sample's absorbance of 0.3 is above 0.1" in said(files, (0.3, 0.05))


def test_more_light_than_was_absorbed_is_doubted(files):
    assert "note: more light than was absorbed" in said(files, (0.02, 0.05))


def test_all_that_is_wrong_is_said_at_once(files):
    with pytest.raises(InputError) as refused:
        said(files, (0.0, 0.05), -1.0, (700.0, 600.0))
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--index", "0", "refractive index of the sample's solvent is 0, but none is below 1"),
        ("--index-reference", "nan", "refractive index of the reference's solvent is nan"),
        ("--plqy-reference", "0", "quantum yield of the reference is 0, but it is above 0 and at most 1"),
        ("--plqy-reference", "95", "quantum yield of the reference is 95"),
        ("--plqy-reference-error", "-1", "error of the reference is -1, but an error is not below 0"),
    ],
)
def test_what_no_solvent_and_no_dye_has_is_refused(files, option, value, said):
    sample, dye = map(str, files)
    needed = ("--absorbance", "0.05", "--absorbance-reference", "0.05", "--window", "530", "720")
    told = CliRunner().invoke(app, ["plqy", sample, dye, *needed, option, value])
    assert told.exit_code == 2
    assert said in told.output


def test_the_command_line_asks_for_what_it_needs(files):
    sample, dye = map(str, files)
    needed = ("--absorbance", "0.05", "--absorbance-reference", "0.05", "--window", "530", "720")
    told = CliRunner().invoke(app, ["plqy", sample, dye, *needed])
    assert told.output.startswith("PLQY = 0.81")
    assert CliRunner().invoke(app, ["plqy", sample, dye]).exit_code == 2
