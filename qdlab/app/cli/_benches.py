"""Commands that examine a bench, or offer its instruments to other programs."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich import get_console

from qdlab.app.cli._base import BenchOption, SeedOption, command_of

benches = typer.Typer()
_command = command_of(benches)


class Offered(Enum):
    """Instruments that have a bridge."""

    autolab = "autolab"


class WhenGone(Enum):
    """What a bridge does with the cell when its client disappears."""

    off = "off"
    keep = "keep"


@_command
def doctor(
    bench: BenchOption,
    recipe: Annotated[
        str | None, typer.Option("--recipe", help="What the bench is wanted for: its delays and limits.")
    ] = None,
) -> None:
    """Examine a bench: what works, what does not, and what to do.

    Exit code 0 only if all is well.
    """
    from qdlab.app.commands.doctor import doctor

    doctor(bench, recipe, console=get_console())


@_command
def simulate(
    bench: BenchOption,
    seed: SeedOption = None,
    first_port: Annotated[
        int, typer.Option("--port", min=0, max=65_000, help="First TCP port; 0 takes any free ones.")
    ] = 0,
    pty: Annotated[bool, typer.Option("--pty", help="Serve pseudo-terminals too (not on Windows).")] = False,
) -> None:
    """Serve a bench's simulated instruments on TCP.

    Each speaks as on its cable, until Ctrl-C.
    """
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
    """Offer a bench's potentiostat to other computers.

    It speaks SCPI-like lines over TCP or a serial port, until Ctrl-C.
    """
    from qdlab.app.commands.bridge import bridge

    bridge(bench, listen, token, when_gone.value, console=get_console())


@_command
def bench(
    folder: Annotated[
        Path, typer.Option("--folder", help="Where files are made and removed again: the disk measured.")
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Measure little: a look, not a figure.")] = False,
) -> None:
    """Measure what this computer can keep up with.

    Each figure stands beside the same work done plainly, in turn. A ratio with a goal ≥ says how many
    times as fast ours is, one with ≤ how many times as long it takes. Let nothing else run meanwhile.
    """
    from qdlab.app.commands.bench import bench

    bench(folder, as_json=as_json, quick=quick, console=get_console())
