"""One entry of a transcript: its words and who said them, whatever it calls them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.reading.canonical import fold
from analyzer.reading.exports.joining import Token, join_tokens
from analyzer.reading.exports.keys import key_set, keys, pick, plain_keys, table
from analyzer.reading.exports.times import find_moment

_DEEPEST = 3
_MARKS = frozenset(("punct", "punctuation"))
_RESOURCE = re.compile(r"\S+/\S+/(\S{1,80})")


def words_of(flat: Mapping[str, Any], within: str = "", depth: int = 0) -> str:
    """The words of an entry (its keys plain); "" when it has none. ``within`` is the name of the list it stands in."""
    names = keys("tokens") if within in key_set("token_lists") else keys("words")
    for name in names:
        value = flat.get(name)
        if isinstance(value, str) and value:
            return value
        # Attendee and Slack keep the words one deeper: `"transcription": {"transcript": "Hello."}`.
        if isinstance(value, dict) and depth < _DEEPEST and (inner := words_of(plain_keys(value), "", _DEEPEST)):
            return inner
    if depth >= _DEEPEST:
        return ""
    for name in ("alternatives", "nbest"):
        best = flat.get(name)
        if isinstance(best, list) and best and isinstance(best[0], dict):
            words = words_of(plain_keys(best[0]), "", depth + 1) or _text(plain_keys(best[0]).get("content"))
            if words:
                return words
    if tokens := tokens_of(flat):
        return join_tokens(tokens)
    for name in keys("sentence_lists"):
        if isinstance(parts := flat.get(name), list):
            said = (words_of(plain_keys(part), "", depth + 1) for part in parts if isinstance(part, dict))
            return " ".join(words.strip() for words in said if words.strip())
    # A figure said is a word, where somebody's JSON library made a number of it.
    number = flat.get("text")
    if isinstance(number, bool) or not isinstance(number, int | float):
        return ""
    return str(number) if abs(number) < 1e15 else ""


def tokens_of(flat: Mapping[str, Any]) -> list[Token]:
    """The single words an entry holds; [] when it holds none."""
    for name in keys("token_lists"):
        value = flat.get(name)
        if isinstance(value, list) and value:
            tokens = [read_token(plain_keys(part)) for part in value if isinstance(part, dict)]
            if tokens := [token for token in tokens if token.words]:
                return tokens
            if all(isinstance(part, str) for part in value):
                return [Token(part) for part in value]
    return []


def read_token(flat: Mapping[str, Any], label: str = "") -> Token:
    """A word or mark, with what the recogniser says of how it joins its neighbours."""
    words = next((value for name in keys("tokens") if isinstance(value := flat.get(name), str) and value), "")
    alternatives = flat.get("alternatives")
    if not words and isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], dict):
        best = plain_keys(alternatives[0])
        words = _text(best.get("content")) or _text(best.get("word")) or _text(best.get("transcript"))
        label = label or find_label(best)
    moment = find_moment(flat)
    attaches = _text(flat.get("attachesto")).casefold()
    return Token(words, label or find_label(flat), None if moment is None else moment.amount, is_mark(flat), attaches)


def is_mark(flat: Mapping[str, Any]) -> bool:
    """Whether a recogniser calls this entry a punctuation mark: then its neighbours are single words."""
    return _text(flat.get("type")).casefold() in _MARKS


def has_speaker(flat: Mapping[str, Any]) -> bool:
    """Whether an entry, or a word in it, says who spoke."""
    if find_label(flat):
        return True
    return any(token.speaker for token in tokens_of(flat)[:5])


def find_label(flat: Mapping[str, Any]) -> str:
    """Who an entry names: a name where it has one, else "Speaker 3" for a number; "" when it names nobody."""
    for name in keys("speakers"):
        if flat.get(name) is not None and (label := label_of(flat[name])):
            return label
    for name in keys("speaker_ids"):
        if flat.get(name) is not None and (label := label_of(flat[name], is_id=True)):
            return label
    best = flat.get("alternatives")
    if isinstance(best, list) and best and isinstance(best[0], dict):
        return label_of(plain_keys(best[0]).get("speaker"))
    return ""


def find_id(flat: Mapping[str, Any]) -> str:
    """What an entry calls its speaker in other lists of the file: a number or a key; "" when it has none."""
    for name in (*keys("speaker_ids"), *keys("speakers")):
        value = flat.get(name)
        if isinstance(value, dict):
            value = pick(plain_keys(value), "person_ids")
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return id_of(value)
    return ""


def id_of(value: Any) -> str:
    """An id as text: 7, 7.0 and "7" are one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return fold(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))[:300]


def label_of(value: Any, is_id: bool = False) -> str:
    """How a speaker is shown whom the file gives as a name, a number, or an object with either."""
    if isinstance(value, dict):
        inside = plain_keys(value)
        if name := next((part for key in keys("names") if (part := _text(inside.get(key)).strip())), ""):
            return label_of(name)
        stated = pick(inside, "emails") or pick(inside, "person_ids") or pick(inside, "weak_speakers")
        return label_of(stated, is_id=True)
    if isinstance(value, list):
        return label_of(value[0]) if value and isinstance(value[0], str | dict) else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"Speaker {id_of(value)}"
    label = fold(_text(value))[:300]
    if resource := _RESOURCE.fullmatch(label):
        return f"Speaker {resource[1]}"
    if label.isdigit() or (len(label) == 1 and label.isalpha() and label.isupper() and label not in ("Q",)):
        return f"Speaker {label}"
    if is_id and label and "sp" not in label.casefold()[:4] and "@" not in label and not _is_role(label):
        return f"Speaker {label}"
    return label


def _is_role(label: str) -> bool:
    """Whether a label is "agent", "customer" or the like: it says more than a number."""
    return any(label.casefold() in said for said in table("sides").values())


def weak_labels(flats: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Who speaks by channel or source, where nothing names a speaker and there are at least two of them."""
    for name in keys("weak_speakers"):
        values = [id_of(flat.get(name)) for flat in flats]
        if len({value for value in values if value}) > 1:
            return (_weak_label(name, value) for value in values)
    return ("" for _ in flats)


def _weak_label(name: str, value: str) -> str:
    if _is_role(value):
        return value
    return f"{'Channel' if name.startswith('channel') else 'Speaker'} {value}" if value else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
