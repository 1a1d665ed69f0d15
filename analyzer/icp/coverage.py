"""Who has been heard and who has not, how much a further interview still adds, and what to ask next.

Saturation is the number of themes that each further interview brings, in the order they were held: when the last ones
bring next to none, more of the same kind of interview will hardly change the draft (Guest, Bunce & Johnson 2006).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analyzer.icp.apart import part
from analyzer.icp.material import Material
from analyzer.icp.unknowns import NOTHING_READ
from analyzer.records import Document, DocumentKind, Kind, Line, Outcome, Theme

LAST = 3
FEW_NEW = 1.0
"""With fewer new themes an interview than this over the last three, the talk is saturated."""
SHARED_KINDS = (Kind.TRIGGER, Kind.PAIN, Kind.ROLE)
HEARD_ENOUGH = 2
SHOWN_GAPS = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """One interview in the order they were held, with the themes it was the first to bring."""

    document: str
    said_on: date | None
    account: str
    new_themes: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Something nobody was heard about: ``what`` names it, ``ask`` are questions that would close it."""

    area: str
    what: str
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """``saturation`` by interview; ``gaps`` in the order in which closing them helps most.

    Both are of the documents that have been read. ``is_unread`` while there are some and none has been: that is then
    the one gap, and nothing is concluded.
    """

    saturation: tuple[Heard, ...]
    gaps: tuple[Gap, ...]
    is_unread: bool = False

    @property
    def recent(self) -> float | None:
        """New themes an interview over the last three; None with fewer than four."""
        if len(self.saturation) <= LAST:
            return None
        return sum(h.new_themes for h in self.saturation[-LAST:]) / LAST

    @property
    def is_saturated(self) -> bool:
        return self.recent is not None and self.recent < FEW_NEW


def measure_coverage(material: Material) -> Coverage:
    """From what was read of what the study holds now."""
    if material.is_unread:
        return Coverage((), (Gap("reading", f"{NOTHING_READ[0].lower()}{NOTHING_READ[1:-1]}", ()),), is_unread=True)
    interviews = [d for d in material.read if d.kind == DocumentKind.INTERVIEW]
    spoken = part(material)
    gaps = [
        *_outcome_gaps(material, interviews),
        *_role_gaps(material),
        *_segment_gaps(material),
        *_kind_gaps(spoken.counted),
    ]
    # Findings without any theme: an extraction was broken off before they were merged.
    is_merged = bool(material.themes) or not material.findings
    return Coverage(_saturation(interviews, material.themes) if is_merged else (), tuple(gaps))


def _saturation(interviews: Sequence[Document], themes: Sequence[Theme]) -> tuple[Heard, ...]:
    order = sorted(interviews, key=lambda d: (d.said_on or date.max, d.name))
    place = {d.id: i for i, d in enumerate(order)}
    first = Counter(
        min(places)
        for theme in themes
        if theme.kind in SHARED_KINDS
        and (places := [place[f.document_id] for f in theme.findings if f.document_id in place])
    )
    return tuple(Heard(d.name, d.said_on, d.account, first[i]) for i, d in enumerate(order))


# ---------------------------------------------------------------------------------------------------------------- gaps

_OUTCOMES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.WON: (
        "What was going on when you started to look for something like this?",
        "Who had to agree, and what did each of them want to know?",
        "What nearly stopped it?",
    ),
    Outcome.LOST: (
        "What did you end up doing instead, and what tipped it?",
        "When did we fall behind, and with whom?",
        "What would have had to be different?",
    ),
    Outcome.CHURNED: (
        "When did you first think of leaving, and what had happened?",
        "What did you hope to get that did not come?",
        "What do you use now, and who decided that?",
    ),
}
_ROLES = {
    "economic buyer": ("Whose budget does this come out of?", "Who signs at this amount, and what do they ask first?"),
    "champion": ("Who inside would miss it if the project were dropped?", "Who has pushed for it so far?"),
    "technical buyer": ("Who has to pass it: security, IT, data?", "What made them turn something down before?"),
    "procurement or legal": ("Who handles the paper, and how long did it take last time?",),
}
_KINDS = {
    Kind.TRIGGER: ("Why now, and not a year ago?", "What happened in the weeks before you first looked?"),
    Kind.PAIN: ("Tell me about the last time it went wrong. What did it cost?", "Who notices first when it fails?"),
    Kind.ALTERNATIVE: (
        "What else did you look at, and what do you do today?",
        "What have you tried that did not work?",
    ),
    Kind.CRITERION: ("What did it have to do, or you would have walked away?",),
    Kind.OBJECTION: ("What did people inside say against it?",),
    Kind.OUTCOME: ("How will you know in a year that it was worth it? Which number?",),
    Kind.CHANNEL: ("Where did you hear of it, and whom did you ask?",),
    Kind.TOOL: ("Which systems does this touch today?",),
}
_COMPANIES = ("How is this handled at a company like yours?", "What is different from others in your trade?")


def _outcome_gaps(material: Material, interviews: Sequence[Document]) -> list[Gap]:
    heard = {material.outcome_of(material.homes.of[d.id]) or d.outcome for d in interviews}
    sold = {d.outcome for d in material.deals}
    return [
        Gap("outcome", f"no interview with a {outcome.value} account", ask)
        for outcome, ask in _OUTCOMES.items()
        if outcome not in heard and (outcome in sold or outcome != Outcome.CHURNED or not sold)
    ]


def _role_gaps(material: Material) -> list[Gap]:
    unread = {d.account for d in material.documents} - {d.account for d in material.read}
    committees = [c for c in material.committees if c.account not in unread]
    missing = Counter(gap.partition(" heard")[0].removeprefix("No ") for c in committees for gap in c.gaps)
    where = "the one account" if len(committees) == 1 else "{n} of " + f"{len(committees)} accounts"
    return [
        Gap("role", f"no {role} heard at {where.format(n=n)}", _ROLES.get(role, ("Who else has a say?",)))
        for role, n in missing.most_common()
        if n >= HEARD_ENOUGH or n == len(committees)
    ]


def _segment_gaps(material: Material) -> list[Gap]:
    """Industries with many imported accounts, or in the scorecard, of which nobody was heard."""
    industry_of = {a.name: a.industry for a in material.accounts}
    heard = {industry_of.get(name, "").casefold() for name in material.heard}
    counts = Counter(a.industry for a in material.accounts if a.industry)
    wanted = {i.casefold() for i in material.card.industry.fitting}
    missing = [
        (industry, n)
        for industry, n in counts.most_common()
        if industry.casefold() not in heard and (industry.casefold() in wanted or n >= 0.1 * len(material.accounts))
    ]
    return [
        Gap("segment", f"nobody heard in {name} ({n} imported account{'s' * (n != 1)})", _COMPANIES)
        for name, n in missing[:3]
    ]


def _kind_gaps(counted: Material) -> list[Gap]:
    heard: dict[Kind, set[str]] = {}
    for finding in counted.findings:
        heard.setdefault(finding.kind, set()).add(finding.account or finding.document)
    where = "in" if counted.unit == "document" else "at"
    return [
        Gap("topic", f"{_PLURAL[kind]}: heard {where} {'1' if n else 'no'} {counted.unit}", ask)
        for kind, ask in _KINDS.items()
        if (n := len(heard.get(kind, ()))) < HEARD_ENOUGH
    ]


_PLURAL = {
    Kind.TRIGGER: "triggers",
    Kind.PAIN: "pains",
    Kind.ALTERNATIVE: "alternatives",
    Kind.CRITERION: "criteria",
    Kind.OBJECTION: "objections",
    Kind.OUTCOME: "outcomes",
    Kind.CHANNEL: "channels",
    Kind.TOOL: "tools",
}


# --------------------------------------------------------------------------------------------------------------- lines


def coverage_lines(coverage: Coverage) -> tuple[Line, ...]:
    """What is missing, and whether more of the same would help."""
    lines = [Line(f"{gap.what[0].upper()}{gap.what[1:]}.", source="coverage") for gap in coverage.gaps[:SHOWN_GAPS]]
    if (more := len(coverage.gaps) - SHOWN_GAPS) > 0:
        lines.append(Line(f"{more} more such gap{'s' * (more > 1)}: see the interview guide.", source="coverage"))
    recent = coverage.recent
    if recent is not None:
        said = f"The last {LAST} of {len(coverage.saturation)} interviews brought {recent:.1f} new themes each"
        so = "saturated for people of this kind" if coverage.is_saturated else "more interviews still change the draft"
        lines.append(Line(f"{said}: {so}.", source="coverage"))
    return tuple(lines)


def render_guide(coverage: Coverage, product: str) -> str:
    """The next interviews as Markdown: whom to talk to and what to ask, from the gaps. No question leads or pitches.

    While nothing has been read it says that alone: what was said is not known, so nothing is missing yet.
    """
    from analyzer.printing import plain_markdown as md

    out = [f"# What to ask next{' about ' + md(product) if product else ''}", ""]
    if coverage.is_unread:
        return "\n".join([*out, NOTHING_READ, ""])
    people = [g for g in coverage.gaps if g.area in ("outcome", "role", "segment")]
    topics = [g for g in coverage.gaps if g.area == "topic"]
    out += ["## Whom to talk to", ""]
    out += [f"- {md(gap.what[0].upper() + gap.what[1:])}" for gap in people] or ["- Everybody who matters was heard."]
    out += ["", "## Questions", ""]
    for gap in (*people, *topics):
        out += [f"### {md(gap.what[0].upper() + gap.what[1:])}", "", *(f"- {md(question)}" for question in gap.ask), ""]
    if not coverage.gaps:
        out += ["- Tell me about the last time this came up. What happened, and what did you do?", ""]
    out += ["Ask for the last time it happened, not for opinions; let silence work; sell nothing.", ""]
    if coverage.saturation:
        out += ["## What each interview added", ""]
        out += [
            f"- {heard.said_on or 'no date'}, {md(heard.document)}: "
            f"{heard.new_themes} new theme{'s' * (heard.new_themes != 1)}"
            for heard in coverage.saturation
        ]
        out.append("")
    return "\n".join(out)
