"""An open bench as Bluesky devices."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from qdlab.app.bluesky._axis import AxisDevice
from qdlab.app.bluesky._camera import CameraDevice
from qdlab.clock import Clock
from qdlab.instruments import Bench
from qdlab.plan import Sample

Device = AxisDevice | CameraDevice

_GRACE_S = 10.0


@contextmanager
def bluesky_devices(
    bench: Bench, sample: Sample, clock: Clock, *, n_shots: int
) -> Iterator[dict[str, Device]]:
    """Open a bench and give its devices by name; at the end everything is made safe and closed.

    `delay_ps`, `potential_v` and `transmission` can be set and read, `camera` triggered and read: those that
    the bench has. One thread works all instruments, one act after the other.
    """
    with bench, ThreadPoolExecutor(1, "qdlab-bluesky") as worker:
        yield {device.name: device for device in _devices(bench, sample, clock, worker, n_shots)}


def _devices(bench: Bench, sample: Sample, clock: Clock, worker: Executor, n_shots: int) -> Iterator[Device]:
    lab, line = bench.describe(), bench.delay_line
    if bench.has("delay_stage"):
        stage = bench.delay_stage
        yield AxisDevice(
            "delay_ps",
            "ps",
            lab.delay,
            clock,
            worker,
            read_back=lambda: line.to_ps(stage.position_mm),
            move=lambda delay_ps: _move(bench, delay_ps),
            halt=stage.stop,
            make_safe=stage.make_safe,
        )
    if bench.has("potentiostat"):
        cell = bench.potentiostat
        yield AxisDevice(
            "potential_v",
            "V",
            lab.potential,
            clock,
            worker,
            read_back=lambda: cell.measure().potential_v,
            move=lambda potential_v: _hold(bench, potential_v),
            halt=_nothing,
            make_safe=cell.make_safe,
        )
    if bench.has("attenuator"):
        attenuator = bench.attenuator
        yield AxisDevice(
            "transmission",
            "",
            lab.transmission,
            clock,
            worker,
            read_back=lambda: attenuator.transmission,
            move=attenuator.set_transmission,
            halt=_nothing,
            make_safe=attenuator.make_safe,
        )
    if bench.has("ta_detector"):
        yield CameraDevice("camera", bench, sample, n_shots, clock, worker)


def _move(bench: Bench, delay_ps: float) -> None:
    """Move the stage to a delay and wait until it stands."""
    stage, target_mm = bench.delay_stage, bench.delay_line.to_mm(delay_ps)
    distance_mm = abs(target_mm - stage.position_mm)
    stage.start_move(target_mm)
    stage.wait(timeout_s=2.0 * distance_mm / stage.velocity_mm_s + _GRACE_S)


def _hold(bench: Bench, potential_v: float) -> None:
    """Hold a potential; the film charges from now on."""
    bench.potentiostat.hold(potential_v)
    bench.potentiostat.set_cell(True)


def _nothing() -> None:
    """Do nothing: what is set at once has no move to end."""
