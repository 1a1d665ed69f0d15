"""The seller's brief of one account: is it live, why now, whom to call, what to say, what to ask. One screen."""

from __future__ import annotations

from datetime import date
from typing import Any

from analyzer.icp.export import finding_json, score_json
from analyzer.printing import plain_markdown as md
from analyzer.records import AccountReading, Finding, Kind, Signal

SHOWN = 4


def is_live(reading: AccountReading) -> bool:
    return any(signal.is_live for signal in reading.signals)


def _dated(signal: Signal) -> str:
    if signal.dated_on is None:
        return "no date"
    age = signal.age_days or 0
    ago = "today" if age == 0 else f"{age} days ago" if age > 0 else f"in {-age} days"
    how = "" if signal.dated_by == "event" else ", when it was said"
    return f"{signal.dated_on.isoformat()}, {ago}{how}"


def render_brief(reading: AccountReading, product: str, as_of: date) -> str:
    """Markdown."""
    score, account = reading.score, reading.account
    out = [f"# {md(account.name)}", ""]
    live = "LIVE" if is_live(reading) else "not live" if reading.heard else "nothing heard yet"
    tier = f"tier {score.tier}" if score.tier in ("1", "2") else f"tier: {score.tier}"
    out.append(f"{live} on {as_of.isoformat()} · score {score.score:.0f} ({score.low:.0f}-{score.high:.0f}) · {tier}")
    if score.disqualified_by:
        out.append(f"Disqualified: {md(score.disqualified_by)}")
    out += ["", "## Why now", ""]
    out += [
        f"- {md(s.finding.category.replace('_', ' '))}: “{md(s.finding.quote)}”"
        f" ({_dated(s)}; {s.strength:.0%} left) [{s.finding.id}]{''.join(f' Careful: {md(w)}' for w in s.warnings)}"
        for s in reading.signals[:SHOWN]
    ] or ["- No trigger heard."]
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
    sources = dict.fromkeys(f.document for f in reading.findings)
    out += ["", f"Sources: {', '.join(map(md, sources)) or 'none'}", ""]
    return "\n".join(out)


def _words(reading: AccountReading) -> list[Finding]:
    pains = [f for f in reading.findings if f.kind == Kind.PAIN]
    return sorted(pains, key=lambda f: (-(f.intensity or 0), -f.confidence))[:SHOWN]


def brief_json(reading: AccountReading) -> dict[str, Any]:
    return {
        "account": reading.account.name,
        "live": is_live(reading),
        "score": score_json(reading.score),
        "signals": [
            {
                "finding": s.finding.id,
                "category": s.finding.category,
                "quote": s.finding.quote,
                "dated_on": s.dated_on.isoformat() if s.dated_on else None,
                "dated_by": s.dated_by,
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
