"""What a reader of another program's files is: one class per format, found by entry point."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ImportedMap:
    """One transient-absorption map as another program left it, in its order and with its gaps.

    `delta_a` is [delay, wavelength], NaN where the file has no number. `metadata` is what the file says,
    `source` what its text was like.
    """

    wavelengths_nm: NDArray[np.float64]
    delays_ps: NDArray[np.float64]
    delta_a: NDArray[np.float64]
    metadata: Mapping[str, Any]
    source: Mapping[str, str | int]


class Format(Protocol):
    """A file format that holds one map; registered under the entry point group `qdlab.formats`."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    @abstractmethod
    def sniff(self, path: Path) -> bool:
        """Say from its first bytes whether a file looks like this format."""

    @abstractmethod
    def read(self, path: Path) -> ImportedMap:
        """Read a file; InputError naming file, line and what was expected."""
