"""What changed between two drafts and why: every line once, every cause shown or said to be unknown."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_app import open_app, shown
from test_cli import icp

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.errors import UsageError
from analyzer.icp.causes import UNEXPLAINED, CardChange, CauseKind, Known, KnownDocument
from analyzer.icp.diff import Change, Diff, LineChange, diff_drafts
from analyzer.icp.diff_json import cause_sentences, diff_json, why_sentence
from analyzer.icp.pairing import pair_lines, placed_lines
from analyzer.icp.versions import choose_pair
from analyzer.reading.documents import ReadOptions
from analyzer.records import Status
from analyzer.settings import Settings
from analyzer.study import Study

Page = dict[str, Any]
HEARD = {"d1": "bakery.txt", "d2": "clinic.txt"}


def finding(i: str, document: str = "d1", category: str = "cost", **more: Any) -> Page:
    return {
        "id": i, "kind": "pain", "category": category, "claim": "c", "quote": f"words of {i}", "start": 0, "end": 5,
        "document_id": document, "document": HEARD.get(document, f"{document}.txt"), "speaker": "Dana", "title": "",
        "side": "customer", "account": "Bakery", "said_on": "2026-04-01", "status": "new", "intensity": None,
    } | more  # fmt: skip


def line(statement: str, n: int | None = None, m: int | None = None, *cited: str, **more: Any) -> Page:
    return {"statement": statement, "n": n, "m": m, "evidence": list(cited), "source": "", "detail": ""} | more


def draft(version: int, sections: dict[str, list[Page]], *findings: Page, **basis: Any) -> Page:
    kept: Page = {
        "documents": 2, "accounts_heard": 2, "findings": len(findings), "deals": {"won": 3}, "scorecard": 1,
        "extractors": ["offline|m|p|1"], "codebook": "1", "document_ids": dict(HEARD), "deals_digest": "x",
        "accounts": 5, "findings_ids": [f["id"] for f in findings],
    } | basis  # fmt: skip
    return {
        "version": version,
        "made_at": f"2026-05-{version:02d}T10:00:00+00:00",
        "product": "Dockhand",
        "definition": line("Dockhand fits companies.", source="default"),
        "sections": [{"key": key, "heading": key.title(), "lines": lines} for key, lines in sections.items()],
        "evidence": {f["id"]: f for f in findings},
        "basis": kept,
    }


def only(diff: Diff) -> LineChange:
    (changed,) = diff.changed
    return changed


def whys(change: LineChange) -> list[tuple[bool, str]]:
    return [(why.is_sure, why.sentence) for why in change.why]


# ------------------------------------------------------------------------------------------------------------- pairing


def test_a_line_is_the_same_by_what_it_is_about_whatever_its_words_and_counts() -> None:
    old = {"pains": [line("Cost: “too dear”", 2, 5, "f1"), line("Speed: “slow”", 1, 5, "f2")]}
    new = {"pains": [line("Cost: “four thousand a load”", 4, 6, "f3"), line("Trust: “who are they”", 1, 6, "f4")]}
    diff = diff_drafts(draft(1, old), draft(2, new))
    assert [(c.change, c.subject) for c in diff.changed] == [
        (Change.CHANGED, "Cost"),
        (Change.ADDED, "Trust"),
        (Change.GONE, "Speed"),
    ]
    assert [d.sentence for d in diff.changed[0].differences] == [
        "before: Cost: “too dear”",
        "4 of 6 accounts, was 2 of 5 accounts",
        "evidence gained: f3",
        "evidence lost: f1",
    ]


@pytest.mark.parametrize(
    ("section", "before", "after"),
    [
        ("scorecard", "Size 20: 100-500 employees", "Size 25: 100-800 employees"),
        ("validation", "Tier 1: 8 of 10 closed deals won", "Tier 1: 9 of 12 closed deals won"),
        ("unknowns", "12 of 50 findings have not been looked at.", "2 of 61 findings have not been looked at."),
        ("examples", "Tier 2: Bakery (60)", "Tier 2: Clinic (61)"),
    ],
)
def test_figures_in_a_statement_do_not_make_another_line_of_it(section: str, before: str, after: str) -> None:
    diff = diff_drafts(draft(1, {section: [line(before)]}), draft(2, {section: [line(after)]}))
    assert only(diff).change == Change.CHANGED


def test_tiers_are_told_apart_by_their_number() -> None:
    old = {"validation": [line("Tier 1: 8 of 10 won"), line("Tier 2: 3 of 9 won")]}
    new = {"validation": [line("Tier 1: 8 of 10 won"), line("Tier 3: 3 of 9 won")]}
    diff = diff_drafts(draft(1, old), draft(2, new))
    assert [(c.change, c.subject) for c in diff.changed] == [(Change.ADDED, "Tier 3"), (Change.GONE, "Tier 2")]


def test_a_named_value_of_a_column_is_another_line_and_a_band_of_it_the_same() -> None:
    def sections(industry: str, size: str) -> dict[str, list[Page]]:
        lines = [line(f"Industry: {industry}", 3, 4, source="column industry")]
        return {"firmographics": [*lines, line(f"Size: {size} employees", 3, 4, source="column employees")]}

    diff = diff_drafts(draft(1, sections("Food", "50-100")), draft(2, sections("Steel", "60-120")))
    assert Counter(c.change for c in diff.changed) == {Change.ADDED: 1, Change.GONE: 1, Change.CHANGED: 1}


def test_a_profile_whose_edges_moved_is_the_same_line() -> None:
    def section(value: str) -> dict[str, list[Page]]:
        said = line(f"Industry + employees: {value}", 3, 4, source="lift of profile of the won deals")
        return {"firmographics": [said]}

    diff = diff_drafts(draft(1, section("Food, 115-560")), draft(2, section("Food or Cold storage, 90-500")))
    assert only(diff).change == Change.CHANGED


def test_a_line_of_another_name_is_found_by_the_evidence_they_share() -> None:
    found = [finding("f1"), finding("f2", category="trust")]
    old = draft(1, {"pains": [line("Cost: “a”", 2, 2, "f1", "f2")]}, *found)
    new = draft(2, {"pains": [line("Money: “a”", 2, 2, "f1", "f2")]}, *found)
    assert only(diff_drafts(old, new)).differences[0].sentence == "before: Cost: “a”"


def test_a_line_in_another_section_has_moved() -> None:
    steel = line("Industry: Steel", 1, 4, source="column industry")
    diff = diff_drafts(draft(1, {"firmographics": [steel]}), draft(2, {"anti_icp": [steel]}))
    assert (only(diff).change, only(diff).differences[0].sentence) == (
        Change.MOVED,
        "under “Anti_Icp”, was under “Firmographics”",
    )


def test_the_fewest_lines_are_said_to_have_changed_places() -> None:
    a, b, c = (line(f"{name}: x") for name in "ABC")
    diff = diff_drafts(draft(1, {"pains": [a, b, c]}), draft(2, {"pains": [c, a, b]}))
    assert (only(diff).subject, only(diff).change) == ("C", Change.MOVED)
    assert only(diff).differences[0].sentence == "place 1, was 3"


STATEMENTS = st.sampled_from(["Cost: “a”", "Cost: “b”", "Cost", "Tier 1: x", "Tier 2: x", "“came back”", "7 of 9 new."])
LINES = st.builds(
    lambda statement, n, cited, source: line(statement, n, 9, *cited, source=source),
    STATEMENTS,
    st.integers(0, 9),
    st.lists(st.sampled_from(["f1", "f2", "f3", "f4"]), unique=True, max_size=3),
    st.sampled_from(["", "column industry", "scores"]),
)
SECTIONS = st.dictionaries(st.sampled_from(["pains", "firmographics", "unknowns"]), st.lists(LINES, max_size=5))
FOUND = [finding("f1"), finding("f2", "d2"), finding("f3", category="trust"), finding("f4", "d2", "trust")]


@given(SECTIONS, SECTIONS)
def test_every_line_of_both_drafts_is_accounted_for_exactly_once(
    one: dict[str, list[Page]], other: dict[str, list[Page]]
) -> None:
    old, new = draft(1, one, *FOUND), draft(2, other, *FOUND)
    diff = diff_drafts(old, new)

    def places(draft: Page) -> Counter[tuple[str, int, str]]:
        return Counter((p.section, p.place, p.statement) for p in placed_lines(draft))

    for side, whole in (("before", old), ("after", new)):
        told = [p for c in diff.lines if (p := getattr(c, side))]
        assert Counter((p.section, p.place, p.statement) for p in told) == places(whole)
    assert all(c.why for c in diff.changed)
    assert pair_lines(old, new) == pair_lines(copy.deepcopy(old), copy.deepcopy(new))


@given(SECTIONS)
def test_a_draft_does_not_differ_from_itself(sections: dict[str, list[Page]]) -> None:
    one = draft(1, sections, *FOUND)
    diff = diff_drafts(one, copy.deepcopy(one))
    assert diff.is_empty
    assert diff.causes.all == ()
    assert cause_sentences(diff) == []
    assert diff_json(diff)["changes"] == []


@given(SECTIONS, SECTIONS)
def test_what_one_way_is_added_is_gone_the_other_way(one: dict[str, list[Page]], other: dict[str, list[Page]]) -> None:
    old, new = draft(1, one, *FOUND), draft(1, other, *FOUND)
    there, back = diff_drafts(old, new), diff_drafts(new, old)

    def count(diff: Diff, change: Change) -> int:
        return sum(c.change == change for c in diff.lines)

    assert count(there, Change.ADDED) - count(there, Change.GONE) == count(back, Change.GONE) - count(
        back, Change.ADDED
    )


# ------------------------------------------------------------------------------------------------------------- what


def test_every_respect_in_which_a_line_differs_is_said() -> None:
    old = line("Cost: “a”", 2, 5, "f1", low=0.1, high=0.7, strength="some", detail="1 won", against=["f2"])
    new = line("Cost: “a”", 3, 5, "f1", low=0.2, high=0.8, strength="strong", detail="2 won", refuted_by="No deal.")
    diff = diff_drafts(draft(1, {"pains": [old]}, *FOUND), draft(2, {"pains": [new | {"later": 1}]}, *FOUND))
    assert [d.sentence for d in only(diff).differences] == [
        "3 of 5 accounts, was 2 of 5 accounts",
        "95 % interval 20-80 %, was 10-70 %",
        "strength: strong, was some",
        "detail: 2 won, was 1 won",
        "refuted by: No deal., was nothing",
        "evidence against lost: f2",
        "later: 1, was nothing",
    ]


def test_drafts_of_before_a_field_was_there_differ_only_where_it_says_something() -> None:
    old = {"pains": [line("Cost: “a”", 2, 5, "f1")]}
    new = {"pains": [line("Cost: “a”", 2, 5, "f1", low=None, high=None, strength=None, against=[], refuted_by="")]}
    after = draft(2, new, finding("f1")) | {"segment": "", "is_hypothesis": False}
    assert diff_drafts(draft(1, old, finding("f1")), after).is_empty


def test_a_hypothesis_that_deals_back_now_is_said() -> None:
    diff = diff_drafts(draft(1, {}) | {"is_hypothesis": True}, draft(2, {}))
    assert diff.about == ("It is no hypothesis any more: deals back it.",)
    assert not diff.is_empty


# ----------------------------------------------------------------------------------------------------------------- why


def test_evidence_from_a_new_document_names_it_as_the_cause() -> None:
    old = draft(
        1, {"pains": [line("Cost: “a”", 1, 1, "f1")]}, finding("f1"), accounts_heard=1, document_ids={"d1": "b"}
    )
    new = draft(2, {"pains": [line("Cost: “a”", 2, 2, "f1", "f2")]}, finding("f1"), finding("f2", "d2"))
    assert whys(only(diff_drafts(old, new))) == [(True, "document clinic.txt (d2) was added")]


def test_evidence_of_a_removed_document_names_it_and_the_line_that_is_gone_too() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f2")]}, finding("f2", "d2"))
    new = draft(2, {}, document_ids={"d1": "bakery.txt"}, accounts_heard=1)
    change = only(diff_drafts(old, new))
    assert change.change == Change.GONE
    assert whys(change) == [(True, "document clinic.txt (d2) was taken out")]


def test_a_document_found_to_be_a_copy_is_not_said_to_be_taken_out() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f2")]}, finding("f2", "d2"))
    known = Known({"d2": KnownDocument("clinic.txt", copy_of="d1")})
    diff = diff_drafts(old, draft(2, {}, document_ids={"d1": "bakery.txt"}), known)
    assert whys(only(diff)) == [(True, "document clinic.txt (d2) is a copy of another and counts no longer")]


def test_a_rejected_finding_is_the_cause_where_a_person_rejected_it_between_the_two() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 2, 2, "f1", "f2")]}, finding("f1"), finding("f2", "d2"))
    new = draft(2, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"))
    diff = diff_drafts(old, new, Known({}, {"f1": Status.NEW, "f2": Status.REJECTED}))
    assert whys(only(diff)) == [(True, "finding f2 of clinic.txt was rejected by a person")]
    still_counted = draft(2, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"), findings_ids=["f1", "f2"])
    later = diff_drafts(old, still_counted, Known({}, {"f1": Status.NEW, "f2": Status.REJECTED}))
    assert whys(only(later)) == [(False, UNEXPLAINED)]


def test_a_corrected_document_is_told_by_what_its_findings_say_of_it() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"))
    new = draft(2, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1", account="Bakery Ltd"))
    assert whys(only(diff_drafts(old, new))) == [
        (True, "document bakery.txt (d1) was corrected: account Bakery Ltd, was Bakery")
    ]


def test_a_finding_a_person_accepted_is_said() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"))
    new = draft(2, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1", status="accepted"))
    assert whys(only(diff_drafts(old, new))) == [(True, "finding f1 of bakery.txt was accepted by a person")]


def test_a_changed_scorecard_names_its_versions_with_author_and_reason_where_they_are_kept() -> None:
    old = draft(1, {"scorecard": [line("Size 20: 1-9", source="scorecard version 1")]})
    new = draft(2, {"scorecard": [line("Size 25: 1-9", source="scorecard version 3")]}, scorecard=3)
    assert whys(only(diff_drafts(old, new))) == [(True, "the scorecard is version 3, was 1")]
    known = Known(
        card_changes=lambda a, b: [CardChange(2, "Pia", "too strict"), CardChange(b, "", "")] if a == 1 else []
    )
    assert whys(only(diff_drafts(old, new, known))) == [
        (True, "the scorecard is version 3, was 1 (version 2 by Pia: too strict; version 3 by nobody named)")
    ]
    same_number = copy.deepcopy(new) | {"basis": old["basis"]}
    assert whys(only(diff_drafts(old, same_number))) == [
        (True, "the scorecard was changed under the same version number, 1")
    ]


def test_another_version_of_the_scorecard_alone_changes_no_line() -> None:
    def page(version: int, tier: int, origin: str) -> Page:
        rules = [line(f"Size 20: 1-{n}", source=f"scorecard version {version}") for n in (7, 9)]
        tiers = line(f"Tier 1 from {tier}, tier 2 from 40 points", source=f"scorecard version {version}")
        made = draft(version, {"scorecard": [*rules, tiers]}, scorecard=version)
        return made | {"definition": line("Acme fits.", source=f"scorecard version {version}, {origin}")}

    diff = diff_drafts(page(10, 70, "deals"), page(11, 75, "deals"))
    assert [c.placed.statement for c in diff.changed] == ["Tier 1 from 75, tier 2 from 40 points"]
    assert [d.of for d in only(diff).differences] == ["wording"]
    assert diff_drafts(page(10, 70, "deals"), page(11, 70, "deals")).is_empty
    by_hand = diff_drafts(page(10, 70, "deals"), page(11, 70, "by hand"))
    assert [d.of for d in only(by_hand).differences] == ["source"]


def test_a_document_is_named_once_among_the_reasons_of_a_line() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 1, "f1", detail="1 won")]}, finding("f1"), document_ids={"d1": "b"})
    after = {"pains": [line("Cost: “a”", 2, 2, "f1", "f2", detail="2 won", later="1")]}
    documents = {"d1": "b", "d2": "clinic.txt", "d3": "c.txt"}
    new = draft(2, after, finding("f1"), finding("f2", "d2"), document_ids=documents, scorecard=2)
    reason = why_sentence(only(diff_drafts(old, new)))
    assert reason.startswith("Document clinic.txt (d2) was added. Perhaps: ")
    assert reason.count("clinic.txt") == 1


@pytest.mark.parametrize(
    ("before", "after", "was", "now"),
    [
        ("", "offline|mini+6b98a07c|rules@5|1#25", "", "extractor offline, model 6b98a07c"),
        ("offline|m+1|r@5|1", "llm|gpt-x|e@3|1", "extractor offline, model 1", "extractor llm, model gpt-x"),
        ("offline|a+1|r@5|1", "offline|b+1|r@5|1", "extractor offline, model a+1", "extractor offline, model b+1"),
        ("by hand|||1", "by hand|||2", "extractor by hand, codebook 1", "extractor by hand, codebook 2"),
        ("a|m|p@1|1", "a|m|p@2|1", "extractor a, model m, prompt p@1", "extractor a, model m, prompt p@2"),
    ],
)
def test_what_made_the_findings_is_said_in_as_few_words_as_tell_it_apart(
    before: str, after: str, was: str, now: str
) -> None:
    def said(one: list[str], other: list[str]) -> list[str]:
        diff = diff_drafts(draft(1, {}, extractors=one), draft(2, {}, extractors=other))
        return [c.sentence for c in diff.causes.all if c.kind == CauseKind.EXTRACTOR]

    made = f"the findings were made by {now}"
    assert said([before] if before else [], [after]) == [f"{made}, before by {was}" if was else made]
    assert said([after], []) == [f"there are no findings any more, before by {_alone(after)}"]
    assert said([before, after], [after, before]) == []


def _alone(signature: str) -> str:
    extractor, model, *_ = signature.split("|")
    return f"extractor {extractor}" + (f", model {model.rpartition('+')[2]}" if model else "")


def test_a_codebook_is_told_by_its_version_where_that_tells_it_apart() -> None:
    def said(before: str, after: str) -> list[str]:
        diff = diff_drafts(draft(1, {}, codebook=before), draft(2, {}, codebook=after))
        return [c.sentence for c in diff.causes.all if c.kind == CauseKind.CODEBOOK]

    assert said("1#aa", "2#bb") == ["the codebook is 2, was 1"]
    assert said("1#aa", "1#bb") == ["the codebook is 1#bb, was 1#aa"]
    assert said("", "1#bb") == ["the codebook is 1"]


def test_one_possible_cause_is_sure_and_of_two_each_only_may_be_it() -> None:
    old = draft(1, {"firmographics": [line("Size: 1-9 employees", 3, 4, source="column employees")]})
    new_lines = {"firmographics": [line("Size: 1-9 employees", 4, 6, source="column employees")]}
    imported = draft(2, new_lines, deals={"won": 4}, deals_digest="y")
    deals = "deals were imported: 4 won, before 3 won"
    assert whys(only(diff_drafts(old, imported))) == [(True, deals)]
    both = draft(2, new_lines, deals={"won": 4}, deals_digest="y", scorecard=2)
    assert whys(only(diff_drafts(old, both))) == [(False, deals), (False, "the scorecard is version 2, was 1")]
    assert why_sentence(only(diff_drafts(old, both))).startswith("Perhaps: deals were imported")


def test_what_nothing_that_was_kept_explains_is_said_to_be_unexplained() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"))
    new = draft(1, {"pains": [line("Cost: “a”", 2, 2, "f1")]}, finding("f1"))
    diff = diff_drafts(old, new)
    assert whys(only(diff)) == [(False, UNEXPLAINED)]
    assert cause_sentences(diff) == ["No cause found in what was kept."]


def test_time_is_the_cause_of_scores_alone_and_only_where_nothing_else_is() -> None:
    def sections(best: str, n: int) -> dict[str, list[Page]]:
        return {"pains": [line("Cost: “a”", n, 3, "f1")], "examples": [line(f"Tier 1: {best}", source="scores")]}

    old, new = draft(1, sections("A (90)", 1), finding("f1")), draft(21, sections("B (80)", 2), finding("f1"))
    diff = diff_drafts(old, new)
    assert cause_sentences(diff) == ["Only time has passed: 20 days passed, in which signals lose strength."]
    assert [whys(c) for c in diff.changed] == [
        [(False, UNEXPLAINED)],
        [(True, "20 days passed, in which signals lose strength")],
    ]
    new["basis"]["deals"] = {"won": 9}
    assert "days passed" not in why_sentence(diff_drafts(old, new).changed[1])


def test_a_draft_that_kept_little_is_read_and_what_it_did_not_keep_is_said() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"))
    new = draft(2, {"pains": [line("Cost: “a”", 2, 2, "f1", "f2")]}, finding("f1"), finding("f2", "d2"))
    for one in (old, new):
        for key in ("document_ids", "deals_digest", "findings_ids", "accounts"):
            del one["basis"][key]
    diff = diff_drafts(old, new)
    assert whys(only(diff)) == [(False, UNEXPLAINED)]
    assert diff.causes.gaps == (
        "Versions 1 and 2 did not keep which documents went in, which findings were left out, which deals went in.",
    )
    known = Known({"d2": KnownDocument("clinic.txt", "2026-05-01T12:00:00+00:00")})
    assert whys(only(diff_drafts(old, new, known))) == [(True, "document clinic.txt (d2) was added")]
    before = Known({"d2": KnownDocument("clinic.txt", "2026-04-30T12:00:00+00:00")})
    assert whys(only(diff_drafts(old, new, before))) == [(False, UNEXPLAINED)]


def test_a_finding_that_takes_the_place_of_a_rejected_one_needs_no_cause_of_its_own() -> None:
    two = [finding("f1"), finding("f2", "d2")]
    old = draft(1, {"pains": [line("Cost: “a”", 2, 2, "f1")]}, *two)
    new = draft(2, {"pains": [line("Cost: “a”", 1, 2, "f2")]}, two[1])
    diff = diff_drafts(old, new, Known({}, {"f1": Status.REJECTED, "f2": Status.NEW}))
    assert whys(only(diff)) == [(True, "finding f1 of bakery.txt was rejected by a person")]


def test_another_version_of_the_program_is_said() -> None:
    old, new = draft(1, {}, program="1.0"), draft(2, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, program="1.1")
    assert whys(only(diff_drafts(old, new))) == [(True, "the program that drafts is version 1.1, was 1.0")]


def test_another_extractor_only_may_be_the_cause_of_what_was_said() -> None:
    old = draft(1, {"pains": [line("Cost: “a”", 1, 2, "f1")]}, finding("f1"))
    new = draft(2, {"pains": [line("Cost: “a”", 2, 2, "f1")]}, finding("f1"), extractors=["llm|m|p|1"], codebook="2")
    assert [sure for sure, _ in whys(only(diff_drafts(old, new)))] == [False, False]


# ------------------------------------------------------------------------------------------------------------ versions


def test_the_last_two_versions_are_compared_unless_others_are_named() -> None:
    kept = [draft(n, {}) for n in (1, 2, 3)]

    def pair(*numbers: int) -> list[int]:
        return [one["version"] for one in choose_pair(kept, *numbers)]

    assert (pair(), pair(1), pair(3, 1), pair(2, 2)) == ([2, 3], [1, 3], [1, 3], [2, 2])
    with pytest.raises(UsageError, match=r"no version 7\. Versions kept: 1, 2, 3\."):
        choose_pair(kept, 1, 7)
    with pytest.raises(UsageError, match="only draft kept; there is nothing to compare"):
        choose_pair(kept[:1])
    with pytest.raises(UsageError, match="No draft is kept yet"):
        choose_pair([])


def test_the_last_two_are_of_one_segment() -> None:
    kept = [draft(1, {}) | {"segment": "a"}, draft(2, {}) | {"segment": "b"}, draft(3, {}) | {"segment": "a"}]
    assert [one["version"] for one in choose_pair(kept)] == [1, 3]


# ------------------------------------------------------------------------------------------------------- a real study

BAKERY = """Pia: Thanks for making the time. What made you start looking?

Dana: We lost our biggest grocer in March because two pallets went out with the wrong label. Every morning my team
retypes every order from the emails into the spreadsheet by hand, and it takes three people until noon.

Pia: And who signs for something like this?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it.
"""
CLINIC = """Pia: Thank you both. How did this begin?

Raj: Our new operations director started in January and she wants one calendar for all six clinics. We are opening two
more clinics in Tucson this fall.

Pia: What did you use before that?

Raj: We run everything on Salesforce and a paper diary. Patients wait forty minutes because nobody sees who is in.
"""
DAY = date(2026, 6, 1)


@pytest.fixture
def study(tmp_path: Path, embedder: SentenceEmbedder) -> Iterator[Study]:
    made = Study.create(tmp_path / "study", Settings())
    made.embedder = embedder
    yield made
    made.close()


def add(study: Study, text: str, name: str, account: str) -> str:
    added = study.add_bytes(text.encode(), name, ReadOptions(account=account, said_on=date(2026, 4, 1)))
    assert added.document is not None
    study.extract("offline")
    return added.document.id


def causes(diff: Diff) -> list[tuple[CauseKind, tuple[str, ...]]]:
    return [(cause.kind, cause.about) for cause in diff.causes.all if cause.kind != CauseKind.TIME]


def sure_reasons(diff: Diff) -> list[str]:
    return [why.sentence for change in diff.changed for why in change.why if why.is_sure]


def test_a_study_s_drafts_name_what_was_added_corrected_rejected_removed_and_set(study: Study) -> None:
    bakery = add(study, BAKERY, "bakery.txt", "Halvorsen Bakery")
    study.draft(DAY)

    clinic = add(study, CLINIC, "clinic.txt", "Sonora Clinics")
    study.draft(DAY)
    added = study.diff()
    assert (CauseKind.ADDED, (clinic,)) in causes(added)
    assert f"document clinic.txt ({clinic}) was added" in sure_reasons(added)

    study.describe_document(bakery, account="Halvorsen Brands")
    study.draft(DAY)
    corrected = study.diff()
    assert causes(corrected) == [(CauseKind.CORRECTED, (bakery,))]
    assert "account Halvorsen Brands, was Halvorsen Bakery" in corrected.causes.all[0].sentence
    assert corrected.changed

    cited = [i for i, f in study.draft(DAY)["evidence"].items() if f["document_id"] == clinic]
    study.review(cited[0], Status.REJECTED, "a joke")
    study.draft(DAY)
    rejected = study.diff()
    assert causes(rejected) == [(CauseKind.REJECTED, (cited[0],))]
    assert f"finding {cited[0]} of clinic.txt was rejected by a person" in sure_reasons(rejected)

    study.remove_document(clinic)
    study.draft(DAY)
    removed = study.diff()
    assert (CauseKind.REMOVED, (clinic,)) in causes(removed)
    assert any(c.change == Change.GONE and "clinic.txt" in why_sentence(c) for c in removed.changed)

    (study.folder / "scorecard.yaml").write_text("version: 1\norigin: by hand\ntiers: {first: 80, second: 50}\n")
    study.draft(DAY)
    changed = study.diff()
    assert [kind for kind, _ in causes(changed)] == [CauseKind.SCORECARD]
    tiers = next(c for c in changed.changed if "Tier 1 from 80" in c.subject)
    assert (tiers.change, [sure for sure, _ in whys(tiers)]) == (Change.CHANGED, [True])
    assert why_sentence(tiers).startswith("The scorecard ")

    whole = study.diff(1, 6)
    assert (CauseKind.CORRECTED, (bakery,)) in causes(whole)
    assert clinic not in [i for _, about in causes(whole) for i in about]
    assert study.diff(6, 1) == whole
    assert study.diff(3, 3).is_empty


def test_the_command_prints_what_changed_in_each_format_and_refuses_unknown_versions(demo_folder: Path) -> None:
    with_one = icp(demo_folder, "diff")
    assert with_one.returncode == 2
    assert "nothing to compare" in with_one.stderr

    study = Study(demo_folder)
    newest = study.draft(DAY)
    cited = newest["sections"][2]["lines"][0]["evidence"][0]
    study.review(cited, Status.REJECTED, "=1+1")
    version = study.draft(DAY)["version"]
    study.close()

    ran = icp(demo_folder, "diff", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    content = json.loads(ran.stdout)
    assert (content["from"], content["to"]) == (version - 1, version)
    assert cited in [i for cause in content["causes"] for i in cause["about"]]
    assert {c["change"] for c in content["changes"]} <= {"added", "gone", "changed", "moved"}
    assert all(c["why"] for c in content["changes"])

    table = icp(demo_folder, "diff", str(version - 1), str(version)).stdout
    assert "rejected by a person" in " ".join(table.split())
    page = icp(demo_folder, "diff", "--format", "md").stdout
    assert page.startswith(f"# Version {version} against version {version - 1}: ")
    assert f"{cited} of" in page
    assert icp(demo_folder, "diff", "--format", "csv").stdout.startswith("section,change,line,what,why\n")

    unknown = icp(demo_folder, "diff", "1", "99")
    assert unknown.returncode == 2
    assert "There is no version 99. Versions kept: 1, " in unknown.stderr


def test_the_app_shows_what_changed_between_two_versions(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    first = demo_study.draft()
    cited = next(iter(first["evidence"]))
    assert "What changed" not in shown(open_app(monkeypatch, demo_folder, "profile"))
    demo_study.review(cited, Status.REJECTED, "misheard")
    second = demo_study.draft()["version"]
    app = open_app(monkeypatch, demo_folder, "profile")
    assert not app.exception
    page = shown(app)
    assert f"Version {second} against version {first['version']}: " in page
    assert f"Finding {cited} of" in page
    app.selectbox(key=f"profile_diff_from_{second}").select(second).run()
    assert not app.exception
    assert f"Version {second} against version {second}: no line changed." in shown(app)
