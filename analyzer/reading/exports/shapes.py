"""How the JSON of each tool comes: what docs/formats.md shows, and tests read."""

from __future__ import annotations

from analyzer.reading.exports.engine_shapes import ENGINE_SHAPES
from analyzer.reading.exports.recorder_shapes import RECORDER_SHAPES
from analyzer.reading.source import Shape

_LIST = Shape(
    "json",
    "interview.json",
    """[
  {"speaker": "Noor Haddad", "text": "What changed in March?", "start": "00:00:03"},
  {"speaker": "Dana Ortiz", "text": "We lost the Halloway account.", "start": "00:00:07"},
  {"speaker": "Noor Haddad", "text": "And then?", "start": "00:00:12"}
]
""",
    "Any list of utterances, or one a line (JSON lines): who, what and when under the names tools use for them; "
    " title, date and account from the objects around it.",
)
_TEXT = Shape(
    "json text",
    "note.json",
    """{
  "title": "Northwind first call",
  "date": "2026-03-11",
  "notes": "Matching is done by hand.\\nDana signs up to 50k.\\nThe auditors asked twice."
}
""",
    "A note, transcript or posting whole in one field, HTML made readable; title, date and account from beside it.",
)

SHAPES = (*RECORDER_SHAPES, *ENGINE_SHAPES, _LIST, _TEXT)
