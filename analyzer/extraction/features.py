"""What the offline model sees of a unit: two embeddings (alone, and among its neighbours), its words, and its form.

The form features are yes/no cues in the order of ``CUES``; the words are unigrams and bigrams weighted by TF-IDF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer.adapters.protocols import Embedder, Vectors
from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.units import Unit
from analyzer.records import DocumentKind

_MONTH = r"january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_CUES: Mapping[str, str] = {
    "figure": r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|ninety|hundred|thousand|million)\b",
    "money": r"[$£€]|\b(?:dollars?|euros?|pounds?|quid|grand|bucks|k|million|thousand)\b",
    "time_spent": r"\b(?:hours?|days?|weeks?|minutes?|months?|nights?|weekends?)\b",
    "month": rf"\b(?:{_MONTH})\b",
    "when": r"\b(?:last|next|this) (?:year|quarter|month|week|spring|summer|fall|autumn|winter|christmas)\b|\bago\b|\bq[1-4]\b|\b20\d\d\b",
    "i": r"\b(?:i|me|my|i'm|i'd|i've)\b",
    "we": r"\b(?:we|us|our|we're|we'd|we've)\b",
    "they": r"\b(?:they|he|she|him|her|his|their|them)\b",
    "you": r"\b(?:you|your|yours|y'all|you're|you'd)\b",
    "not": r"n't\b|\b(?:not|no|never|nobody|nothing|without|hardly|none|cannot)\b",
    "if": r"\b(?:if|would|could|might|suppose|imagine|maybe|unless)\b",
    "question": r"\?",
    "title": r"\b(?:c[efiotmrs]o|cpo|ciso|vp|director|head of|manager|controller|president|chair|board|owner|partner|chief|fd|md|legal|procurement|it|security|counsel|finance|boss)\b",
    "sign": r"\b(?:sign|signs|signed|signature|approve[sd]?|approval|budget|sign-off|signed off|veto|say-so|final|decision|decides?|yes or no|call)\b",
    "push": r"\b(?:push(?:ed|ing)?|champion|fought|pitched|wrote the|business case|evaluat\w+|trial|tested|pilot|shortlist\w*)\b",
    "must": r"\b(?:must|have to|has to|had to|need(?:s|ed)? to|require[sd]?|got to|gotta|can't|won't|couldn't)\b",
    "manual": r"\b(?:spreadsheets?|excel|by hand|manual\w*|copy|copying|paste|pasting|retyp\w+|re-?key\w*|paper|whiteboard|typing|typed)\b",
    "harm": r"\b(?:lost|lose|losing|wrong|late|missed|miss|broke|broken|down|failed|fails?|error|errors|mistakes?|slow|slipped|stuck|waste\w*|cost|costs|complain\w*|angry|penalt\w+|fine[ds]?|overtime|quit)\b",
    "change": r"\b(?:new|started|joined|bought|acquired|merged?|raised|closed|opened|opening|launch\w*|moving|migrat\w+|renewal|expires?|sunset\w*|audit\w*|hired|hiring|mandate\w*|regulat\w+|deadline|rule)\b",
    "look": r"\b(?:looked at|demo\w*|competitor|alternative|quote[ds]?|instead|in-house|ourselves|built|consultants?|agency|nothing)\b",
    "want": r"\b(?:worr\w+|concern\w*|afraid|scared|expensive|too much|price|pricing|risk|trust|not sure|proof)\b",
    "after": r"\b(?:now|since|down to|from|went from|saved?|used to|better|faster|cut)\b",
    "where": r"\b(?:conference|podcast|linkedin|slack|google[d]?|webinar|newsletter|friend|peer|recommended|heard|forum|community|g2|gartner|event|booth|read|article|group)\b",
    "system": r"\b(?:crm|erp|system|software|tool|platform|stack|database|warehouse|module)\b",
    "laugh": r"\b(?:ha|haha|funny|joke|kidding|lol|dog|cat|kids?|wife|husband|weather|weekend|coffee|lunch)\b",
}
CUES = (*_CUES, "product", "long", "short", "first_in_turn", "note", "posting", "asked")
_PATTERNS = {name: re.compile(pattern, re.I) for name, pattern in _CUES.items()}
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[$£€?!]")


def form_of(unit: Unit, kind: DocumentKind, gazetteer: Gazetteer) -> list[float]:
    """The cues of a unit, 0 or 1 each, in the order of ``CUES``."""
    seen = [float(bool(pattern.search(unit.text))) for pattern in _PATTERNS.values()]
    words = len(unit.text.split())
    rest = (
        any(True for _ in gazetteer.find(unit.text)),
        words > 18,
        words < 6,
        unit.start == unit.turn.start,
        kind == DocumentKind.CALL_NOTE,
        kind == DocumentKind.JOB_POSTING,
        unit.question.rstrip().endswith("?"),
    )
    return seen + [float(x) for x in rest]


def tokens_of(text: str) -> list[str]:
    """Unigrams and bigrams, lower case; figures become one token, so that a number is a number."""
    words = ["#" if w.isdigit() else w for w in _TOKEN.findall(text.lower().replace("’", "'"))]
    return words + [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]


def dense_features(
    units: Sequence[Unit], kind: DocumentKind, embedder: Embedder, gazetteer: Gazetteer
) -> NDArray[np.float32]:
    """(len(units), 2 x dimensions + len(CUES)) float32: the unit's embedding, the one in context, its form."""
    alone = embedder.embed([u.text for u in units])
    among = embedder.embed([context_of(u) for u in units])
    form = np.array([form_of(u, kind, gazetteer) for u in units], dtype=np.float32).reshape(len(units), len(CUES))
    return np.hstack([alone, among, form])


def context_of(unit: Unit) -> str:
    """The unit among what was asked and what stands beside it in its turn."""
    return " ".join(part for part in (unit.question[-120:], unit.before[-120:], unit.text, unit.after[:80]) if part)


def weigh_tokens(text: str, vocabulary: Mapping[str, int], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """TF-IDF of a text over a fixed vocabulary, (len(vocabulary),) float32 of length 1 (Salton & Buckley 1988)."""
    row: Vectors = np.zeros(len(vocabulary), dtype=np.float32)
    for token, count in Counter(tokens_of(text)).items():
        place = vocabulary.get(token)
        if place is not None:
            row[place] = (1.0 + np.log(count)) * idf[place]
    length = float(np.linalg.norm(row))
    return row / length if length else row
