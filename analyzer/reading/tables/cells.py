"""Cells of a table become numbers, dates, tools and outcomes. What cannot be read is None, never 0."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from analyzer.reading.guesses.dates import find_date
from analyzer.reading.tables.synonyms import patterns, spelt
from analyzer.reading.wordlists import words
from analyzer.records import Outcome

Cell = str | float | date
_SCALES = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "mil": 1e6, "mill": 1e6,
    "million": 1e6, "millions": 1e6, "millionen": 1e6, "b": 1e9, "bn": 1e9, "bil": 1e9, "billion": 1e9, "billions": 1e9,
    "mrd": 1e9, "mia": 1e9, "milliarden": 1e9, "t": 1e12, "trillion": 1e12, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5,
    "crore": 1e7, "crores": 1e7, "cr": 1e7,
}  # fmt: skip
_CURRENCY = re.compile(
    r"(?:US|AU|CA|NZ|HK|NT|MX|A|C|R|S)?[$€£¥₹₩₪₺₽฿]|zł|kč"
    r"|(?<![a-z])(?:usd|eur|gbp|chf|aud|cad|nzd|sek|nok|dkk|isk|pln|czk|huf|ron|inr|jpy|cny|rmb|krw|brl|zar|sgd|hkd|mxn"
    r"|try|ils|aed|sar|thb|idr|myr|php|kr|rs|fr)(?![a-z])\.?",
    re.IGNORECASE,
)
_SIGN_OF = {"USD": "$", "US$": "$", "EUR": "€", "GBP": "£", "INR": "₹", "RS": "₹"}
_COUNTED = re.compile(
    r"(?:employees?|people|persons?|ppl|ftes?|staff|headcount|mitarbeiter(?:innen)?|mitarbeitende|employés|empleados"
    r"|dipendenti|medewerkers|funcionários|per year|per annum|p\.?a\.?|/ ?yr|/ ?year|/ ?jahr)\.?$",
    re.IGNORECASE,
)
_BELOW = re.compile(r"(?:<=?|≤|up to|under|less than|fewer than|below|unter|bis(?: zu)?)\s*", re.IGNORECASE)
_ABOVE = re.compile(r"^(?:>=?|≥|over|more than|above|at least|from|über|ab|mehr als)\s*", re.IGNORECASE)
_OPEN_ENDED = re.compile(r"(?:\+|\band (?:more|above|over)|\bor more|\bund mehr)$", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<digits>\d(?:[\d.,'’ \u00a0\u2009\u202f]*\d)?|[.,]\d+)\s*(?P<scale>[a-zA-Z]+)?\.?")
_RANGE = re.compile(r"(?:-|–|—|\bto\b|\bbis\b|\.\.+)")
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d{1,20})?[eE]\+?\d{1,2}")
_ENUMERATED = re.compile(r"c_0*(\d{1,7})_(?:0*(\d{1,7})|max)", re.IGNORECASE)
_POINT_IS_DECIMAL = re.compile(r"\d\.\d{1,2}(?!\d)|,\d{3}\.\d|\.\d{4}")
_COMMA_IS_DECIMAL = re.compile(r"\d,\d{1,2}(?!\d)|\.\d{3},\d|,\d{4}")
_SLASHED = re.compile(r"(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4}|\d{2})(?!\d)")
_SHORT_YEAR = re.compile(r"(\d{1,2}[-\s./][^\W\d_]{3,10}\.?)[-\s./,']{1,2}(\d\d)(?!\d)")
_CLOCK = re.compile(r"(?<=[\s\d])(?:T?\d{1,2}:\d\d).*$", re.IGNORECASE)
_ERRORS = re.compile(
    r"#(?:n/?a|ref!|div/0!|value!|name\?|null!|num!|spill!|calc!|error!|getting_data|blocked!|#+)$", re.I
)
_LONGEST = 60
_LARGEST = 1e15
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_WITH_DOMAIN = re.compile(r"([^()]+)\(((?:[a-zA-Z0-9-]{1,63}\.)+[a-zA-Z]{2,24})\)")
_LONGEST_COMPANY = 300


def is_unknown(cell: Cell) -> bool:
    """An empty cell, a spreadsheet's error, or one of the words people write for "we do not know"."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return isinstance(cell, str) and not cell.strip()
    text = cell.strip()
    return text.casefold() in spelt("unknown") or (text[:1] == "#" and bool(_ERRORS.match(text)))


def to_text(cell: Cell) -> str:
    """The cell as a person would write it: no ".0" behind whole numbers, days as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _LARGEST else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return cell.isoformat()


def currencies(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The currencies that cells are written in, by sign or code, each once: "USD" is "$"."""
    found: dict[str, None] = {}
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= _LONGEST and (match := _CURRENCY.search(cell)):
            sign = match[0].strip().rstrip(".").upper()
            found[_SIGN_OF.get(sign, sign)] = None
    return tuple(found)


def to_flag(cell: Cell) -> bool | None:
    """True and False as exports write them: Yes/No, TRUE/FALSE, 1/0, x, ja/nein; None for anything else."""
    text = to_text(cell).casefold()
    return True if text in spelt("affirmed") else False if text in spelt("denied") else None


def decimal_mark(cells: Iterable[Cell]) -> str:
    """Whether a column writes 1.5 or 1,5: "." or ",", "" when nothing in it tells."""
    points = commas = 0
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= _LONGEST:
            points += bool(_POINT_IS_DECIMAL.search(cell))
            commas += bool(_COMMA_IS_DECIMAL.search(cell))
    return "" if bool(points) == bool(commas) else "." if points else ","


def to_number(cell: Cell, mark: str = "", unit: float = 1.0) -> float | None:
    """The number in "$1.2M", "1.200.000 €", "45k", "(3,5)"; the middle of a range such as "51-200" or "$10-50M".

    ``mark`` is the column's decimal mark; ``unit`` multiplies numbers without a word of their own ("k", "Mio.").
    """
    if isinstance(cell, float):
        number: float | None = cell * unit
    elif isinstance(cell, date) or len(cell) > _LONGEST:
        number = None
    elif cell.isascii() and cell.isdigit():
        number = float(cell) * unit
    else:
        number = _written_number(cell, mark, unit)
    return number if number is not None and math.isfinite(number) and abs(number) < _LARGEST else None


@lru_cache(maxsize=20_000)
def _written_number(cell: str, mark: str, unit: float) -> float | None:
    if _SCIENTIFIC.fullmatch(cell.strip()):
        return float(cell) * unit
    if enumerated := _ENUMERATED.fullmatch(cell.strip()):
        low, high = float(enumerated[1]), enumerated[2]
        return (low + float(high)) / 2 if high else low
    text = _CURRENCY.sub(" ", cell).strip()
    negative = bool(re.fullmatch(r"\(.*\)", text)) or bool(re.match(r"[-−]\s*[\d.,]", text)) or text.endswith("-")
    text = text.strip("()").lstrip("-−+~≈ca. ").rstrip("- ").strip()
    text = _COUNTED.sub("", text).strip()
    if less := _BELOW.match(text):
        top = _one_number(text[less.end() :], mark, unit)
        return None if top is None else top / 2
    text = _OPEN_ENDED.sub("", _ABOVE.sub("", text)).strip()
    parts = [part.strip() for part in _RANGE.split(text)]
    if len(parts) == 2:
        high_number = _one_number(parts[1], mark, unit)
        own = _SCALES.get(_scale(parts[1]), unit)
        low_number = _one_number(parts[0], mark, own)
        if low_number is None or high_number is None or low_number > high_number:
            return None
        return (low_number + high_number) / 2
    number = _one_number(text, mark, unit) if len(parts) == 1 else None
    return -number if negative and number is not None else number


def _scale(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    return (match["scale"] or "").casefold() if match else ""


def _one_number(text: str, mark: str, unit: float) -> float | None:
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        return None
    scale = (match["scale"] or "").casefold()
    if scale and scale not in _SCALES:
        return None
    digits = re.sub(r"['’ \u00a0\u2009\u202f]", "", match["digits"])
    return _plain(digits, mark, bool(scale)) * _SCALES.get(scale, unit)


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
    whole = digits.replace(other, "").replace(",", ".")
    return float(whole) if whole.count(".") <= 1 else math.nan


def bare_company(name: str) -> tuple[str, str]:
    """ "Orla Foods (orla.example)", as HubSpot names an associated company, as name and domain."""
    match = _WITH_DOMAIN.fullmatch(name.strip()) if len(name) <= _LONGEST_COMPANY else None
    return (match[1].rstrip(), match[2].casefold()) if match else (name, "")


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Whether a column's dates such as 3/4/2025 are written day first; ``certain`` when a date in it proves it.

    ``mixed``: some of its dates can only be day first and others only month first.
    """

    day_first: bool
    certain: bool
    seen: bool
    mixed: bool = False


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
    return DayOrder(False, False, bool(slashed), bool(firsts and seconds))


def to_date(cell: Cell, order: DayOrder) -> date | None:
    """The day in an ISO date, 3/4/2025 in the column's order, "2 Jun 2025", "2-Jun-25", a spreadsheet's day number
    (45000), or seconds or milliseconds since 1970."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = to_text(cell)
    if text[4:5] == "-" and text[7:8] == "-" and (iso := _iso_date(text[:10])):
        return iso
    if re.fullmatch(r"1\d{9}(?:\.\d+)?|1\d{12}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    if re.fullmatch(r"[2-6]\d{4}(?:\.\d+)?", text):
        return _EXCEL_DAY_ZERO + timedelta(days=int(text[:5]))
    if match := _SLASHED.match(text):
        return _slashed_date(match, order)
    if len(text) > _LONGEST:
        return None
    if short := _SHORT_YEAR.match(_CLOCK.sub("", text)):
        text = f"{short[1]} {_full_year(int(short[2]))}"
    return find_date(text)


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _slashed_date(match: re.Match[str], order: DayOrder) -> date | None:
    first, second, year = int(match[1]), int(match[3]), _full_year(int(match[4]))
    first, second = (first, second) if order.day_first or match[2] == "." else (second, first)
    for day, month in ((first, second), (second, first)):
        try:
            return date(year, month, day)
        except ValueError:
            if order.certain:
                break
    return None


def _full_year(year: int) -> int:
    return year if year > 99 else year + (2000 if year < 70 else 1900)


@lru_cache(maxsize=20_000)
def to_list(text: str) -> tuple[str, ...]:
    """What a cell of several holds, in order, once each: parted by ; | or a line break, else by commas and "and", else
    by " / " or " + "; a JSON list too. The comma of "Salesforce, Inc." parts nothing."""
    parts = _json_list(text)
    if not parts:
        separator = next((mark for mark in (";", "|", "\n", "•", "·") if mark in text), "")
        parts = text.split(separator) if separator else _comma_list(text)
    kept: list[str] = []
    for part in (" ".join(part.split()) for part in parts):
        if kept and part.rstrip(".").casefold() in words("legal_forms"):
            kept[-1] = f"{kept[-1]}, {part}"
        elif not is_unknown(part):
            kept.append(part)
    return tuple(dict.fromkeys(kept))


def _json_list(text: str) -> list[str]:
    text = text.strip()
    if not (text[:1] == "[" and text[-1:] == "]") and not (text[:1] == "{" and text[-1:] == "}"):
        return []
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return [part.strip().strip("'\"") for part in text[1:-1].split(",")]  # Python's and PostgreSQL's lists
    flat = read if isinstance(read, list) else [read]
    named = (part.get("name", "") if isinstance(part, dict) else part for part in flat)
    return [part for part in named if isinstance(part, str)]


def _comma_list(text: str) -> list[str]:
    if "," in text:
        *parts, last = text.split(",")
        return [*parts, *re.split(r"(?:^| )(?:and|und|et|&) ", last)]
    for mark in (" / ", " + ", " and ", " und "):
        if mark in text:
            return text.split(mark)
    return [text]


@lru_cache(maxsize=20_000)
def to_outcome(text: str) -> Outcome:
    """How a deal stage ended: "Closed Won", "closedlost", "Customer - cancelled"; whatever says neither is open."""
    text = text.strip()
    for outcome in (Outcome.OPEN, Outcome.CHURNED, Outcome.LOST, Outcome.WON):
        if patterns("stages", outcome.value).search(text):
            return outcome
    return Outcome.OPEN
