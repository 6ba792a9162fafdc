"""Run files on the desk, without Qt: opened, reduced with other choices, compared, reported, kept."""

from qdlab.gui.desk._open import OnDesk, put_on_desk
from qdlab.gui.desk._reducing import campaign_report_of, keep, reduce_with, report_of
from qdlab.gui.desk._views import fluences_of, is_measured, map_view, potentials_of, series_of, thresholds_of

__all__ = [
    "OnDesk",
    "campaign_report_of",
    "fluences_of",
    "is_measured",
    "keep",
    "map_view",
    "potentials_of",
    "put_on_desk",
    "reduce_with",
    "report_of",
    "series_of",
    "thresholds_of",
]
