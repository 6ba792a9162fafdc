"""An Ultrafast Systems Helios, taken by the files it exports.

The Helios has no public remote interface: no command set, no TCP interface was found. So somebody starts
its scans, and this driver waits for their files in the folder it exports to. Layout (Surface Xplorer / older
Helios exports): `<name>.csv` is the average of a measurement, `<name>_scan1.csv`, `_scan2`... are its scans;
names ending in -bg, -chirp or -CORRECTED are derived from it and passed over. Files in .ufs are named alike.
qdlab.storage.formats reads both.

Not found in any source: whether the average is written once or after every scan. If it is rewritten, set
`n_scans`, so that an early one is not taken for the last. How files are written (in place or renamed, in how
many pieces) is not known either: a file counts as finished when it has not changed for `quiet_s`, is complete
to its "file info" text, and can be read.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from drivers._helios_exports import Exports, Stamp, n_scans_of, read_export
from drivers._line_instrument import DriverOptions
from qdlab.errors import InputError, InstrumentStateError, InstrumentTimeoutError, NotConnectedError
from qdlab.instruments import Identity, ScanMap, Surroundings, TAScanner

log = logging.getLogger(__name__)

_SAME_DELAY_PS, _SAME_NM = 1e-3, 0.01


class Site(Protocol):
    """Where the Helios stands: its export folder, and somebody who presses its start button."""

    @property
    @abstractmethod
    def folder(self) -> Path:
        """The folder the Helios exports to, as it is now."""

    @property
    @abstractmethod
    def example(self) -> Path | None:
        """An earlier scan with the same settings; None if there is none."""

    @abstractmethod
    def start(self) -> None:
        """Have a scan started."""


class _Laboratory(Site):
    """A real Helios: a person reads the log and presses the button."""

    def __init__(self, folder: Path, example: Path | None) -> None:
        self._path = folder
        self._example = example

    @property
    def folder(self) -> Path:
        return self._path

    @property
    def example(self) -> Path | None:
        return self._example

    def start(self) -> None:
        log.warning("start the scan at the Helios now; its files are expected in %s", self._path)


class HeliosFolder(TAScanner):
    """A Helios as the producer of .csv or .ufs files in a folder."""

    class Options(DriverOptions):
        """Options of a Helios taken by its files."""

        resource: str
        """The folder the Helios exports to, such as "D:/helios/export", or "sim://" for the simulation."""
        example: str = ""
        """An earlier scan with the same settings, which tells delays and wavelengths before the run."""
        scan_s: float = Field(60.0, gt=0.0, le=1e6)
        """How long a scan takes until its file is at rest (s); for the duration of a plan."""
        prefix: str = ""
        """Only files whose names begin so are taken."""
        n_scans: int = Field(0, ge=0)
        """Scans the average must say it is of ("Number of scans"); 0 takes any."""
        quiet_s: float = Field(5.0, gt=0.0, le=600.0)
        """How long a file must not have changed (s)."""
        poll_s: float = Field(1.0, gt=0.0, le=60.0)
        """Time between looks into the folder (s)."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        self.name = name
        self._options = options
        library: Site | None = surroundings.library
        example = Path(options.example) if options.example else None
        self._site = _Laboratory(Path(options.resource), example) if library is None else library
        self._clock = surroundings.clock
        self._is_open = False
        self._exports = Exports(name, lambda: self._site.folder, options.prefix, options.quiet_s)
        self._before: dict[Path, Stamp] | None = None

    def open(self) -> None:
        """Make sure that the folder can be read; harmless if open already."""
        if not self._is_open:
            self._exports.averages()
            self._is_open = True

    def close(self) -> None:
        """Look no more; harmless if closed already."""
        self._is_open, self._before = False, None

    def identify(self) -> Identity:
        """Say what is known: a folder cannot be asked who fills it."""
        self._reach()
        return Identity("Ultrafast Systems", f"Helios by its files in {self._site.folder}")

    @property
    def delays_ps(self) -> NDArray[np.float64]:
        """Get the delays of the example, in its order; InputError if it cannot be read."""
        return self._expected[0]

    @property
    def wavelengths_nm(self) -> NDArray[np.float64]:
        """Get the wavelengths of the example; InputError if it cannot be read."""
        return self._expected[1]

    @property
    def scan_s(self) -> float:
        """Get how long a scan takes, as the bench file says."""
        return self._options.scan_s

    @property
    def scanning(self) -> bool:
        """Get whether a scan is waited for."""
        self._reach()
        return self._before is not None

    def start_scan(self) -> None:
        """Remember what is in the folder and have a scan started: what comes or changes now is the scan."""
        self._reach()
        if self._before is not None:
            raise InstrumentStateError(f"{self.name}: a scan is waited for already; await_scan() it first")
        self._before = self._exports.watch()
        self._site.start()

    def await_scan(self, timeout_s: float) -> ScanMap:
        """Wait for a finished average and return it."""
        self._reach()
        if self._before is None:
            raise InstrumentStateError(f"{self.name}: no scan to wait for; start_scan() first")
        end_s, reasons = self._clock.now_s + timeout_s, dict[str, str]()
        while True:
            for path in self._exports.settled(self._before, self._clock.now_s):
                try:
                    scan = self._read(path)
                except (InputError, OSError) as error:
                    reasons[path.name] = str(error)  # perhaps not all of it is written yet
                else:
                    self._before = None
                    return scan
            if (left_s := end_s - self._clock.now_s) <= 0.0:
                raise InstrumentTimeoutError(self._why_not(timeout_s, reasons))
            self._clock.sleep(min(self._options.poll_s, left_s))

    def make_safe(self) -> None:
        """Give up waiting; the Helios itself cannot be stopped from here."""
        self._reach()
        self._before = None

    def _reach(self) -> None:
        if not self._is_open:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")

    def _read(self, path: Path) -> ScanMap:
        """Return what a finished file holds; InputError if it is not finished."""
        found = read_export(path)
        if not any(found.metadata.values()):
            raise InputError(f"{path}: ends without 'file info'; not complete")
        self._check_axes(found.delays_ps, found.wavelengths_nm, path)
        n_scans = n_scans_of(found.metadata)
        if self._options.n_scans not in (0, n_scans):
            raise InputError(f"{path}: average of {n_scans} scans; {self._options.n_scans} are wanted")
        return ScanMap(found.delays_ps, found.wavelengths_nm, found.delta_a, n_scans)

    @cached_property
    def _expected(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Delays and wavelengths of the example; empty without one."""
        path = self._site.example
        if path is None:
            return np.empty(0), np.empty(0)
        found = read_export(path)
        return found.delays_ps, found.wavelengths_nm

    def _check_axes(
        self, delays_ps: NDArray[np.float64], wavelengths_nm: NDArray[np.float64], path: Path
    ) -> None:
        """Raise InstrumentStateError if a scan is not as the example was; anything goes without one."""
        if self._site.example is None:
            return
        for what, unit, seen, expected, within in (
            ("delays", "ps", delays_ps, self.delays_ps, _SAME_DELAY_PS),
            ("wavelengths", "nm", wavelengths_nm, self.wavelengths_nm, _SAME_NM),
        ):
            if seen.shape != expected.shape or not np.allclose(seen, expected, rtol=1e-5, atol=within):
                raise InstrumentStateError(
                    f"{self.name}: {path.name}: {_range(seen, unit)} are not the {what} of the example, "
                    f"{_range(expected, unit)}; set the Helios as it was, or name this file as the example"
                )

    def _why_not(self, timeout_s: float, reasons: dict[str, str]) -> str:
        waited = f"{self.name}: no finished average in {self._site.folder} after {timeout_s:g} s"
        changing = [name for name in self._exports.seen if name not in reasons]
        details = [*reasons.values(), *(f"{name}: was still changing" for name in changing)]
        return "; ".join([waited, *details])


def _range(values: NDArray[np.float64], unit: str) -> str:
    return f"{values.size} from {values.min():g} to {values.max():g} {unit}"
