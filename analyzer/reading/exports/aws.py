"""AWS Transcribe, older shape: who spoke stands beside the words, joined to them only by the time of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def label_items(content: Any) -> Any:
    """The same with a speaker on each item, where the file keeps speakers apart (`speaker_labels`); else unchanged."""
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, dict) or not isinstance(results.get("items"), list):
        return content
    speakers = dict(_speakers(results.get("speaker_labels")))
    if not speakers:
        return content
    items = [
        {**item, "speaker_label": speakers[item["start_time"]]}
        if isinstance(item, dict) and not item.get("speaker_label") and _time(item) in speakers
        else item
        for item in results["items"]
    ]
    return {**content, "results": {**results, "items": items}}


def _speakers(labels: Any) -> Iterator[tuple[str, str]]:
    segments = labels.get("segments") if isinstance(labels, dict) else None
    for segment in segments if isinstance(segments, list) else ():
        items = segment.get("items") if isinstance(segment, dict) else None
        for item in items if isinstance(items, list) else ():
            speaker = item.get("speaker_label") if isinstance(item, dict) else None
            if isinstance(speaker, str) and _time(item):
                yield _time(item), speaker


def _time(item: dict[str, Any]) -> str:
    at = item.get("start_time")
    return at if isinstance(at, str) else ""
