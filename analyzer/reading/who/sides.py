"""Who is the customer and who is ours: stated by the file or the user where it can be, else read from who asks whom.

The order: what the user says of a speaker, the file's own marks (Gong's affiliation, "(External)", a header that names
the interviewer), our people and companies, the label itself ("Interviewer"), and only then the conversation. There
somebody of ours asks, says little, invites stories and sends material; a customer answers at length about "our"
board. Each answer comes with its reason, so that a wrong one can be seen and put right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from analyzer.reading.canonical import RawTurn
from analyzer.reading.who.labels import side_of_role
from analyzer.reading.wordlists import phrases
from analyzer.records import Participant, Side

_THRESHOLD = 0.5
_BESIDE_THE_HOST = 0.2
# A meeting among colleagues also has somebody who asks most: only from this distance between the two who differ most
# is it plain who is who; where somebody sells, whose words tell, from the smaller one.
_PLAIN = 1.9
_PLAIN_IN_A_SALES_CALL = 1.2
_LEAST_TURNS = 3
_NOT_MOST = 0.65
_ENOUGH_PHRASES = 5
_HEARD = 200_000
_MARK = re.compile("[?？؟]")
_WORDS_TO_A_MARK = 800
_SETTLING_TURNS = 3.0
# Who says so much of what sellers say sells, and then asking tells little: buyers ask too.
_SELLS = 2
_FORM_IN_A_SALES_CALL = 0.3


@dataclass(frozen=True, slots=True)
class _Manner:
    """How one speaker talks. Shares are of the whole conversation; ``net`` is how many more questions somebody else
    answers than this speaker answers, in a turn of theirs (-1 to 1)."""

    turns: int
    words: int
    word_share: float
    question_share: float
    net: float
    ours_says: int
    seller_says: int
    customer_says: int
    first: bool

    def form(self) -> float:
        """Who asks and is brief, above 0; who answers at length, below."""
        trust = self.turns / (self.turns + _SETTLING_TURNS)
        length = self.words / max(self.turns, 1)
        asks = 1.6 * self.net + 0.8 * (self.question_share - 0.5)
        brief = 0.6 if length < 18 else 0.0 if length < 35 else -0.6
        return trust * (asks + brief - 1.2 * self.word_share) + 0.25 * self.first

    def phrases(self) -> float:
        """What the speaker says that one side says; a long conversation holds some of everything."""
        said = 0.45 * min(self.ours_says + self.seller_says, _ENOUGH_PHRASES) - 0.4 * min(
            self.customer_says, _ENOUGH_PHRASES
        )
        return said / (1 + 0.02 * self.turns)

    def sounds_like_ours(self) -> bool:
        return self.net > 0 or self.ours_says + self.seller_says > 0

    def sentence(self, side: Side) -> str:
        asks, speaks = _percent(self.question_share), _percent(self.word_share)
        if side is Side.CUSTOMER:
            return f"speaks {speaks} of the words and asks {asks} of the questions, as who is interviewed does"
        times = self.ours_says + self.seller_says
        says = f", and says {times} times what interviewers and sellers say" if times else ""
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


def settle_listed(
    listed: Sequence[Participant],
    stated: Mapping[str, Side],
    our_people: Sequence[str] = (),
    our_companies: Sequence[str] = (),
) -> tuple[Participant, ...]:
    """Those a note lists as taking part, with a side: who stands beside our people and is none is the customer's."""
    people = settle_sides(listed, (), stated, our_people, our_companies)
    if not any(who.side is Side.OURS for who in people):
        return people
    reason = "is listed beside our people"
    return tuple(
        replace(who, side=Side.CUSTOMER, side_reason=reason) if who.side is Side.UNKNOWN else who for who in people
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
    scores = _scores(manners)
    ranked = sorted(open_, key=lambda name: scores[name], reverse=True)
    if not ours_known and not customer_known and not (_is_plain(scores, manners) or _is_interview_of_two(manners)):
        return dict.fromkeys(open_, (Side.UNKNOWN, "nobody clearly asks or is asked; say with --side"))
    # Beside somebody who plainly interviews, a quiet third person is rather the customer's colleague than a host.
    least = max(_THRESHOLD, _BESIDE_THE_HOST * scores[ranked[0]])
    ours = {name for name in ranked if scores[name] > least}
    if not ours and not ours_known:
        ours = {ranked[0]}
    if len(ours) == len(ranked) and not customer_known:
        # Somebody is the customer: whoever sounds least like us.
        ours.discard(ranked[-1])
    sides: dict[str, tuple[Side, str]] = {}
    for name in open_:
        side = Side.OURS if name in ours else Side.CUSTOMER
        sides[name] = (side, manners[name].sentence(side))
        if name not in ours and scores[name] > 0 and manners[name].sounds_like_ours():
            sides[name] = (Side.UNKNOWN, "asks as both sides do; say with --side")
    return sides


def _scores(manners: Mapping[str, _Manner]) -> dict[str, float]:
    """How much each sounds like ours. Weights set by hand on conversations with known sides, not on the gold ones."""
    weight = _FORM_IN_A_SALES_CALL if _is_sold(manners) else 1.0
    return {name: weight * manner.form() + manner.phrases() for name, manner in manners.items()}


def _is_sold(manners: Mapping[str, _Manner]) -> bool:
    return any(manner.seller_says >= _SELLS for manner in manners.values())


def _is_plain(scores: Mapping[str, float], manners: Mapping[str, _Manner]) -> bool:
    """Whether somebody sounds so much more like us than somebody else that this is no talk among colleagues."""
    enough = sum(manner.turns for manner in manners.values()) >= _LEAST_TURNS
    least = _PLAIN_IN_A_SALES_CALL if _is_sold(manners) else _PLAIN
    return enough and max(scores.values()) - min(scores.values()) >= least


def _is_interview_of_two(manners: Mapping[str, _Manner]) -> bool:
    """However short: of two who talk only one asks, and does not say most."""
    if len(manners) != 2:
        return False
    asker = max(manners.values(), key=lambda manner: manner.question_share)
    return asker.question_share == 1.0 and asker.net > 0 and asker.word_share < _NOT_MOST


def _manners(turns: Sequence[RawTurn]) -> dict[str, _Manner]:
    spoken: dict[str, list[str]] = {}
    for turn in turns:
        if turn.speaker:
            spoken.setdefault(turn.speaker, []).append(turn.words)
    words = {name: sum(len(part.split()) for part in parts) for name, parts in spoken.items()}
    asks = _questions(sum(words.values()), turns)
    questions = {name: sum(map(asks, parts)) for name, parts in spoken.items()}
    all_words, all_questions = sum(words.values()) or 1, sum(questions.values()) or 1
    asked, answered = _exchanges(turns, asks)
    heard = {name: _opening(parts) for name, parts in spoken.items()}
    return {
        name: _Manner(
            turns=len(parts),
            words=words[name],
            word_share=words[name] / all_words,
            question_share=questions[name] / all_questions,
            net=(asked[name] - answered[name]) / len(parts),
            ours_says=_count("ours_say", heard[name]),
            seller_says=_count("seller_says", heard[name]),
            customer_says=_count("customer_says", heard[name]) + _count("buyer_asks", heard[name]),
            first=number == 0,
        )
        for number, (name, parts) in enumerate(spoken.items())
    }


def _opening(parts: Sequence[str]) -> list[str]:
    """The first hours of what somebody says: enough to know them by, and no more than can be read at once."""
    kept, length = [], 0
    for part in parts:
        kept.append(part[: _HEARD - length])
        length += len(part)
        if length >= _HEARD:
            break
    return kept


def _questions(words: int, turns: Sequence[RawTurn]) -> Callable[[str], int]:
    """What counts the questions in somebody's words: the marks, or where nobody set any, how questions begin."""
    marks = sum(len(_MARK.findall(turn.words)) for turn in turns)
    pattern = _MARK if marks * _WORDS_TO_A_MARK >= words else phrases("question_openings")
    return lambda said: len(pattern.findall(said[:_HEARD]))


def _exchanges(turns: Sequence[RawTurn], asks: Callable[[str], int]) -> tuple[Counter[str], Counter[str]]:
    """How many turns of each ask something that somebody else answers, and how many answer somebody."""
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for turn, reply in pairwise(turns):
        if turn.speaker != reply.speaker and asks(turn.words):
            asked[turn.speaker] += 1
            answered[reply.speaker] += 1
    return asked, answered


def _count(name: str, parts: Sequence[str]) -> int:
    """How often somebody says what one side says, up to where more would not weigh."""
    hits = (hit for part in parts for hit in phrases(name).finditer(part))
    return sum(1 for _ in islice(hits, _ENOUGH_PHRASES))


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
