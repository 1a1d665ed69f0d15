"""Every word of a source's speech stands in the canonical text, in order, and no other. The words are counted here by
other means than the readers': a few lines for each format, which know nothing of them."""

from __future__ import annotations

import html
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from analyzer.reading.documents import read_document

REPOSITORY = Path(__file__).resolve().parents[1]
GOLD = Path(os.environ.get("ICP_SHARED", REPOSITORY.parent / "shared")) / "gold" / "docs"
DEMO = sorted((REPOSITORY / "corpora" / "demo").rglob("*"))
DOCUMENTS = [p for p in DEMO if p.suffix in (".vtt", ".srt", ".txt", ".md", ".docx") and p.name != "README.md"]
NAME = r"[^\W\d_][^:()\n]{1,40}?"


def spoken_in_captions(text: str) -> str:
    """Of each block the lines under its timing, without the name before the first colon or in the voice tag."""
    said = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        _, timing, below = block.partition(" --> ")
        if timing:
            payload = " ".join(below.split("\n")[1:]).strip()
            voice = re.match(r"<v [^>]*>(.*?)(?:</v>)?$", payload)
            said.append(html.unescape(voice[1]) if voice else re.sub(rf"^{NAME}: ", "", payload))
    return "\n".join(said)


def spoken_in_text(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    otter = [line for line in lines if re.fullmatch(r"\S.*  \d+:\d\d(?::\d\d)?\s*", line)]
    if otter:
        lines = lines[lines.index(otter[0]) :]
        return "\n".join(line for line in lines if line not in otter and "otter.ai" not in line)
    if bold := [line for line in lines if re.match(r"\*\*[^*]+\*\* \(", line)]:
        return "\n".join(re.sub(r"^\*\*[^*]+\*\* \([\d:]+\): ", "", line) for line in bold)
    named = [number for number, line in enumerate(lines) if re.match(rf"{NAME}: ", line)]
    if len(named) > 8:
        # What stands above the first speaker (a title, a date) was said by nobody.
        lines = lines[named[0] :]
        return "\n".join(re.sub(rf"^{NAME}: ", "", line) for line in lines)
    return text


def spoken_in_json(text: str) -> str:
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("sentences"), list):
                found.extend(sentence["text"] for sentence in value["sentences"])
                return
            value = list(value.values())
        for entry in value if isinstance(value, list) else ():
            walk(entry)

    walk(json.loads(text))
    return "\n".join(found)


def spoken_in_word(path: Path) -> str:
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    paragraphs = [
        "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", p)) for p in re.findall(r"<w:p[ >].*?</w:p>", xml, re.S)
    ]
    return spoken_in_text("\n".join(html.unescape(paragraph) for paragraph in paragraphs))


def spoken(path: Path) -> str:
    if path.suffix == ".docx":
        return spoken_in_word(path)
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix in (".vtt", ".srt"):
        return spoken_in_captions(text)
    return spoken_in_json(text) if path.suffix == ".json" else spoken_in_text(text)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.skipif(not GOLD.exists(), reason=f"the gold documents are not in {GOLD}; set ICP_SHARED to their folder")
def test_every_word_of_the_gold_documents_survives() -> None:
    paths = sorted(p for p in GOLD.iterdir() if p.is_file())
    assert len(paths) >= 16
    check(paths)


def test_every_word_of_the_demo_survives() -> None:
    assert len(DOCUMENTS) == 18
    check(DOCUMENTS)


def check(paths: list[Path]) -> None:
    lost = {}
    for path in paths:
        document = read_document(path.read_bytes(), path.name)
        there, here = words(spoken(path)), words(document.text)
        if there != here:
            place = next(
                (n for n, (a, b) in enumerate(zip(there, here, strict=False)) if a != b), min(len(there), len(here))
            )
            lost[path.name] = (len(there), len(here), there[place : place + 8], here[place : place + 8])
    assert lost == {}
