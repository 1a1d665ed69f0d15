"""What in a text is private whoever it belongs to: addresses, numbers people are reached or paid by, secret links.

A caller gains spans with their kind and a value that is the same however it is written ("(415) 555-0142" and
"415.555.0142"). Dates, money and plain figures are no such numbers. What this cannot see: a number of seven digits
that nothing calls a telephone number, and digits spelt out in other languages than English.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """``text[start:end]`` is private; ``entity`` is the thing it stands for, among those of its ``kind``."""

    start: int
    end: int
    kind: str
    entity: str


def find_details(text: str) -> Iterator[Span]:
    """Every private detail; spans may overlap. Linear in the length of the text."""
    yield from _find_addresses(text)
    yield from _find_links(text)
    if any(character.isdigit() for character in text):
        yield from _find_cards(text)
        yield from _find_bank_numbers(text)
        yield from _find_phones(text)
        yield from _find_hosts(text)
    yield from _find_spoken(text)


# ---------------------------------------------------------------------------------------------- addresses and links

_LOCAL = frozenset("._%+-'")
_DOMAIN = re.compile(r"@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?: at |\s?[\[(]at[\])]\s?)[\w-]{1,63}"
    r"(?:(?: dot |\s?[\[(]dot[\])]\s?|\.)[\w-]{1,63}){0,3}(?: dot |\s?[\[(]dot[\])]\s?)[a-z]{2,12}\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?[\[(]at[\])]\s?(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}\b", re.IGNORECASE)


def _find_addresses(text: str) -> Iterator[Span]:
    for found in _DOMAIN.finditer(text):
        start = found.start()
        # Walked back by hand: a pattern for the part before the "@" is slow on long lines that have none.
        while start and found.start() - start < 64 and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
            start -= 1
        while start < found.start() and text[start] in ".'-":
            start += 1
        if start < found.start():
            yield Span(start, found.end(), "EMAIL", text[start : found.end()].casefold())
    for pattern in (_SPELT, _MARKED):
        for found in pattern.finditer(text):
            yield Span(*found.span(), "EMAIL", " ".join(found.group().casefold().split()))


_LINK = re.compile(r"(?:https?://|(?<![\w@.-])(?:www\.|[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/))[^\s<>\"]*", re.IGNORECASE)
_GIVEN = re.compile(r"[?&;#]([^=&#;?]{1,60})=([^&#;]*)")
_TELLING = re.compile(
    r"key|token|sig|auth|pass|pwd|pw\b|code|session|sid\b|secret|jwt|invite|credential|access", re.IGNORECASE
)
_USER_INFO = re.compile(r"https?://[^/?#\s]{1,200}@", re.IGNORECASE)
_LONG_VALUE = 16


def _find_links(text: str) -> Iterator[Span]:
    for found in _LINK.finditer(text):
        link = found.group().rstrip(".,;:!?)]}'’”")
        if _is_secret(link):
            yield Span(found.start(), found.start() + len(link), "URL", link)


def _is_secret(link: str) -> bool:
    """Whether who holds the link gets in by it: user info, a long or telling value, an unguessable part of the path."""
    if _USER_INFO.match(link):
        return True
    if any(len(value) >= _LONG_VALUE or (value and _TELLING.search(name)) for name, value in _GIVEN.findall(link)):
        return True
    path = re.split(r"[?#]", link.partition("//")[2] or link, maxsplit=1)[0].split("/")[1:]
    return any(_is_unguessable(part) for part in path)


def _is_unguessable(part: str) -> bool:
    if part.isdigit():
        return len(part) >= 9
    longest = max((len(word) for word in re.split(r"[-_.]", part)), default=0)
    mixed = any(c.isdigit() for c in part) and any(c.isalpha() for c in part)
    return mixed and (longest >= _LONG_VALUE or (len(part) >= 32 and part.count("-") == 4))


# ------------------------------------------------------------------------------------------------------ money moves

_RUN = re.compile(r"\d(?:[ -]?\d)+")
_MOST_DIGITS = 60
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){10,32}(?![a-z0-9])")
_BANK = re.compile(
    r"\b(?:iban|routing|sort[ -]code|aba|blz|bank code|(?:account|acct|a/c|konto)\.?\s?(?:number|num|nr|no|#))\b"
    r"[^\d\n]{0,20}?(?P<number>[A-Z]{0,2}\d[\d -]{3,40}\d)(?!\w)",
    re.IGNORECASE,
)
_BIC = re.compile(r"\b(?i:swift|bic)\b[^\n]{0,12}?\b(?P<number>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b")


def _find_cards(text: str) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        places = [i for i in range(*run.span()) if text[i].isdigit()]
        if len(places) < 13:
            continue
        if len(places) > _MOST_DIGITS:
            # So many digits are nothing anybody quotes; looking for a card in each place of them would take long.
            yield Span(*run.span(), "CARD", run.group())
            continue
        digits = "".join(text[i] for i in places)
        starts = [n for n, i in enumerate(places) if n == 0 or places[n - 1] + 1 < i]
        ends = {n for n, i in enumerate(places) if n + 1 == len(places) or places[n + 1] > i + 1}
        for first in starts:
            for size in (16, 15, 14, 13, 19, 18, 17):
                last = first + size - 1
                if last in ends and _is_luhn(digits[first : last + 1]):
                    yield Span(places[first], places[last] + 1, "CARD", digits[first : last + 1])
                    break


def _is_luhn(digits: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1, annex B)."""
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _find_bank_numbers(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        number = found.group()
        # Words in capitals may follow the number.
        for cut in [len(number), *(i for i in range(len(number) - 1, 0, -1) if number[i] == " ")]:
            compact = number[:cut].replace(" ", "")
            if 15 <= len(compact) <= 34 and _is_iban(compact):
                yield Span(found.start(), found.start() + cut, "BANK", compact)
                break
    for pattern in (_BANK, _BIC):
        for found in pattern.finditer(text):
            yield Span(*found.span("number"), "BANK", re.sub(r"[ -]", "", found["number"]))


def _is_iban(compact: str) -> bool:
    """Whether the check digits fit (ISO 13616: the number with its first four signs last, modulo 97, is 1)."""
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


# ----------------------------------------------------------------------------------------------------------- numbers

_SPACED = r"[\d ().\-/\u00a0\u2011\u2013]"
_PHONES = (
    # +44 20 7946 0958, 0049 30 1234567
    re.compile(rf"(?<![\w+])(?:\+|00(?=[1-9]))\s?[\d(]{_SPACED}{{5,20}}\d(?!\d)"),
    # (415) 555-0142, 1-415-555-0142
    re.compile(r"(?<![\d.,])(?:1[ .-]?)?(?:\(\d{3}\)[ -]?|\d{3}[ .\-/\u2011])\d{3}[ .\-\u2011]\d{4}(?!\d)"),
    # 4155550142, 01632960123
    re.compile(r"(?<![\w.,$€£¥#-])\d{10,11}(?!\w|[.,]\d)"),
    # 030 1234567, 06 12 34 56 78
    re.compile(r"(?<![\w.,])\(?0\d{1,5}\)?(?:[ .\-/]{1,2}\d{2,8}){1,4}(?!\w)"),
    re.compile(r"(?<![\w.,-])555[-. ]\d{4}(?!\w)"),
)
_CALLED = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|fax|dial|whatsapp|call (?:me|us|him|her|them)|text (?:me|us|him|her|them)|"
    r"direct line|handy|telefon|reach (?:me|us|him|her|them))\b"
    r"[^\d\n]{0,25}?(?P<number>[\d(][\d ().\-/]{5,20}\d)(?!\w)",
    re.IGNORECASE,
)  # fmt: skip
_EXTENSION = re.compile(r"\s?(?:,\s?)?(?:x|ext\.?|extension)\s?\d{1,6}\b", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d)")


def _find_phones(text: str) -> Iterator[Span]:
    for pattern in _PHONES:
        for found in pattern.finditer(text):
            yield from _phone(text, *found.span(), least=7 if pattern is _PHONES[-1] else 8)
    for found in _CALLED.finditer(text):
        yield from _phone(text, *found.span("number"), least=7)


def _phone(text: str, start: int, end: int, least: int) -> Iterator[Span]:
    digits = re.sub(r"\D", "", text[start:end])
    # With a leading nought eight digits may be a date, and fewer nine are no number to call.
    least = 9 if digits.startswith("0") and least == 8 else least
    if not least <= len(digits) <= 17 or _DATE.match(text, start, end):
        return
    more = _EXTENSION.match(text, end)
    yield Span(start, more.end() if more else end, "PHONE", digits)


_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?![\w:])")


def _find_hosts(text: str) -> Iterator[Span]:
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(text):
            if pattern is _IPV6 and found.group().count(":") < 3:
                continue
            try:
                address = ipaddress.ip_address(found.group())
            except ValueError:
                continue
            yield Span(*found.span(), "IP", str(address))


_DIGIT = "(?:(?:double |triple )?(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|nought))"
_SPOKEN = re.compile(rf"\b{_DIGIT}(?:[ ,.-]{{1,3}}{_DIGIT}){{6,17}}\b", re.IGNORECASE)


def _find_spoken(text: str) -> Iterator[Span]:
    for found in _SPOKEN.finditer(text):
        yield Span(*found.span(), "PHONE", " ".join(re.findall(r"[a-z]+", found.group().casefold())))
