"""Who is negated: whether a quote was cut out from under its "not", and whether it says the opposite of the claim.

A caller gains two questions answered by rule: does a negation just before a stretch of words govern it, and do claim
and quote put the same predicate once with and once without "not". What this cannot see: irony, double bottoms ("it's
fine, I guess"), and opposites by other words ("cheap" for "expensive").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analyzer.extraction.fillers import ASIDE, CUT, FILLER, REPEATED
from analyzer.extraction.words import PAUSE, SPACE, STOP, STOP_WORDS, Word, stem, word_set

NEGATORS = word_set(
    """not never no nobody nothing none nor neither without hardly barely scarcely rarely seldom nowhere noone non
    cannot nicht kein keine keiner keinen keinem nie niemals niemand nichts ohne pas jamais sans rien aucun aucune
    nunca jamás nadie ninguno ninguna tampoco"""
)
# Words whose loss turns a sentence round as well, or which already hold a negation: with one of them in a clause, a
# missing "not" proves nothing.
_SOFT = word_set(
    """lack lacks lacked lacking fail fails failed failing unable miss missed missing misses stop stops stopped refuse
    refuses refused against short few fewer little less least impossible difficult hard struggle struggles struggled
    prevent prevents prevented block blocks blocked avoid avoids avoided lose loses lost gone empty absent absence
    instead rather until before unless only except but despite though
    although too reject rejected rejects decline declined doubt doubts deny denied denies ruled unclear unknown
    invisible blind zero stuck cannot undocumented dead ended if whether ask asked asks wonder barely
    used formerly"""
)
_WANTING = word_set("need needs needed want wants wanted wish wishes wished")
_OWNING = word_set("have has had having got own owns with there use uses using used exists")
_LIGHT = word_set("big real main major huge biggest key primary actual particularly especially enough everything")
_BREAKERS = word_set(
    """because but so although though while since until unless if when whenever where why how then whereas which yet
    plus"""
)
# "No it could be ..." is an answer that lost its comma.
_AFTER_ANSWER = word_set("i we you they he she it there this that these those in so but the a an not because")
_SUBJECTS = word_set("i we you they he she it there this that these those")
ATTITUDES = word_set(
    """say says said saying think thinks thought thinking believe believes believed call calls called mean means meant
    claim claims claimed guess feel feels felt argue argued suggest suggested suggesting describe described imply
    implied expect expected pretend consider like see seen agree"""
)
_FACTIVES = word_set(
    """realise realised realize realized know knew known notice noticed forget forgot mention mentioned regret mind
    wait help stress overstate emphasize emphasise surprised surprise surprising wonder remember care matter tell"""
)
_AUXILIARIES = word_set(
    """am is are was were be been do does did have has had can could will would shall should may might must"""
)


def is_negator(words: Sequence[Word], i: int, skips: bytes | bytearray = b"") -> bool:
    """Whether word ``i`` negates what follows: no for "No, ...", "not only", "no doubt", "nothing but"."""
    norm = words[i].norm
    if norm not in NEGATORS:
        return False
    k = i + 1
    while k < len(skips) and skips[k] in _SKIPPED and words[k].gap != STOP and norm != "no":
        k += 1
    following = words[k] if k < len(words) else None
    if following is None or following.gap >= (PAUSE if k == i + 1 else STOP):
        # "No, ..." answers; "we did not." has lost what it negates.
        return False
    if norm == "not" and following.norm in ("only", "just", "merely", "simply", "surprisingly", "least"):
        return False
    if norm == "no" and following.norm in (
        "doubt",
        "question",
        "wonder",
        "matter",
        "worries",
        "problem",
        "sooner",
        "less",
    ):
        return False
    if norm == "no" and following.norm in _AFTER_ANSWER:
        return False
    if norm == "not" and i > 0 and words[i - 1].norm in ("why", "if", "or"):
        return False
    return not (norm == "nothing" and following.norm == "but")


# Between commas they do not end a clause: "I don't, you know, have people".
_SKIPPED = (FILLER, ASIDE, REPEATED, CUT)


@dataclass(frozen=True, slots=True)
class Negation:
    """A negation outside the quote that governs it. ``is_denial``: the speaker denies saying or thinking it."""

    word: str
    is_denial: bool


def find_governor(words: Sequence[Word], skips: bytes | bytearray, first: int, last: int) -> Negation | None:
    """The negation that governs ``words[first:last+1]`` from outside, in the same clause; words are one turn's."""
    return _before(words, skips, first) or _after(words, first, last)


def _before(words: Sequence[Word], skips: bytes | bytearray, first: int) -> Negation | None:
    if words[first].norm in _BREAKERS or first == 0 or words[first].gap == STOP:
        return None
    starts_clause = _starts_clause(words, first)
    between: list[str] = []
    at, broken = first - 1, words[first].gap >= PAUSE
    while at >= 0:
        word = words[at]
        if skips[at] in _SKIPPED:
            broken = word.gap == STOP
            at -= 1
            if broken:
                return None
            continue
        if broken or word.norm in _BREAKERS or len(between) > 5:
            return None
        if is_negator(words, at, skips):
            return _judge_governor(words, at, between, starts_clause)
        if word.norm in ("and", "or") and starts_clause:
            return None
        between.append(word.norm)
        broken = word.gap >= PAUSE
        at -= 1
    return None


def _starts_clause(words: Sequence[Word], first: int) -> bool:
    return words[first].norm in _SUBJECTS and words[first].norm not in ("this", "that", "these", "those", "it", "you")


def _judge_governor(words: Sequence[Word], at: int, between: Sequence[str], starts_clause: bool) -> Negation | None:
    held = set(between)
    could = at > 0 and words[at - 1].norm in ("can", "could")
    if could and held & {"believe", "wait", "help", "stress", "overstate", "emphasize", "tell"}:
        return None
    attitude = bool(held & ATTITUDES)
    if held & _FACTIVES and not held & {"if", "whether"}:
        return None
    if starts_clause and between and not attitude and not held & {"sure", "way", "case", "true", "that", "convinced"}:
        return None
    return Negation(words[at].norm, attitude or between == ["that"])


def _after(words: Sequence[Word], first: int, last: int) -> Negation | None:
    """A negation the quote was cut before: "we are | not", or a closing ", no." that takes it all back."""
    if last + 1 >= len(words):
        return None
    following = words[last + 1]
    if following.gap <= SPACE and following.norm in NEGATORS and words[last].norm in _AUXILIARIES:
        return Negation(following.norm, False)
    negated = any(words[k].norm in NEGATORS for k in range(first, last + 1))
    closes = last + 2 >= len(words) or words[last + 2].gap >= PAUSE
    if following.gap == PAUSE and following.norm in ("no", "nope", "nah") and closes and not negated:
        return Negation(following.norm, True)
    return None


# ---------------------------------------------------------------------------------------------------- claim and quote


@dataclass(slots=True)
class Stance:
    """How a text stands to its own words: asserted, negated, or neither (questions, subjects of negations)."""

    asserted: set[str] = field(default_factory=set)
    negated: set[str] = field(default_factory=set)
    neutral: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    owned: set[str] = field(default_factory=set)

    @property
    def stems(self) -> set[str]:
        return self.asserted | self.negated | self.neutral


def read_stance(text: str, words: Sequence[Word], skips: bytes | bytearray, other: Sequence[Word] = ()) -> Stance:
    """What ``words`` of ``text`` assert and negate, clause by clause.

    A "lack" or "short" that stands in ``other`` as well is a word like any other: both sides mean it.
    """
    soft = _SOFT - {word.norm for word in other}
    stance, clause = Stance(), list[int]()
    for i, word in enumerate(words):
        if skips[i] in _SKIPPED:
            continue
        ends = word.gap >= PAUSE or word.norm in _BREAKERS or (word.norm == "and" and _has_subject(words, i))
        if ends and clause:
            _read_clause(words, clause, stance, soft, _is_question(text, words, clause[-1]))
            clause = []
        clause.append(i)
    if clause:
        _read_clause(words, clause, stance, soft, _is_question(text, words, clause[-1]))
    return stance


def _has_subject(words: Sequence[Word], i: int) -> bool:
    return i + 1 < len(words) and words[i + 1].norm in _SUBJECTS


def _is_question(text: str, words: Sequence[Word], last: int) -> bool:
    end = words[last + 1].start if last + 1 < len(words) else words[last].end + 2
    return "?" in text[words[last].end : end]


def _read_clause(
    words: Sequence[Word], clause: Sequence[int], stance: Stance, soft: frozenset[str], is_question: bool
) -> None:
    negators = [i for i in clause if is_negator(words, i)]
    blurs = any(words[i].norm in soft or (words[i].norm in _WANTING and not negators) for i in clause)
    owns = any(words[i].norm in _OWNING for i in clause)
    waiting = has_not = False
    for i in clause:
        norm = words[i].norm
        if i in negators:
            waiting, has_not = True, norm in ("no", "without")
            continue
        # "don't have a CRM", but not "haven't lost one".
        has_not = has_not or (waiting and norm in _OWNING)
        if norm in STOP_WORDS or norm[0] == "'" or norm[0] == "#":
            continue
        name = stem(norm)
        if is_question or (blurs and norm not in _WANTING) or (negators and i < negators[0]) or len(negators) > 2:
            stance.neutral.add(name)
        elif negators:
            stance.negated.add(name)
            if waiting and norm not in ATTITUDES and norm not in _LIGHT:
                stance.heads.add(name)
                stance.owned |= {name} if has_not else set()
                waiting = False
        else:
            stance.asserted.add(name)
            stance.owned |= {name} if owns else set()


def contradicts(claim: Stance, quote: Stance) -> bool:
    """Whether one negates what the other asserts: the first words after a "not" stand in the other without it.

    Cautious on purpose: one must share half of its words with the other, a word that either side also uses the other
    way, or beside "lack", "fail", "need" and the like, decides nothing,
    and "we have no CRM" is denied only by having one.
    """
    shared = claim.stems & quote.stems
    if not shared or len(shared) * 2 < min(len(claim.stems), len(quote.stems)):
        return False
    return _crosses(quote, claim) or _crosses(claim, quote)


def _crosses(denying: Stance, stating: Stance) -> bool:
    heads = denying.heads - denying.asserted - denying.neutral
    crossed = heads & stating.asserted - stating.negated - stating.neutral
    return any(name not in denying.owned or name in stating.owned for name in crossed)
