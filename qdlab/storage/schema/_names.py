"""What everything in a run file is called: paths, attributes, states; and what every file has."""

from __future__ import annotations

VERSION = 1
VERSION_KEY = "qdlab_schema"
STREAMS_KEY = "streams"
DIMS_KEY = "dims"
RECORD_KEY = "record"
COLUMNS_KEY = "columns"
MEDIA_TYPE_KEY = "type"
JSON_TYPE = "application/json"

ENTRY = "entry"
TITLE = f"{ENTRY}/title"
START_TIME = f"{ENTRY}/start_time"
END_TIME = f"{ENTRY}/run/end_time"
STATUS = f"{ENTRY}/run/status"
REASON = f"{ENTRY}/run/reason"
RECORDS_DONE = f"{ENTRY}/run/records_done"
HEARTBEAT = f"{ENTRY}/run/heartbeat"
PROCESS_ID = f"{ENTRY}/run/process_id"
HOST = f"{ENTRY}/run/host"
LOG = f"{ENTRY}/run/log"
PROVENANCE = f"{ENTRY}/provenance"
IMPORT = "import"
RESULTS = f"{ENTRY}/results"
DATASETS_KEY = "datasets"
COORDINATES_KEY = "coordinates"
ATTRIBUTES_KEY = "attributes"
N_RECORDS = "n_records"
"""What is told of every reduction: how many records there were when it was made."""

TEXT_BYTES = {END_TIME: 40, STATUS: 40, REASON: 2048, LOG: 32768}
"""The texts that are overwritten as the run goes, and the length they have for ever."""

OPTIONAL_SPACES = (LOG,)
"""What files of the first days do not have."""

REQUIRED_TEXTS = (
    *(TITLE, START_TIME, HOST),
    *(f"{ENTRY}/{name}" for name in ("definition", "experiment_type", "experiment_sub_type", "sample/name")),
    *(f"{ENTRY}/instrument/{beam}/parameter_reliability" for beam in ("beam_pump", "beam_probe")),
    f"{ENTRY}/instrument/detector_probe/detector_channel_type",
    *(
        f"{PROVENANCE}/{name}"
        for name in ("procedure", "plan_digest", "parameters", "sample", "recipe", "bench")
    ),
    *(f"{PROVENANCE}/{name}" for name in ("identities", "versions", "notes")),
)
"""The texts that every run file has."""

STREAM_TITLE = "title"
DONE = "done"
CHECKSUM = "crc32"

RUNNING = "running"
DIED = "died"
RECOVERED = "recovered from"
ENDS = ("finished", "stopped", "failed")
DEFAULT_STREAM = "ta"
