"""Commands that say what changed: diff between two drafts, drift over quarters."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.door import AsOfOption, FormatOption, app, open_study, read_day, say
from analyzer.printing import Format, plain_markdown, print_rows, showable

if TYPE_CHECKING:
    from analyzer.icp.diff import Diff

_LINES = ("section", "change", "line", "what", "why")
_QUARTERS = ("quarter", "won of closed", "tiers", "industries", "sizes", "countries", "triggers")
_SHIFTS = ("attribute", "verdict", "index", "by chance up to", "before", "recent")
SHOWN_VALUES = 3
TierWords = {"1": "tier 1", "2": "tier 2", "none": "no tier", "unknown": "unknown"}


@app.command()
def diff(
    a: Annotated[int | None, typer.Argument(help="A version; without it the last but one.", metavar="A")] = None,
    b: Annotated[int | None, typer.Argument(help="Another; without it the newest.", metavar="B")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """What changed between two drafts, line by line, and why."""
    from analyzer.icp.diff_json import cause_sentences, diff_json

    with open_study() as study:
        made = study.diff(a, b)
    if form == Format.JSON:
        _print_json(diff_json(made))
        return
    rows = _diff_rows(made)
    if form in (Format.CSV, Format.JSONL):
        print_rows(rows, _LINES, form, "changes")
        return
    if form == Format.MD:
        sys.stdout.write(_diff_markdown(made, cause_sentences(made)))
        return
    for sentence in (made.summary, *made.about, *cause_sentences(made), *made.causes.gaps):
        print(showable(sentence))
    if rows:
        print_rows(rows, _LINES, form, "changes")


def _diff_rows(made: Diff) -> list[dict[str, Any]]:
    from analyzer.icp.diff_json import what_sentence, why_sentence

    return [
        {
            "section": line.placed.heading,
            "change": line.change.value,
            "line": line.placed.statement,
            "what": what_sentence(line.differences),
            "why": why_sentence(line),
        }
        for line in made.changed
    ]


def _diff_markdown(made: Diff, causes: Sequence[str]) -> str:
    out = [f"# {plain_markdown(made.summary)}", ""]
    out += [plain_markdown(sentence) for sentence in made.about]
    if causes or made.causes.gaps:
        out += ["## What went in", "", *(f"- {plain_markdown(s)}" for s in (*causes, *made.causes.gaps)), ""]
    heading = ""
    for row in _diff_rows(made):
        if row["section"] != heading:
            heading = row["section"]
            out += ["", f"## {plain_markdown(heading)}", ""]
        said = "".join(f"\n  - {name}: {plain_markdown(row[name])}" for name in ("what", "why") if row[name])
        out.append(f"- **{row['change']}** {plain_markdown(row['line'])}{said}")
    return "\n".join(out).rstrip() + "\n"


@app.command()
def drift(
    as_of: AsOfOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """How won accounts, triggers and win rates change over quarters, what emerges, and whether a review is due."""
    from analyzer.scoring.drift_json import drift_json

    day = read_day(as_of)
    with open_study() as study:
        content = drift_json(study.drift(day))
    if form == Format.JSON:
        _print_json(content)
        return
    for warning in content["warnings"]:
        say(f"note: {warning}")
    if form in (Format.CSV, Format.JSONL):
        print_rows([_flat(one) for one in content["quarters"]], (), form, "quarters")
        return
    print_rows([_quarter_row(one) for one in content["quarters"]], _QUARTERS, form, "quarters")
    print()
    print_rows([_shift_row(one) for one in content["psi"]], _SHIFTS, form, "mixes compared")
    print()
    for sentence in (*_compared(content), *(one["sentence"] for one in content["emerging"]), *_review(content)):
        print(f"- {plain_markdown(sentence)}" if form == Format.MD else showable(sentence))


def _quarter_row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "quarter": one["quarter"],
        "won of closed": f"{one['won']} of {one['won'] + one['lost']}"
        + (f", {one['churned']} churned" if one["churned"] else ""),
        "tiers": "; ".join(_tier_words(t) for t in one["tiers"]),
        "industries": _top(one["mix"]["industry"]),
        "sizes": _top(one["mix"]["size"]),
        "countries": _top(one["mix"]["country"]),
        "triggers": _top(one["triggers"]) + (f" (of {one['heard']} heard)" if one["heard"] else ""),
    }


def _tier_words(t: Mapping[str, Any]) -> str:
    return f"{TierWords[t['tier']]} {t['won']} of {t['n']} ({t['low']:.0%}-{t['high']:.0%})"


def _top(counts: Mapping[str, int]) -> str:
    """The most frequent few, and how many others there are."""
    first = list(counts.items())[:SHOWN_VALUES]
    more = sum(counts.values()) - sum(n for _, n in first)
    said = [f"{value.replace('_', ' ') or 'unknown'} {n}" for value, n in first] + ([f"others {more}"] if more else [])
    return ", ".join(said)


def _flat(one: Mapping[str, Any]) -> dict[str, Any]:
    """A quarter as one row of plain cells."""
    row = {key: one[key] for key in ("quarter", "won", "lost", "churned", "heard")}
    for tier, name in TierWords.items():
        rate = next((t for t in one["tiers"] if t["tier"] == tier), None)
        for key in ("won", "n", "low", "high"):
            row[f"{name} {key}"] = rate[key] if rate else (0 if key in ("won", "n") else None)
    return {**row, **one["mix"], "triggers": one["triggers"]}


def _shift_row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "attribute": one["attribute"],
        "verdict": one["verdict"],
        "index": "" if one["psi"] is None else f"{one['psi']:.2f}",
        "by chance up to": "" if one["chance"] is None else f"{one['chance']:.2f}",
        "before": f"{one['n_before']}: {_top(one['before'])}",
        "recent": f"{one['n_recent']}: {_top(one['recent'])}",
    }


def _compared(content: Mapping[str, Any]) -> list[str]:
    before, recent = (content["compared"][side] for side in ("before", "recent"))
    if not before:
        return ["There are no two times to compare yet."]
    return [f"Compared: {recent[0]} to {recent[-1]} with {before[0]} to {before[-1]}."]


def _review(content: Mapping[str, Any]) -> list[str]:
    review = content["review"]
    if review["due"]:
        return [f"A review is due since {review['on']}.", *review["why"]]
    if review["on"]:
        return [f"No review is due before {review['on']}."]
    return ["No draft is kept yet, so none is due for a review; `icp draft` keeps one."]


def _print_json(content: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
