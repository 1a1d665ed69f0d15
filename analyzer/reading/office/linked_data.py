"""What a page states of its job posting as data: schema.org JobPosting in JSON-LD, or in its attributes (microdata)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

Posting = Mapping[str, Any]
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>)?[;\s]*$"
)
_MOST_NODES = 50_000
_MOST_POSTINGS = 1_000


def find_postings(page: Any) -> list[Posting]:
    """Every job posting the page states, in its order, as schema.org names the fields; each only once."""
    found: list[Posting] = []
    for script in page.iter("script"):
        if "ld+json" in (script.get("type") or "").casefold():
            found += _postings_in(_parse("".join(script.itertext())))
    if not found:
        found = [
            _microdata(one) for one in islice(page.iterfind(".//*[@itemtype]"), 50) if _is_posting(one.get("itemtype"))
        ]
    unique = {json.dumps(posting, sort_keys=True, default=str)[:5000]: posting for posting in found}
    return list(unique.values())[:_MOST_POSTINGS]


def _parse(script: str) -> Any:
    """The data of a script; pages escape it twice, wrap it in comments, or break lines inside its strings."""
    for text in (script, _WRAPPING.sub("", script[:2_000_000]), html.unescape(script)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _postings_in(stated: Any) -> Iterator[Posting]:
    """Postings anywhere in the data: alone, in a graph, or as entries of a list."""
    waiting = [stated]
    named = _organisations(stated)
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            if _is_posting(node.get("@type")):
                employer = node.get("hiringOrganization")
                reference = employer.get("@id") if isinstance(employer, dict) and len(employer) <= 2 else None
                known = named.get(reference) if isinstance(reference, str) else None
                yield {**node, "hiringOrganization": known} if known else node
            else:
                waiting.extend(value for value in reversed(node.values()) if isinstance(value, dict | list))


def _organisations(stated: Any) -> dict[str, Posting]:
    """What a graph tells of those its postings only refer to (`{"@id": "#organisation"}`), as site builders do."""
    graph = stated.get("@graph") if isinstance(stated, dict) else stated
    nodes = graph if isinstance(graph, list) else ()
    return {
        node["@id"]: node
        for node in nodes
        if isinstance(node, dict) and isinstance(node.get("@id"), str) and isinstance(node.get("name"), str)
    }


def _is_posting(stated: Any) -> bool:
    kinds = stated if isinstance(stated, list) else str(stated or "").split()
    return any(isinstance(kind, str) and re.split(r"[/#:]", kind)[-1] == "JobPosting" for kind in kinds)


def _microdata(element: Any) -> Posting:
    from lxml import etree

    fields: dict[str, Any] = {}
    for inner in element.iter():
        name = inner.get("itemprop")
        if not name or name in fields or not isinstance(inner.tag, str):
            continue
        if name in _TEXTS:
            fields[name] = etree.tostring(inner, encoding="unicode", method="html", with_tail=False)
        elif name == "hiringOrganization" and (stated := _stated_name(inner)):
            fields[name] = stated
        else:
            fields[name] = inner.get("content") or inner.get("datetime") or " ".join("".join(inner.itertext()).split())
    return fields


def _stated_name(organisation: Any) -> str:
    """The name inside an organisation that is marked up in parts; often a tag that shows nothing."""
    for inner in organisation.iterfind(".//*[@itemprop='name']"):
        if name := inner.get("content") or " ".join("".join(inner.itertext()).split()):
            return str(name)
    return ""


_TEXTS = ("description", "responsibilities", "qualifications", "skills", "experienceRequirements",
          "educationRequirements", "jobBenefits", "incentiveCompensation", "employerOverview")  # fmt: skip


def texts_of(posting: Posting) -> Iterator[str]:
    """The posting's words as HTML, its description first; escaped ones as what they stand for."""
    for field in _TEXTS:
        value = posting.get(field)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text.strip():
                yield _unescaped(text)


def _unescaped(text: str) -> str:
    """HTML that was escaped once more on its way into the data, as job boards do, or a text with line ends."""
    for _ in range(2):
        if re.search(r"<[a-zA-Z/!]", text) or ("&lt;" not in text and "&amp;" not in text):
            break
        text = html.unescape(text)
    return text if re.search(r"<[a-zA-Z/!]", text) else f"<pre>{text}</pre>"


def stated_marks(posting: Posting) -> dict[str, str]:
    """Title, account, date, place and last day as the posting states them."""
    stated = {
        "title": posting.get("title") or posting.get("name"),
        "account": _name(posting.get("hiringOrganization")),
        "date": posting.get("datePosted"),
        "location": _place(posting.get("jobLocation")),
        "valid through": posting.get("validThrough"),
    }
    return {
        key: " ".join(html.unescape(value).split())
        for key, value in stated.items()
        if isinstance(value, str) and value.strip()
    }


def _name(organisation: Any) -> Any:
    if isinstance(organisation, list):
        organisation = organisation[0] if organisation else None
    return organisation.get("name") or organisation.get("legalName") if isinstance(organisation, dict) else organisation


def _place(place: Any) -> str:
    """ "Leeds, GB; Oslo, NO" of one place or several."""
    names: list[str] = []
    for one in (place if isinstance(place, list) else [place])[:20]:
        address = one.get("address", one) if isinstance(one, dict) else one
        if isinstance(address, dict):
            country = address.get("addressCountry")
            country = country.get("name") if isinstance(country, dict) else country
            parts = (address.get("addressLocality"), address.get("addressRegion"), country)
            address = ", ".join(part for part in parts if isinstance(part, str) and part.strip())
        if isinstance(address, str) and address.strip():
            names.append(address)
    return "; ".join(dict.fromkeys(names))
