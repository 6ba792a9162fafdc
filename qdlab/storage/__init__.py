"""The run file: laid out from the plan, written as the run goes, read as labelled arrays."""

from qdlab.storage._destination import check_destination
from qdlab.storage._export import export_file, export_formats
from qdlab.storage._import import import_file, read_foreign
from qdlab.storage._info import RunInfo, StreamInfo, inspect_run
from qdlab.storage._log import add_note
from qdlab.storage._pack import pack_run
from qdlab.storage._provenance import Provenance, versions
from qdlab.storage._reader import open_run
from qdlab.storage._recover import RecoveredStream, recover_run
from qdlab.storage._reopen import check_resumable, reopen_run
from qdlab.storage._results import store_results
from qdlab.storage._verify import verify_run
from qdlab.storage._writer import EndStatus, RunWriter, create_run

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
