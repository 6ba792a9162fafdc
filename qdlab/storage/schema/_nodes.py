"""What a run file is made of: groups, values known before the run, spaces overwritten as it goes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Attribute = str | int | tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A group and its attributes."""

    path: str
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True)
class Value:
    """A dataset whose contents are known before the run."""

    path: str
    contents: str | int | float | NDArray[Any]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Space:
    """A dataset laid out at its final size before the run, its bytes overwritten as the run goes.

    `packing` is how it is compressed after the run, in HDF5's words.
    """

    path: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    packing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The path of the group it is in."""
        return self.path.rpartition("/")[0]

    @property
    def n_bytes(self) -> int:
        """Its size on the disk."""
        return math.prod(self.shape) * self.dtype.itemsize


Node = Group | Value | Space
