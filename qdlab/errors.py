"""The error family: what went wrong, whose fault it is, and the exit code that says so."""


class QdlabError(Exception):
    """Anything qdlab itself reports; raise a subclass, catch this one at the rim."""

    exit_code = 1


class InputError(QdlabError):
    """A person's input is wrong: recipe, bench, path or data file. Raise it before anything is opened."""

    exit_code = 2

    def __init__(self, *problems: str) -> None:
        """Report every problem at once, one line each."""
        super().__init__("\n".join(problems))
        self.problems = problems


class InstrumentError(QdlabError):
    """An instrument failed; raise a subclass when more is known than that it failed."""

    exit_code = 3


class NotConnectedError(InstrumentError):
    """The instrument cannot be reached, or was asked something before open() or after close()."""


class InstrumentTimeoutError(InstrumentError):
    """The instrument did not answer, or did not finish, within the time it was given."""


class BadReplyError(InstrumentError):
    """The instrument answered, but not what its manual says; the raw reply belongs in the message."""


class InstrumentStateError(InstrumentError):
    """We asked for something the instrument cannot do in its present state (our fault, not its)."""


class LimitError(QdlabError):
    """A value outside a limit was asked of an instrument; it was refused before anything was sent."""

    exit_code = 4


class SafetyError(QdlabError):
    """A measured quantity passed a safety limit, so the run was ended."""

    exit_code = 4


class StorageError(QdlabError):
    """The run file could not be made, written or read back as written."""


class StoppedError(QdlabError):
    """The run was ended on request (Ctrl-C, the Stop button); not a failure."""

    exit_code = 130
