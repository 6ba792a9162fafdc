"""Bytes on a disk that can fail: overwritten in place, spilled beside the file, and put back together."""
