"""What every command goes through: the options before it, the open study, progress, what is said on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from analyzer import __version__
from analyzer.errors import UsageError
from analyzer.printing import Format, showable
from analyzer.records import Kind
from analyzer.settings import Settings

if TYPE_CHECKING:
    from analyzer.study import OnStep, Study

# As a user meets them; a command that is not named here comes last.
_ORDER = (
    "demo init add documents remove sides correct copies accounts events extract sent usage findings rejected themes "
    "phrases search text account hiring score scorecard lift backtest segments "
    "anti draft guide versions diff drift review "
    "eval verify check reindex app"
).split()


class _InOrderOfUse(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(
            super().list_commands(ctx), key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)
        )


app = typer.Typer(cls=_InOrderOfUse, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
accounts_app = typer.Typer(no_args_is_help=True, help="Accounts and deals.")
app.add_typer(accounts_app, name="accounts")

REFUSED, WRONG_USE = 1, 2
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]


class Door:
    """What the options before the command said."""

    settings: Settings
    study: Path


door = Door()


def _version(wanted: bool) -> None:
    if wanted:
        print(f"icp-analyzer {__version__}")
        raise typer.Exit


@app.callback()
def _open_door(
    study: Annotated[Path | None, typer.Option(help="The study's folder; default $ICP_STUDY or ./study.")] = None,
    _wants_version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Interviews and signals in, a draft Ideal Customer Profile out, every line with the words it rests on."""
    door.settings = Settings()
    door.study = study or door.settings.study


@contextmanager
def open_study() -> Iterator[Study]:
    from analyzer.study import Study

    study = Study(door.study, door.settings)
    try:
        yield study
    finally:
        for news in study.scorecard_news:
            say(f"note: {news}")
        study.close()


@contextmanager
def show_progress(what: str) -> Iterator[OnStep]:
    """A bar on stderr while something takes its time; nothing at all when stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda step, done, of: bar.update(task, description=showable(step)[:50], completed=done, total=of or None)


def say(text: str) -> None:
    sys.stderr.write(showable(text) + "\n")


def read_day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no date. Write it as YYYY-MM-DD.") from error


def plain(value: Any) -> Any:
    """Dates as ISO text, everything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


AsOfOption = Annotated[str | None, typer.Option("--as-of", help="As if today were YYYY-MM-DD.")]
KindOption = Annotated[Kind | None, typer.Option(help="Only this kind.")]
AccountOption = Annotated[str, typer.Option(help="Only this account.")]
SinceOption = Annotated[str | None, typer.Option(help="Said on or after YYYY-MM-DD.")]
TopOption = Annotated[int | None, typer.Option(min=1, help="How many at the most.")]
