"""The run file: laid out from the plan, written as the run goes, read as labelled arrays."""

from qdlab.storage.exchange._export import export_file, export_formats
from qdlab.storage.exchange._import import import_file, read_foreign
from qdlab.storage.reading._info import RunInfo, StreamInfo, inspect_run
from qdlab.storage.reading._reader import open_run
from qdlab.storage.reading._verify import verify_run
from qdlab.storage.rewriting._pack import pack_run
from qdlab.storage.rewriting._recover import RecoveredStream, recover_run
from qdlab.storage.rewriting._results import store_results
from qdlab.storage.schema._provenance import Provenance, versions
from qdlab.storage.writing._destination import check_destination
from qdlab.storage.writing._log import add_note
from qdlab.storage.writing._reopen import check_resumable, reopen_run
from qdlab.storage.writing._writer import EndStatus, RunWriter, create_run

__all__ = [
    "EndStatus",
    "Provenance",
    "RecoveredStream",
    "RunInfo",
    "RunWriter",
    "StreamInfo",
    "add_note",
    "check_destination",
    "check_resumable",
    "create_run",
    "export_file",
    "export_formats",
    "import_file",
    "inspect_run",
    "open_run",
    "pack_run",
    "read_foreign",
    "recover_run",
    "reopen_run",
    "store_results",
    "verify_run",
    "versions",
]
