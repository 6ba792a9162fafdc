"""Answers gone wrong: what a bad cable, a wrong baud rate or another instrument would send."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy


def spoiled(reply: bytes) -> SearchStrategy[bytes]:
    """Return a strategy of replies made from a good one: cut, doubled, with rubbish, or not ASCII at all.

    A spoiled reply may by chance be a good one again; a driver must then take it, else refuse it in words.
    """
    cut = st.integers(0, max(len(reply) - 1, 0)).map(lambda n: reply[:n])
    tail = st.binary(min_size=1, max_size=8).map(lambda rubbish: reply + rubbish)
    head = st.binary(min_size=1, max_size=8).map(lambda rubbish: rubbish + reply)
    hit = st.tuples(st.integers(0, max(len(reply) - 1, 0)), st.integers(0, 255)).map(
        lambda at: reply[: at[0]] + bytes([at[1]]) + reply[at[0] + 1 :]
    )
    fields = st.sampled_from([reply.replace(b",", b""), reply.replace(b",", b",,"), reply + reply])
    return st.one_of(cut, tail, head, hit, fields, st.binary(max_size=24))
