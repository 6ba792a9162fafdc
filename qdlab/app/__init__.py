"""The command line: composes benches, procedures, files and analysis."""

import os

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What tells the libraries under numpy to work in one thread, if set before numpy is loaded."""


def main() -> None:
    """Run the command line; what the `qdlab` command calls.

    The fits are many and their matrices small. Several threads for one matrix wait for each other, and for
    what else the computer does, far longer than they work; who knows better sets the variables.
    """
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    from qdlab.app.cli import app

    app(prog_name="qdlab")
