"""Every choice of the reduction in one place: a recipe's [reduction] table may override any of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    NonNegativeFloat,
    NonNegativeInt,
    NonPositiveFloat,
    PositiveFloat,
    PositiveInt,
    TypeAdapter,
    ValidationError,
)
from pydantic.dataclasses import dataclass

from qdlab.errors import InputError
from qdlab.physics import Dopants, charging


def _in_order(window: tuple[float, float]) -> tuple[float, float]:
    """Refuse a window without width, or one from high to low, in which means would change their sign."""
    low, high = window
    if low >= high:
        raise ValueError("Input should be a low and a high end")
    return window


Window = Annotated[tuple[float, float], AfterValidator(_in_order)]
"""Low and high end; both NaN in an imported file that does not know its band."""

_WITH_THE_BAND = ("pl_nm", "line_nm", "second_line_nm", "fit_nm", "bins_nm")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Choices:
    """What a reduction does not learn from the data; units are in the names.

    The defaults are those for the paper's film. For a run with another band, `pl_nm`, `line_nm`,
    `second_line_nm`, `fit_nm` and `bins_nm` move with it, unless they are stated.

    Attributes
    ----------
    band_nm
        Window of the 1S transition, over which thresholds are averaged.
    quiet_nm
        Window without signal, which shows the noise common to all pixels.
    pl_nm
        Window over which photoluminescence is integrated.
    gain_delay_ps
        Delay at which gain is judged, after the carriers have cooled.
    background_before_ps
        Points before this delay show pump scatter, luminescence and fixed patterns, and are subtracted.
    late_ps
        From this delay on Auger recombination is over.
    tau_xx_ps, tau_r_ps
        Lifetimes of the biexciton and, by radiation, of the exciton, where the decays do not tell them.
    g_e, g_h
        Degeneracies of the 1S electron and hole levels: CdSe 2 and 4, PbS 8 and 8, a perovskite 2 and 2.
    dopants, repulsion_kt
        How injected electrons are spread over the dots in the counting model: "binomial", "integer", or
        "charging", in which they repel each other by this energy (g_e = 2 only).
    hold_share
        A chirp shift beyond the outermost measured delay is bridged by holding the end value if it is at most
        this share of the delay, which is less than 1.
    artefact_window_ps
        Delays around the largest response in which the coherent artefact is looked for.
    chirp_order
        Order of the polynomial t0(wavelength).
    chirp_points
        Times of zero put by hand, (nm, ps) each; empty, they are found from the coherent artefact.
    line_nm, second_line_nm
        Where the 1S line and the line to the blue of it are looked for.
    fit_nm
        Range of the Gaussian fits.
    line_background_order
        Order of the polynomial under the Gaussians.
    sec_reference_v
        Held potential (V) that dA_SEC refers to; not given, it is the film with the cell off.
    temperature_k
        Of the film, which fixes kT in the model of electrons that repel each other.
    bins_nm, wavelength_bin_nm
        Range and width of the bins whose thresholds and gain are those of a single wavelength.
    loss_cm
        Gain coefficient (1/cm) that a single wavelength must reach to make up for the losses of a laser.
    n_bootstrap, bootstrap_seed
        Repetitions for the intervals, and the seed that makes them the same every time.
    """

    band_nm: Window = (606.0, 630.0)
    quiet_nm: Window = (665.0, 698.0)
    pl_nm: Window = (600.0, 700.0)
    gain_delay_ps: PositiveFloat = 5.0
    background_before_ps: NonPositiveFloat = -1.0
    late_ps: PositiveFloat = 2000.0
    tau_xx_ps: PositiveFloat = 310.0
    tau_r_ps: PositiveFloat = 20_000.0
    g_e: PositiveInt = 2
    g_h: PositiveInt = 4
    dopants: Literal["binomial", "integer", "charging"] = "binomial"
    repulsion_kt: NonNegativeFloat = 2.0
    hold_share: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.2
    artefact_window_ps: PositiveFloat = 1.5
    chirp_order: NonNegativeInt = 3
    chirp_points: tuple[tuple[FiniteFloat, FiniteFloat], ...] = ()
    line_nm: PositiveFloat = 615.0
    second_line_nm: PositiveFloat = 580.0
    fit_nm: Window = (560.0, 660.0)
    line_background_order: NonNegativeInt = 1
    sec_reference_v: FiniteFloat | None = None
    temperature_k: PositiveFloat = 298.0
    bins_nm: Window = (500.0, 690.0)
    wavelength_bin_nm: PositiveFloat = 2.0
    loss_cm: PositiveFloat = 50.0
    n_bootstrap: PositiveInt = 1000
    bootstrap_seed: NonNegativeInt = 2021

    @property
    def dopant_model(self) -> Dopants:
        """How the counting model spreads injected electrons over the dots."""
        return charging(self.repulsion_kt) if self.dopants == "charging" else self.dopants

    @classmethod
    def for_run(cls, attrs: Mapping[Any, Any], chosen: Mapping[str, Any] = MappingProxyType({})) -> Choices:
        """Return the choices for a run: its sample's windows, its recipe's [reduction], then `chosen`.

        Where a line is looked for, and the other windows about it, lie as far from the sample's band as those
        of the paper's film from its band.
        """
        sample = attrs.get("sample") or {}
        windows = {name: sample[name] for name in ("band_nm", "quiet_nm") if name in sample}
        recipe = attrs.get("recipe") or {}
        stated = {**windows, **(recipe.get("reduction") or {}), **chosen}
        return cls.from_table({**_about_band(stated.get("band_nm", cls.band_nm)), **stated})

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Choices:
        """Return the defaults with those of the table instead; InputError naming every wrong key or value."""
        try:
            return TypeAdapter(cls).validate_python(dict(table))
        except ValidationError as error:
            raise InputError(*map(_problem, error.errors())) from error


def _about_band(band_nm: Any) -> dict[str, Any]:
    """Return the windows that go with a band; nothing for what is no band, which is told elsewhere."""
    try:
        low_nm, high_nm = map(float, band_nm)
    except (TypeError, ValueError):
        return {}
    away_nm = (low_nm + high_nm - sum(Choices.band_nm)) / 2.0
    if not math.isfinite(away_nm):  # an imported file knows no band
        return {}
    usual = {name: getattr(Choices, name) for name in _WITH_THE_BAND}
    return {
        name: at + away_nm if isinstance(at, float) else tuple(edge + away_nm for edge in at)
        for name, at in usual.items()
    }


def _problem(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        near = get_close_matches(key, Choices.__dataclass_fields__, n=1)
        return f"reduction.{key}: there is no such key" + (f"; did you mean {near[0]}?" if near else "")
    return f"reduction.{key} = {error['input']!r}: {error['msg'].removeprefix('Value error, ')}"
