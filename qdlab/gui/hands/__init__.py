"""A bench in a person's hands, without Qt: one thread speaks with the instruments, whoever asks goes on."""

from qdlab.gui.hands._acts import ACTS, Act
from qdlab.gui.hands._hands import Hands
from qdlab.gui.hands._states import state_of

__all__ = ["ACTS", "Act", "Hands", "state_of"]
