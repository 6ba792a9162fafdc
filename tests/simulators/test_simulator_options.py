"""Options of the virtual laboratory: strict, explained, and each of them changes something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError
from virtual_laboratory import FACES, Laboratory, open_laboratory

import simulators
from qdlab.errors import LimitError
from simulators import SimulatedShutter, World

SIMULATED = [getattr(simulators, name) for name in simulators.__all__ if name != "World"]


@pytest.mark.parametrize("instrument", SIMULATED, ids=lambda item: item.__name__)
def test_options_are_strict_and_frozen(instrument: type) -> None:
    options: type[BaseModel] = instrument.Options  # type: ignore[attr-defined]
    given = {"beam": "pump"} if instrument is SimulatedShutter else {}
    with pytest.raises(ValidationError, match="misspelt_mm"):
        options.model_validate(given | {"misspelt_mm": 1.0})
    made = options.model_validate(given)
    for name in options.model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(made, name, getattr(made, name))


def all_fields(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every option, through tables of options."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from all_fields(field.annotation, (*path, name))
        else:
            yield (*path, name)
            assert field.description, f"{model.__name__}.{name} does not say what it is"


@pytest.mark.parametrize("owner", [*SIMULATED, World], ids=lambda item: item.__name__)
def test_every_option_says_what_it_is(owner: type) -> None:
    options: type[BaseModel] = owner.Options  # type: ignore[attr-defined]
    assert len(set(all_fields(options))) >= len(options.model_fields)


def refuses(act: Callable[[Any], object], value: float) -> bool:
    try:
        act(value)
    except LimitError:
        return True
    return False


def manners(lab: Laboratory) -> list[float]:
    """Return the limits the instruments keep."""
    ranges = (
        lab.potentiostat.potential_range,
        lab.stage.travel,
        lab.attenuator.transmission_range,
        lab.spectrometer.integration_range,
    )
    refused = [refuses(lab.meter.set_wavelength, 340.0), refuses(lab.meter.set_wavelength, 1080.0)]
    refused.append(refuses(lab.camera.arm, 100_000))
    lab.camera.make_safe()
    saturation = [lab.camera.saturation_counts, lab.spectrometer.saturation_counts]
    return [*(end for item in ranges for end in (item.low, item.high)), *refused, *saturation]


def experience(faces: dict[str, dict[str, Any]] | None = None, **world: Any) -> list[np.ndarray]:
    """Return what a little of everything looks like in a laboratory."""
    lab = open_laboratory(faces, **world)
    lab.charge(-1.15)
    lab.potentiostat.hold(-1.25)
    lab.clock.sleep(0.005)
    jump_a = lab.potentiostat.measure().current_a
    lab.clock.sleep(60.0)
    lab.potentiostat.set_current_range(1e-6)
    readings = [jump_a, lab.potentiostat.measure().current_a, lab.potentiostat.measure().potential_v]
    lab.pump_probe(0.5)
    seen: list[np.ndarray] = [lab.point(3.0, 4).shots, lab.camera.wavelengths_nm]
    readings.append(lab.meter.read_power_w())
    for position_mm in (10.03, 10.5, 250.0):
        lab.stage.start_move(position_mm)
        lab.stage.wait(10.0)
        light = lab.world.probe_light(lab.camera.wavelengths_nm)
        seen += [light.unpumped, light.pumped]
    lab.world.probe_beam = "reflected"
    seen.append(lab.world.probe_light(lab.camera.wavelengths_nm).unpumped)
    lab.world.probe_beam = "transmitted"
    lab.light()
    readings.append(lab.meter.read_power_w())
    lab.light("lamp", "excitation")
    seen += [lab.spectrometer.read(2).counts, lab.world.fibre_light(lab.spectrometer.wavelengths_nm)]
    lab.potentiostat.set_cell(False)
    lab.clock.sleep(1.0)
    readings += [lab.potentiostat.open_circuit_potential_v(), lab.clock.now_s]
    return [*seen, np.array(readings), np.array(manners(lab))]


def same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def nudged(options: type[BaseModel], path: tuple[str, ...]) -> dict[str, Any]:
    """Return options of which one is a little smaller than by default, or no longer zero."""
    value: Any = options()
    for name in path:
        value = getattr(value, name)
    changed: Any
    match value:
        case int():
            changed = value - 1
        case float():
            changed = 0.95 * value or 0.005
        case _:
            changed = ["open_cell"]  # the faults
    for name in reversed(path[1:]):
        changed = {name: changed}
    return {path[0]: changed}


@pytest.fixture(scope="module")
def usual() -> list[np.ndarray]:
    return experience()


def test_the_same_laboratory_is_seen_the_same_twice(usual: list[np.ndarray]) -> None:
    assert same(experience(), usual)


@pytest.mark.parametrize("path", list(all_fields(World.Options)), ids=".".join)
def test_every_option_of_the_world_matters(path: tuple[str, ...], usual: list[np.ndarray]) -> None:
    assert not same(experience(**nudged(World.Options, path)), usual)


@pytest.mark.parametrize(
    ("face", "path"), [(name, path) for name, face in FACES.items() for path in all_fields(face.Options)]
)
def test_every_option_of_an_instrument_matters(
    face: str, path: tuple[str, ...], usual: list[np.ndarray]
) -> None:
    assert not same(experience({face: nudged(FACES[face].Options, path)}), usual)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"film": {"thickness": 116.0}}, "thickness"),
        ({"film": {"band_edge_nm": "616 nm"}}, "band_edge_nm"),
        ({"film": {"pump_absorbance": -0.1}}, "greater than or equal to 0"),
        ({"film": {"tau_xx_ps": float("nan")}}, "finite"),
        ({"cell": {"width_v": 0.0}}, "greater than 0"),
        ({"probe": {"passes": 0}}, "greater than or equal to 1"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"seed": 1.5}, "integer"),
    ],
)
def test_a_world_that_cannot_be_is_refused(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        World.Options.model_validate(given)


@pytest.mark.parametrize(
    ("instrument", "given"),
    [
        (simulators.SimulatedPotentiostat, {"potential_low_v": 0.5, "potential_high_v": -0.5}),
        (simulators.SimulatedDelayStage, {"travel_low_mm": 10.0, "travel_high_mm": 10.0}),
        (simulators.SimulatedAttenuator, {"transmission_low": 1.0}),
        (simulators.SimulatedSpectrometer, {"integration_low_s": 20.0}),
        (simulators.SimulatedTADetector, {"wavelength_low_nm": 800.0}),
        (simulators.SimulatedPowerMeter, {"wavelength_low_nm": 2000.0}),
    ],
)
def test_a_range_must_run_upwards(instrument: type, given: dict[str, float]) -> None:
    options: type[BaseModel] = instrument.Options  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="is not below"):
        options.model_validate(given)


def test_an_empty_laboratory_still_works() -> None:
    """Limits of the options: no pump at all, no light at all."""
    lab = open_laboratory(pump={"full_fluence_cm2": 0.0}, probe={"electrons": 0.0})
    lab.pump_probe(1.0)
    assert lab.point(1.0, 4).shots.max() < 700
    assert lab.world.fluence_cm2 == 0.0
