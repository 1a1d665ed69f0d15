"""The seller's brief of one account: is it live, why now, whom to call, what to say, what to ask. One screen."""

from __future__ import annotations

from datetime import date
from typing import Any

from analyzer.icp.export import finding_json, score_json
from analyzer.printing import plain_markdown as md
from analyzer.records import AccountReading, Finding, Kind, Mention, Signal

SHOWN = 4


def is_live(reading: AccountReading) -> bool:
    return any(signal.is_live for signal in reading.signals)


def _dated(signal: Signal) -> str:
    if signal.dated_on is None:
        return "no date"
    age = signal.age_days or 0
    ago = "today" if age == 0 else f"{age} days ago" if age > 0 else f"in {-age} days"
    if signal.dated_by != "event":
        return f"{signal.dated_on.isoformat()}, {ago}, when it was said"
    said = signal.mentioned_on.isoformat() if signal.mentioned_on else ""
    told = f", told {said}" if said and signal.mentioned_on != signal.dated_on else ""
    return f"{name_day(signal.dated_on, signal.precision)}, {ago}{told}"


def name_day(day: date, precision: str) -> str:
    """A date as exactly as it is known: 2026-03-04, 2026-03, 2026 Q1 or 2026."""
    if precision == "quarter":
        return f"{day.year} Q{(day.month + 2) // 3}"
    return day.isoformat()[: {"month": 7, "year": 4}.get(precision, 10)]


def say_sources(signal: Signal) -> str:
    """ "2 sources" where several tell it, else ""."""
    return f"{signal.source_count} sources" if signal.source_count > 1 else ""


def _signal_line(signal: Signal) -> str:
    words = f"“{md(signal.words)}”" if signal.finding else md(signal.words)
    if signal.finding and signal.summary:
        words += f" {md(signal.summary)}"
    sources = f" ({say_sources(signal)})" if say_sources(signal) else ""
    elsewhere = [*dict.fromkeys(md(source.where) for source in signal.sources if source.finding is None)]
    more = f" and {len(elsewhere) - SHOWN} more" if len(elsewhere) > SHOWN else ""
    where = f" — {', '.join(elsewhere[:SHOWN])}{more}" if elsewhere else ""
    left = f"; {signal.strength:.0%} left" if signal.counts else ""
    doubts = "".join(f" Careful: {md(warning)}" for warning in signal.warnings)
    name = md(signal.against or signal.category.replace("_", " "))
    return f"- {name}: {words}{where} ({_dated(signal)}{left}){sources} [{', '.join(signal.ids)}]{doubts}"


def render_brief(reading: AccountReading, product: str, as_of: date) -> str:
    """Markdown."""
    score, account = reading.score, reading.account
    out = [f"# {md(account.name)}", ""]
    live = "LIVE" if is_live(reading) else "not live" if reading.heard or reading.signals else "nothing heard yet"
    tier = f"tier {score.tier}" if score.tier in ("1", "2") else f"tier: {score.tier}"
    out.append(f"{live} on {as_of.isoformat()} · score {score.score:.0f} ({score.low:.0f}-{score.high:.0f}) · {tier}")
    if score.disqualified_by:
        out.append(f"Disqualified: {md(score.disqualified_by)}")
    out += ["", "## Why now", ""]
    out += [_signal_line(s) for s in reading.signals if not s.against][:SHOWN] or ["- No trigger heard."]
    against = [s for s in reading.signals if s.against]
    if against:
        out += ["", "## Careful", ""]
        out += [_signal_line(s) for s in against]
    out += ["", f"## Fit: {score.score:.0f} of 100", ""]
    out += [
        f"- {a.name} {f'{a.points:g}' if a.low == a.high else '?'} of {a.max:g}: {md(a.reason)}"
        for a in score.attributes
    ]
    out += ["", "## Whom to call", ""]
    out += [
        f"- {md(m.person)}{', ' + md(m.title) if m.title else ''}: {', '.join(r.replace('_', ' ') for r in m.roles)}"
        f" — “{md(m.findings[0].quote)}” [{m.findings[0].id}]"
        for m in reading.committee.members
    ]
    out += [f"- {md(gap)}" for gap in reading.committee.gaps]
    out += ["", f"## What to say{' about ' + md(product) if product else ''}, in their words", ""]
    out += [
        f"- {md(f.category.replace('_', ' '))}: “{md(f.quote)}” — {md(f.speaker or f.document)} [{f.id}]"
        for f in _words(reading)
    ] or ["- No pain heard."]
    objections = [f for f in reading.findings if f.kind == Kind.OBJECTION][:SHOWN]
    if objections:
        out += ["", "## What they may hold against it", ""]
        out += [f"- {md(f.category)}: “{md(f.quote)}” [{f.id}]" for f in objections]
    told = (m.where for s in reading.signals for m in s.sources if m.finding is None)
    sources = dict.fromkeys((*(f.document for f in reading.findings), *told))
    out += ["", f"Sources: {', '.join(map(md, sources)) or 'none'}", ""]
    return "\n".join(out)


def _words(reading: AccountReading) -> list[Finding]:
    pains = [f for f in reading.findings if f.kind == Kind.PAIN]
    return sorted(pains, key=lambda f: (-(f.intensity or 0), -f.confidence))[:SHOWN]


def _source_json(source: Mention) -> dict[str, Any]:
    return {
        "id": source.id,
        "where": source.where,
        "words": source.words,
        "event_on": source.event_on.isoformat() if source.event_on else None,
        "said_on": source.said_on.isoformat() if source.said_on else None,
    }


def brief_json(reading: AccountReading) -> dict[str, Any]:
    return {
        "account": reading.account.name,
        "live": is_live(reading),
        "score": score_json(reading.score),
        "signals": [
            {
                "finding": s.finding.id if s.finding else None,
                "category": s.category,
                "reading": s.reading,
                "against": s.against,
                "quote": s.finding.quote if s.finding else None,
                "words": s.words,
                "summary": s.summary,
                "dated_on": s.dated_on.isoformat() if s.dated_on else None,
                "dated_by": s.dated_by,
                "precision": s.precision,
                "mentioned_on": s.mentioned_on.isoformat() if s.mentioned_on else None,
                "source_count": s.source_count,
                "sources": [_source_json(m) for m in s.sources],
                "age_days": s.age_days,
                "half_life_days": s.half_life_days,
                "strength": s.strength,
                "warnings": list(s.warnings),
            }
            for s in reading.signals
        ],
        "committee": {
            "members": [
                {"person": m.person, "title": m.title, "roles": list(m.roles), "findings": [f.id for f in m.findings]}
                for m in reading.committee.members
            ],
            "gaps": list(reading.committee.gaps),
        },
        "words": [finding_json(f) for f in _words(reading)],
        "documents": list(dict.fromkeys(f.document for f in reading.findings)),
    }
