"""The draft as JSON, and the schema that every draft keeps to (JSON Schema 2020-12).

The shape grows and never changes: a key is added, and none is taken away or given another meaning.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.icp.render.layout import Page

SCHEMA_FILE = Path(__file__).parent.parent / "draft.schema.json"


def render_json(draft: Page) -> str:
    return json.dumps(draft, indent=2, ensure_ascii=False) + "\n"


def read_schema() -> dict[str, Any]:
    """The published JSON Schema of a draft."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema
