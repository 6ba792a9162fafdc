"""What all experiments share: parameters in groups, a plan, and running without a window or a Worker."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pymeasure.experiment import Parameter, Procedure

from procedures._checks import taken
from procedures._parameters import TextParameter
from qdlab.plan import Lab, MakeScript, Plan, Sample, Step, Stream, too_many_records

CarryOut = Callable[[Callable[[Lab], Plan]], None]
"""Carries out what a `plan` method plans; given by whoever composes bench, file and clock."""

Streams = Mapping[str, Stream]
"""An experiment's streams by name."""


class Group:
    """A block of an experiment: parameters, the streams they make, the steps that fill them.

    Experiments inherit the groups they are made of. `TABLE` names the group's table in a recipe; groups that
    belong together share one.
    """

    TABLE: str

    @classmethod
    def declared(cls) -> dict[str, Parameter]:
        """Return the parameters that this group itself declares, by name and in order."""
        return {name: item for name, item in vars(cls).items() if isinstance(item, Parameter)}

    def contradictions(self) -> Iterator[str]:
        """Yield what in the parameters cannot be meant, whatever the laboratory: `table.name`, and why."""
        yield from ()

    def doubts(self) -> Iterator[str]:
        """Yield what in the parameters is allowed, but rarely meant: `table.key: what will be missing`."""
        yield from ()


class Experiment(Group, Procedure):  # type: ignore[misc]
    """A PyMeasure procedure that declares parameters and turns them into a plan.

    `plan(lab)` needs nothing but the description of a laboratory. `execute()`, which PyMeasure's Worker
    and windows call, hands it to `carry_out`, which must be assigned first.
    """

    TABLE = "run"

    title = TextParameter("Title", default="untitled", description="what this run is for")
    operator = TextParameter("Operator", default="", description="who measures")
    notes = TextParameter(
        "Notes", default="", description="whatever should be known of this run; qdlab note adds to it later"
    )

    carry_out: CarryOut

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a parameter to a value it takes, as a recipe would; ValueError naming it otherwise."""
        parameter = getattr(type(self), name, None)
        if isinstance(parameter, Parameter):
            try:
                value = taken(parameter, value)
            except ValueError as error:
                raise ValueError(f"{name} = {value!r}: {error}") from error
        super().__setattr__(name, value)

    @abstractmethod
    def sample(self) -> Sample:
        """Return what is known of the sample."""

    @abstractmethod
    def streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the streams of this experiment in this laboratory."""

    @abstractmethod
    def steps(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the steps that fill the streams, in order; the most it can come to if a script chooses."""

    def fewest(self, streams: Streams, lab: Lab) -> Iterator[Step]:
        """Yield the least it can come to if a script chooses; nothing if that is not known."""
        yield from ()

    def script(self, streams: Streams, lab: Lab) -> MakeScript | None:
        """Return what chooses the steps as the run goes; None if they are fixed."""
        return None

    def plan(self, lab: Lab) -> Plan:
        """Unroll the parameters into a plan for this laboratory; nothing is opened."""
        streams = {stream.name: stream for stream in self.streams(lab)}
        excess = too_many_records(streams.values())
        return Plan(
            title=self.title,
            procedure=type(self).__name__,
            parameters=self.values(),
            sample=self.sample(),
            streams=tuple(streams.values()),
            # What is refused for its size is not unrolled: that alone could take all memory.
            steps=() if excess else tuple(self.steps(streams, lab)),
            script=None if excess else self.script(streams, lab),
            fewest=tuple if excess else partial(self.fewest, streams, lab),
            contradictions=(*self.contradictions(), *([excess] if excess else [])),
        )

    @classmethod
    def groups(cls) -> dict[str, dict[str, Parameter]]:
        """Return the declared parameters by recipe table and name."""
        tables: dict[str, dict[str, Parameter]] = {}
        for part in reversed(cls.__mro__):
            if issubclass(part, Group) and part is not Group:
                tables.setdefault(part.TABLE, {}).update(part.declared())
        return tables

    def values(self) -> dict[str, dict[str, Any]]:
        """Return every parameter's value in full precision, by recipe table and name."""
        return {
            table: {name: getattr(self, name) for name in names} for table, names in self.groups().items()
        }

    def execute(self) -> None:
        """Carry the experiment out; what PyMeasure calls."""
        self.carry_out(self.plan)
