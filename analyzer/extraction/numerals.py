"""The words figures are made of: numbers, months, currencies and units, English first, and the common ones of German,
French and Spanish. Data only; how they combine stands in :mod:`analyzer.extraction.figures`.

Left out on purpose: words that are more often something else ("mil", "cent" as a hundred, "neuf", "six" in French).
"""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.extraction.words import word_list, word_set


def _count(words: str, start: int = 0, step: int = 1) -> dict[str, int]:
    return {word: start + step * n for n, word in enumerate(word_list(words))}


SMALL = _count(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = {**_count("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10), "fourty": 40}
_GERMAN = _count("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn", 2)
_GERMAN_TENS = _count("zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig", 20, 10)
_GERMAN_PAIRS = {
    f"{unit}und{ten}": n + m
    for unit, n in {**_count("ein zwei drei vier fünf sechs sieben acht neun", 1)}.items()
    for ten, m in _GERMAN_TENS.items()
}
OTHERS = {
    **_GERMAN, **_GERMAN_TENS, **_GERMAN_PAIRS, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19, "hundert": 100,
    "tausend": 1000,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "dix": 10, "onze": 11, "douze": 12, "treize": 13,
    "quatorze": 14,
    "quinze": 15, **_count("vingt trente quarante cinquante soixante", 20, 10), "mille": 1000,
    **_count("dos tres cuatro cinco", 2), **_count("siete ocho nueve diez", 7), "doce": 12, "trece": 13, "catorce": 14,
    "veinte": 20, **_count("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10), "cien": 100,
}  # fmt: skip
ORDINALS = {
    **_count(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
        1,
    ),
    "thirtieth": 30,
}
SCALES = {
    "thousand": 3,
    "grand": 3,
    "k": 3,
    "million": 6,
    "millions": 6,
    "mn": 6,
    "billion": 9,
    "bn": 9,
    "trillion": 12,
}
"""Powers of ten of words after a number; SUFFIXES of letters written onto one ("40k")."""
SUFFIXES = {"k": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9}

_MONTHS = word_list("january february march april may june july august september october november december")
_MONTHS_ELSEWHERE = (
    word_list("januar februar märz april mai juni juli august september oktober november dezember"),
    word_list("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    word_list("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
)
MONTHS = frozenset(_MONTHS)
WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
SEASONS = word_set("spring summer autumn winter christmas easter")
SYMBOLS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
CURRENCIES = word_set("dollar euro pound yen rupee franc krona kroner krone zloty real peso cent yuan")
TIMES = word_set(
    "second minute hour day night morning afternoon evening week weekend month quarter year decade fortnight century"
)
MEASURES = word_set(
    """percent point dozen hundred thousand million billion grand kilo kilogram kg gram ton tonne pound mile kilometer
    kilometre km meter metre foot inch gigabyte gb terabyte tb megabyte mb half third twice once thrice double triple
    litre liter gallon acre hectare ounce oz lb lbs pint degree feet inches kwh mw watt pence buck bucks
    quarterly weekly monthly yearly annually daily hourly today tomorrow yesterday am pm"""
)


def _pair(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: canonical for name, canonical in names if name != canonical}


CANONICAL = {
    **_pair((name, month) for names in _MONTHS_ELSEWHERE for name, month in zip(names, _MONTHS, strict=True)),
    **_pair((month[:3], month) for month in _MONTHS if month not in ("march", "may")),
    **SYMBOLS, "%": "percent", "pct": "percent", "prozent": "percent", "sept": "september", "usd": "dollar",
    "eur": "euro",
    "gbp": "pound", "quid": "pound", "dollars": "dollar", "euros": "euro", "pounds": "pound", "rupees": "rupee",
    "francs": "franc", "pesos": "peso", "cents": "cent",
}  # fmt: skip
"""One name for what is written in several ways: "$" and "dollars", "Oct" and "October" and "Oktober"."""
