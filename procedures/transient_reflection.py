"""TransientReflection: the same state seen by the transmitted and by the reflected probe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from procedures._camera import reflected
from procedures._experiment import Streams
from procedures.transient_absorption import TransientAbsorption
from qdlab.plan import Lab, SelectProbe, Step, Stream


class TransientReflection(TransientAbsorption):
    """Transient absorption, then the same delays with the probe that the film's front reflects.

    Stream `tr` has the axes of `ta`; its shots give dA_R = log10(R_off/R_on) = -log10(R*/R). With the
    steady-state `probe_reflectance` R, what the pump changes in the reflection is taken out of dA.
    """

    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""
        for stream in super().streams(lab):
            yield stream
            if stream.name == "ta":
                yield replace(stream, name="tr", meaning="transient reflection")

    def scan_steps(self, streams: Streams) -> Iterator[Step]:
        """Yield the scans of the delays, transmitted, then reflected."""
        yield SelectProbe("transmitted")
        yield from super().scan_steps(streams)
        yield from reflected(self.repeated_steps(streams["tr"], (0, 0)))
