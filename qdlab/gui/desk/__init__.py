"""Run files on the desk, without Qt: opened, reduced with other choices, compared, reported, kept."""

from qdlab.gui.desk._open import OnDesk, put_on_desk
from qdlab.gui.desk._reducing import keep, reduce_with, report_of
from qdlab.gui.desk._views import a_star_view, fluences_of, potentials_of, series_of, thresholds_of

__all__ = [
    "OnDesk",
    "a_star_view",
    "fluences_of",
    "keep",
    "potentials_of",
    "put_on_desk",
    "reduce_with",
    "report_of",
    "series_of",
    "thresholds_of",
]
