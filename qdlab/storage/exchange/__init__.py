"""Other programs' files: taken into a run file, made of one."""
