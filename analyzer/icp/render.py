"""A draft as a page: Markdown, HTML, JSON. Every line shows what it rests on, and its evidence is the appendix.

Evidence is checked once more here: a quote that is not its document's words stops the rendering.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyzer.errors import StudyError
from analyzer.printing import plain_markdown

Page = Mapping[str, Any]
# The page shows these; JSON, HTML and the appendix hold them all.
SHOWN_IDS = 3


def check_evidence(draft: Page, texts: Mapping[str, str]) -> None:
    """Raises StudyError when a cited quote does not stand where it says. ``texts`` by document id; a removed document,
    which an old draft may cite, has none and is passed over."""
    for finding_id, finding in draft["evidence"].items():
        text = texts.get(finding["document_id"])
        if text is not None and text[finding["start"] : finding["end"]] != finding["quote"]:
            raise StudyError(
                f"The draft cites {finding_id}, which is not what {finding['document']} says there. "
                "Run `icp check` to see what is damaged."
            )


def render_json(draft: Page) -> str:
    return json.dumps(draft, indent=2, ensure_ascii=False) + "\n"


def render_markdown(draft: Page, with_evidence: bool = True) -> str:
    """The one-page draft, then its evidence."""
    out = [f"# Ideal Customer Profile: {plain_markdown(draft['product'] or 'our product')}", ""]
    out += [f"Version {draft['version']}, {draft['made_at'][:10]}. {basis_of(draft)}", ""]
    out += [f"**{plain_markdown(draft['definition']['statement'])}**{_cited(draft['definition'])}", ""]
    for section in draft["sections"]:
        out += [f"## {section['heading']}", ""]
        out += [f"- {plain_markdown(line['statement'])}{_support(line)}{_cited(line)}" for line in section["lines"]]
        out.append("")
    if with_evidence:
        out += _md_evidence(draft)
    return "\n".join(out)


def _md_evidence(draft: Page) -> list[str]:
    out = ["## Evidence", ""]
    for finding_id, f in draft["evidence"].items():
        who = ", ".join(part for part in (f["speaker"], f["title"], f["account"]) if part) or "not named"
        where = f"{f['document']}, characters {f['start']}-{f['end']}" + (f", {f['said_on']}" if f["said_on"] else "")
        code = f"{f['kind']}/{plain_markdown(f['category'])}"
        said = f"“{plain_markdown(f['quote'])}” — {plain_markdown(who)} ({plain_markdown(where)})"
        out.append(f"- **{finding_id}** {code}: {said}")
    return [*out, ""]


def basis_of(draft: Page) -> str:
    """The sentence that says what a draft was made from."""
    basis = draft["basis"]
    deals = ", ".join(f"{n} {outcome}" for outcome, n in basis["deals"].items()) or "no deals"
    return (
        f"Made from {basis['documents']} documents of {basis['accounts_heard']} accounts, "
        f"{basis['findings']} findings, deals: {deals}."
    )


def support_of(line: Page) -> str:
    """What a line rests on, in words: n of m accounts where findings carry it, and the detail beside it."""
    counted = f"{line['n']} of {line['m']} accounts" if line["n"] is not None and line["evidence"] else ""
    return "; ".join(part for part in (counted, line["detail"]) if part)


def _support(line: Page) -> str:
    said = support_of(line)
    return f" — {plain_markdown(said)}" if said else ""


def _cited(line: Page) -> str:
    if line["evidence"]:
        more = len(line["evidence"]) - SHOWN_IDS
        return " [" + ", ".join(line["evidence"][:SHOWN_IDS]) + (f", +{more}" if more > 0 else "") + "]"
    return f" [{plain_markdown(line['source'])}]" if line["source"] else ""


def render_html(draft: Page) -> str:
    """One file without scripts or outside links; lines fold open to their evidence; prints as a page and appendix."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return environment.get_template("draft.html.j2").render(draft=draft, basis=basis_of(draft), support=support_of)
