"""Make a new run file of one that is there: packed, with results, or of what is left of it."""
