"""Figures in words and in digits made equal, and only where they are: "four months" is "4 months", never "forty".

A caller gains words in which each number phrase has become one word such as "#110000" ("a hundred and ten grand" and
"110k"; "$110,000" is "#110000" and "dollar"), so that a quote can neither cut a number in two nor change it unseen.
Months, percent and currencies get one name each; ordinals stay apart from cardinals except in dates ("October 31st").

What this cannot see: sums ("two plus two"), spoken short forms ("two fifty" for 250), "a couple", and number words of
other languages beyond the short list below.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from analyzer.extraction.fillers import is_filler
from analyzer.extraction.numerals import (
    CANONICAL,
    CURRENCIES,
    MEASURES,
    MONTHS,
    ORDINALS,
    OTHERS,
    SCALES,
    SEASONS,
    SMALL,
    SUFFIXES,
    SYMBOLS,
    TENS,
    TIMES,
    WEEKDAYS,
)
from analyzer.extraction.words import JOINED, PAUSE, SPACE, Word, word_set

_NUMBERS = {**OTHERS, **TENS, **SMALL}
_STARTS = frozenset((*_NUMBERS, *ORDINALS)) | word_set("hundred thousand million billion a an half dozen")
_UNITS = CURRENCIES | TIMES | MEASURES


def fold_figures(words: Sequence[Word]) -> list[Word]:
    """The same words with every number phrase as one word "#<value>", and months and currencies under one name."""
    folded: list[Word] = []
    at, size = 0, len(words)
    while at < size:
        word = words[at]
        norm = word.norm
        if norm in CANONICAL or norm in SYMBOLS:
            at = _fold_named(words, at, folded)
        elif norm in _STARTS or norm[0].isdecimal() or (norm[0] == "q" and len(norm) == 2 and norm[1] in "1234"):
            at = _fold_number(words, at, folded)
        elif norm == "per" and at + 1 < size and words[at + 1].norm == "cent":
            folded.append(Word("percent", word.start, words[at + 1].end, word.gap))
            at += 2
        else:
            folded.append(word)
            at += 1
    return _ease_dates(folded)


def _fold_named(words: Sequence[Word], at: int, folded: list[Word]) -> int:
    word = words[at]
    if word.norm in SYMBOLS and at + 1 < len(words) and words[at + 1].norm[0].isdecimal():
        end, norm = _read(words, at + 1)
        folded.append(Word(norm, word.start, words[end - 1].end, word.gap))
        folded.append(Word(CANONICAL[word.norm], word.start, words[end - 1].end, JOINED))
        return end
    folded.append(word._replace(norm=CANONICAL[word.norm]))
    return at + 1


def _fold_number(words: Sequence[Word], at: int, folded: list[Word]) -> int:
    word = words[at]
    if word.norm[0] == "q":
        folded.append(word._replace(norm=f"#{word.norm[1]}o"))
        folded.append(Word("quarter", word.start, word.end, JOINED))
        return at + 1
    end, norm = _read(words, at)
    if word.norm == "second" and folded and folded[-1].norm[0] == "#":
        norm = "second"
    folded.append(Word(norm, word.start, words[end - 1].end, word.gap) if norm else word)
    return end if norm else at + 1


def _read(words: Sequence[Word], at: int) -> tuple[int, str]:
    """Where the number phrase at ``at`` ends, and its name; an empty name if there is none."""
    if words[at].norm[0].isdecimal():
        value, ending = _digits(words[at].norm)
        if value is None or ending:
            return at + 1, _digit_name(words[at].norm, value, ending)
        return _Phrase(words, at + 1, value).read()
    if words[at].norm in ("a", "an", "half"):
        return _after_article(words, at)
    return _Phrase(words, at, None).read()


def _after_article(words: Sequence[Word], at: int) -> tuple[int, str]:
    half = words[at].norm == "half"
    first = at + 2 if half and at + 1 < len(words) and words[at + 1].norm == "a" else at + 1
    allowed = ("hundred", "thousand", "million", "billion", "dozen")
    if first >= len(words) or words[first].norm not in allowed or words[first].gap > SPACE:
        return at + 1, ""
    if half:
        factor = {"hundred": 2, "dozen": 0}.get(words[first].norm) or SCALES.get(words[first].norm, 0)
        value = Decimal(6) if words[first].norm == "dozen" else Decimal(10**factor) / 2
        return first + 1, _name(value)
    return _Phrase(words, first, Decimal(1)).read()


class _Phrase:
    """Reads number words from left to right: ``now`` is what the next hundred or thousand multiplies."""

    def __init__(self, words: Sequence[Word], at: int, now: Decimal | None) -> None:
        self.words, self.at, self.now = words, at, now
        self.total: Decimal | None = None
        self.scale = Decimal(10**15)
        self.ordinal = False
        self.digits = now is not None
        self.year = False

    def read(self) -> tuple[int, str]:
        started = self.now is not None
        while self.at < len(self.words) and not self.ordinal:
            word = self.words[self.at]
            if started and is_filler(word.norm) and self._resumes():
                continue
            if (started and word.gap > SPACE and not (word.gap == PAUSE and self.now is None)) or not self._take(
                word.norm
            ):
                break
            started = True
            self.at += 1
        if self.now is None and self.total is None:
            return self.at + 1, ""
        return self.at, _name((self.total or Decimal(0)) + (self.now or Decimal(0)), self.ordinal)

    def _resumes(self) -> bool:
        """Jump over fillers within a number: "twenty, uh, five". False, and no jump, if it does not go on."""
        after = self.at
        while after < len(self.words) and is_filler(self.words[after].norm):
            after += 1
        if after >= len(self.words) or self.words[after].norm == "and":
            return False
        before = (self.at, self.now, self.total, self.scale, self.digits, self.year)
        self.at = after
        if not self._take(self.words[after].norm) or self.ordinal:
            self.at, self.now, self.total, self.scale, self.digits, self.year = before
            self.ordinal = False
            return False
        self.at += 1
        return True

    def _take(self, norm: str) -> bool:
        if norm in _NUMBERS:
            return self._add(_NUMBERS[norm])
        if norm in ORDINALS:
            self.ordinal = self._add(ORDINALS[norm])
            return self.ordinal
        if norm == "hundred":
            if self.now is not None and not 0 < self.now < 100:
                return False
            self.now, self.digits = (self.now or Decimal(1)) * 100, False
            return True
        if norm == "dozen":
            self.now = (self.now or Decimal(1)) * 12
            return self.now >= 12
        if norm in SCALES and (self.now is not None or norm in ("thousand", "million", "billion")):
            return self._multiply(Decimal(10 ** SCALES[norm]))
        if norm == "and":
            return self._join()
        return norm == "point" and self._decimals()

    def _add(self, value: int) -> bool:
        if self.now is None:
            self.now = Decimal(value)
            return self.total is None or value < self.scale
        if self.digits:
            return False
        now = int(self.now)
        fits = (now >= 20 and now % 10 == 0 and now % 100 and 0 < value < 10) or (
            now >= 100 and now % 100 == 0 and value < 100
        )
        # Years are spoken in pairs: nineteen seventy-one, twenty fourteen.
        pairs = not fits and not self.year and self.total is None and now in (18, 19, 20) and 10 <= value < 100
        if pairs:
            self.year, self.now = True, Decimal(now * 100 + value)
        elif fits:
            self.now += value
        return bool(fits or pairs)

    def _multiply(self, scale: Decimal) -> bool:
        if scale >= self.scale:
            return False
        self.total = (self.total or Decimal(0)) + (Decimal(1) if self.now is None else self.now) * scale
        self.now, self.scale, self.digits = None, scale, False
        return True

    def _next(self, ahead: int) -> str:
        return self.words[self.at + ahead].norm if self.at + ahead < len(self.words) else ""

    def _join(self) -> bool:
        """The and of "a hundred and ten" and of "two and a half"; any other and ends the number."""
        if self._next(1) == "a" and self._next(2) == "half":
            if self.now is None and self.total is not None:
                self.total += self.scale / 2
            elif self.now is not None:
                self.now += Decimal("0.5")
                self.digits = True
            self.at += 2
            return True
        small = _NUMBERS.get(self._next(1), 0)
        after_hundred = self.now is not None and not self.digits and self.now >= 100 and self.now % 100 == 0
        return bool(small) and (after_hundred or (self.now is None and self.total is not None))

    def _decimals(self) -> bool:
        digits = ""
        while self._next(len(digits) + 1) in SMALL and SMALL[self._next(len(digits) + 1)] < 10:
            digits += str(SMALL[self._next(len(digits) + 1)])
        if not digits or self.now is None or self.now % 1:
            return False
        self.now += Decimal(f"0.{digits}")
        self.at += len(digits)
        self.digits = True
        return True


@lru_cache(maxsize=1 << 14)
def _digits(norm: str) -> tuple[Decimal | None, str]:
    """The value and the letters after it: "1,200.50" -> 1200.5; "40k" -> 40000; "31st" -> 31, "st"."""
    cut = next((i for i, c in enumerate(norm) if not (c.isdecimal() or c in ".,:'_")), len(norm))
    number, ending = norm[:cut].rstrip(".,:'_"), norm[cut:]
    groups = number.replace("'", "").replace("_", "")
    if ":" in groups:
        return None, ""
    if groups.count(",") > 1 or ("," in groups and len(groups.rpartition(",")[2].split(".")[0]) == 3):
        groups = groups.replace(",", "")
    elif "," in groups:
        groups = groups.replace(".", "").replace(",", ".")
    if groups.count(".") > 1 or groups.endswith(".000"):
        groups = groups.replace(".", "") if all(len(g) == 3 for g in groups.split(".")[1:]) else ""
    try:
        value = Decimal(groups)
    except InvalidOperation:
        return None, ""
    if ending in SUFFIXES:
        return value.scaleb(SUFFIXES[ending]), ""
    return value, ending


def _digit_name(norm: str, value: Decimal | None, ending: str) -> str:
    if value is None:
        return "#" + norm
    return _name(value, ordinal=True) if ending in ("st", "nd", "rd", "th") else f"#{norm}"


def _name(value: Decimal, ordinal: bool = False) -> str:
    number = format(value, "f")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"#{number.lstrip('0') or '0'}" + ("o" if ordinal else "")


def _ease_dates(words: list[Word]) -> list[Word]:
    """Beside a month "31st" is "31"."""
    for i, word in enumerate(words):
        if word.norm[0] == "#" and word.norm[-1] == "o":
            around = [words[k].norm for k in (i - 1, i + 1) if 0 <= k < len(words)]
            if i + 2 < len(words) and words[i + 1].norm == "of":
                around.append(words[i + 2].norm)
            if any(norm in MONTHS for norm in around):
                words[i] = word._replace(norm=word.norm[:-1])
    return words


def singular(norm: str) -> str:
    """A unit without its plural s."""
    return norm[:-1] if norm.endswith("s") and norm[:-1] in _UNITS else norm


def is_number(norm: str) -> bool:
    return norm[0] == "#"


def is_figure(norm: str) -> bool:
    """A number, unit, currency, month, weekday or season: what the number guard watches."""
    return is_number(norm) or norm in MONTHS or norm in WEEKDAYS or norm in SEASONS or singular(norm) in _UNITS


def dimension(norm: str) -> str:
    """What a unit measures, "" if it is none: eleven hours is not eleven days, though both hold eleven."""
    unit = singular(norm)
    if unit in TIMES:
        return "time"
    return "money" if unit in CURRENCIES else "share" if unit == "percent" else ""
