"""What changed between two drafts, as the command line prints it: JSON, and sentences for a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from analyzer.icp.causes import UNEXPLAINED, CauseKind
from analyzer.icp.diff import Diff, Difference, LineChange


def diff_json(diff: Diff) -> dict[str, Any]:
    """As ``icp diff --format json`` prints it: the changed lines, each with before, after, what and why."""
    return {
        "from": diff.before,
        "to": diff.after,
        "made_at": list(diff.made_at),
        "summary": diff.summary,
        "about": list(diff.about),
        "unchanged": len(diff.lines) - len(diff.changed),
        "changes": [_change_json(line) for line in diff.changed],
        "causes": [
            {"kind": cause.kind.value, "sentence": cause.sentence, "about": list(cause.about)}
            for cause in diff.causes.all
        ],
        "gaps": list(diff.causes.gaps),
    }


def _change_json(line: LineChange) -> dict[str, Any]:
    return {
        "section": line.placed.section,
        "heading": line.placed.heading,
        "subject": line.subject,
        "change": line.change.value,
        "before": dict(line.before.line) if line.before else None,
        "after": dict(line.after.line) if line.after else None,
        "what": [{"of": one.of, "sentence": one.sentence, "findings": list(one.ids)} for one in line.differences],
        "why": [{"sentence": why.sentence, "sure": why.is_sure} for why in line.why],
    }


def cause_sentences(diff: Diff) -> Sequence[str]:
    """Every difference of what went in as a sentence of its own; that none was found is said."""
    said = [cause.sentence[0].upper() + cause.sentence[1:] + "." for cause in diff.causes.all]
    if not said and not diff.is_empty:
        said = [UNEXPLAINED[0].upper() + UNEXPLAINED[1:] + "."]
    elif not diff.causes.gaps and [c.kind for c in diff.causes.all] == [CauseKind.TIME]:
        said = [f"Only time has passed: {diff.causes.all[0].sentence}."]
    return said


def why_sentence(line: LineChange) -> str:
    """The sure reasons first, then those that only may be; "" for a line as it was."""
    sure = [why.sentence for why in line.why if why.is_sure]
    maybe = [why.sentence for why in line.why if not why.is_sure and not why.sentence.endswith(UNEXPLAINED)]
    unknown = [why.sentence for why in line.why if why.sentence.endswith(UNEXPLAINED)]
    parts = ["; ".join(sure), f"perhaps: {'; '.join(maybe)}" if maybe else "", *unknown]
    return ". ".join(part[0].upper() + part[1:] for part in parts if part)


def what_sentence(differences: Iterable[Difference]) -> str:
    return "; ".join(one.sentence for one in differences)
