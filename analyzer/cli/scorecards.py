"""The command `icp scorecard`: show it, change it with a reason, list its versions, take a change back."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.door import FormatOption, app, door, open_study, say
from analyzer.errors import UsageError
from analyzer.printing import Format, print_rows, showable

if TYPE_CHECKING:
    from analyzer.scoring.card_edits import Change
    from analyzer.scoring.card_versions import CardVersion
    from analyzer.scoring.scorecard import Scorecard
    from analyzer.study import Study

scorecard_app = typer.Typer(help="The scorecard: rules, weights, kill list, tiers; every change is a version.")
app.add_typer(scorecard_app, name="scorecard")

ReasonOption = Annotated[str, typer.Option(help="Why, in a few words; it is kept with the version.")]
AuthorOption = Annotated[str, typer.Option(help="Who changes it; default $ICP_AUTHOR, else your login name.")]
CardFormatOption = Annotated[str, typer.Option("--format", help="table, json or yaml.")]


@scorecard_app.callback(invoke_without_command=True)
def scorecard(context: typer.Context, form: CardFormatOption = "table") -> None:
    """Show the scorecard; the commands below change it, each change with a reason."""
    if context.invoked_subcommand is None:
        _show(form)


@scorecard_app.command()
def show(form: CardFormatOption = "table") -> None:
    """Show the scorecard as a table, JSON or YAML."""
    _show(form)


def _show(form: str) -> None:
    from analyzer.scoring.scorecard import card_content, card_yaml

    if form not in ("table", "json", "yaml"):
        raise UsageError(f"--format of a scorecard is table, json or yaml, not {form!r}.")
    with open_study() as study:
        card = study.scorecard()
        versions = study.scorecard_versions()
        _tell_doubts(study, card)
    if form == "json":
        sys.stdout.write(json.dumps(card_content(card), indent=2, ensure_ascii=False) + "\n")
    elif form == "yaml":
        sys.stdout.write(card_yaml(card))
    else:
        print_rows(_card_rows(card), ("rule", "points", "what"), Format.TABLE, "rules")
        print(f"Tier 1 from {card.tiers.first:g}, tier 2 from {card.tiers.second:g}, of 100.")
        for kill in _kill_lines(card):
            print(showable(f"Out, whatever it scores: {kill}"))
        if card.red_flags:
            print(showable(f"No points for the tech stack, as red flags of product.yaml: {', '.join(card.red_flags)}."))
        print(showable(f"Where it comes from: {card.origin}."))
        print(showable(_whence(versions[-1]) if versions else "Not kept yet."))


def _whence(version: CardVersion) -> str:
    return f"Version {version.version}, {version.made_at[:10]} ({version.author}): {version.reason}"


@scorecard_app.command("set")
def set_(
    path: Annotated[str, typer.Argument(help="size.high, tiers.first, industry.in+, custom+, kill- ...")],
    value: Annotated[str, typer.Argument(help="As YAML: 800, 'Food; Retail', '{name: ERP, points: 5, tool: SAP}'.")],
    reason: ReasonOption,
    author: AuthorOption = "",
) -> None:
    """Change one value. "+" behind a list adds to it, "-" takes out of it (a rule by its name or number)."""
    from analyzer.scoring.card_edits import set_value

    with open_study() as study:
        card = study.scorecard()
        _change(study, set_value(card, path, value), author, reason)


@scorecard_app.command()
def edit(
    file: Annotated[Path, typer.Argument(help="A YAML file, such as `icp scorecard --format yaml` prints.")],
    reason: ReasonOption,
    author: AuthorOption = "",
) -> None:
    """Take the scorecard in a YAML file; what it leaves out is as by default."""
    with open_study() as study:
        made = study.replace_scorecard(file, whose(author), reason)
        _print_made(study, made)


@scorecard_app.command("versions")
def list_versions(form: FormatOption = Format.TABLE) -> None:
    """Every version with its author, its reason, and what it changed."""
    with open_study() as study:
        if not study.scorecard_versions():
            study.scorecard()
        kept = study.scorecard_versions()
    rows = [
        {
            "version": v.version,
            "made_at": v.made_at,
            "author": v.author,
            "reason": v.reason,
            "restored": v.restored,
            "changes": [str(change) for change in v.changes],
        }
        for v in kept
    ]
    print_rows(rows, ("version", "made_at", "author", "reason", "changes"), form, "versions")


@scorecard_app.command()
def undo(
    reason: Annotated[str, typer.Option(help='Why, in a few words; without it "undone".')] = "",
    author: AuthorOption = "",
    to: Annotated[int | None, typer.Option(help="All changes since this version.")] = None,
) -> None:
    """Take the newest change back: a new version that says what the one before said."""
    with open_study() as study:
        made = study.undo_scorecard(whose(author), reason, to)
        _print_made(study, made)


@scorecard_app.command()
def suggest(
    take: Annotated[bool, typer.Option("--take", help="Set what is suggested; needs --reason.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Only industry, size, tech, geography or weights; as often as needed.")
    ] = None,
    reason: ReasonOption = "",
    author: AuthorOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """What the closed deals suggest now, beside what the scorecard says; nothing is set without --take."""
    from analyzer.scoring.card_edits import changes_between

    if take and not reason.strip():
        raise UsageError("--take changes the scorecard; say why with --reason.")
    with open_study() as study:
        card = study.scorecard()
        suggested, weights = study.suggested_scorecard(only or ())
        print_rows(_change_rows(changes_between(card, suggested)), ("path", "now", "suggested"), form, "suggestions")
        say(f"note: {weights.note}")
        if take:
            _change(study, suggested, author, reason)
        elif form == Format.TABLE:
            print(study.preview_scorecard(suggested).summary)


def whose(named: str) -> str:
    """Who changes something: as said, as set, else whoever is logged in."""
    if named or door.settings.author:
        return named or door.settings.author
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError("Say who changes the scorecard: --author NAME, or set ICP_AUTHOR.") from error


def _change(study: Study, card: Scorecard, author: str, reason: str) -> None:
    preview = study.preview_scorecard(card).summary
    made = study.change_scorecard(card, whose(author), reason)
    _print_made(study, made)
    if made is not None:
        print(preview)


def _print_made(study: Study, made: CardVersion | None) -> None:
    if made is None:
        print("Nothing differs from the newest version; no version was made.")
        return
    if made.restored is not None:
        print(f"It says what version {made.restored} said.")
    for change in made.changes:
        print(showable(str(change)))
    print(showable(_whence(made)))
    _tell_doubts(study, study.scorecard())


def _tell_doubts(study: Study, card: Scorecard) -> None:
    for doubt in (*study.doubt_scorecard(card), *tell_outdated_card(study, card)):
        say(f"note: {doubt}")


def tell_outdated_card(study: Study, card: Scorecard) -> list[str]:
    """A sentence where the card's bands stand for other deals than there are now."""
    from analyzer.scoring.card_origin import tell_outdated

    told = tell_outdated(card, study.store.accounts(), study.store.deals())
    return [told] if told else []


def _change_rows(changes: Sequence[Change]) -> list[dict[str, str]]:
    return [{"path": c.path, "now": c.before, "suggested": c.after} for c in changes]


def _card_rows(card: Scorecard) -> list[dict[str, Any]]:
    from analyzer.scoring.card_edits import spell_rule

    return [{"rule": name, "points": rule.points, "what": spell_rule(rule)} for name, rule in card.rules.items()]


def _kill_lines(card: Scorecard) -> list[str]:
    from analyzer.scoring.card_edits import spell_rule

    return [spell_rule(kill) for kill in card.kill]
