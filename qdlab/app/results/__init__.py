"""Run files to results: reduced here or on other computers, kept in their files, taken together."""

from qdlab.app.results._campaign import campaign_run, names_of, print_means
from qdlab.app.results._crate import METADATA, Deposit, describe_folder
from qdlab.app.results._dask import cells_by, on_dask
from qdlab.app.results._keep import keep_reduction, repeat_reduction
from qdlab.app.results._results import (
    check_folder,
    check_numbers,
    print_thresholds,
    read_choices,
    reduce_file,
    results_folder,
)

__all__ = [
    "METADATA",
    "Deposit",
    "campaign_run",
    "cells_by",
    "check_folder",
    "check_numbers",
    "describe_folder",
    "keep_reduction",
    "names_of",
    "on_dask",
    "print_means",
    "print_thresholds",
    "read_choices",
    "reduce_file",
    "repeat_reduction",
    "results_folder",
]
