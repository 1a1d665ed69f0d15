"""The nouns: frozen, complete records that flow through the steps. Absence is an empty tuple, or None a step decided.

Offsets are counted in characters (Unicode code points) of ``Document.text``; ``text[start:end] == quote`` holds for
every Evidence, Finding and Turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """Who speaks: the customer, our own people (interviewer, seller), or nobody can tell."""

    CUSTOMER = "customer"
    OURS = "ours"
    UNKNOWN = "unknown"


class DocumentKind(StrEnum):
    INTERVIEW = "interview"
    CALL_NOTE = "call_note"
    JOB_POSTING = "job_posting"


class Outcome(StrEnum):
    """How a deal ended; ``churned`` was won and lost later."""

    WON = "won"
    LOST = "lost"
    OPEN = "open"
    CHURNED = "churned"


class Kind(StrEnum):
    """What a finding is about. The codes of each kind stand in ``prompts/codebook.yaml``."""

    TRIGGER = "trigger"
    PAIN = "pain"
    ROLE = "role"
    ALTERNATIVE = "alternative"
    CRITERION = "criterion"
    OBJECTION = "objection"
    OUTCOME = "outcome"
    TOOL = "tool"
    CHANNEL = "channel"


class Reason(StrEnum):
    """Why a claim was refused (DESIGN section 6, rule 3)."""

    NOT_FOUND = "not_found"
    STITCHED = "stitched"
    NEGATION = "negation"
    NUMBER = "number"
    ROLE = "role"
    OUR_SIDE = "our_side"
    HYPOTHETICAL = "hypothetical"
    DENIED = "denied"
    TOO_SHORT = "too_short"
    OFF_CODEBOOK = "off_codebook"
    UNSUPPORTED_CLAIM = "unsupported_claim"
    WITHDRAWN = "withdrawn"


class Status(StrEnum):
    """What a person said of a finding."""

    NEW = "new"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


# --------------------------------------------------------------------------------------------------------- documents


@dataclass(frozen=True, slots=True)
class Guess:
    """Something read between the lines of a file: its value, why, and how sure (0-1)."""

    value: str
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Participant:
    """One speaker of a document. ``name`` is the speaker of its turns ("" where nobody is named).

    ``labels`` are the names the file gives this person where it gives more than one ("dana", "Dana's iPhone").
    """

    name: str
    title: str = ""
    company: str = ""
    side: Side = Side.UNKNOWN
    side_reason: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted words, or one paragraph or bullet of a document nobody speaks in.

    ``document.text[start:end]`` are its words. ``at`` is seconds from the start of the recording, None if unknown.
    """

    number: int
    speaker: str
    side: Side
    start: int
    end: int
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One interview, call note or job posting, as read.

    ``text`` is the canonical text to which all offsets refer (:mod:`analyzer.reading.canonical`); ``digest`` is the
    sha256 of the bytes as added, and names the document; ``guesses`` tells for kind, account and said_on why;
    ``names`` is what a person said of speaker labels. ``copy_of`` is the id of the document that says the same and is
    counted instead ("" for one that counts itself), ``copy_reason`` how it was found, or that a person decided.
    """

    name: str
    digest: str
    kind: DocumentKind
    text: str
    turns: tuple[Turn, ...]
    participants: tuple[Participant, ...] = ()
    title: str = ""
    account: str = ""
    said_on: date | None = None
    outcome: Outcome | None = None
    format: str = ""
    guesses: dict[str, Guess] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    copy_of: str = ""
    copy_reason: str = ""

    @property
    def id(self) -> str:
        """Short stable name made from the content: the same bytes are the same document."""
        return "d" + self.digest[:10]

    def words_of(self, turn: Turn) -> str:
        return self.text[turn.start : turn.end]

    def turn_at(self, offset: int) -> Turn | None:
        """The turn that holds the character at ``offset``."""
        low, high = 0, len(self.turns)
        while low < high:
            middle = (low + high) // 2
            turn = self.turns[middle]
            if offset < turn.start:
                high = middle
            elif offset >= turn.end:
                low = middle + 1
            else:
                return turn
        return None

    def participant(self, name: str) -> Participant:
        return next((p for p in self.participants if p.name == name), Participant(name=name))


# ------------------------------------------------------------------------------------------------- windows and claims


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole turns packed for the index. ``document.text[start:end]`` is what was embedded."""

    document_id: str
    number: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Window:
    """Whole turns packed for one LLM call; ``context`` are the turns before, shown but not to be quoted."""

    document_id: str
    number: int
    turns: tuple[Turn, ...]
    context: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What an extractor says: a statement of one kind and category, and the words it offers as proof.

    ``turns`` are the numbers of the turns it cites (may be empty). ``event_on`` is when a trigger happened, with its
    precision (day, month, quarter, year); ``person`` is who a role is about.
    """

    kind: str
    category: str
    claim: str
    quote: str
    turns: tuple[int, ...] = ()
    intensity: int | None = None
    event_on: date | None = None
    event_precision: str = ""
    person: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote with its place: ``document.text[start:end] == quote``. ``match`` is exact, variant or filler."""

    quote: str
    start: int
    end: int
    turn: int
    match: str


@dataclass(frozen=True, slots=True)
class Maker:
    """What made a finding: extractor (offline, llm), model, prompt name@version#digest, codebook version."""

    extractor: str
    model: str
    prompt: str
    codebook: str

    @property
    def signature(self) -> str:
        """Changes when anything that could change the findings changes; extraction is repeated then, and only then."""
        return "|".join((self.extractor, self.model, self.prompt, self.codebook))


@dataclass(frozen=True, slots=True)
class Coding:
    """What a finding says of its document: the words with their place and speaker, and the code and details given."""

    kind: Kind
    category: str
    claim: str
    quote: str
    start: int
    end: int
    speaker: str
    intensity: int | None = None
    event_on: date | None = None
    event_precision: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim whose evidence held. Carries what is needed to show, filter and count it without further look-ups.

    ``was`` is what the extractor said, where a person set something of it right.
    """

    document_id: str
    document: str
    kind: Kind
    category: str
    claim: str
    quote: str
    start: int
    end: int
    speaker: str
    title: str
    side: Side
    account: str
    said_on: date | None
    maker: Maker
    confidence: float = 1.0
    intensity: int | None = None
    event_on: date | None = None
    event_precision: str = ""
    person: str = ""
    status: Status = Status.NEW
    was: Coding | None = None

    @property
    def id(self) -> str:
        """Stable over re-runs and edits: document, and kind and place as extracted, make the finding."""
        found = self.was or self
        place = f"{self.document_id}|{found.kind}|{found.start}|{found.end}"
        return "f" + hashlib.sha256(place.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class FindingReview:
    """What a person said of a finding, at a moment (UTC, ISO 8601), and why ("" where not said).

    Of an edit, ``before`` and ``after`` are what it changed, by the name of the field, as in the finding's JSON;
    both are empty for one that was only accepted or rejected.
    """

    finding_id: str
    status: Status
    reason: str
    at: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RejectedClaim:
    """A claim whose evidence did not hold, kept with the reason and a sentence that explains it."""

    document_id: str
    document: str
    claim: Claim
    reason: Reason
    detail: str
    speaker: str
    side: Side
    account: str
    said_on: date | None
    maker: Maker

    @property
    def id(self) -> str:
        words = f"{self.document_id}|{self.claim.kind}|{self.claim.quote}|{self.claim.claim}"
        return "r" + hashlib.sha256(words.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Denial:
    """A customer's "no" to a question of ours about what others named: evidence against a line of the draft.

    ``quote`` stands in the document from ``start`` to ``end`` like a finding's; ``question`` is what was asked.
    """

    document_id: str
    document: str
    kind: Kind
    category: str
    question: str
    quote: str
    start: int
    end: int
    speaker: str
    title: str
    side: Side
    account: str
    said_on: date | None

    @property
    def id(self) -> str:
        place = f"{self.document_id}|{self.kind}|{self.start}|{self.end}"
        return "d" + hashlib.sha256(place.encode()).hexdigest()[:10]


# ---------------------------------------------------------------------------------------------------------- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """A company with its firmographics. ``attributes`` keeps every other column of the table as it came.

    ``stage`` is that of its funding ("Series B"), ``funding`` what it raised, ``founded`` a year. Money is as in the
    source; its currency is not converted.
    """

    name: str
    domain: str = ""
    industry: str = ""
    employees: int | None = None
    revenue: float | None = None
    country: str = ""
    tools: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    sub_industry: str = ""
    region: str = ""
    stage: str = ""
    funding: float | None = None
    founded: int | None = None
    business_model: str = ""
    ownership: str = ""


@dataclass(frozen=True, slots=True)
class AccountFact:
    """What one source says of one field of an account, with ``value`` as text ("420", "Series B", "SAP; Excel").

    ``source`` is "table", "person", or the kind of document ("interview"); ``where`` the table's or document's name, or
    the person. Of a document ``quote`` are its words: ``document.text[start:end] == quote``. ``dated_on`` is None where
    nothing tells the day; ``told_at`` is the moment (UTC, ISO 8601) a table or person told it, ``reason`` a person's.
    """

    account: str
    field: str
    value: str
    source: str
    where: str
    dated_on: date | None = None
    told_at: str = ""
    reason: str = ""
    document_id: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal of an account. ``amount`` as in the table (its currency is not converted).

    ``attributes`` are the columns of its row that speak of the deal rather than of the company ("" where the row leaves
    one unknown); ``table`` is the name of the table that tells of it.
    """

    account: str
    outcome: Outcome
    amount: float | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    stage: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    table: str = field(default="", compare=False)

    @property
    def cycle_days(self) -> int | None:
        return (self.closed_on - self.opened_on).days if self.opened_on and self.closed_on else None

    def laid_over(self, account: Account) -> Account:
        """Its account as the deal's own row describes it; what that row leaves unknown is unknown."""
        own = {**account.attributes, **self.attributes}
        return replace(account, attributes=own) if self.attributes else account


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of an account, as a CRM keeps them. ``attributes`` keeps every other column of the table as it came."""

    account: str
    name: str
    title: str = ""
    email: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------------------------------------------------- synthesis


@dataclass(frozen=True, slots=True)
class Theme:
    """Findings of one kind and category that say the same. ``label`` is the most central finding's own words."""

    id: str
    kind: Kind
    category: str
    label: str
    findings: tuple[Finding, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that say it; where it was said at no known account, the documents, which stand for them."""
        named = {f.account for f in self.findings if f.account}
        return tuple(sorted(named or {f.document for f in self.findings}))

    @property
    def of_no_account(self) -> tuple[str, ...]:
        """The documents of no account that say it; they are no accounts, and are shown apart from these."""
        return tuple(sorted({f.document for f in self.findings if not f.account}))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Wording that customers of several accounts share, with the findings it stands in."""

    words: str
    findings: tuple[Finding, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(sorted({f.account or f.document for f in self.findings}))


OTHER_CATEGORY = "other"
"""The category of an imported event whose type no table knows."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an account as an imported table tells it, a row an event.

    ``category`` is a trigger's, or "other" for a type nobody knows; ``against`` names what speaks against buying
    ("layoffs"), "" for what speaks for it. ``precision`` is day, month, quarter or year; a coarser date stands for its
    first day. ``published_on`` is when the source told it; ``origin`` the source or address the row gives. Where the
    row names no account, ``account`` and ``domain`` are empty; where it has no date, ``event_on`` is None.
    """

    account: str
    domain: str
    event_on: date | None
    precision: str
    type: str
    category: str
    description: str
    against: str = ""
    published_on: date | None = None
    origin: str = ""
    table: str = ""
    row: int = 0
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Made from what the row says: the same row in any table is the same event."""
        said = (self.account, self.domain, self.event_on, self.type, self.description, self.published_on, self.origin)
        kept = [f"{key}={value}" for key, value in sorted(self.attributes.items())]
        return "e" + hashlib.sha256("|".join([*map(str, said), *kept]).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Mention:
    """One source that tells of a signal: the words of a finding, a row of imported events, or a job posting.

    ``id`` is that of the finding, event or document; ``place`` the document or table it stands in, ``where`` its name
    for people. ``event_on`` is when it happened, with its precision (as in Event), None where the source does not say.
    """

    id: str
    category: str
    words: str
    said_on: date | None
    event_on: date | None
    precision: str
    place: str
    where: str
    against: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A dated trigger on an account. ``strength`` 0-1 has decayed from ``dated_on`` to ``as_of`` with the half-life.

    ``finding`` is the one whose words show it, None where no document tells it. ``dated_by`` is event, mention or
    unknown; ``precision`` that of an event's date. ``mentioned_on`` is when it was first told. ``sources`` are all who
    tell it. ``against`` names what speaks against buying now. ``summary`` says what was counted, where it was.
    ``warnings`` say why the posting it stands in may be a ghost.
    """

    finding: Finding | None
    dated_on: date | None
    dated_by: str
    age_days: int | None
    half_life_days: int
    strength: float
    warnings: tuple[str, ...] = ()
    sources: tuple[Mention, ...] = ()
    precision: str = ""
    mentioned_on: date | None = None
    against: str = ""
    summary: str = ""

    @property
    def id(self) -> str:
        """That of the finding, event or posting which shows it."""
        return self.finding.id if self.finding else self.sources[0].id

    @property
    def ids(self) -> tuple[str, ...]:
        """Those of everything it rests on: findings, imported events, postings."""
        return tuple(source.id for source in self.sources) or (self.id,)

    @property
    def category(self) -> str:
        return self.finding.category if self.finding else self.sources[0].category

    @property
    def words(self) -> str:
        """A finding's quote, else what was counted, else what the imported event says."""
        return self.finding.quote if self.finding else self.summary or self.sources[0].words

    @property
    def source_count(self) -> int:
        """How many documents and imported events tell it; twice in one document is one source."""
        return len({source.place for source in self.sources}) or 1

    @property
    def reading(self) -> str:
        """Whether it speaks "for" buying now or "against"."""
        return "against" if self.against else "for"

    @property
    def counts(self) -> bool:
        """Whether it may add points: what speaks against does not, nor does an event of unknown type."""
        return not self.against and self.category != OTHER_CATEGORY

    @property
    def is_live(self) -> bool:
        return self.counts and self.strength >= 0.25


@dataclass(frozen=True, slots=True)
class Part:
    """A buying role that somebody plays: told by ``findings``, or presumed by a title alone, which ``because`` says."""

    role: str
    findings: tuple[Finding, ...] = ()
    because: str = ""

    @property
    def is_presumed(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Stance:
    """Whether somebody is "for" or "against" it, or "unknown", with the findings that show it and why.

    Where findings speak both ways, ``is_mixed`` says so, ``findings`` has one of each, and the stance is unknown.
    """

    value: str = "unknown"
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    is_mixed: bool = False


@dataclass(frozen=True, slots=True)
class Influence:
    """How much somebody weighs in the decision: "high", "medium", "low" or "unknown", and why."""

    level: str = "unknown"
    reason: str = ""


NOT_NAMED = "(not named)"
TO_BE_HIRED = "(to be hired)"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an account, or a function nobody named somebody for (``person`` is then "(not named)").

    ``roles`` and ``findings`` are what was told; the most telling finding comes first. ``parts`` has each role with its
    findings, and then those presumed by the title. ``title_source`` says where the title comes from, ``also_called``
    under which other names the person appears.
    """

    person: str
    title: str
    roles: tuple[str, ...]
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...] = ()
    stance: Stance = Stance()
    influence: Influence = Influence()
    title_source: str = ""
    also_called: tuple[str, ...] = ()

    @property
    def presumed_roles(self) -> tuple[str, ...]:
        return tuple(part.role for part in self.parts if part.is_presumed)

    @property
    def label(self) -> str:
        """ "Priya Nair, CFO"; the title or the function alone where nobody is named."""
        is_named = self.person not in (NOT_NAMED, TO_BE_HIRED)
        name = self.person if is_named or not self.title else f"{self.title} {self.person}"
        return f"{name}, {self.title}" if is_named and self.title else name


@dataclass(frozen=True, slots=True)
class MissingRole:
    """A role nobody was heard for. ``presumed`` are people whose title points to it, as they are shown.

    In ``usual_of`` won accounts somebody was heard for it, in ``usual_n`` of them ``usual`` ("the CFO"); "" where too
    few were heard or they have nobody in common.
    """

    role: str
    ask: str
    presumed: tuple[str, ...] = ()
    usual: str = ""
    usual_n: int = 0
    usual_of: int = 0

    @property
    def sentence(self) -> str:
        name = self.role.replace("procurement_legal", "procurement or legal").replace("_", " ")
        presumed = f"; presumed: {' or '.join(self.presumed)}" if self.presumed else ""
        usual = f"; in won deals it was {self.usual} in {self.usual_n} of {self.usual_of}" if self.usual else ""
        return f"No {name} heard{presumed}{usual}: {self.ask}"


@dataclass(frozen=True, slots=True)
class Committee:
    """Who has a part in an account's decision. ``members`` were told of; ``others`` are known, with no part told.

    ``missing`` are the needed roles that nobody was heard for.
    """

    account: str
    members: tuple[Member, ...]
    missing: tuple[MissingRole, ...]
    others: tuple[Member, ...] = ()

    @property
    def gaps(self) -> tuple[str, ...]:
        return tuple(role.sentence for role in self.missing)


# ------------------------------------------------------------------------------------------------------------ scoring


@dataclass(frozen=True, slots=True)
class AttributeScore:
    """Points of one attribute with the reason; ``low``-``high`` differ where the data is unknown."""

    name: str
    points: float
    max: float
    reason: str
    source: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """0-100. ``low``/``high`` bound what the score would be if the unknown attributes were at their worst/best."""

    account: str
    score: float
    low: float
    high: float
    tier: str
    attributes: tuple[AttributeScore, ...]
    disqualified_by: str = ""


@dataclass(frozen=True, slots=True)
class AccountReading:
    """One account as the seller needs it."""

    account: Account
    signals: tuple[Signal, ...]
    committee: Committee
    score: Score
    findings: tuple[Finding, ...]
    heard: bool


# -------------------------------------------------------------------------------------------------------------- draft


class Strength(StrEnum):
    """How much a line carries; the rule stands in ``analyzer.icp.strength``."""

    STRONG = "strong"
    SOME = "some"
    THIN = "thin"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of the draft with what it rests on: n of m accounts, finding ids, or a computed number.

    ``low``-``high`` is the 95 % interval of a rate. ``against`` are findings that speak against the statement,
    ``refuted_by`` says of a hypothesis what would end it.
    """

    statement: str
    n: int | None = None
    m: int | None = None
    evidence: tuple[str, ...] = ()
    source: str = ""
    detail: str = ""
    low: float | None = None
    high: float | None = None
    strength: Strength | None = None
    against: tuple[str, ...] = ()
    refuted_by: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of the ICP. ``evidence`` holds every finding its lines cite, by id.

    ``segment`` names the segment it is of, where there are several; ``is_hypothesis`` while no deal backs it.
    """

    version: int
    made_at: str
    product: str
    definition: Line
    sections: tuple[Section, ...]
    evidence: dict[str, dict[str, Any]]
    basis: dict[str, Any]
    segment: str = ""
    is_hypothesis: bool = False
