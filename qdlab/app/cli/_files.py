"""Commands that look after run files, and exchange data with other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._base import ForceOption, command_of

files = typer.Typer()
_command = command_of(files)


@_command
def info(file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")]) -> None:
    """Say what a run file holds and how its run ended."""
    from qdlab.app.commands.info import info

    info(file, console=get_console())


@_command
def verify(file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")]) -> None:
    """Check a run file and every record in it.

    Exit code 0 only if all is well.
    """
    from qdlab.app.commands.verify import verify

    verify(file, console=get_console())


@_command
def note(
    file: Annotated[Path, typer.Argument(help="The file of a run that is over.", metavar="RUN.h5")],
    text: Annotated[str, typer.Argument(help="What should be known of the run.", metavar="TEXT")],
) -> None:
    """Add a line to the log in a run file.

    It gets the time of now; qdlab info shows it.
    """
    from qdlab.app.commands.note import note

    note(file, text, console=get_console())


@_command
def pack(file: Annotated[Path, typer.Argument(help="A run file.", metavar="RUN.h5")]) -> None:
    """Compress a run file.

    It takes the old one's place once every record in it has been checked.
    """
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
def crate(
    folder: Annotated[
        Path, typer.Argument(help="A folder with run files and their results.", metavar="FOLDER")
    ],
    title: Annotated[str, typer.Option("--title", help="What the data are called in the repository.")],
    authors: Annotated[
        list[str], typer.Option("--author", help="Who made them; once for each person.", metavar="NAME")
    ],
    licence: Annotated[
        str, typer.Option("--licence", help="SPDX name, such as CC-BY-4.0, or the address of a licence.")
    ],
    force: ForceOption = False,
) -> None:
    """Describe a folder of runs for a data repository (RO-Crate).

    The folder gets one more file, ro-crate-metadata.json: every file with its checksum, every run with its
    sample, instruments, times and software.
    """
    from qdlab.app.commands.crate import crate

    crate(folder, title, authors, licence, force=force, console=get_console())
