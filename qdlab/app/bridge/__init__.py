"""The bridge: a potentiostat as lines of text, as docs/reference/autolab-bridge.md says."""

from qdlab.app.bridge._address import Address
from qdlab.app.bridge._gone import Tell, WhenGone
from qdlab.app.bridge._interpreter import Interpreter
from qdlab.app.bridge._serial_line import SILENCE_S, SerialBridge
from qdlab.app.bridge._server import BridgeServer
from qdlab.app.bridge._session import Session

__all__ = [
    "SILENCE_S",
    "Address",
    "BridgeServer",
    "Interpreter",
    "SerialBridge",
    "Session",
    "Tell",
    "WhenGone",
]
