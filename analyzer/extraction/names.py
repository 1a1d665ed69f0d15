"""Which words are proper names, told by their capitals alone.

A caller gains a cautious answer without a list of names: a word with a capital within a sentence, never seen without
one. What this cannot see: names in texts without capitals, names that open a sentence and stand nowhere else, and
names in languages that write every noun with a capital (there, only words like "MemberWise" or "PwC" count).
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.extraction.figures import is_figure
from analyzer.extraction.words import STOP, STOP_WORDS, Word, word_set

# Written in capitals by everyone, and true of a team or a trade rather than the name of anything.
_COMMON = word_set(
    """i it hr crm erp api ai ui ux qa kpi kpis roi sla slas rfp rfps po pos pdf csv vpn sso saas b2b b2c smb ceo ok tv
    eu us usa uk gdpr soc iso pr faq icp poc sms url eta etas mr mrs ms dr series english internet web excel black
    god christmas"""
)
_GERMAN = word_set("der die das und ist nicht ein eine wir haben mit für sie wird den dem zu auf")


def names_among(text: str, words: Sequence[Word]) -> frozenset[str]:
    """Names in a whole document: capitalised within a sentence somewhere, in lower case nowhere."""
    inside: set[str] = set()
    lowered: set[str] = set()
    for word in words:
        if not text[word.start].isupper():
            lowered.add(word.norm)
        elif word.gap < STOP:
            inside.add(word.norm)
    return frozenset(n for n in inside - lowered if is_nameable(n) and n not in _COMMON)


def is_nameable(norm: str) -> bool:
    return norm not in STOP_WORDS and not is_figure(norm) and norm[0] != "'"


def names_in_claim(text: str, words: Sequence[Word]) -> list[Word]:
    """The words of one statement that name someone or something, by capitals within it or unusual capitals anywhere."""
    capitals = [w for w in words if text[w.start].isupper()]
    odd_only = len(_GERMAN & {w.norm for w in words}) >= 2 or (len(words) >= 5 and len(capitals) * 2 > len(words))
    found = []
    for i, word in enumerate(words):
        if word not in capitals or not is_nameable(word.norm) or word.norm in _COMMON:
            continue
        written = text[word.start : word.end]
        odd = any(c.isupper() for c in written[1:]) and len(written) > 1
        followed = i + 1 < len(words) and (
            words[i + 1].norm == "'s"
            or (words[i + 1].gap < STOP and words[i + 1] in capitals and words[i + 1].norm not in STOP_WORDS)
        )
        if odd or (not odd_only and (word.gap < STOP or followed)):
            found.append(word)
    return found
