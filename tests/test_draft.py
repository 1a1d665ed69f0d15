"""The draft: every line rests on words that stand in the study or on numbers that say where they come from."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from small_study import two_kinds

from analyzer.accounts import Told
from analyzer.errors import StudyError, UsageError
from analyzer.icp.render import check_evidence, render_html, render_json, render_markdown
from analyzer.icp.versions import digest_of, summarise
from analyzer.reading.documents import ReadOptions
from analyzer.records import Kind, Outcome, Status
from analyzer.settings import Settings
from analyzer.study import Study

DAY = date(2026, 6, 15)
SECTION_OF = {
    Kind.TOOL: "technographics",
    Kind.TRIGGER: "triggers",
    Kind.PAIN: "pains",
    Kind.ROLE: "committee",
    Kind.ALTERNATIVE: "alternatives",
    Kind.CRITERION: "criteria",
    Kind.OBJECTION: "objections",
    Kind.OUTCOME: "outcomes",
    Kind.CHANNEL: "channels",
}


@pytest.fixture
def draft(demo_study: Study) -> dict[str, Any]:
    return demo_study.draft(DAY)


def lines_of(draft: dict[str, Any]) -> list[dict[str, Any]]:
    return [draft["definition"], *(line for section in draft["sections"] for line in section["lines"])]


def section(draft: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [line for s in draft["sections"] if s["key"] == key for line in s["lines"]]


# ------------------------------------------------------------------------------------------------------------ evidence


def test_every_line_cites_findings_that_are_there_or_names_its_source(draft: dict[str, Any]) -> None:
    for line in lines_of(draft):
        assert line["statement"].strip()
        assert line["evidence"] or line["source"], line["statement"]
        assert set(line["evidence"]) <= set(draft["evidence"]), line["statement"]
        assert len(set(line["evidence"])) == len(line["evidence"])


def test_every_piece_of_evidence_is_cited_and_stands_in_its_document_word_for_word(
    demo_study: Study, draft: dict[str, Any]
) -> None:
    texts = {d.id: d.text for d in demo_study.documents()}
    findings = {f.id: f.quote for f in demo_study.findings()}
    denials = {d.id: d.quote for d in demo_study.store.denials()}
    assert len(draft["evidence"]) > 20
    assert set(draft["evidence"]) == {i for line in lines_of(draft) for i in (*line["evidence"], *line["against"])}
    for evidence_id, shown in draft["evidence"].items():
        assert texts[shown["document_id"]][shown["start"] : shown["end"]] == shown["quote"]
        assert (denials if "question" in shown else findings)[evidence_id] == shown["quote"]
        assert evidence_id[0] == ("d" if "question" in shown else "f")
        assert shown["id"] == evidence_id
        assert shown["side"] != "ours"


def test_what_speaks_against_a_line_is_a_denial_of_its_own_kind_and_category(draft: dict[str, Any]) -> None:
    for line in lines_of(draft):
        backing = {(draft["evidence"][i]["kind"], draft["evidence"][i]["category"]) for i in line["evidence"]}
        for evidence_id in line["against"]:
            shown = draft["evidence"][evidence_id]
            # Beside a denial stand those who named it after all.
            assert "question" in shown or line["statement"].startswith("Not ")
            assert {(shown["kind"], shown["category"])} == backing
        assert not set(line["against"]) & set(line["evidence"])


def test_words_in_quotation_marks_are_words_of_the_line_s_own_evidence(draft: dict[str, Any]) -> None:
    quoted = 0
    for line in lines_of(draft):
        for words in re.findall(r"“(.+)”", line["statement"]):
            sources = [draft["evidence"][i]["quote"] for i in line["evidence"]]
            folded = [" ".join(re.findall(r"[\w'$£€%]+", s.lower().replace("’", "'"))) for s in sources]
            plain = " ".join(re.findall(r"[\w'$£€%]+", words.lower().replace("’", "'")))
            assert any(plain in source for source in folded), line["statement"]
            quoted += 1
    assert quoted > 10


def test_n_of_m_counts_accounts_that_were_heard(demo_study: Study, draft: dict[str, Any]) -> None:
    heard = draft["basis"]["accounts_heard"]
    assert heard == demo_study.heard_accounts()
    counted = [(key, line) for key in SECTION_OF.values() for line in section(draft, key) if line["evidence"]]
    assert {key for key, _ in counted} == {k for k in SECTION_OF.values() if section(draft, k)}
    for _, line in counted:
        accounts = {draft["evidence"][i]["account"] or draft["evidence"][i]["document"] for i in line["evidence"]}
        assert line["m"] == heard
        assert min(line["n"], len(line["evidence"])) == len(accounts) <= line["n"] <= heard
    assert all(line["n"] <= line["m"] for line in lines_of(draft) if line["n"] is not None)


def test_a_section_stands_there_where_something_was_heard_of_it(demo_study: Study, draft: dict[str, Any]) -> None:
    keys = [s["key"] for s in draft["sections"]]
    heard = {f.kind for f in demo_study.findings()}
    assert {key for kind, key in SECTION_OF.items() if kind in heard} <= set(keys)
    assert {"firmographics", "scorecard", "validation", "examples", "unknowns"} <= set(keys)
    assert keys[-1] == "unknowns"
    assert len(set(keys)) == len(keys)
    assert all(s["lines"] for s in draft["sections"])
    for kind, key in SECTION_OF.items():
        cited = {draft["evidence"][i]["kind"] for line in section(draft, key) for i in line["evidence"]}
        assert cited <= {kind.value}


def test_win_rates_are_those_of_the_imported_deals(demo_study: Study, draft: dict[str, Any]) -> None:
    accounts = {a.name: a for a in demo_study.accounts(Told.COMPARABLE)}
    decided = [d for d in demo_study.store.deals() if d.outcome in (Outcome.WON, Outcome.LOST)]
    both = [(accounts[d.account], d.outcome == Outcome.WON) for d in decided]
    profile, *others = section(draft, "firmographics")
    industries, low, high = re.fullmatch(r"Industry \+ employees: (.+), (\d+)-(\d+)", profile["statement"]).groups()  # type: ignore[union-attr]
    known = [(a, won) for a, won in both if a.industry and a.employees is not None]
    inside = [
        won
        for a, won in known
        if a.industry in industries.split(" or ") and a.employees is not None and int(low) <= a.employees <= int(high)
    ]
    assert (profile["n"], profile["m"]) == (sum(inside), len(inside)) == (16, 19)
    rest = sum(won for _, won in known) - sum(inside)
    assert profile["detail"].endswith(f"won 16 of 19 accounts; all others {rest} of {len(known) - 19}")
    for line in (*others, *section(draft, "technographics")):
        if not line["source"].startswith("lift of column "):
            continue
        name, _, value = line["statement"].partition(": ")
        held = [won for a, won in both if value in (a.tools if name == "Tools" else (a.country, a.industry))]
        assert (line["n"], line["m"]) == (sum(held), len(held))
        assert 0 <= line["low"] < line["n"] / line["m"] < line["high"] <= 1


def test_it_says_what_is_not_known(demo_study: Study, draft: dict[str, Any]) -> None:
    said = " ".join(line["statement"] for line in section(draft, "unknowns"))
    findings = demo_study.findings()
    assert f"{len(findings)} of {len(findings)} findings have not been looked at" in said
    assert "deals" in said


def test_evidence_that_is_not_its_document_s_words_stops_the_rendering(draft: dict[str, Any]) -> None:
    finding_id, finding = next(iter(draft["evidence"].items()))
    text = "x" * finding["start"] + finding["quote"] + "y"
    check_evidence(draft, {finding["document_id"]: text} if len(draft["evidence"]) == 1 else {})
    one = {**draft, "evidence": {finding_id: finding}}
    check_evidence(one, {finding["document_id"]: text})
    with pytest.raises(StudyError, match=finding_id):
        check_evidence(one, {finding["document_id"]: "x" + text})


# ------------------------------------------------------------------------------------------------------------ versions


def test_the_same_study_is_the_same_version_and_a_review_makes_a_new_one(demo_study: Study) -> None:
    first = demo_study.draft(DAY)
    assert demo_study.draft(DAY) == first
    cited = section(first, "pains")[0]["evidence"][0]
    demo_study.review(cited, Status.REJECTED, "a joke")
    second = demo_study.draft(DAY)
    assert second["version"] == first["version"] + 1
    assert cited not in second["evidence"]
    assert demo_study.draft(DAY)["version"] == second["version"]
    assert [d["version"] for d in demo_study.drafts()][-2:] == [first["version"], second["version"]]
    assert demo_study.drafts()[-2] == first, "an old version stays as it was"


def test_a_person_s_acceptance_alone_changes_what_is_not_known(demo_study: Study) -> None:
    first = demo_study.draft(DAY)
    demo_study.review(next(iter(first["evidence"])), Status.ACCEPTED)
    second = demo_study.draft(DAY)
    assert second["version"] == first["version"] + 1
    assert section(second, "unknowns") != section(first, "unknowns")


def test_a_removed_document_leaves_the_draft_and_old_versions_still_open(demo_study: Study) -> None:
    first = demo_study.draft(DAY)
    gone = next(iter(first["evidence"].values()))["document_id"]
    demo_study.remove_document(gone)
    demo_study.refresh()
    second = demo_study.draft(DAY)
    assert gone not in {f["document_id"] for f in second["evidence"].values()}
    assert render_markdown(demo_study.drafts()[-2])
    check_evidence(first, {d.id: d.text for d in demo_study.documents()})


def test_number_and_moment_do_not_make_a_draft_another_one(draft: dict[str, Any]) -> None:
    assert digest_of({**draft, "version": 99, "made_at": "2030-01-01"}) == digest_of(draft)
    other = copy.deepcopy(draft)
    other["sections"][0]["lines"][0]["statement"] += "!"
    assert digest_of(other) != digest_of(draft)
    assert summarise(draft)["evidence"] == len(draft["evidence"])


def test_an_empty_study_claims_nothing(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", Settings())
    draft = study.draft(DAY)
    study.close()
    assert draft["evidence"] == {}
    assert "Not enough was heard" in draft["definition"]["statement"]
    assert {s["key"] for s in draft["sections"]} <= {"scorecard", "unknowns"}
    assert render_markdown(draft)
    assert render_html(draft)


def test_one_interview_alone_is_drafted_with_its_limits_said(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "one", Settings())
    study.add_bytes(
        b"Pia: Why?\n\nDana: It was the hand work, all day long, every single day.\n", "a.txt", ReadOptions()
    )
    draft = study.draft(DAY)
    study.close()
    said = " ".join(line["statement"] for line in section(draft, "unknowns"))
    assert "No deals are imported" in said


# ----------------------------------------------------------------------------------------------------------- rendering


def test_markdown_shows_every_line_with_its_citations_and_the_evidence_behind_it(draft: dict[str, Any]) -> None:
    page = render_markdown(draft)
    for line in lines_of(draft):
        assert all(i in page for i in (*line["evidence"], *line["against"]))
    assert len(re.findall(r"\n- \*\*[fd][0-9a-f]{10}\*\* ", page)) == len(draft["evidence"])
    assert "## Evidence" not in render_markdown(draft, with_evidence=False)
    assert all(f"## {s['heading']}\n" in page for s in draft["sections"])


def test_json_is_the_draft_itself(draft: dict[str, Any]) -> None:
    assert json.loads(render_json(draft)) == json.loads(json.dumps(draft))


class Tags(HTMLParser):
    """Every tag with its attributes, and the words between them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def assert_harmless(page: str) -> Tags:
    """One file that runs nothing and reaches for nothing."""
    seen = Tags(page)
    names = {tag for tag, _ in seen.tags}
    assert not names & {"script", "iframe", "object", "embed", "link", "img", "form", "base"}
    for tag, attributes in seen.tags:
        assert not {a for a in attributes if a.startswith("on") or a in ("src", "style", "srcdoc", "action")}, tag
        assert (attributes.get("href") or "#").startswith("#"), tag
    style = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert not re.search(r"url\(|@import|https?:", style)
    return seen


def test_html_is_one_file_without_script_or_outside_link_and_holds_every_quote(draft: dict[str, Any]) -> None:
    seen = assert_harmless(render_html(draft))
    words = " ".join(" ".join(seen.words).split())
    for finding in draft["evidence"].values():
        assert " ".join(finding["quote"].split()) in words
    for line in lines_of(draft):
        assert " ".join(line["statement"].split()) in words


HOSTILE = (
    '</style></title><script>alert(1)</script><img src=x onerror="alert(2)"> {{ 7*7 }} {% raw %} '
    "[click](https://evil.example/x) ![x](https://evil.example/y) **bold** `code` | # heading\n\n"
    "## Fake heading\n- f00 fake"
)


def hostile(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft as if every word that a document or a CRM could have brought were an attack."""
    bad = copy.deepcopy(draft)
    bad["product"] = HOSTILE
    for line in lines_of(bad):
        line["statement"] = line["detail"] = line["source"] = HOSTILE
    for finding in bad["evidence"].values():
        for key in ("quote", "speaker", "title", "account", "document", "claim", "said_on"):
            finding[key] = HOSTILE
    return bad


def test_hostile_words_are_only_words_in_html(draft: dict[str, Any]) -> None:
    seen = assert_harmless(render_html(hostile(draft)))
    harmless = Tags(render_html(draft))
    assert {tag for tag, _ in seen.tags} <= {tag for tag, _ in harmless.tags}
    assert "{{ 7*7 }}" in " ".join(seen.words)
    assert "49" not in {word.strip() for word in seen.words}


def test_hostile_words_are_only_words_in_markdown(draft: dict[str, Any]) -> None:
    page = render_markdown(hostile(draft))
    assert "<" not in page.replace("&lt;", "")
    assert not re.search(r"(?<!\\)\]\(", page)
    assert not re.search(r"(?<!\\)`", page)
    headings = re.findall(r"(?m)^#+ .*", page)
    assert len(headings) == len(draft["sections"]) + 2
    assert not any("Fake" in h for h in headings[1:])
    bullets = re.findall(r"(?m)^- .*", page)
    assert len(bullets) == sum(len(s["lines"]) for s in draft["sections"]) + len(draft["evidence"])


# ------------------------------------------------------------------------------------------------------------ segments


@pytest.fixture
def kinds(tmp_path: Path) -> Iterator[Study]:
    made = two_kinds(tmp_path / "kinds")
    yield made
    made.close()


def test_each_segment_that_stands_apart_has_a_draft_of_its_own_accounts_alone(kinds: Study) -> None:
    found = kinds.segments()
    names = [s.name for s in found.segments]
    assert found.are_apart
    assert [name.split(",")[0] for name in names] == ["Health", "Brewing"]
    said = {"Health": "Visibility", "Brewing": "Manual work"}
    for number, segment in enumerate(found.segments, 1):
        draft = kinds.draft(DAY, number)
        mine = {a for a, place in found.members.items() if place == number - 1}
        industry = segment.name.split(",")[0]
        assert draft["segment"] == segment.name
        assert draft["evidence"]
        assert {e["account"] for e in draft["evidence"].values()} <= mine
        (pain,) = section(draft, "pains")
        assert pain["statement"].startswith(f"{said[industry]}: ")
        assert (pain["n"], pain["m"]) == (2, 2)
        assert draft["basis"]["deals"] == {"won": segment.won, "lost": segment.closed - segment.won}
        other = "Brewing" if industry == "Health" else "Health"
        page = render_markdown({**draft, "sections": [s for s in draft["sections"] if s["key"] != "segments"]})
        assert industry in draft["definition"]["statement"]
        assert other not in page, "nothing of the other segment is blended in"
        assert {"Health": "Norway", "Brewing": "Chile"}[industry] not in page
        ranked = [line["statement"] for line in section(draft, "segments")]
        marks = [" (this draft)" if i == number else "" for i in (1, 2)]
        assert ranked == [
            f"Segment {i}: {name}{mark}" for i, (name, mark) in enumerate(zip(names, marks, strict=True), 1)
        ]


def test_drafts_of_different_segments_are_versions_of_their_own(kinds: Study) -> None:
    versions = [kinds.draft(DAY, number)["version"] for number in (1, 2, 0, 1)]
    assert versions == [1, 2, 3, 1], "what has not changed is no new version, whatever was drafted in between"
    first, second, _ = (d["segment"] for d in kinds.drafts())
    kinds.review(next(iter(kinds.drafts()[0]["evidence"])), Status.REJECTED, "misheard")
    assert [kinds.draft(DAY, number)["version"] for number in (2, 1, 0)] == [2, 4, 5]
    assert kinds.current_draft(DAY)["version"] == 5
    assert [d["segment"] for d in kinds.drafts()] == [first, second, "", first, ""]


def test_a_segment_that_is_not_there_is_wrong_use(kinds: Study) -> None:
    with pytest.raises(UsageError, match=r"There is no segment 3 to draft: 1 to 2\. `icp segments` lists them\."):
        kinds.draft(DAY, 3)
    ran = subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "--study", str(kinds.folder), "draft", "--segment", "3"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "There is no segment 3 to draft: 1 to 2. `icp segments` lists them.\n"
    assert kinds.drafts() == []


def test_where_the_won_accounts_are_of_one_kind_no_segment_can_be_drafted(demo_study: Study) -> None:
    kept = demo_study.drafts()
    with pytest.raises(UsageError, match="There is no segment 1 to draft: none that stands apart"):
        demo_study.draft(DAY, 1)
    assert demo_study.drafts() == kept


def test_segments_that_do_not_come_back_are_one_draft_that_says_so(kinds: Study) -> None:
    found = kinds.segments()
    shaky = replace(found, segments=(found.segments[0], replace(found.segments[1], stability=0.4)))
    kinds.segments = lambda: shaky  # type: ignore[method-assign]
    (line,) = section(kinds.draft(DAY), "segments")
    assert line["statement"] == "The won accounts do not fall into stable segments (1 of 2 are not): one draft."
    with pytest.raises(UsageError, match="none that stands apart"):
        kinds.draft(DAY, 2)
