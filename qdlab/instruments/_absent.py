"""The instrument a bench does not have."""

from __future__ import annotations

from typing import Any, NoReturn

from qdlab.errors import InputError


class Absent:
    """Stands in a bench for a role that nobody fills; touching it says so (InputError).

    A plan is held against the roles that are filled before anything is opened, so a run never gets here.
    """

    def __init__(self, role: str) -> None:
        self._role = role

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise InputError(f"this bench has no {self._role.replace('_', ' ')}: add [instruments.{self._role}]")


def absent(role: str) -> Any:
    """Return what stands for a role that nobody fills."""
    return Absent(role)
