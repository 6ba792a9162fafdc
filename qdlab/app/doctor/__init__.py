"""The doctor: a bench examined before an experiment relies on it; what works, what does not, what to do."""

from qdlab.app.doctor._examine import examine
from qdlab.app.doctor._finding import Finding

__all__ = ["Finding", "examine"]
