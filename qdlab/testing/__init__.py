"""Contract suites, shipped: a laboratory holds its own driver against what the interface promises.

    class TestMyStage(DelayStageContract):
        @pytest.fixture
        def instrument(self):
            return MyStage("delay_stage", ...)  # not opened

Needs pytest (`pip install "qdlab[test]"`).
"""

import pytest

for _module in (
    "_attenuator",
    "_chopper",
    "_delay_stage",
    "_instrument",
    "_potentiostat",
    "_power_meter",
    "_probe_selector",
    "_sample_holder",
    "_shutter",
    "_spectrometer",
    "_ta_detector",
    "_ta_scanner",
):
    # so that a failing assert in here explains itself, as those in test files do
    pytest.register_assert_rewrite(f"{__name__}.{_module}")

from qdlab.testing._attenuator import AttenuatorContract  # noqa: E402
from qdlab.testing._chopper import ChopperContract  # noqa: E402
from qdlab.testing._delay_stage import DelayStageContract  # noqa: E402
from qdlab.testing._instrument import InstrumentContract  # noqa: E402
from qdlab.testing._potentiostat import PotentiostatContract  # noqa: E402
from qdlab.testing._power_meter import PowerMeterContract  # noqa: E402
from qdlab.testing._probe_selector import ProbeSelectorContract  # noqa: E402
from qdlab.testing._sample_holder import SampleHolderContract  # noqa: E402
from qdlab.testing._shutter import ShutterContract  # noqa: E402
from qdlab.testing._spectrometer import SpectrometerContract  # noqa: E402
from qdlab.testing._ta_detector import TADetectorContract  # noqa: E402
from qdlab.testing._ta_scanner import TAScannerContract  # noqa: E402

__all__ = [
    "AttenuatorContract",
    "ChopperContract",
    "DelayStageContract",
    "InstrumentContract",
    "PotentiostatContract",
    "PowerMeterContract",
    "ProbeSelectorContract",
    "SampleHolderContract",
    "ShutterContract",
    "SpectrometerContract",
    "TADetectorContract",
    "TAScannerContract",
]
