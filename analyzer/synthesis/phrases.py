"""Phrases: wording that customers of several accounts share, for copy that sounds like them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analyzer.records import Finding, Kind, Phrase

_WORD = re.compile(r"[a-z0-9$£€%]+(?:['’][a-z]+)?", re.I)
_STOP = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have he her him his how i if in is
    it its just like me my no not of off on one or our out she so some that the their them then there they this
    to too up us was we were what when which who will with would you your uh um know mean thing things got get
    it's that's we're we'd i'm i'd they're don't didn't can't there's re ve ll all about into over than last
    next every each one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty
    fifty sixty hundred thousand million dollars euros pounds grand second minute minutes hour hours day days
    week weeks month months quarter year years monday tuesday wednesday thursday friday saturday sunday january
    february march april june july august september october november december half couple more less most much
    many very really
    """.split()
)
KINDS = (Kind.PAIN, Kind.TRIGGER, Kind.OUTCOME, Kind.OBJECTION, Kind.CRITERION)
MAX_WORDS = 6


def find_phrases(findings: Iterable[Finding], least_accounts: int = 2) -> tuple[Phrase, ...]:
    """Phrases of 2-6 words said at ``least_accounts`` accounts or more, most accounts first, then longest.

    A phrase has at least two words that carry meaning and starts and ends with one; a shorter phrase that says nothing
    its longer one does not is left out.
    """
    places: dict[str, dict[str, Finding]] = {}
    for finding in findings:
        if finding.kind in KINDS:
            words = [m.group(0).lower().replace("’", "'") for m in _WORD.finditer(finding.quote)]
            for phrase in _phrases_of(words):
                places.setdefault(phrase, {})[finding.id] = finding
    made = [Phrase(words, tuple(found.values())) for words, found in places.items()]
    shared = [p for p in made if len(p.accounts) >= least_accounts]
    shared.sort(key=lambda p: (-len(p.accounts), -len(p.words.split()), p.words))
    return tuple(p for p in shared if not _is_part_of_another(p, shared))


def _phrases_of(words: list[str]) -> Iterable[str]:
    for start in range(len(words)):
        if words[start] in _STOP:
            continue
        for end in range(start + 2, min(start + MAX_WORDS, len(words)) + 1):
            part = words[start:end]
            if part[-1] not in _STOP and sum(w not in _STOP for w in part) >= 2:
                yield " ".join(part)


def _is_part_of_another(phrase: Phrase, others: list[Phrase]) -> bool:
    ids = {f.id for f in phrase.findings}
    return any(
        other is not phrase and f" {phrase.words} " in f" {other.words} " and ids <= {f.id for f in other.findings}
        for other in others
    )
