"""Real instruments, one file each, speaking bytes or an SDK."""
