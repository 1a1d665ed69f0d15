"""The encodings from before Unicode: which of them a text was written in, told by the letters it would then have.

Each encoding is tried, and its text weighed: letters of its languages count for it, and letters nobody writes there
against it, as do capitals in the middle of a word. Right on texts of forty words; a single odd byte is read as Western.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from analyzer.reading.wordlists import words

_SAMPLE = 200_000
_HIGH = re.compile(rb"[\x80-\xff]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_QUOTES = frozenset("‘’‚‛“”„‟‹›«»–—…•·¿¡§©®°€£¥$¢¼½¾²³µ×÷±¶†‡™ªº\u00a0\u00ad№")
_CJK_MARKS = re.compile(r"[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\u2010-\u2026\u00b7\u30fb\u30fc]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
# Below the first nothing is believed, from the second on nothing is in doubt.
_LIKELY, _CERTAIN = 0.3, 0.85
_LEAD = 0.1
_WESTERN = "cp1252"
_CENTRAL = (
    "letters_polish",
    "letters_czech",
    "letters_slovak",
    "letters_hungarian",
    "letters_romanian",
    "letters_south_slavic",
)


@dataclass(frozen=True, slots=True)
class _Codepage:
    """``weigh`` gives each character beyond ASCII, with its neighbours, 1 (usual there) to -1 (never)."""

    name: str
    weigh: Callable[[str, str, str], float]
    certain: float = _CERTAIN


def find_encoding(content: bytes) -> tuple[str, bool]:
    """The encoding of a text that is not Unicode, and whether that is certain."""
    sample = _sample(content)
    ranked = sorted(((_weight(sample, page), page) for page in _codepages()), key=lambda found: -found[0])
    weight, best = ranked[0]
    if weight < _LIKELY:
        return _ask_library(sample), False
    rival = next(other for other, page in ranked if page.name != best.name)
    return best.name, weight >= best.certain and (best.name == _WESTERN or weight - rival >= _LEAD)


def _sample(content: bytes) -> bytes:
    """Whole lines from the first that is not ASCII."""
    first = _HIGH.search(content)
    start = content.rfind(b"\n", 0, first.start()) + 1 if first else 0
    start = max(start, first.start() - _SAMPLE // 2) if first else 0
    sample = content[start : start + _SAMPLE]
    end = sample.rfind(b"\n")
    return sample[: end + 1] if len(content) > start + _SAMPLE and end > 0 else sample


def _ask_library(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    # Latin-1 reads any byte; whether that is a text, its control characters decide.
    return best.encoding if best else "latin-1"


def _weight(sample: bytes, page: _Codepage) -> float:
    """Mean weight of the characters beyond ASCII, -1 to 1; -1 where the bytes are not of this encoding."""
    try:
        text = sample.decode(page.name)
    except UnicodeDecodeError as error:
        if error.end < len(sample) - 3:
            return -1.0
        text = sample[: error.start].decode(page.name)  # the last character is cut in two
    text = f" {text} "
    places = [found.start() for found in _FOREIGN.finditer(text)][:20_000]
    if not places:
        return 0.0
    return sum(page.weigh(text[at], text[at - 1], text[at + 1]) for at in places) / len(places)


@cache
def _codepages() -> tuple[_Codepage, ...]:
    """In order of how often they come: of two that fit alike, the first is taken."""
    western = _alphabet("letters_western", "letters_western_rare")
    return (
        _Codepage(_WESTERN, western),
        _Codepage("cp932", _weigh_japanese, 0.6),
        _Codepage("cp1251", _alphabet("letters_cyrillic", mixes=False)),
        _Codepage("gb18030", _ideographs("letters_simplified"), 0.45),
        _Codepage("euc_jp", _weigh_japanese, 0.6),
        _Codepage("mac_roman", western),
        *(_Codepage(name, _alphabet(letters)) for name in ("cp1250", "iso8859_2") for letters in _CENTRAL),
        _Codepage("cp1254", _alphabet("letters_turkish")),
        _Codepage("cp1253", _alphabet("letters_greek", mixes=False)),
        _Codepage("cp949", _weigh_korean, 0.6),
        _Codepage("big5", _ideographs("letters_traditional"), 0.45),
        _Codepage("koi8_r", _alphabet("letters_cyrillic", mixes=False)),
        _Codepage("cp850", western),
    )


def _alphabet(usual: str, rare: str = "", mixes: bool = True) -> Callable[[str, str, str], float]:
    """Weighs letters; ``mixes`` says whether they stand in one word with those of ASCII."""
    letters, seldom = frozenset(words(usual)), words(rare) if rare else frozenset[str]()

    def weigh(character: str, before: str, after: str) -> float:
        small = character.lower()
        if mixes and _is_foreign_letter(before) and _is_foreign_letter(after):
            return -1.0  # no word of these languages is all accents
        if small in letters or small in seldom:
            in_word = before.isalpha() and (mixes or not before.isascii())
            if (character != small and before.islower()) or (not mixes and before.isalpha() and not in_word):
                return -1.0
            weight = 1.0 if small in letters else 0.5
            return weight if character == small else 0.7 * weight
        if character in _QUOTES:
            inside = before.isalpha() and after.isalpha()
            return 1.0 if not inside or character in "’\u00ad·" else -1.0
        return -1.0

    return weigh


def _is_foreign_letter(character: str) -> bool:
    return character > "\x7f" and character.isalpha()


def _ideographs(usual: str) -> Callable[[str, str, str], float]:
    frequent = frozenset("".join(words(usual)))

    def weigh(character: str, _before: str, _after: str) -> float:
        if character in frequent:
            return 1.0
        if _IDEOGRAPH.match(character):
            return 0.3
        return 0.5 if _CJK_MARKS.match(character) else -1.0

    return weigh


def _weigh_japanese(character: str, _before: str, _after: str) -> float:
    if _KANA.match(character):
        return 1.0
    if _IDEOGRAPH.match(character):
        return 0.4
    return 0.7 if _CJK_MARKS.match(character) else -1.0


def _weigh_korean(character: str, _before: str, _after: str) -> float:
    if character in words("letters_korean"):
        return 1.0
    return 0.7 if _HANGUL.match(character) else 0.0 if _CJK_MARKS.match(character) else -1.0
