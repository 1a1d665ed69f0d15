"""Who a role is about: the person a sentence names, by name or by place ("my boss", "our CFO Priya")."""

from __future__ import annotations

import re

# Words that open a sentence with a capital and are nobody's name.
_NOT_NAMES = (
    "I|The|And|But|So|He|She|We|They|It|Our|My|If|Then|Well|Yeah|No|That|There|Anything|Nothing|Nobody|When|You|Because"
    "|Everything|Without|What|Who|Legal|Finance|IT|For|This|These|Those|Now|Not|Officially|Every|Everybody|Even|Also|Me|Purchasing|Security"
    "|Procurement|Operations|Sales|Marketing|Distribution|Engineering|Ops|Somebody|Someone|Who"
)
_NAME = rf"(?!(?:{_NOT_NAMES})\b)[A-Z][a-zà-öø-ÿ'’]+(?: (?!(?:{_NOT_NAMES})\b)[A-Z][a-zà-öø-ÿ'’-]+)?"
_ACTS = (
    "holds?|has|had|signs?|signed|owns?|owned|must|can|is|was|wrote|ran|pushed|did|put|asked|said|says|called|in|from|at|would"
    "|will|wants?|needs?|gets?|got|kept|sat|sent|runs?|decides?|decided|approves?|approved|goes|went|and|who"
)
_NAMED = re.compile(rf"\b(?P<name>{_NAME})\b(?=(?:['’]s)?,? (?:{_ACTS})\b)")
_TITLES = "c[efiotmrs]o|board|chair|controller|lawyers?|owners?|director|md|fd|buyers?"
_PLACE = re.compile(
    rf"\b(?:my boss|(?:our|the|their) (?:{_TITLES})|legal|procurement|security|infosec|finance|purchasing"
    r"|head office)\b",
    re.I,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’](?:m|d|ve|ll)|me|my call|mine)\b")


def find_person(words: str, speaker: str) -> str:
    """The name or place of the person the words give a part in the decision; the speaker for "I"; else ""."""
    first_person = _FIRST_PERSON.search(words)
    named = _NAMED.search(words)
    if named and (not first_person or named.start() < first_person.start()):
        return named.group("name")
    if first_person and speaker:
        return speaker
    place = _PLACE.search(words)
    return place.group(0) if place else ""
