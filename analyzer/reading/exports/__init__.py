"""JSON exports of recorders, sales tools and speech recognisers.

The shape decides, not the vendor's name: a list of objects with words in them, somewhere in the file. What tools call
the same thing stands in keys.yaml; Gong alone needs more (names in another file).
"""

from __future__ import annotations

from analyzer.reading.exports.gong import find_calls
from analyzer.reading.exports.reader import read_json, sniff_json
from analyzer.reading.exports.shapes import SHAPES
from analyzer.reading.source import Format

__all__ = ["FORMATS", "find_calls"]

FORMATS = (Format("json", sniff_json, read_json, SHAPES),)
