"""The command line. Commands import what they need when they run, so that --help answers at once."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app._cli_base import (
    BenchOption,
    ChoicesOption,
    ForceOption,
    RecipeArgument,
    ResultsOption,
    RunsArgument,
    SeedOption,
    command_of,
)
from qdlab.app._cli_queue import queue_app

app = typer.Typer(
    help="Optical gain in electrochemically doped quantum-dot films: measured, reduced and explained.",
    epilog="Try: qdlab demo. Exit codes: 0 done, 2 the input is wrong, 3 an instrument failed, "
    "4 a safety limit stopped the run, 130 interrupted, 1 anything else.",
    no_args_is_help=True,
    rich_markup_mode=None,  # boxes round the help would triple the time it takes
    context_settings={"max_content_width": 110},
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.add_typer(queue_app, name="queue")
_command = command_of(app)


class Offered(Enum):
    """Instruments that have a bridge."""

    autolab = "autolab"


class WhenGone(Enum):
    """What a bridge does with the cell when its client disappears."""

    off = "off"
    keep = "keep"


@app.callback(invoke_without_command=True)
def version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Optical gain in electrochemically doped quantum-dot films: measured, reduced and explained."""
    if version:
        import qdlab

        get_console().print(f"qdlab {qdlab.__version__}")
        raise typer.Exit


@_command
def demo(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results. [default: qdlab-demo]")
    ] = None,
    seed: SeedOption = None,
    force: ForceOption = False,
) -> None:
    """Run the paper's experiment on a simulated laboratory and show its gain thresholds."""
    from qdlab.app.commands.demo import demo

    demo(out, seed, force=force, console=get_console())


@_command
def run(
    recipe: Annotated[
        str | None, typer.Argument(help="Recipe file, or the name of one that comes with qdlab.")
    ] = None,
    bench: Annotated[
        str | None, typer.Option("--bench", help="Bench file, or the name of one that comes with qdlab.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The run file to write (HDF5).")] = None,
    seed: SeedOption = None,
    force: ForceOption = False,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            metavar="RUN.h5",
            help="Measure what is missing in the file of a run that stopped, failed or died; "
            "recipe and bench are in it.",
        ),
    ] = None,
) -> None:
    """Carry out a recipe on a bench; Ctrl-C stops it and leaves cell and shutters safe."""
    from qdlab.app.commands.run import resume_run, run
    from qdlab.errors import InputError

    given = {"RECIPE": recipe, "--bench": bench, "--out": out}
    if resume is not None:
        if any(value is not None for value in (*given.values(), seed)):
            raise InputError("--resume stands alone: recipe, bench and seed are in the run file")
        resume_run(resume, console=get_console())
    elif recipe is None or bench is None or out is None:
        missing = ", ".join(name for name, value in given.items() if value is None)
        raise InputError(f"{missing}: is missing; or resume a run with --resume RUN.h5")
    else:
        run(recipe, bench, out, seed, force=force, console=get_console())


@_command
def plan(
    recipe: RecipeArgument,
    bench: BenchOption,
) -> None:
    """Say what a recipe will do on a bench and what it costs; nothing is opened."""
    from qdlab.app.commands.plan import plan

    plan(recipe, bench, console=get_console())


@_command
def reduce(
    files: RunsArgument,
    out: ResultsOption = None,
    choices: ChoicesOption = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Repeat the reduction kept in the file; exit code 0 if all digits agree."
        ),
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            help="Reduce on this Dask scheduler (tcp://host:8786), or on worker processes here (local).",
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Reduce run files to gain thresholds: results.json, also kept in the files; means over several."""
    from qdlab.app.commands.reduce import reduce

    reduce(files, out, choices, dask, again=again, force=force, console=get_console())


@_command
def report(
    files: RunsArgument,
    out: ResultsOption = None,
    choices: ChoicesOption = None,
    force: ForceOption = False,
) -> None:
    """Reduce run files to a report: page, PDF, figures, every number they show; of several, one of all."""
    from qdlab.app.commands.report import report

    report(files, out, choices, force=force, console=get_console())


@_command
def info(file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")]) -> None:
    """Say what a run file holds and how its run ended."""
    from qdlab.app.commands.info import info

    info(file, console=get_console())


@_command
def verify(file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")]) -> None:
    """Check a run file and every record in it; exit code 0 only if all is well."""
    from qdlab.app.commands.verify import verify

    verify(file, console=get_console())


@_command
def note(
    file: Annotated[Path, typer.Argument(help="The file of a run that is over.", metavar="RUN.h5")],
    text: Annotated[str, typer.Argument(help="What should be known of the run.", metavar="TEXT")],
) -> None:
    """Add a line, with the time of now, to the log in a run file; qdlab info shows it."""
    from qdlab.app.commands.note import note

    note(file, text, console=get_console())


@_command
def pack(file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")]) -> None:
    """Compress a run file in place, once every record of the smaller one has been checked."""
    from qdlab.app.commands.pack import pack

    pack(file, console=get_console())


@_command
def recover(
    file: Annotated[Path, typer.Argument(help="A run file in whatever state.", metavar="RUN.h5")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The run file to write (HDF5). [default: RUN-recovered.h5]"),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Save every whole record of a damaged run file into a new one."""
    from qdlab.app.commands.recover import recover

    recover(file, out, force=force, console=get_console())


@_command
def import_(
    file: Annotated[Path, typer.Argument(help="Another program's file.", metavar="FILE")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The run file to write (HDF5).")],
    format_: Annotated[
        str | None, typer.Option("--format", help="Its format, where it is not recognised.")
    ] = None,
    da_unit: Annotated[
        str | None, typer.Option("--da-unit", help="OD, mOD or uOD, if FILE does not say.")
    ] = None,
    time_unit: Annotated[
        str | None, typer.Option("--time-unit", help="fs, ps, ns, us or ms, if FILE does not say.")
    ] = None,
    spectrum_unit: Annotated[
        str | None, typer.Option("--spectrum-unit", help="OD, mOD, uOD or counts, if FILE does not say.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Bring another program's data into a run file."""
    from qdlab.app.commands.import_ import import_
    from qdlab.storage.formats import Units

    units = Units(time_unit, da_unit, spectrum_unit)
    import_(file, out, format_, units, force=force, console=get_console())


@_command
def export(
    file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            help="csv, glotaran-ascii, helios-csv, npz, pascher-sia (KiMoPack), pyglotaran-netcdf, ufs.",
        ),
    ],
    potential: Annotated[
        float | None, typer.Option("--potential", help="In V, if the run has several.")
    ] = None,
    fluence: Annotated[
        float | None, typer.Option("--fluence", help="In photons/cm2, if the run has several.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Give dA of a run, as first seen, to another program."""
    from qdlab.app.commands.export import export

    export(file, out, format_, potential_v=potential, fluence_cm2=fluence, force=force, console=get_console())


@_command
def simulate(
    bench: BenchOption,
    seed: SeedOption = None,
    first_port: Annotated[
        int, typer.Option("--port", min=0, max=65_000, help="First TCP port; 0 takes any free ones.")
    ] = 0,
    pty: Annotated[bool, typer.Option("--pty", help="Serve pseudo-terminals too (not on Windows).")] = False,
) -> None:
    """Serve a bench's simulated instruments on TCP, each as its cable would show it, until Ctrl-C."""
    from qdlab.app.commands.simulate import simulate

    simulate(bench, seed, first_port, pty=pty)


@_command
def bridge(
    instrument: Annotated[Offered, typer.Argument(help="What is offered.", metavar="INSTRUMENT")],
    bench: BenchOption,
    listen: Annotated[
        str,
        typer.Option("--listen", help="Address:port (not loopback: only with a token), or a serial port."),
    ] = "127.0.0.1:5025",
    token: Annotated[
        str,
        typer.Option("--token", envvar="QDLAB_BRIDGE_TOKEN", help="Password that clients must give first."),
    ] = "",
    when_gone: Annotated[
        WhenGone, typer.Option("--when-gone", help="What becomes of the cell when the client disappears.")
    ] = WhenGone.off,
) -> None:
    """Offer a bench's potentiostat as SCPI-like lines over TCP or a serial port, until Ctrl-C."""
    from qdlab.app.commands.bridge import bridge

    bridge(bench, listen, token, when_gone.value, console=get_console())


@_command
def doctor(
    bench: BenchOption,
    recipe: Annotated[
        str | None, typer.Option("--recipe", help="What the bench is wanted for: its delays and limits.")
    ] = None,
) -> None:
    """Examine a bench: what works, what does not, and what to do; exit code 0 only if all is well."""
    from qdlab.app.commands.doctor import doctor

    doctor(bench, recipe, console=get_console())


@_command
def bench(
    folder: Annotated[
        Path, typer.Option("--folder", help="Where files are made and removed again: the disk measured.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Measure little: a look, not a figure.")] = False,
) -> None:
    """Measure what this computer can keep up with, beside the same work done plainly."""
    from qdlab.app.commands.bench import bench

    bench(folder, as_json=as_json, quick=quick, console=get_console())


@_command
def gui(bench: BenchOption = "paper_sim") -> None:
    """Open the window; without a bench, on the simulated laboratory."""
    from qdlab.app.commands.gui import gui

    gui(bench)
