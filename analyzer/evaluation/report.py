"""An evaluation as plain data, as rows and lines for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from analyzer.evaluation.evaluation import Evaluation
from analyzer.evaluation.measures import DRAWS, LEVEL, SEED, Calibration, Interval
from analyzer.evaluation.mistakes import FalseAlarm, Miss, Mistakes
from analyzer.printing import plain_markdown, showable, to_markdown
from analyzer.records import Document, Turn

COLUMNS = ("kind", "gold", "found", "precision", "recall", "F1", "F1 95 %", "category", "kappa", "AC1")
CALIBRATION_COLUMNS = ("confidence", "n", "mean", "right")
_SENTENCES = "sentences of the customers' turns, short ones joined, long ones cut at clause joints"
# Enough to see what a quote answers and where it is going; JSON has all of it.
_SHOWN_BEFORE, _SHOWN_BESIDE = 160, 200

Shown = Callable[[str], str]
"""Words of documents as they may go to the page at hand."""


# --------------------------------------------------------------------------------------------------------- plain data


def evaluation_json(made: Evaluation) -> dict[str, Any]:
    """First the very shape of ``score.py --json``; then what it does not measure."""
    scores, comparison = made.scores, made.comparison
    return {
        "kinds": {
            kind: {
                "gold": s.counts.marked,
                "found": s.counts.found,
                "precision": s.precision,
                "recall": s.recall,
                "f1": s.f1,
                "category": s.category_share,
            }
            for kind, s in scores.kinds.items()
        },
        "macro_f1": scores.macro_f1,
        "not_byte_equal": len(scores.not_byte_equal),
        "gold_lost_by_reader": len(comparison.lost),
        "our_side": len(scores.our_side),
        "lost_examples": [item.quote[:80] for item in comparison.lost[:5]],
        "documents": len(made.documents),
        "intervals": _intervals_json(made),
        "agreement": {
            "unit": _SENTENCES,
            "kinds": {
                kind: asdict(a) | {"kappa": _rounded(a.kappa), "ac1": _rounded(a.ac1)}
                for kind, a in made.agreement.items()
            },
        },
        "calibration": _calibration_json(made.calibration),
        **({"errors": _mistakes_json(made.mistakes, made.documents)} if made.mistakes else {}),
    }


def _intervals_json(made: Evaluation) -> dict[str, Any] | None:
    intervals = made.intervals
    if intervals is None:
        return None
    return {
        "method": "percentile bootstrap over documents",
        "level": LEVEL,
        "draws": DRAWS,
        "seed": SEED,
        "documents": intervals.documents,
        "f1": {kind: [_rounded(i.low), _rounded(i.high)] for kind, i in intervals.kinds.items()},
        "macro_f1": [_rounded(intervals.macro_f1.low), _rounded(intervals.macro_f1.high)],
    }


def _calibration_json(calibration: Calibration | None) -> dict[str, Any] | None:
    if calibration is None:
        return None
    bins = [
        {
            "from": b.low,
            "to": b.high,
            "n": b.n,
            "mean_confidence": _rounded(b.confidence),
            "share_right": _rounded(b.right),
        }
        for b in calibration.bins
    ]
    return {"n": calibration.n, "brier": _rounded(calibration.brier), "bins": bins}


def _mistakes_json(mistakes: Mistakes, documents: Mapping[str, Document]) -> dict[str, Any]:
    def said(name: str, turn: Turn | None) -> dict[str, str] | None:
        return {"speaker": turn.speaker, "text": documents[name].words_of(turn)} if turn else None

    return {
        "missed": mistakes.missed,
        "misses": [
            {
                "document": (item := m.placed.item).document,
                "kind": item.kind,
                "category": item.category,
                "intensity": item.intensity,
                "quote": item.quote,
                "start": m.placed.start,
                "end": m.placed.end,
                "chance": _rounded(m.chance),
                "found_there": list(m.overlapped),
                "before": said(item.document, m.before),
                "turn": said(item.document, m.turn),
            }
            for m in mistakes.misses
        ],
        "false_alarms_in_all": mistakes.alarms,
        "false_alarms": [
            {
                "id": (f := a.finding).id,
                "document": f.document,
                "kind": f.kind.value,
                "category": f.category,
                "intensity": f.intensity,
                "quote": f.quote,
                "start": f.start,
                "end": f.end,
                "confidence": f.confidence,
                "marked_there": list(a.overlapped),
                "before": said(f.document, a.before),
                "turn": said(f.document, a.turn),
            }
            for a in mistakes.false_alarms
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


# ----------------------------------------------------------------------------------------------------- rows and lines


def kind_rows(made: Evaluation) -> list[dict[str, Any]]:
    """A row for each kind under ``COLUMNS``."""
    rows = []
    for kind, s in made.scores.kinds.items():
        agreement = made.agreement[kind]
        rows.append(
            {
                "kind": kind,
                "gold": s.counts.marked,
                "found": s.counts.found,
                "precision": _figure(s.precision),
                "recall": _figure(s.recall),
                "F1": _figure(s.f1),
                "F1 95 %": _range(made.intervals.kinds[kind]) if made.intervals else "",
                "category": _figure(s.category_share),
                "kappa": _figure(agreement.kappa),
                "AC1": _figure(agreement.ac1),
            }
        )
    return rows


def calibration_rows(calibration: Calibration) -> list[dict[str, Any]]:
    """A row for each bin of confidence that has findings, under ``CALIBRATION_COLUMNS``."""
    return [
        {"confidence": f"{b.low:.1f}-{b.high:.1f}", "n": b.n, "mean": _figure(b.confidence), "right": _figure(b.right)}
        for b in calibration.bins
        if b.n
    ]


def summary_lines(made: Evaluation) -> list[str]:
    """What is not said kind by kind."""
    scores, comparison = made.scores, made.comparison
    between = f" (95 %: {_range(made.intervals.macro_f1)})" if made.intervals else ""
    sentences = next(iter(made.agreement.values())).sentences
    lines = [
        f"Macro-F1 of trigger, pain and role: {scores.macro_f1:.3f}{between}.",
        f"Findings unlike their document's text: {len(scores.not_byte_equal)}. "
        f"Marked quotes the reader lost: {len(comparison.lost)}. Quotes of our own side: {len(scores.our_side)}.",
        f"kappa (Cohen) and AC1 (Gwet): {sentences} {_SENTENCES}.",
    ]
    if made.intervals:
        lines.append(f"Intervals: {DRAWS} draws of {made.intervals.documents} documents, percentiles.")
    lines += [f"Lost: {item.document}: {item.quote[:80]}" for item in comparison.lost[:5]]
    return lines


def calibration_line(calibration: Calibration) -> str:
    return f"Confidence of {calibration.n} findings: Brier score {calibration.brier:.3f}."


def mistake_lines(made: Evaluation) -> Iterator[str]:
    """Misses and false alarms with what stands around them, the words in question between >> and <<."""
    mistakes = made.mistakes
    if mistakes is None:
        return
    yield f"Worst of {mistakes.missed} misses:"
    for miss in mistakes.misses:
        yield f"\n  {_head_of_miss(miss)}"
        yield from (f"    {line}" for line in _context(made, miss, (">>", "<<"), showable))
    yield f"\nSurest of {mistakes.alarms} false alarms:"
    for alarm in mistakes.false_alarms:
        yield f"\n  {_head_of_alarm(alarm)}"
        yield from (f"    {line}" for line in _context(made, alarm, (">>", "<<"), showable))


def render_markdown(made: Evaluation, heading: str) -> str:
    """The whole evaluation as a page."""
    parts = [f"# {plain_markdown(heading)}\n", to_markdown(kind_rows(made), COLUMNS)]
    parts.append("\n".join(f"- {plain_markdown(line)}" for line in summary_lines(made)) + "\n")
    if made.calibration:
        parts.append(f"## Confidence\n\n{calibration_line(made.calibration)}\n")
        parts.append(to_markdown(calibration_rows(made.calibration), CALIBRATION_COLUMNS))
    if made.mistakes:
        parts.append(f"## Misses, the worst of {made.mistakes.missed}\n")
        parts += [_markdown_of(made, miss, _head_of_miss(miss)) for miss in made.mistakes.misses]
        parts.append(f"## False alarms, the surest of {made.mistakes.alarms}\n")
        parts += [_markdown_of(made, alarm, _head_of_alarm(alarm)) for alarm in made.mistakes.false_alarms]
    return "\n".join(parts)


def _markdown_of(made: Evaluation, mistake: Miss | FalseAlarm, head: str) -> str:
    quoted = [f"  > {line}  " for line in _context(made, mistake, ("**", "**"), plain_markdown)]
    return "\n".join([f"- {plain_markdown(head)}", *quoted]) + "\n"


def _head_of_miss(miss: Miss) -> str:
    item = miss.placed.item
    level = f", intensity {item.intensity}" if item.intensity else ""
    chance = f"; the model's highest chance there is {miss.chance:.2f}" if miss.chance is not None else ""
    instead = f"; found there: {', '.join(miss.overlapped)}" if miss.overlapped else ""
    return f"{item.kind} ({item.category or 'no category'}{level}) in {item.document}{chance}{instead}"


def _head_of_alarm(alarm: FalseAlarm) -> str:
    finding = alarm.finding
    instead = f"; marked there: {', '.join(alarm.overlapped)}" if alarm.overlapped else ""
    what = f"{finding.kind.value} ({finding.category}), confidence {finding.confidence:.2f}"
    return f"{what}, in {finding.document}{instead}"


def _context(made: Evaluation, mistake: Miss | FalseAlarm, marks: tuple[str, str], shown: Shown) -> Iterator[str]:
    """The turn before and the turn, cut around the words in question, which stand between the marks."""
    place = mistake.placed if isinstance(mistake, Miss) else mistake.finding
    name = mistake.placed.item.document if isinstance(mistake, Miss) else mistake.finding.document
    document = made.documents.get(name)
    if document is None or mistake.turn is None:
        return
    if mistake.before:
        words = document.words_of(mistake.before)
        yield (
            _speaker(mistake.before, shown)
            + ("..." if len(words) > _SHOWN_BEFORE else "")
            + shown(" ".join(words[-_SHOWN_BEFORE:].split()))
        )
    turn = mistake.turn
    start, end = max(turn.start, place.start - _SHOWN_BESIDE), min(turn.end, place.end + _SHOWN_BESIDE)
    head, quote, tail = (
        _on_one_line(document.text[a:b], shown)
        for a, b in ((start, place.start), (place.start, place.end), (place.end, end))
    )
    opening, closing = "..." * (start > turn.start), "..." * (end < turn.end)
    yield f"{_speaker(turn, shown)}{opening}{head}{marks[0]}{quote}{marks[1]}{tail}{closing}"


def _on_one_line(words: str, shown: Shown) -> str:
    """White space folded, but kept as one blank at either end."""
    return (
        " " * words[:1].isspace()
        + shown(" ".join(words.split()))
        + " " * (words[-1:].isspace() and bool(words.strip()))
    )


def _speaker(turn: Turn, shown: Shown) -> str:
    return f"{shown(turn.speaker)}: " if turn.speaker else ""


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _range(interval: Interval) -> str:
    return f"{interval.low:.2f}-{interval.high:.2f}"
