"""Errors are sentences for the person who can fix them: what happened, where, what to do.

One root, so that the command line and the app catch one thing. Everything below it says who reads it.
"""


class AnalyzerError(Exception):
    """The root. Its text is shown to the user as it is."""


class DocumentError(AnalyzerError):
    """A file could not become a Document. Read by whoever added the file."""

    def __init__(self, file: str, problem: str, remedy: str = "") -> None:
        self.file = file
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{file}: {problem}" + (f" {remedy}" if remedy else ""))


class TableError(AnalyzerError):
    """A table of accounts or deals could not be read."""


class StudyError(AnalyzerError):
    """The study on disk is missing, of another version, or damaged."""


class UsageError(AnalyzerError):
    """The request itself is wrong: an unknown document, option or value. The command line exits with 2."""


class ModelError(AnalyzerError):
    """A language model, or the weights of a local one, could not be used.

    ``tokens`` are those sent and answered all the same: an answer that is of no use is paid for like any other.
    """

    def __init__(self, problem: str, tokens: tuple[int, int] = (0, 0)) -> None:
        self.tokens = tokens
        super().__init__(problem)


class BudgetError(ModelError):
    """The next call would pass the budget; what was done so far is kept."""


class AnswerCutOff(ModelError):  # noqa: N818 - it names what happened to the answer
    """The answer ended before it was complete, or the prompt was too long: a smaller window may do."""


class ModelUnreachable(ModelError):  # noqa: N818
    """The server did not answer, or refused the key: no window will fare better."""
