"""Lay a run file out, write it as the run goes, go on with it after a crash."""
