"""Words of a text with their places, made comparable: what the evidence rules compare instead of characters.

A caller gains tokens that are equal where two spellings are the same words (case, curly or straight quotes, composed or
decomposed accents, no-break and zero-width characters, hyphens, "weren't" and "were not"), each with the offsets of the
word it came from, so that a match always leads back to the source's own characters.

What this cannot see: "'s" after a noun may be a possessive, "is" or "has"; "like" without commas may be a filler or a
verb and is then kept; languages written without spaces are compared character by character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

JOINED, SPACE, PAUSE, STOP = -1, 0, 1, 2
"""What stands before a word: nothing (the same written word), white space, a comma or dash, the end of a sentence."""


def word_set(words: str) -> frozenset[str]:
    """The words of a list written as running text, which reads better than two hundred quotation marks."""
    return frozenset(words.split())


def word_list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


class Word(NamedTuple):
    """One comparable word. ``start``-``end`` is the written word it belongs to; ``gap`` is what stands before it."""

    norm: str
    start: int
    end: int
    gap: int


_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
# Combining marks are no \w for re; without them a decomposed accent would split its word.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0b3e-\u0bcd"
    "\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3e-\u0d4d\u0e31-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f"
)
_LETTER = rf"[^\W\d_{_CJK}]"
_INNER = rf"(?:[^\W_{_CJK}]|[{_MARKS}{_INVISIBLE}])"
_APOSTROPHE = "['\u2018\u2019\u02bc\u2032\u00b4\uff07]"
_WORD = re.compile(
    rf"\d+(?:[.,:]\d+|{_APOSTROPHE}\d{{3}}(?!\d)|[\u00a0\u2009\u202f]\d{{3}}(?!\d))*{_INNER}*"
    rf"|{_LETTER}{_INNER}*(?:{_APOSTROPHE}{_LETTER}{_INNER}*)*"
    rf"|(?<!\w){_APOSTROPHE}(?:cause|em|til|cos)(?!\w)"
    rf"|[$\u20ac\u00a3\u00a5\u20b9%]|[{_CJK}]",
    re.IGNORECASE,
)
_STRAIGHT = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4", "'"))
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_HYPHENS = frozenset("-\u2010\u2011\u00ad")
_ABBREVIATIONS = word_set("dr mr mrs ms st prof vs inc ltd approx sr jr etc")

_HOSTS = word_set("""it he she that there what who here where how this everything everyone nobody everybody""")
_SUFFIXES = {"'re": "are", "'m": "am", "'ve": "have", "'ll": "will", "'d": "'d"}
_BARE_NEGATIONS = word_set("""do does did is was were are could would should has have had ca wo must need might ai""")
_WHOLE = {"cannot": ("can", "not"), "'cause": ("because",), "'cos": ("because",), "'em": ("them",), "'til": ("until",)}
_STEMS_OF_NOT = {"ca": "can", "wo": "will", "sha": "shall"}


@lru_cache(maxsize=1 << 16)
def _parts(raw: str) -> tuple[str, ...]:
    """The comparable parts of one written word: "Weren't" -> were, not."""
    norm = raw.lower() if raw.isascii() else _fold(raw)
    if norm in _WHOLE:
        return _WHOLE[norm]
    if norm.endswith("n't") and len(norm) > 3:
        return _STEMS_OF_NOT.get(norm[:-3], norm[:-3]), "not"
    if norm.endswith("nt") and norm[:-2] in _BARE_NEGATIONS and norm not in ("want", "wont", "cant"):
        return norm[:-2], "not"
    host, mark, tail = norm.rpartition("'")
    if not host:
        return (norm,) if norm else ()
    if mark + tail in _SUFFIXES:
        return host, _SUFFIXES[mark + tail]
    if tail == "s":
        return host, "is" if host in _HOSTS else "'s"
    return (norm,)


def _fold(raw: str) -> str:
    seen = _UNSEEN.sub("", raw).translate(_STRAIGHT)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return "_".join(folded.translate(_STRAIGHT).split())


@lru_cache(maxsize=4096)
def _gap(between: str) -> int:
    if between == " ":
        return SPACE
    if not between or between in _HYPHENS:
        return JOINED
    rest = re.sub(r"\.{2,}|\u2026", ",", between)
    if re.search(r"[.!?\u3002\uff01\uff1f\u061f]", rest):
        return STOP if any(c.isspace() for c in between) or not between.startswith(".") else SPACE
    if re.search(r"\n\s*\n", rest):
        return STOP
    if _UNSEEN.sub("", rest).isspace() and "\n" not in rest:
        return SPACE
    return SPACE if rest in ("/", "&", " & ", "'", "\u2019") else PAUSE


def split_words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The comparable words of ``text[start:end]``, in order, with offsets into ``text``. Linear in the length."""
    words: list[Word] = []
    stop = len(text) if end is None else end
    at, last = -1, ""
    for found in _WORD.finditer(text, start, stop):
        left, right = found.span()
        parts = _parts(found.group())
        if not parts:
            continue
        gap = STOP if at < 0 else _gap(text[at:left])
        if gap == STOP and last in _ABBREVIATIONS and text[at : at + 1] == ".":
            gap = SPACE
        if (
            gap == JOINED
            and at == left
            and (parts[0] in "$\u20ac\u00a3\u00a5\u20b9%" or last in "$\u20ac\u00a3\u00a5\u20b9%")
        ):
            gap = SPACE
        if gap == JOINED and at == left and (_is_cjk(parts[0]) or _is_cjk(last)):
            gap = SPACE
        words.append(Word(parts[0], left, right, gap))
        for part in parts[1:]:
            words.append(Word(part, left, right, JOINED))
        at, last = right, parts[-1]
    return words


def _is_cjk(norm: str) -> bool:
    return len(norm) == 1 and "\u3040" <= norm <= "\ufaff"


# ---------------------------------------------------------------------------------------------- words that say little

STOP_WORDS = word_set(
    """a an the this that these those i me my mine myself we us our ours ourselves you your yours he him his she her
    hers it its they them their theirs who whom whose which what when where why how there here am is are was were be
    been being do does did done doing have has had having will would shall should can could may might must 'd 's not
    no nor never and or but if then than because as until while of at by for with without about against between into
    through during before after above below to from up down in out on off over under again further once all any both
    each few more most other some such only own same so too very just also even still yet now well really quite like
    yes yeah okay ok oh um uh get got gets getting go goes going gone come comes came gonna thing things stuff
    something anything everything nothing somebody anybody everybody nobody someone anyone everyone one #1 ones lot
    lots kind sort much many way let say says said mean means know right okay sure maybe perhaps actually basically
    hm hmm mm ah der die das den dem des ein eine einen einem und oder aber ist sind war waren wir ich sie er es uns
    nicht kein zu mit von für auf im in an le la les un une des du de et ou mais est sont nous je il elle vous ne
    pas que qui dans pour el los las una y o pero es son nosotros yo no se en por para con"""
)
_DOUBLED = re.compile(r"([bdfgklmnprt])\1$")


_IRREGULAR = dict(
    zip(
        word_list(
            """knew known went gone got saw seen told said made took taken came gave given found left lost paid sent
            kept held bought brought thought ran wrote written broke broken spoke chose drove grew built spent won met
            felt sold fell began quit did done had has was were"""
        ),
        word_list(
            """know know go go get see see tell say make take take come give give find leave lose pay send keep hold
            buy bring think run write write break break speak choose drive grow build spend win meet feel sell fall
            begin quit do do have have be be"""
        ),
        strict=True,
    )
)


@lru_cache(maxsize=1 << 15)
def stem(norm: str) -> str:
    """A rough English stem, so that "worries", "worried" and "worry" compare equal. Only for weighing claims."""
    if len(norm) < 3 or norm[0] == "#":
        return norm
    norm = _IRREGULAR.get(norm, norm)
    if len(norm) < 4:
        return norm
    for ending, least in (
        ("ations", 4),
        ("ation", 4),
        ("ally", 4),
        ("ing", 3),
        ("ied", 2),
        ("ies", 2),
        ("ed", 3),
        ("als", 4),
        ("al", 4),
        ("ly", 3),
        ("es", 3),
        ("s", 3),
    ):
        if norm.endswith(ending) and len(norm) - len(ending) >= least and not norm.endswith("ss"):
            norm = norm[: -len(ending)] + ("i" if ending in ("ied", "ies") else "")
            break
    norm = _DOUBLED.sub(r"\1", norm)
    return norm[:-1] + "i" if norm.endswith("y") else norm.rstrip("e") or norm


def content_stems(words: Sequence[Word]) -> set[str]:
    """The stems of the words that carry meaning, figures left out."""
    return {stem(w.norm) for w in words if w.norm not in STOP_WORDS and w.norm[0] not in "#'" and len(w.norm) > 1}
