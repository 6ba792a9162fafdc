"""Runs carried out, and resumed: the one road by which every face of qdlab goes."""

from qdlab.app.runs._carry_out import carry_out, go_on
from qdlab.app.runs._cost import cost_in_words, dose_in_words
from qdlab.app.runs._first_look import FirstLook, See, Watch, unwatched
from qdlab.app.runs._resume import resume

__all__ = [
    "FirstLook",
    "See",
    "Watch",
    "carry_out",
    "cost_in_words",
    "dose_in_words",
    "go_on",
    "resume",
    "unwatched",
]
