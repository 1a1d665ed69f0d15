"""Products people run, found by name: a table in data, extended by the study's product profile.

Names that are also plain words ("Notion", "Segment") count only where the text treats them as a name: written with a
capital inside a sentence, or at its start beside words of use ("we run", "on", "into") or of what it is for ("Gusto for
payroll"). Speech recognition and hasty
notes write no capitals: there a name marked ``spoken`` counts where a word of use stands right before it and the phrase
ends with it ("we use slack for", "it's in notion", not "some slack in the plan"). ``spoken: place`` takes "in" and "on"
for words of use; ``spoken: use`` does not, since the word is a place itself ("on toast", "in teams"). All others need
their capital.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

_WORD = re.compile(r"[A-Za-z0-9][\w.+&'’]*")
_ON_A_DAY = re.compile(r"\bon\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day$", re.I)
_USE = re.compile(
    r"\b(?:use|using|uses|used|run|running|runs|on|in|into|from|off|with|our|have|got|through|via|is|are|was)\s+\W*$",
    re.I,
)

_USED = (
    r"(?:us(?:e|es|ed|ing)|(?:run|runs|ran|running|live|lives|lived|built|based) (?:on|in)"
    r"|(?:switch|mov|migrat|chang)(?:e|ed|ing)?(?: over| everything| it all| it| us)? (?:to|from|off)"
    r"|sign(?:ed)? up (?:for|to)|pay(?:ing)? for|bought|rolled out)"
)
_PLACED = r"(?:in|into|inside|on|onto|via|through|from|off|out of)"
_SPOKEN = {
    "use": re.compile(rf"\b{_USED}\s+$", re.I),
    "place": re.compile(rf"\b(?:{_USED}|{_PLACED})\s+$", re.I),
}
_PHRASE_ENDS = re.compile(
    r"\s*(?:$|[.,;:!?)\n–—/]|\s-\s)|\s+(?:for|and|or|but|to|as|because|since|so|where|when|then|now|today|every|at|is|are|was"
    r"|which|it|we|they|you|i|instead|already|like|plus|mostly|mainly|here|right|with"
    r"|(?:last|this|next) (?:year|month|week|quarter|spring|summer|fall|autumn|winter))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Product:
    """``is_ambiguous``: the name is also an everyday word. ``spoken``, for those: "use", "place" or "" (see above)."""

    name: str
    category: str
    is_ambiguous: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names this product."""

    product: Product
    start: int
    end: int


class Gazetteer:
    """Finds products in text, longest name first."""

    def __init__(self, names: dict[str, Product]) -> None:
        self._names = names
        self._longest = max((len(_WORD.findall(name)) for name in names), default=1)

    def extended(self, names: Iterable[str], category: str = "other") -> Gazetteer:
        """The same with products of the study's own; a known name keeps its category."""
        extra = {name.lower(): Product(name, category) for name in names if name.lower() not in self._names}
        return Gazetteer({**self._names, **extra})

    def product_of(self, words: str) -> str:
        """The usual name of the first product the words name; the words themselves where they name none."""
        known = self._names.get(words.strip().lower())
        return known.name if known else next((m.product.name for m in self.find(words)), words)

    @cached_property
    def products(self) -> tuple[Product, ...]:
        return tuple(dict.fromkeys(self._names.values()))

    def find(self, text: str) -> Iterator[Mention]:
        """Mentions in order of place, not overlapping."""
        words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
        i = 0
        while i < len(words):
            for size in range(min(self._longest, len(words) - i), 0, -1):
                start, end = words[i][0], words[i + size - 1][1]
                while end > start and text[end - 1] in ".,'’":
                    end -= 1
                for stop in (end, end - 2):
                    product = self._names.get(text[start:stop].lower())
                    if product and (stop == end or text[stop:end].lower() in ("'s", "’s")):
                        end = stop
                        break
                else:
                    continue
                if not product.is_ambiguous or self._is_name(text, start, end, product.spoken):
                    yield Mention(product, start, end)
                i += size - 1
                break
            i += 1

    @staticmethod
    def _is_name(text: str, start: int, end: int, spoken: str) -> bool:
        word = text[start:end]
        if "." in word:
            return True
        if word.islower():
            return bool(spoken and _SPOKEN[spoken].search(text[:start]) and _PHRASE_ENDS.match(text, end))
        if text[end : end + 1] == "-" or _ON_A_DAY.search(text[:end]):
            return False
        before = text[:start].rstrip(" \t\"'“(-*")
        starts_sentence = not before or before[-1] in ".!?\n:"
        return not starts_sentence or bool(_USE.search(text[:start]) or _for_what().match(text, end))


@cache
def topics_pattern() -> str:
    """A regular expression for what products are run for ("payroll", "help desk"): the topics of tool_use.yaml."""
    text = (Path(__file__).parent / "tool_use.yaml").read_text(encoding="utf-8")
    listed = " ".join(yaml.load(text, Loader=yaml.CSafeLoader)["topics"].split()).split(", ")
    return "|".join(re.escape(topic) for topic in sorted(listed, key=len, reverse=True))


@cache
def _for_what() -> re.Pattern[str]:
    return re.compile(rf" for (?:(?:the|our|all|their) )?(?:{topics_pattern()})\b", re.I)


@cache
def load_gazetteer() -> Gazetteer:
    """The table of products in ``tools.yaml``."""
    rows = yaml.load((Path(__file__).parent / "tools.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    names: dict[str, Product] = {}
    for row in rows:
        product = Product(row["name"], row["category"], row.get("ambiguous", False), row.get("spoken", ""))
        for name in (row["name"], *row.get("aliases", ())):
            names[str(name).lower()] = product
    return Gazetteer(names)
