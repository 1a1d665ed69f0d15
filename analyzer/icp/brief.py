"""The seller's brief of one account: is it live, why now, whom to call, what to say, what to ask. One screen.

Each part is ranked and the screen is filled part by part, so that of each the best is shown; "+n more" says what is
left out, and the JSON has all of it. A quote is never cut: half a sentence may say the opposite of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from analyzer.icp.export import finding_json, score_json
from analyzer.icp.questions import next_questions
from analyzer.icp.screen import SCREEN, WIDTH, Part, fill_screen, height_of
from analyzer.icp.standing import Standing, standing_json
from analyzer.printing import plain_markdown as md
from analyzer.records import AccountReading, AttributeScore, Finding, Kind, Member, Mention, MissingRole, Score, Signal
from analyzer.scoring.score import is_nothing_known, known_points
from analyzer.synthesis.facts import Settled

SHOWN = 4


def is_live(reading: AccountReading) -> bool:
    return any(signal.is_live for signal in reading.signals)


def rank_pains(reading: AccountReading) -> list[Finding]:
    """What hurts, in their words: the most intense of each person before a second one of anybody."""
    pains = [f for f in reading.findings if f.kind == Kind.PAIN]
    pains.sort(key=lambda f: (-(f.intensity or 0), -f.confidence, f.id))
    said: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for pain in pains:
        turns[pain.id] = said[pain.speaker or pain.document]
        said[pain.speaker or pain.document] += 1
    return sorted(pains, key=lambda f: turns[f.id])


def rank_objections(reading: AccountReading) -> list[Finding]:
    objections = (f for f in reading.findings if f.kind == Kind.OBJECTION)
    return sorted(objections, key=lambda f: (-f.confidence, f.id))


# ------------------------------------------------------------------------------------------------------------ signals


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


# ------------------------------------------------------------------------------------------------------------- people


def name_roles(roles: Sequence[str]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles)


def _said(finding: Finding) -> str:
    return f"“{md(finding.quote)}” [{finding.id}]"


def _member_line(member: Member) -> str:
    shown = member.findings[0]
    stance = member.stance.value if member.stance.value != "unknown" else "stance unknown"
    why = [f"[{f.id}]" for f in member.stance.findings[:1] if f.id != shown.id]
    if member.stance.is_mixed:
        stance, why = "stance mixed", [_said(f) for f in member.stance.findings]
    elif member.stance.reason:
        stance += f" ({md(member.stance.reason)})"
    influence = f"{member.influence.level} influence ({md(member.influence.reason)})"
    presumed = f" (presumed: {name_roles(member.presumed_roles)})" if member.presumed_roles else ""
    facts = " · ".join((name_roles(member.roles) + presumed, " ".join((stance, *why)), influence))
    return f"- **{md(member.label)}** · {facts}: {_said(shown)}"


def _other_lines(members: Sequence[Member]) -> list[str]:
    """Those with a presumed part on one line, those with none on another."""
    presumed = [f"{md(m.label)} ({name_roles(m.presumed_roles)}{_leaning(m)})" for m in members if m.parts]
    others = [md(m.label) + _leaning(m) for m in members if not m.parts]
    return [
        f"- {name}: {'; '.join(people[:SHOWN])}{f' +{len(people) - SHOWN} more' if len(people) > SHOWN else ''}"
        for name, people in (("Presumed by title alone", presumed), ("Spoke, with no part told", others))
        if people
    ]


def _leaning(member: Member) -> str:
    if member.stance.value == "unknown":
        return ""
    return f", {member.stance.value} [{', '.join(f.id for f in member.stance.findings[:1])}]"


def _people_lines(reading: AccountReading) -> list[str]:
    committee = reading.committee
    lines = [_member_line(m) for m in committee.members]
    return [*lines[:2], *_other_lines(committee.others), *lines[2:]] or ["- Nobody was heard."]


# ------------------------------------------------------------------------------------------------------------ the page


def _attribute_line(attribute: AttributeScore) -> str:
    known = attribute.low == attribute.high
    points = f"{attribute.points:g}" if known else f"{attribute.low:g}-{attribute.high:g}"
    return f"- {attribute.name} {points} of {attribute.max:g}: {md(attribute.reason)}"


def say_fit(score: Score) -> str:
    """ "82 of 100", or of how many known points where some are not known."""
    known = known_points(score)
    if not known.unknown or score.disqualified_by:
        return f"{score.score:.0f} of 100"
    if not known.of:
        return f"none of {known.unknown:g} points known"
    return f"{known.points:g} of {known.of:g} known points ({known.unknown:g} not known)"


def _score(score: Score) -> str:
    """Where nothing is known there is no number that would mean anything but the range."""
    said = "score unknown" if is_nothing_known(score) else f"score {score.score:.0f}"
    return f"{said} ({score.low:.0f}-{score.high:.0f})"


def render_brief(
    reading: AccountReading,
    product: str,
    as_of: date,
    settled: Sequence[Settled] = (),
    standing: Standing | None = None,
) -> str:
    """Markdown of about 45 lines of 100 characters. Of ``settled`` fields those are shown whose sources disagree;
    ``standing`` is what the account is to us, None where nobody looked."""
    score, account = reading.score, reading.account
    live = "LIVE" if is_live(reading) else "not live" if reading.heard or reading.signals else "nothing heard yet"
    tier = f"tier {score.tier}" if score.tier in ("1", "2") else f"tier: {score.tier}"
    head = [f"# {md(account.name)}"]
    head.append(f"{live} on {as_of.isoformat()} · {_score(score)} · {tier}")
    if standing is not None:
        head += ["", f"{md(standing.sentence)}."]
    if score.disqualified_by:
        head += ["", f"Disqualified: {md(score.disqualified_by)}"]
    fit = [_attribute_line(a) for a in score.attributes]
    why = [_signal_line(s) for s in reading.signals if not s.against] or ["- No trigger heard."]
    pains = [
        f"- {md(f.category.replace('_', ' '))}: {_said(f)} — {md(f.speaker or f.document)}" for f in rank_pains(reading)
    ]
    parts = [
        Part("Why now", why),
        Part(f"Fit: {say_fit(score)}", fit, len(fit)),
        Part("Whom to call", _people_lines(reading), first=4),
        Part(f"What to say{' about ' + md(product) if product else ''}, in their words", pains or ["- No pain heard."]),
    ]
    disagreements = [one.sentence for one in settled if one.against]
    disagreements += [f"{one}." for one in (standing.disagreements if standing else ())]
    careful = [*_careful_lines(reading), *(f"- sources disagree: {md(one)}" for one in disagreements)]
    asks = [f"- {md(q.ask)} ({md(q.because)})" for q in next_questions(reading)]
    parts += [Part("Careful", careful)] if careful else []
    parts += [Part("What to ask next", asks)] if asks else []
    sources = _source_line(reading)
    room = SCREEN - sum(map(height_of, head)) - 1 - height_of(sources)
    return "\n".join((*head, *fill_screen(parts, room), "", sources, ""))


def _careful_lines(reading: AccountReading) -> list[str]:
    """What speaks against: signals, people, objections."""
    people = [m for m in (*reading.committee.members, *reading.committee.others) if m.stance.value == "against"]
    return [
        *(_signal_line(s) for s in reading.signals if s.against),
        *(f"- {md(m.label)} is against it ({md(m.stance.reason)}): {_said(m.stance.findings[0])}" for m in people),
        *(f"- objection, {md(f.category)}: {_said(f)}" for f in rank_objections(reading)),
    ]


def _source_line(reading: AccountReading) -> str:
    told = (m.where for s in reading.signals for m in s.sources if m.finding is None)
    sources = [md(source) for source in dict.fromkeys((*(f.document for f in reading.findings), *told))]
    shown = next(n for n in range(len(sources), -1, -1) if n <= 1 or len(", ".join(sources[:n])) <= 2 * WIDTH - 30)
    more = f" +{len(sources) - shown} more" if shown < len(sources) else ""
    return f"Sources: {', '.join(sources[:shown]) or 'none'}{more}"


# --------------------------------------------------------------------------------------------------------------- JSON


def _source_json(source: Mention) -> dict[str, Any]:
    return {
        "id": source.id,
        "where": source.where,
        "words": source.words,
        "event_on": source.event_on.isoformat() if source.event_on else None,
        "said_on": source.said_on.isoformat() if source.said_on else None,
    }


def _signal_json(signal: Signal) -> dict[str, Any]:
    return {
        "finding": signal.finding.id if signal.finding else None,
        "category": signal.category,
        "reading": signal.reading,
        "against": signal.against,
        "quote": signal.finding.quote if signal.finding else None,
        "words": signal.words,
        "summary": signal.summary,
        "dated_on": signal.dated_on.isoformat() if signal.dated_on else None,
        "dated_by": signal.dated_by,
        "precision": signal.precision,
        "mentioned_on": signal.mentioned_on.isoformat() if signal.mentioned_on else None,
        "source_count": signal.source_count,
        "sources": [_source_json(m) for m in signal.sources],
        "age_days": signal.age_days,
        "half_life_days": signal.half_life_days,
        "strength": signal.strength,
        "warnings": list(signal.warnings),
    }


def _quoted(finding: Finding) -> dict[str, str]:
    return {"finding": finding.id, "quote": finding.quote}


def _member_json(member: Member) -> dict[str, Any]:
    """``roles`` and ``findings`` are what was told; ``presumed`` is true of a part, and of a person with no other."""
    return {
        "person": member.person,
        "title": member.title,
        "roles": list(member.roles),
        "findings": [f.id for f in member.findings],
        "presumed": not member.roles and bool(member.parts),
        "parts": [
            {
                "role": part.role,
                "presumed": part.is_presumed,
                "because": part.because,
                "findings": [f.id for f in part.findings],
            }
            for part in member.parts
        ],
        "stance": {
            "value": member.stance.value,
            "mixed": member.stance.is_mixed,
            "because": member.stance.reason,
            "quotes": [_quoted(f) for f in member.stance.findings],
        },
        "influence": {"level": member.influence.level, "because": member.influence.reason},
        "quote": _quoted(member.findings[0]) if member.findings else None,
        "title_source": member.title_source,
        "also_called": list(member.also_called),
    }


def _missing_json(missing: MissingRole) -> dict[str, Any]:
    usual = {"who": missing.usual, "n": missing.usual_n, "of": missing.usual_of} if missing.usual else None
    return {"role": missing.role, "presumed": list(missing.presumed), "in_won": usual, "gap": missing.sentence}


def brief_json(reading: AccountReading, standing: Standing | None = None) -> dict[str, Any]:
    """All of the brief, in the same order."""
    committee = reading.committee
    return {
        "account": reading.account.name,
        "live": is_live(reading),
        "standing": standing_json(standing) if standing else None,
        "score": score_json(reading.score),
        "signals": [_signal_json(s) for s in reading.signals],
        "committee": {
            "members": [_member_json(m) for m in committee.members],
            "others": [_member_json(m) for m in committee.others],
            "gaps": list(committee.gaps),
            "missing": [_missing_json(m) for m in committee.missing],
        },
        "words": [finding_json(f) for f in rank_pains(reading)],
        "objections": [finding_json(f) for f in rank_objections(reading)],
        "questions": [{"ask": q.ask, "because": q.because} for q in next_questions(reading)],
        "documents": list(dict.fromkeys(f.document for f in reading.findings)),
    }
