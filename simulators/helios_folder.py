"""A Helios in the virtual laboratory: it scans its own delays and drops csv files into a folder.

Its text is that of a Surface Xplorer export: numbers with five decimals and short exponents, lines ended by
CR LF, then "file info". Files grow in two pieces, as on a slow disk.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.plan import DelayLine
from simulators.world import Motion, World

_PIECE_S = 2.0
_NOISE = 2e-5


_DELAYS_PS = (-5.0, -3.0, -1.0, 0.0, 0.5, 1.0, 3.0, 5.0, 15.0, 50.0, 150.0, 500.0, 1500.0, 2500.0)


class HeliosProgram:
    """The program on the Helios' own computer, and the person who sits there.

    Whoever looks into `folder` finds what is written by then; without one given, it is a temporary one.
    """

    def __init__(
        self,
        world: World,
        folder: Path | None = None,
        delays_ps: Sequence[float] = _DELAYS_PS,
        n_scans: int = 2,
        scan_s: float = 60.0,
    ) -> None:
        self._world = world
        self._folder = _temporary(self) if folder is None else folder
        self._elsewhere = _temporary(self)
        self._delays_ps = np.array(delays_ps)
        self._n_scans = n_scans
        self._scan_s = scan_s
        self._wavelengths_nm = np.linspace(480.0, 700.0, 64)
        self._noise = np.random.default_rng(world.options.seed)
        self._n_started = 0
        self._due: list[tuple[float, Path, bytes]] = []

    def start(self) -> None:
        """Press the start button: scans one after another, and their average at the end."""
        self._n_started += 1
        name, now_s = f"film{self._n_started}", self._world.clock.now_s
        clean = self._delta_a()
        scans = [clean + _NOISE * self._noise.standard_normal(clean.shape) for _ in range(self._n_scans)]
        for number, scan in enumerate(scans, start=1):
            self._drop(self._folder / f"{name}_scan{number}.csv", now_s + number * self._scan_s, scan, 1)
        end_s = now_s + self._n_scans * self._scan_s
        self._drop(self._folder / f"{name}.csv", end_s, np.mean(scans, axis=0), self._n_scans)

    @property
    def example(self) -> Path:
        """A scan made earlier with the same settings, before there was a film."""
        path = self._elsewhere / "example.csv"
        if not path.exists():
            nothing = np.zeros((self._delays_ps.size, self._wavelengths_nm.size))
            path.write_bytes("\r\n".join(self._lines(nothing, self._n_scans)).encode("ascii"))
        return path

    @property
    def folder(self) -> Path:
        """The export folder, with all that is due by now written."""
        now_s = self._world.clock.now_s
        for time_s, path, piece in self._due:
            if time_s <= now_s:
                with path.open("ab") as file:
                    file.write(piece)
        self._due = [item for item in self._due if item[0] > now_s]
        return self._folder

    def _drop(self, path: Path, time_s: float, delta_a: NDArray[np.float64], n_scans: int) -> None:
        text = "\r\n".join(self._lines(delta_a, n_scans)).encode("ascii")
        half = len(text) // 2
        self._due += [(time_s, path, text[:half]), (time_s + _PIECE_S, path, text[half:])]

    def _lines(self, delta_a: NDArray[np.float64], n_scans: int) -> Iterator[str]:
        yield ",".join(["0.00000E+0", *map(_number, self._delays_ps)])
        for wavelength_nm, values in zip(self._wavelengths_nm, delta_a.T, strict=True):
            yield ",".join(map(_number, [wavelength_nm, *values]))
        yield "file info:Date: January 1, 2021"
        yield "Averaging time: 1.0 s"
        yield f"Number of scans: {n_scans}"
        yield from ("", "Time units: ps", "Z axis title: dA")

    def _delta_a(self) -> NDArray[np.float64]:
        """Return dA [delay, wavelength] of the world as it is, on the Helios' own delay line."""
        world, probe = self._world, self._world.options.probe
        line, was, now_s = DelayLine(probe.passes, probe.time_zero_mm), world.stage, world.clock.now_s
        rows = []
        for delay_ps in self._delays_ps:
            at_mm = line.to_mm(float(delay_ps))
            world.stage = Motion(at_mm, at_mm, now_s, velocity_mm_s=1.0)
            light = world.probe_light(self._wavelengths_nm)
            rows.append(np.log10(light.unpumped / light.pumped))
        world.stage = was
        return np.array(rows)


def _temporary(owner: HeliosProgram) -> Path:
    """Return a new folder that goes when its owner does."""
    folder = Path(tempfile.mkdtemp(prefix="helios-"))
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder


def _number(value: float) -> str:
    """Return a number as the export prints it: -9.86670E-1."""
    mantissa, exponent = f"{value:.5E}".split("E")
    return f"{mantissa}E{int(exponent):+d}"
