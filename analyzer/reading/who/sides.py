"""Who is the customer and who is ours: stated by the file or the user where it can be, else read from who asks whom.

The order: what the user says of a speaker, the file's own marks (Gong's affiliation, "(External)", a header that names
the interviewer), our people and companies, the label itself ("Interviewer"), and only then the conversation. There
somebody of ours asks, says little, invites stories and sends material; a customer answers at length about "our"
board. Each answer comes with its reason, so that a wrong one can be seen and put right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.reading.canonical import RawTurn
from analyzer.reading.who.labels import side_of_role
from analyzer.reading.wordlists import phrases
from analyzer.records import Participant, Side

_THRESHOLD = 0.3
_BESIDE_THE_HOST = 0.2
# Below this lead of the likeliest asker over the next, nobody can tell: a meeting among colleagues looks like that.
_LEAD = 0.35
_SETTLING_TURNS = 3.0


@dataclass(frozen=True, slots=True)
class _Manner:
    """How one speaker talks. Shares are of the whole conversation; ``rate`` is questions in a turn of theirs."""

    turns: int
    words: int
    questions: int
    word_share: float
    question_share: float
    rate: float
    ours_says: int
    customer_says: int
    first: bool

    @property
    def score(self) -> float:
        """Above 0.3: sounds like ours. Weights set by hand on conversations with known sides, not on the gold ones."""
        trust = self.turns / (self.turns + _SETTLING_TURNS)
        length = self.words / max(self.turns, 1)
        asks = 2.2 * min(self.rate, 1.0) + 0.8 * (self.question_share - 0.5)
        brief = 0.6 if length < 18 else 0.0 if length < 35 else -0.6
        phrases = 0.45 * min(self.ours_says, 5) - 0.3 * min(self.customer_says, 5)
        return trust * (asks + brief - 1.2 * self.word_share) + phrases / (1 + 0.02 * self.turns) + 0.25 * self.first

    def sentence(self, side: Side) -> str:
        asks, speaks = _percent(self.question_share), _percent(self.word_share)
        if side is Side.CUSTOMER:
            return f"speaks {speaks} of the words and asks {asks} of the questions, as who is interviewed does"
        says = f", and says {self.ours_says} times what interviewers and sellers say" if self.ours_says else ""
        return f"asks {asks} of the questions and speaks {speaks} of the words{says}"


def settle_sides(
    speakers: Sequence[Participant],
    turns: Sequence[RawTurn],
    stated: Mapping[str, Side],
    our_people: Sequence[str] = (),
    our_companies: Sequence[str] = (),
) -> tuple[Participant, ...]:
    """The speakers with a side and the reason for it. ``stated`` is what the user says, by name or first name."""
    known = [_known_side(speaker, speakers, stated, our_people, our_companies) for speaker in speakers]
    unknown = [speaker.name for speaker in known if speaker.side is Side.UNKNOWN and speaker.name]
    if not unknown:
        return tuple(known)
    sides = _infer(known, turns)
    return tuple(
        replace(who, side=sides[who.name][0], side_reason=sides[who.name][1]) if who.name in sides else who
        for who in known
    )


def match_name(wanted: str, names: Sequence[str]) -> str:
    """The one of the names that is meant, whatever its case, or by its first name when only one has it; else ""."""
    wanted = " ".join(wanted.casefold().split())
    whole = [name for name in names if name.casefold() == wanted]
    if whole:
        return whole[0]
    first = [name for name in names if name.casefold().split()[:1] == [wanted]]
    return first[0] if len(first) == 1 else ""


def _known_side(
    speaker: Participant,
    speakers: Sequence[Participant],
    stated: Mapping[str, Side],
    our_people: Sequence[str],
    our_companies: Sequence[str],
) -> Participant:
    if not speaker.name:  # words nobody is named for, before the first speaker
        return speaker
    names = [one.name for one in speakers]
    for wanted, side in stated.items():
        if match_name(wanted, names) == speaker.name and side is not Side.UNKNOWN:
            return replace(speaker, side=side, side_reason="you said so")
    if speaker.side is not Side.UNKNOWN:
        return speaker
    if any(match_name(person, names) == speaker.name for person in our_people):
        return replace(speaker, side=Side.OURS, side_reason="is one of our people")
    ours = {company.casefold() for company in our_companies}
    if speaker.company and ours:
        side = Side.OURS if speaker.company.casefold() in ours else Side.CUSTOMER
        return replace(speaker, side=side, side_reason=f"is labelled with the company {speaker.company}")
    side = side_of_role(speaker.name)
    if side is not Side.UNKNOWN:
        return replace(speaker, side=side, side_reason=f'is labelled "{speaker.name}"')
    return speaker


def _infer(speakers: Sequence[Participant], turns: Sequence[RawTurn]) -> dict[str, tuple[Side, str]]:
    manners = _manners(turns)
    open_ = [s.name for s in speakers if s.side is Side.UNKNOWN and s.name in manners]
    ours_known = any(s.side is Side.OURS for s in speakers)
    customer_known = any(s.side is Side.CUSTOMER for s in speakers)
    if not open_:
        return {}
    if len([s for s in speakers if s.name]) < 2:
        return dict.fromkeys(open_, (Side.UNKNOWN, "is the only speaker named; say whose side with --side"))
    ranked = sorted(open_, key=lambda name: manners[name].score, reverse=True)
    # Beside somebody who plainly interviews, a quiet third person is rather the customer's colleague than a host.
    least = max(_THRESHOLD, _BESIDE_THE_HOST * manners[ranked[0]].score)
    ours = {name for name in ranked if manners[name].score > least}
    if not ours and not ours_known:
        lead = manners[ranked[0]].score - (manners[ranked[1]].score if len(ranked) > 1 else -1.0)
        if lead < _LEAD:
            return dict.fromkeys(open_, (Side.UNKNOWN, "nobody clearly asks or is asked; say with --side"))
        ours = {ranked[0]}
    if len(ours) == len(ranked) and not customer_known:
        # Somebody is the customer: whoever sounds least like us.
        ours.discard(ranked[-1])
    sides = {name: Side.OURS if name in ours else Side.CUSTOMER for name in open_}
    return {name: (side, manners[name].sentence(side)) for name, side in sides.items()}


def _manners(turns: Sequence[RawTurn]) -> dict[str, _Manner]:
    spoken: dict[str, list[str]] = {}
    for turn in turns:
        if turn.speaker:
            spoken.setdefault(turn.speaker, []).append(turn.words)
    words = {name: sum(len(part.split()) for part in parts) for name, parts in spoken.items()}
    questions = {name: sum(part.count("?") for part in parts) for name, parts in spoken.items()}
    all_words, all_questions = sum(words.values()) or 1, sum(questions.values()) or 1
    return {
        name: _Manner(
            turns=len(parts),
            words=words[name],
            questions=questions[name],
            word_share=words[name] / all_words,
            question_share=questions[name] / all_questions,
            rate=sum("?" in part for part in parts) / len(parts),
            ours_says=sum(len(phrases("ours_say").findall(part)) for part in parts),
            customer_says=sum(len(phrases("customer_says").findall(part)) for part in parts),
            first=number == 0,
        )
        for number, (name, parts) in enumerate(spoken.items())
    }


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
