"""What holds for every instrument: opened and closed without harm, of no use while closed, safe when told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from qdlab.clock import Clock, WallClock
from qdlab.errors import LimitError, NotConnectedError
from qdlab.instruments import Instrument
from qdlab.limits import Range

Uses = dict[str, Callable[[], object]]
"""Things to do with an instrument, by the words for them."""


class InstrumentContract:
    """The base of all contract suites.

    A subclass whose name begins with Test gives a fixture `instrument`, not yet opened; and a fixture
    `clock` if the instrument does not live on the wall clock.
    """

    protocol: ClassVar[type]

    def uses(self, instrument: Any) -> Uses:
        """Return what must be refused while the instrument is closed."""
        return {"identify": instrument.identify}

    def facts(self, instrument: Any) -> Uses:
        """Return what must be known without opening the instrument."""
        return {"name": lambda: instrument.name}

    @pytest.fixture
    def clock(self) -> Clock:
        """Return the clock the instrument lives on."""
        return WallClock()

    @pytest.fixture
    def opened(self, instrument: Instrument) -> Iterator[Instrument]:
        """Open the instrument; make it safe and close it afterwards."""
        instrument.open()
        yield instrument
        instrument.make_safe()
        instrument.close()

    def test_subclasses_its_protocol(self, instrument: Instrument) -> None:
        """A forgotten method must fail at construction, so the Protocol is subclassed, not imitated."""
        assert self.protocol in type(instrument).__mro__

    def test_knows_its_facts_unopened(self, instrument: Instrument) -> None:
        """A plan is checked before anything is opened."""
        for what, fact in self.facts(instrument).items():
            assert fact() is not None, what

    def test_refuses_use_before_open(self, instrument: Instrument) -> None:
        """Constructing does no I/O, so nothing can be asked yet."""
        refuses_while_closed(instrument, self.uses(instrument))

    def test_refuses_use_after_close(self, instrument: Instrument) -> None:
        """A closed instrument is as good as none."""
        instrument.open()
        instrument.close()
        refuses_while_closed(instrument, self.uses(instrument))

    def test_opens_and_closes_twice(self, instrument: Instrument) -> None:
        """Opening what is open and closing what is closed change nothing; it can be opened again."""
        instrument.close()
        instrument.open()
        instrument.open()
        instrument.close()
        instrument.close()
        instrument.open()
        assert str(instrument.identify())
        instrument.close()

    def test_says_who_it_is(self, opened: Instrument) -> None:
        """The identity goes into the run file."""
        identity = opened.identify()
        assert identity.maker
        assert identity.model

    def test_is_made_safe_twice(self, opened: Instrument) -> None:
        """Making safe what is safe does no harm."""
        opened.make_safe()
        opened.make_safe()
        assert str(opened.identify())


def refuses_while_closed(instrument: Instrument, uses: Uses) -> None:
    """Assert that every use raises NotConnectedError with the instrument's name."""
    for what, use in uses.items():
        with pytest.raises(NotConnectedError) as refused:
            use()
        assert instrument.name in str(refused.value), what


def refuses(act: Callable[[float], object], value: float, limits: Range, name: str) -> None:
    """Assert that a value is refused with LimitError naming instrument, value, limits and unit."""
    with pytest.raises(LimitError) as refused:
        act(value)
    for part in (name, f"{value:g}", f"{limits.low:g}", f"{limits.high:g}", limits.unit):
        assert part in str(refused.value)
