"""The command line: composes benches, procedures, files and analysis."""


def main() -> None:
    """Run the command line; what the `qdlab` command calls."""
    from qdlab.app.cli import app

    app(prog_name="qdlab")
