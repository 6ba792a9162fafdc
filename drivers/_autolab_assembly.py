"""The vendor's .NET assembly, imported when an Autolab is opened: Windows with pythonnet only."""

from __future__ import annotations

import importlib
import sys
from pathlib import PurePath
from typing import Any

from qdlab.errors import NotConnectedError

ASSEMBLY = "EcoChemie.Autolab.Sdk"


def load_sdk(folder: PurePath) -> Any:
    """Return the namespace EcoChemie.Autolab.Sdk of the assembly in a folder; .NET's errors pass through."""
    try:
        clr = importlib.import_module("clr")
    except ImportError as error:
        raise NotConnectedError('pythonnet is not installed: pip install "qdlab[autolab]"') from error
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    clr.AddReference(ASSEMBLY)
    return importlib.import_module(ASSEMBLY)
