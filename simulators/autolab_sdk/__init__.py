"""A stand-in for the .NET assembly EcoChemie.Autolab.Sdk 2.1, in front of the world.

It has the member names that a driver meets through pythonnet, and the behaviour that waldowda/spec-echem
measured on a PGSTAT302N: procedures that run once, nothing recorded after an abort, no flag on an open
cell, a late start, values that stand still until they are sampled. Enum members are wanted where the
SDK wants them; a bool or an int is refused as pythonnet 3 refuses it.
"""

from simulators.autolab_sdk._instrument import Sdk
from simulators.autolab_sdk._machine import Machine

__all__ = ["Machine", "Sdk"]
