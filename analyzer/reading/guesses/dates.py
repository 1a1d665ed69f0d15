"""Dates that a name or a header line states outright. What is not stated is not guessed."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero", "feb february februar", "mar march märz mars marzo", "apr april abril",
            "may mai mayo", "jun june juni juin junio", "jul july juli juillet", "aug august août agosto",
            "sep sept september septembre", "oct october oktober octobre okt", "nov november novembre",
            "dec december dezember décembre dez",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
# Months of more languages, only taken with a day and a year: some are people's names and words of other languages.
_MORE_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janv gennaio januari janeiro", "févr février fevrier febrero febbraio februari fevereiro",
            "maart marzo março mrt", "avr avril aprile", "maggio mei maio", "giugno juni junho", "luglio julho juil",
            "agosto augustus aout", "septiembre setiembre settembre setembro", "octubre ottobre outubro",
            "noviembre novembro", "diciembre dicembre dezembro décembre decembre déc",
        ),
        1,
    )
    for name in names.split()
} | _MONTHS  # fmt: skip
MONTH = rf"(?<![^\W\d_])(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![^\W\d_])"
_ANY_MONTH = rf"(?<![^\W\d_])(?:{'|'.join(sorted(_MORE_MONTHS, key=len, reverse=True))})(?![^\W\d_])"
_EDGE, _END = r"(?<![\d.])", r"(?!\d|\.\d)"
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|º|°)?"
_PATTERNS = (
    re.compile(rf"{_EDGE}{_YEAR}[-._/](?P<m>0?[1-9]|1[0-2])[-._/](?P<d>0?[1-9]|[12]\d|3[01]){_END}"),
    re.compile(rf"(?<!\d){_YEAR}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01]){_END}"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"),
    re.compile(
        rf"{_EDGE}{_DAY}\.?[\s_-]*(?:(?:of|de|do|di)\s+)?(?P<M>{_ANY_MONTH})\.?,?[\s_-]*(?:(?:de|del|do)\s+)?{_YEAR}{_END}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<M>{_ANY_MONTH})\.?[\s_-]*{_DAY},?[\s_-]+{_YEAR}{_END}", re.IGNORECASE),
)
_SLASHED = re.compile(rf"{_EDGE}(?P<a>[0-3]?\d)(?P<sep>[-./_])(?P<b>[0-3]?\d)(?P=sep){_YEAR}{_END}")
_YEARLESS = re.compile(
    rf"{_EDGE}(?:{_DAY}\s+{MONTH}|{MONTH}\.?\s+{_DAY.replace('<d>', '<e>')}{_END})(?!,?\s*\d{{4}})", re.IGNORECASE
)


def find_date(text: str, whole: bool = False) -> date | None:
    """The first date written with its year: ISO, "11 March 2026", "Mar 11, 2026", or 13/03/2026 where one order only
    is possible. ``whole``: the text must hold hardly anything else (a weekday, a time)."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = int(parts["m"]) if parts.get("m") else _MORE_MONTHS[parts["M"].casefold()]
            found = _date(int(parts["y"]), month, int(parts["d"]))
            if found and (not whole or _is_rest(text, match)):
                return found
    for match in _SLASHED.finditer(text):
        found = _one_order(int(match["y"]), int(match["a"]), int(match["b"]), match["sep"])
        if found and (not whole or _is_rest(text, match)):
            return found
    return None


def find_unclear_date(text: str) -> str:
    """A date that is written but cannot be taken: without a year, or 3/4/2026. "" when there is none."""
    if match := _YEARLESS.search(text):
        return match[0]
    match = _SLASHED.search(text)
    return match[0] if match and not find_date(text) else ""


def _one_order(year: int, first: int, second: int, separator: str) -> date | None:
    if separator == "." or first > 12 or first == second:  # dots are written day first
        return _date(year, second, first)
    return _date(year, first, second) if second > 12 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_rest(text: str, match: re.Match[str]) -> bool:
    """What is left beside the date is a weekday, a time or a zone."""
    left = text[: match.start()] + text[match.end() :]
    return not re.search(r"[A-Za-z]{4,}", re.sub(r"(?i)\b\w{3,6}days?\b|\d{1,2}[:.]\d\d\w*|\bdate\b|\buhr\b", "", left))
