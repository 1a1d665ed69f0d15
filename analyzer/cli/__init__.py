"""The command line, ``icp``: parses, calls the study, prints. Exit code 0 done, 1 something refused, 2 wrong use."""

from __future__ import annotations

import io
import sys

from analyzer.cli import (
    accounts,
    changes,
    corrections,
    evaluation,
    events,
    findings,
    guidance,
    measures,
    reports,
    reviews,
    scorecards,
    soundness,
    sources,
)
from analyzer.cli.door import REFUSED, WRONG_USE, app, say
from analyzer.errors import AnalyzerError, ModelError, StudyError, UsageError

__all__ = [
    "accounts",
    "app",
    "changes",
    "corrections",
    "evaluation",
    "events",
    "findings",
    "guidance",
    "main",
    "measures",
    "reports",
    "reviews",
    "scorecards",
    "soundness",
    "sources",
]


def main() -> None:
    """The entry point: errors become sentences on stderr and an exit code."""
    # Quotes hold any character; what the locale cannot show must not stop the output.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(standalone_mode=True)
    except (UsageError, StudyError) as error:
        say(str(error))
        sys.exit(WRONG_USE)
    except ModelError as error:
        say(str(error))
        sys.exit(REFUSED)
    except AnalyzerError as error:
        say(str(error))
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        sys.exit(0)
