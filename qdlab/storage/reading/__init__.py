"""Open a run file whatever its state, tell what it holds, read it as labelled arrays, check it."""
