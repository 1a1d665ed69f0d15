"""Who a role is about: the person a sentence names, by name or by place ("my boss", "our CFO Priya")."""

from __future__ import annotations

import re

_NAMED = re.compile(
    r"\b(?:(?:our|my|the|their) )?(?:[A-Z]{2,4}|[Cc]hief \w+ [Oo]fficer|[Hh]ead of [\w ]+?|VP [\w ]+?|[Dd]irector|[Bb]oss|[Oo]wner)?,? ?"
    r"\b(?P<name>(?!I\b|I'|The\b|And\b|But\b|So\b|He\b|She\b|We\b|They\b|It\b|Our\b|My\b|If\b|Then\b|Well\b|Yeah\b|No\b|That\b|There\b"
    r"|Anything\b|Nothing\b|Nobody\b|When\b|You\b|Because\b|Everything\b|Without\b|What\b|Who\b|Legal\b|Finance\b|IT\b)"
    r"[A-Z][a-zà-öø-ÿ'’]+(?: (?!I\b)[A-Z][a-zà-öø-ÿ'’-]+)?)\b"
    r"(?=(?:'s|’s)? (?:holds?|has|had|signs?|signed|owns?|owned|must|can|is|was|wrote|ran|pushed|did|put|asked|said|says|called|in |from |at |would|will|wants?|needs?|got|gets|kept|sat|sent|runs?|decides?|decided|approves?|approved|goes|went|and |who))"
)
_PLACE = re.compile(
    r"\b(?:my boss|our (?:c[efiotmrs]o|board|chair|controller|lawyers?|owners?|director|md|fd|buyers?)|the (?:c[efiotmrs]o|board|owners?|controller|md|fd)"
    r"|legal|procurement|security|infosec|finance|purchasing|head office|[a-z]+'s team)\b",
    re.I,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I'd|I've|I’m|I’d|I’ve|me|my call|mine)\b")


def find_person(words: str, speaker: str) -> str:
    """The name or place of the person the words give a part in the decision, the speaker where they say "I"; else ""."""
    first_person = _FIRST_PERSON.search(words)
    named = _NAMED.search(words)
    if named and (not first_person or named.start() < first_person.start()):
        return named.group("name")
    if first_person and speaker:
        return speaker
    place = _PLACE.search(words)
    return place.group(0) if place else ""
