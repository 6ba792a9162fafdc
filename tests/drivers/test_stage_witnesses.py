"""Stages over real TCP: our drivers through their own transport, and PyMeasure's ESP300 as a stranger."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymeasure.instruments.newport import ESP300

from drivers.newport_esp301 import NewportEsp301
from drivers.newport_xps import NewportXps
from drivers.pi_gcs import PiGcs
from drivers.transports import connect
from qdlab.clock import WallClock
from qdlab.errors import InstrumentTimeoutError
from qdlab.instruments import Surroundings
from simulators import World
from simulators.serve import serve
from simulators.wires import Wire
from simulators.wires.newport_esp301 import NewportEsp301Wire
from simulators.wires.newport_xps import NewportXpsWire
from simulators.wires.pi_gcs import PiGcsWire

PATIENCE_S = 10.0


@pytest.fixture
def world() -> World:
    return World(World.Options(), WallClock())


@contextmanager
def served(wire: Wire) -> Iterator[str]:
    """Serve one wire face in a thread; gives "host:port"."""
    ready: queue.Queue[dict[str, str]] = queue.Queue()
    over = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve({"stage": wire}, ready.put, over.is_set)))
    thread.start()
    try:
        yield ready.get(timeout=PATIENCE_S)["stage"]
    finally:
        over.set()
        thread.join(PATIENCE_S)


@pytest.mark.parametrize(
    ("driver", "wire"),
    [(NewportEsp301, NewportEsp301Wire), (PiGcs, PiGcsWire), (NewportXps, NewportXpsWire)],
)
def test_a_stage_moves_over_tcp(driver: Any, wire: type[Wire], world: World) -> None:
    with served(wire(world)) as place:
        options = driver.Options(
            resource=f"socket://{place}", travel_high_mm=600.0, velocity_mm_s=100.0, timeout_s=PATIENCE_S
        )
        stage = driver("stage", options, Surroundings(WallClock(), connect))
        stage.open()
        try:
            stage.start_move(12.3456)
            with pytest.raises(InstrumentTimeoutError, match="stage: move not finished"):
                stage.wait(0.01)
            assert 0.0 <= stage.position_mm < 12.0
            stage.wait(PATIENCE_S)
            assert stage.position_mm == 12.3456
            stage.start_move(400.0)
            stage.stop()
            stage.wait(PATIENCE_S)
            assert 12.0 < stage.position_mm < 300.0
        finally:
            stage.close()


@pytest.mark.filterwarnings("ignore:It is not known whether this device support SCPI:FutureWarning")
def test_pymeasure_finds_an_esp300(world: World) -> None:
    with served(NewportEsp301Wire(world)) as place:
        host, _, port = place.rpartition(":")
        controller = ESP300(
            f"TCPIP::{host}::{port}::SOCKET",
            visa_library="@py",
            write_termination="\r",
            read_termination="\r\n",
            timeout=PATIENCE_S * 1e3,
        )
        try:
            controller.clear_errors()
            axis = controller.x
            assert axis.units == "millimeter"
            axis.enable()
            assert axis.enabled
            axis.position = 4.5678
            axis.wait_for_stop()
            assert axis.position == 4.5678
            assert world.stage.position_mm(world.clock.now_s) == pytest.approx(4.5678, abs=1e-9)
            axis.position = 601
            controller.y.position = 1
            assert [error.message for error in controller.errors] == [
                "POSITIVE SOFTWARE LIMIT DETECTED", "MOTOR / STAGE NOT CONNECTED",
            ]  # fmt: skip
            axis.left_limit = 2
            assert axis.left_limit == 2.0
            axis.home()
            axis.wait_for_stop()
            assert axis.position == 2.0
        finally:
            controller.adapter.close()
