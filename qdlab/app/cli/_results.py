"""Commands that reduce run files to results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._base import ChoicesOption, ForceOption, ResultsOption, RunsArgument, command_of

results = typer.Typer()
_command = command_of(results)


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
    """Reduce run files to gain thresholds.

    The numbers go to results.json and into the files; several files give means over them.
    """
    from qdlab.app.commands.reduce import reduce

    reduce(files, out, choices, dask, again=again, force=force, console=get_console())


@_command
def report(
    files: RunsArgument,
    out: ResultsOption = None,
    choices: ChoicesOption = None,
    force: ForceOption = False,
) -> None:
    """Reduce run files to a report.

    It is a page, a PDF, figures and every number they show; several files make one report.
    """
    from qdlab.app.commands.report import report

    report(files, out, choices, force=force, console=get_console())


@_command
def plqy(
    sample: Annotated[Path, typer.Argument(help="Emission spectra of the sample.", metavar="SAMPLE")],
    reference: Annotated[
        Path, typer.Argument(help="Emission spectra of the reference dye.", metavar="REFERENCE")
    ],
    absorbance: Annotated[
        float, typer.Option("--absorbance", help="Of the sample, at the excitation wavelength.")
    ],
    absorbance_reference: Annotated[
        float, typer.Option("--absorbance-reference", help="Of the reference, at the same wavelength.")
    ],
    window: Annotated[
        tuple[float, float],
        typer.Option("--window", help="Shortest and longest wavelength of the emission, in nm."),
    ],
    absorbance_error: Annotated[
        float, typer.Option("--absorbance-error", help="Standard error of both absorbances.")
    ] = 0.001,
    index: Annotated[
        float, typer.Option("--index", help="Refractive index of the sample's solvent (hexane: 1.377).")
    ] = 1.377,
    index_reference: Annotated[
        float, typer.Option("--index-reference", help="Of the reference's solvent (ethanol: 1.363).")
    ] = 1.363,
    plqy_reference: Annotated[
        float, typer.Option("--plqy-reference", help="Quantum yield of the reference (rhodamine 101: 0.95).")
    ] = 0.95,
    plqy_reference_error: Annotated[
        float, typer.Option("--plqy-reference-error", help="Its standard error.")
    ] = 0.0,
) -> None:
    """Compare a sample's emission with a reference dye: its PLQY.

    Both are measured with the same excitation, slits and exposure. The window shows the background at both
    ends. Several spectra in a file are repeats; their scatter is part of the error.
    """
    from qdlab.app.commands.plqy import plqy

    plqy(
        (sample, reference),
        (absorbance, absorbance_reference),
        absorbance_error,
        (index, index_reference),
        window,
        (plqy_reference, plqy_reference_error),
        console=get_console(),
    )
