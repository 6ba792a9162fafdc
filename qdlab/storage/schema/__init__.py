"""The layout of a run file, as data: every path, shape, type, unit and attribute. Nothing here does I/O.

    /                   NXroot
    /entry              NXentry, NXoptical_spectroscopy (pump-probe); @streams: the streams in order
    /entry/run          how far the run is and how it ended: overwritten in place
    /entry/provenance   where it comes from: text, or JSON where @type says so
    /entry/instrument, /entry/sample
    /entry/<stream>     NXdata: one dataset per column of the stream's record, its axes, done and crc32
    /entry/results      what was made of the data, after the run

A stream names its record's columns in @columns, each dataset of it its dimensions in @dims. A record counts
if its `done` is 1 and `crc32` is that of its bytes, all columns in that order. The values are little-endian;
floats not yet measured are NaN.
"""

from qdlab.storage.schema._names import (
    ATTRIBUTES_KEY,
    CHECKSUM,
    COLUMNS_KEY,
    COORDINATES_KEY,
    DATASETS_KEY,
    DIED,
    DIMS_KEY,
    DONE,
    END_TIME,
    ENDS,
    ENTRY,
    HEARTBEAT,
    HOST,
    IMPORT,
    JSON_TYPE,
    LOG,
    MEDIA_TYPE_KEY,
    N_RECORDS,
    OPTIONAL_SPACES,
    PROCESS_ID,
    PROVENANCE,
    REASON,
    RECORD_KEY,
    RECORDS_DONE,
    RECOVERED,
    REQUIRED_TEXTS,
    RESULTS,
    RUNNING,
    START_TIME,
    STATUS,
    STREAM_TITLE,
    STREAMS_KEY,
    TEXT_BYTES,
    TITLE,
    VERSION,
    VERSION_KEY,
)
from qdlab.storage.schema._nodes import Attribute, Group, Node, Space, Value
from qdlab.storage.schema._provenance import Provenance, versions
from qdlab.storage.schema._streams import column_dtype, row_shape, stream_axes, stream_path
from qdlab.storage.schema._texts import fixed_text, json_text
from qdlab.storage.schema._tree import layout, run_spaces

__all__ = [
    "ATTRIBUTES_KEY",
    "CHECKSUM",
    "COLUMNS_KEY",
    "COORDINATES_KEY",
    "DATASETS_KEY",
    "DIED",
    "DIMS_KEY",
    "DONE",
    "ENDS",
    "END_TIME",
    "ENTRY",
    "HEARTBEAT",
    "HOST",
    "IMPORT",
    "JSON_TYPE",
    "LOG",
    "MEDIA_TYPE_KEY",
    "N_RECORDS",
    "OPTIONAL_SPACES",
    "PROCESS_ID",
    "PROVENANCE",
    "REASON",
    "RECORDS_DONE",
    "RECORD_KEY",
    "RECOVERED",
    "REQUIRED_TEXTS",
    "RESULTS",
    "RUNNING",
    "START_TIME",
    "STATUS",
    "STREAMS_KEY",
    "STREAM_TITLE",
    "TEXT_BYTES",
    "TITLE",
    "VERSION",
    "VERSION_KEY",
    "Attribute",
    "Group",
    "Node",
    "Provenance",
    "Space",
    "Value",
    "column_dtype",
    "fixed_text",
    "json_text",
    "layout",
    "row_shape",
    "run_spaces",
    "stream_axes",
    "stream_path",
    "versions",
]
