"""Cells of a table become numbers, dates and outcomes. What cannot be read is None, never 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from analyzer.reading.dates import find_date
from analyzer.records import Outcome

Cell = str | float | date
UNKNOWN = frozenset(
    ("", "-", "--", "–", "—", "n/a", "na", "none", "null", "unknown", "(blank)", "nan", "?", "not set", "tbd")
)
_SCALES = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "mil": 1e6, "million": 1e6,
    "millions": 1e6, "b": 1e9, "bn": 1e9, "bil": 1e9, "billion": 1e9, "billions": 1e9, "mrd": 1e9,
}  # fmt: skip
_CURRENCY = re.compile(
    r"(?:US|AU|CA|NZ|A|C|R)?[$€£¥₹]|\b(?:usd|eur|gbp|chf|aud|cad|nzd|sek|nok|dkk|pln|inr|jpy|brl|zar|sgd)\b|\bkr\b|\bfr\b\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?P<digits>\d(?:[\d.,'’ \u00a0\u202f]*\d)?|[.,]\d+)\s*(?P<scale>[a-zA-Z]+)?\.?")
_RANGE = re.compile(r"\s*(?:-|–|—|\bto\b|\bbis\b|\.\.+)\s*")
_POINT_IS_DECIMAL = re.compile(r"\d\.\d{1,2}(?!\d)|,\d{3}\.\d|\.\d{4,}")
_COMMA_IS_DECIMAL = re.compile(r"\d,\d{1,2}(?!\d)|\.\d{3},\d|,\d{4,}")
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_CHURNED = re.compile(
    r"churn|cancel|former|ex[- ]customer|lapsed|terminat|non[- ]?renew|not renew|gekündigt|lost customer", re.I
)
_LOST = re.compile(r"lost|\bloss\b|\bno[- ]?go\b|verloren|disqualified|no decision|rejected", re.IGNORECASE)
_WON = re.compile(
    r"won\b|\bwin\b|gewonnen|^(?:(?:active|current|existing|live|paying) )?customer(?:\s*[-–:/(].*)?$", re.IGNORECASE
)
_NOT_YET = re.compile(r"\b(?:not|un|almost|nearly|verbally|to be)[ -]?(?:won|win|lost)\b", re.IGNORECASE)


def is_unknown(cell: Cell) -> bool:
    """An empty cell, or one of the words people write for "we do not know"."""
    return isinstance(cell, str) and (cell.strip().casefold() in UNKNOWN or cell.startswith("#"))


def to_text(cell: Cell) -> str:
    """The cell as a person would write it: no ".0" behind whole numbers, days as ISO."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, date) else cell.strip()


def decimal_mark(cells: Iterable[Cell]) -> str:
    """Whether a column writes 1.5 or 1,5: "." or ",", "" when nothing in it tells."""
    points = commas = 0
    for cell in cells:
        if isinstance(cell, str):
            points += bool(_POINT_IS_DECIMAL.search(cell))
            commas += bool(_COMMA_IS_DECIMAL.search(cell))
    return "" if bool(points) == bool(commas) else "." if points else ","


def to_number(cell: Cell, mark: str = "") -> float | None:
    """The number in "$1.2M", "1.200.000 €", "45k", "(3,5)"; the middle of a range such as "51-200" or "$10-50M"."""
    if isinstance(cell, float):
        return cell
    if isinstance(cell, date):
        return None
    text = _CURRENCY.sub(" ", cell).strip()
    negative = bool(re.fullmatch(r"\(.*\)", text)) or bool(re.match(r"[-−]\s*\d", text))
    text = text.strip("()").lstrip("-−+~≈ca. ").strip()
    text = re.sub(
        r"(?i)\s*(?:employees|people|ppl|fte|staff|mitarbeiter|per year|p\.?a\.?|/ ?yr|/ ?year)\.?$", "", text
    )
    if less := re.match(r"(?:<|up to|under|less than|unter|bis)\s*", text, re.IGNORECASE):
        top = _one_number(text[less.end() :], mark)
        return None if top is None else top / 2
    text = re.sub(r"^(?:>|over|more than|über|ab)\s*|\s*(?:\+|and more|or more)$", "", text, flags=re.IGNORECASE)
    parts = _RANGE.split(text)
    if len(parts) == 2:
        high = _one_number(parts[1], mark)
        scale = _scale(parts[1])
        low = _one_number(parts[0], mark, scale if not _scale(parts[0]) else "")
        return None if low is None or high is None or low > high else (low + high) / 2
    number = _one_number(text, mark) if len(parts) == 1 else None
    return -number if negative and number is not None else number


def _scale(text: str) -> str:
    match = _NUMBER.fullmatch(text.strip())
    return (match["scale"] or "").casefold() if match else ""


def _one_number(text: str, mark: str, scale: str = "") -> float | None:
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        return None
    scale = (match["scale"] or scale).casefold()
    if scale and scale not in _SCALES:
        return None
    digits = re.sub(r"['’ \u00a0\u202f]", "", match["digits"])
    return _plain(digits, mark, bool(scale)) * _SCALES.get(scale, 1.0)


def _plain(digits: str, mark: str, scaled: bool) -> float:
    """Digits with points and commas: the last of two kinds is the decimal mark; one kind alone may part thousands."""
    if "." in digits and "," in digits:
        mark = "." if digits.rfind(".") > digits.rfind(",") else ","
    elif "." in digits or "," in digits:
        only = "." if "." in digits else ","
        head, _, tail = digits.rpartition(only)
        thousands = digits.count(only) > 1 or (len(tail) == 3 and head not in ("", "0") and len(head) <= 3)
        if mark != only and thousands and not (scaled and digits.count(only) == 1):
            mark = "," if only == "." else "."
        elif digits.count(only) == 1:
            mark = only
        else:
            mark = "," if only == "." else "."
    other = "," if mark == "." else "."
    return float(digits.replace(other, "").replace(",", "."))


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Whether a column's dates such as 3/4/2025 are written day first; ``certain`` when a date in it proves it."""

    day_first: bool
    certain: bool
    seen: bool


def day_order(cells: Iterable[Cell]) -> DayOrder:
    """Decided over the whole column: one 13/2/2025 settles every 3/4/2025 in it. Points (3.4.2025) are day first."""
    firsts = seconds = slashed = dotted = 0
    for cell in cells:
        match = _SLASHED.match(cell.strip()) if isinstance(cell, str) else None
        if match:
            slashed += match[2] != "."
            dotted += match[2] == "."
            firsts += int(match[1]) > 12
            seconds += int(match[3]) > 12
    if bool(firsts) != bool(seconds):
        return DayOrder(bool(firsts), True, True)
    if dotted and not slashed:
        return DayOrder(True, not (firsts and seconds), True)
    return DayOrder(False, False, bool(slashed))


def to_date(cell: Cell, order: DayOrder) -> date | None:
    """The day in an ISO date, 3/4/2025 in the column's order, "2 Jun 2025", or seconds or milliseconds since 1970."""
    if isinstance(cell, date):
        return cell
    text = to_text(cell)
    if re.fullmatch(r"1\d{9}|1\d{12}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    if match := _SLASHED.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        year += 0 if year > 99 else 2000 if year < 70 else 1900
        first, second = (first, second) if order.day_first or match[2] == "." else (second, first)
        for day, month in ((first, second), (second, first)):
            try:
                return date(year, month, day)
            except ValueError:
                if order.certain:
                    break
        return None
    return find_date(text)


def to_outcome(text: str) -> Outcome:
    """How a deal stage ended: "Closed Won", "closedlost", "Customer - cancelled"; whatever says neither is open."""
    if _NOT_YET.search(text):
        return Outcome.OPEN
    for pattern, outcome in ((_CHURNED, Outcome.CHURNED), (_LOST, Outcome.LOST), (_WON, Outcome.WON)):
        if pattern.search(text.strip()):
            return outcome
    return Outcome.OPEN
