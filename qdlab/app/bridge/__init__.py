"""The bridge: a potentiostat as lines of text over TCP, as docs/reference/autolab-bridge.md says."""

from qdlab.app.bridge._address import Address
from qdlab.app.bridge._interpreter import Interpreter
from qdlab.app.bridge._server import BridgeServer
from qdlab.app.bridge._session import Session

__all__ = ["Address", "BridgeServer", "Interpreter", "Session"]
