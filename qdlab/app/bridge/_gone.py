"""What becomes of the cell when the client is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from qdlab.errors import QdlabError
from qdlab.instruments import Potentiostat

WhenGone = Literal["off", "keep"]
Tell = Callable[[str], object]


def leave_cell(potentiostat: Potentiostat, when_gone: WhenGone, tell: Tell) -> None:
    """Bring the cell into the state that was chosen, and tell it; a failure does not end the bridge."""
    if when_gone == "keep":
        return
    try:
        potentiostat.make_safe()
    except QdlabError as error:
        tell(f"{potentiostat.name} could not be made safe: {error}")
    else:
        tell("the cell is off")
