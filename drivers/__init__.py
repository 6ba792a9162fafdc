"""Real instruments, one file each, speaking bytes or an SDK; and what a new driver over a line builds on."""

from drivers._line_instrument import DriverOptions, LineInstrument, LineOptions
from drivers._polled_stage import PolledStage, StageOptions, digits

__all__ = ["DriverOptions", "LineInstrument", "LineOptions", "PolledStage", "StageOptions", "digits"]
