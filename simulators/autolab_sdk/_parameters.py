"""Commands of a procedure and their parameters: typed, nameless, reached by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


class CommandParameter:
    """One value that keeps its type: a Double takes floats only, an enum its own members only."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    @property
    def ValueAsObject(self) -> Any:
        """Get or set the value."""
        return self._value

    @ValueAsObject.setter
    def ValueAsObject(self, value: Any) -> None:
        if type(value) is not type(self._value):
            raise TypeError(f"{type(value).__name__!r} cannot be converted to {type(self._value).__name__}")
        self._value = value


class NetList(Generic[Item]):
    """A .NET list with names beside it: it can be walked, and asked by name, but not by a Python int."""

    def __init__(self, id_names: Sequence[str], names: Sequence[str], items: Sequence[Item]) -> None:
        self.IdNames = tuple(id_names)
        self.Names = tuple(names)
        self._items = tuple(items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __getitem__(self, name: str) -> Item:
        if not isinstance(name, str):
            raise TypeError("No method matches given arguments for get_Item")
        if name not in self.IdNames:
            raise KeyError(name)
        return self._items[self.IdNames.index(name)]


class Command:
    """One command of a procedure."""

    def __init__(self, *values: Any) -> None:
        blanks = [""] * len(values)
        self.CommandParameters = NetList(blanks, blanks, [CommandParameter(value) for value in values])
        self.Signals: NetList[CommandParameter] = NetList((), (), ())

    @property
    def values(self) -> list[Any]:
        """The parameters' values; no member of the SDK."""
        return [parameter.ValueAsObject for parameter in self.CommandParameters]
