"""What is wrong in a scorecard, as sentences: which rule, which field, what is allowed, and what was perhaps meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from analyzer.scoring.hints import nearest


def fault_sentences(error: ValidationError, content: Any, shapes: Mapping[str, type[BaseModel]]) -> str:
    """All faults of a card's ``content``; ``shapes`` gives each rule its shape, "" the card itself."""
    said = (_sentence(one, content, shapes) for one in error.errors())
    return " ".join(dict.fromkeys(said))


def _sentence(error: Mapping[str, Any], content: Any, shapes: Mapping[str, type[BaseModel]]) -> str:
    place: Sequence[str | int] = error["loc"]
    where, kind, parent = _path(place, content), error["type"], _path(place[:-1], content)
    if kind == "extra_forbidden":
        name, known = str(place[-1]), _fields(place, shapes)
        owner = f"{parent} has" if parent else "A scorecard has"
        return f"{owner} no field {name!r}{nearest(name, known)}. Its fields are {', '.join(known)}."
    if kind == "missing":
        return f"{parent or 'The scorecard'} lacks the field {place[-1]}."
    if kind == "value_error":
        words = str(error["ctx"]["error"])
        joint = " " if words.startswith(("is ", "has ", "holds ", "must ", "needs ", "looks ")) else ": "
        return f"{where}{joint}{words}." if where else f"{words[0].upper()}{words[1:]}."
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{where or 'It'} must be fields with values, such as points: 10, not {_short(error['input'])}."
    if kind in ("tuple_type", "list_type"):
        return f"{where} must be a list, not {_short(error['input'])}."
    return f"{where} cannot be {_short(error['input'])}."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _fields(place: Sequence[str | int], shapes: Mapping[str, type[BaseModel]]) -> tuple[str, ...]:
    shape = shapes[str(place[0])] if len(place) > 1 else shapes[""]
    return tuple(field.alias or name for name, field in shape.model_fields.items())


def _path(place: Sequence[str | int], content: Any) -> str:
    """ "size.low", "custom 2 (Dock doors).points"."""
    said = ""
    for part in place:
        content = _inside(content, part)
        if isinstance(part, int):
            name = content.get("name") if isinstance(content, dict) else None
            said += f" {part + 1}" + (f" ({name})" if isinstance(name, str) and name else "")
        else:
            said += f".{part}" if said else part
    return said


def _inside(content: Any, part: str | int) -> Any:
    if isinstance(content, dict):
        return content.get(part)
    if isinstance(content, list | tuple) and isinstance(part, int) and part < len(content):
        return content[part]
    return None
