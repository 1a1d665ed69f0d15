"""The evidence rules: what is shown was said, by the customer, and means what the claim says."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.extraction.conditions import find_condition
from analyzer.extraction.evidence import Verdict, judge, locate, prepare
from analyzer.extraction.figures import fold_figures
from analyzer.extraction.polarity import NEGATORS
from analyzer.extraction.titles import find_titles, read_title
from analyzer.extraction.verify import document_of_turns, read_claims, verify_claims
from analyzer.extraction.words import STOP_WORDS, split_words
from analyzer.records import Claim, Document, Finding, Maker, Reason, RejectedClaim, Side

MAKER = Maker("offline", "", "", "1")


def say(*turns: str) -> Document:
    """Turns written as "us: ..." for our side and "name: ..." for the customer's."""
    split = [turn.split(": ", 1) for turn in turns]
    return document_of_turns(
        [{"speaker": who, "side": "ours" if who == "us" else "customer", "text": words} for who, words in split]
    )


def check(document: Document, quote: str, claim: str = "", kind: str = "pain", turns: tuple[int, ...] = ()) -> Verdict:
    """The verdict on a claim; without a claim of its own, the quote itself is claimed."""
    verdict = locate(Claim(kind, "", claim or quote, quote, turns), prepare(document))
    if verdict.evidence:
        evidence = verdict.evidence
        assert document.text[evidence.start : evidence.end] == evidence.quote
    return verdict


def shown(document: Document, quote: str, claim: str = "", kind: str = "pain") -> str:
    verdict = check(document, quote, claim, kind)
    assert verdict.evidence is not None, verdict
    return verdict.evidence.quote


# ------------------------------------------------------------------------------------------------- finding the words


@pytest.mark.parametrize(
    ("said", "quote", "match"),
    [
        ("We lose a day a week to this.", "We lose a day a week to this", "exact"),
        ("We lose a day a week to this.", "we LOSE a day, a week to this", "variant"),
        ("It\u2019s all people and phones here.", "It's all people and phones here", "variant"),
        ("We lost it \u2014 twice! \u2014 in May.", "We lost it - twice! - in May", "variant"),
        ("Ren\u00e9e types it in by hand.", "Rene\u0301e types it in by hand", "variant"),
        ("It was due\u00a0on March 31.", "It was due on March 31", "variant"),
        ("It was in the re\u200bport twice.", "It was in the report twice", "variant"),
        ("We were not ready for it.", "We weren't ready for it", "variant"),
        ("We wasted four months on that.", "We wasted 4 months on that", "variant"),
        ("We had a hundred and ten grand out.", "We had 110k out", "variant"),
        ("They charge $8,000 for the export.", "They charge eight thousand dollars for the export", "variant"),
        ("We, uh, we lost the, the tender.", "We lost the tender", "filler"),
        ("It was, you know, kind of slow, I mean, really slow.", "It was slow, really slow", "filler"),
        ("It was, you know, kind of slow in there.", "It was slow in there", "filler"),
        ("So one of our, uh, one of our clients left.", "So one of our clients left", "filler"),
        ("So I like it, and, um, like we had before, uh, the old one.", "and like we had before the old one", "filler"),
    ],
)
def test_a_quote_is_found_up_to_spelling_figures_and_fillers_and_nothing_else(
    said: str, quote: str, match: str
) -> None:
    verdict = check(say(f"Ann: {said}"), quote)
    assert (verdict.evidence.match if verdict.evidence else "not") == match


def test_the_stored_quote_is_the_sources_own_words_tight_at_both_ends() -> None:
    document = say("Ann: Right. Um, we typed it, uh, it twice, you know, and then it broke.")
    assert shown(document, "um we typed it twice, you know") == "we typed it, uh, it twice"


def test_a_full_stop_is_kept_where_quote_and_source_both_have_one() -> None:
    document = say("Ann: The vans leave late. Every day.")
    assert shown(document, "The vans leave late.") == "The vans leave late."
    assert shown(document, "The vans leave late") == "The vans leave late"


def test_a_verb_is_no_filler() -> None:
    document = say("Ann: I like the old one better.")
    assert check(document, "I the old one better").reason is not None


def test_figures_said_twice_are_no_repetition() -> None:
    document = say("Ann: We paid forty, forty thousand for it.")
    assert check(document, "We paid forty thousand for it").reason is Reason.NUMBER


def test_words_repeated_across_a_full_stop_are_kept() -> None:
    document = say("Ann: Before May they answered late. They answered late on Sundays too.")
    assert check(document, "Before May they answered late on Sundays too").reason is not None


def test_the_cited_turn_is_looked_at_first() -> None:
    document = say("Ann: The export takes two hours.", "us: Really?", "Bob: The export takes two hours.")
    assert check(document, "The export takes two hours", turns=(2,)).turn == document.turns[2]
    assert check(document, "The export takes two hours").turn == document.turns[0]


def test_a_quote_never_spans_two_turns() -> None:
    document = say("Ann: We gave up on", "Ann: the old system in June")
    assert check(document, "We gave up on the old system in June").reason is Reason.STITCHED


def test_words_that_both_sides_say_are_the_customers() -> None:
    document = say("us: So you type every referral in twice.", "Ann: You type every referral in twice, yes.")
    verdict = check(document, "type every referral in twice")
    assert verdict.turn is not None
    assert verdict.turn.side is Side.CUSTOMER


def test_words_of_an_unknown_side_are_accepted() -> None:
    note = document_of_turns([{"speaker": "", "text": "Month end takes them 11 days. Renewal in Oct."}])
    assert check(note, "Month end takes them 11 days").evidence is not None


# ------------------------------------------------------------------------------------------- why a quote was refused


@pytest.mark.parametrize(
    ("said", "quote", "reason"),
    [
        ("The examiners gave us until September to fix it.", "gave us until December to fix it", Reason.NUMBER),
        ("It takes eleven days on average.", "It takes eleven hours on average", Reason.NUMBER),
        ("The export costs eight thousand dollars.", "The export costs eight thousand euros", Reason.NUMBER),
        ("It eats 1.5 percent of revenue.", "It eats 15 percent of revenue", Reason.NUMBER),
        ("We had a hundred and ten people waiting.", "We had a hundred", Reason.NUMBER),
        ("The old system wouldn't talk to it.", "The old system would talk to it", Reason.NEGATION),
        ("The module we hardly use these days.", "The module we use these days", Reason.NEGATION),
        ("They leave without a packing list.", "They leave with a packing list", Reason.NEGATION),
        ("Nobody knew where the keys were.", "Everybody knew where the keys were", Reason.NEGATION),
        ("It did not work for the crews.", "It worked for the crews", Reason.NEGATION),
        ("My calendar is the bottleneck here.", "My calendar isn't the bottleneck here", Reason.NEGATION),
        ("Our CFO, Gerrit, signs it.", "Our CRO, Gerrit, signs it", Reason.ROLE),
        ("The head of sales signs it off.", "The head of marketing signs it off", Reason.ROLE),
        ("It sits in Lloyd's queue all week.", "It sits in Floyd's queue all week", Reason.ROLE),
        ("We found out from PwC in November.", "We found out from KPMG in November", Reason.ROLE),
        ("We ring ninety shops on Monday.", "We call ninety shops on Monday", Reason.NOT_FOUND),
        ("That's when she put her foot down.", "That's why she put her foot down", Reason.NOT_FOUND),
        ("We rang. Nobody was in. We had closings stuck.", "We rang... we had closings stuck", Reason.STITCHED),
        ("A left eye was booked.", "left eye", Reason.TOO_SHORT),
        ("We have to do it.", "We have to", Reason.TOO_SHORT),
    ],
)
def test_a_changed_quote_is_refused_with_the_reason(said: str, quote: str, reason: Reason) -> None:
    assert check(say(f"Ann: {said}"), quote).reason is reason


def test_words_of_our_side_are_no_evidence() -> None:
    document = say("us: So the pain is really the integration?", "Ann: Partly.")
    verdict = check(document, "the pain is really the integration")
    assert verdict.reason is Reason.OUR_SIDE
    assert verdict.turn == document.turns[0]


def test_the_detail_tells_what_differs() -> None:
    verdict = check(say("Ann: We have until September to fix it."), "We have until December to fix it")
    assert "September" in verdict.detail
    assert "December" in verdict.detail


# ------------------------------------------------------------------------------------------------- what a quote means


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("We never wrote down how she did it.", "wrote down how she did it"),
        ("Nobody could get into the server.", "could get into the server"),
        ("I don't, you know, have people for that.", "have people for that"),
        ("We're no longer renewing by default.", "renewing by default"),
        ("There's no way we can hit that date.", "we can hit that date"),
    ],
)
def test_a_negation_left_outside_the_quote_refuses_it(said: str, quote: str) -> None:
    assert check(say(f"Ann: {said}"), quote).reason is Reason.NEGATION


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("I can't believe we paid for it twice.", "we paid for it twice"),
        ("We couldn't wait, because the lease ran out in May.", "the lease ran out in May"),
        ("Not only did it crash, it crashed twice.", "did it crash, it crashed twice"),
        ("No, the vans leave late every day.", "the vans leave late every day"),
        ("Badly? No. We failed the vendor part.", "We failed the vendor part"),
    ],
)
def test_a_negation_of_something_else_does_not(said: str, quote: str) -> None:
    assert shown(say(f"Ann: {said}"), quote) == quote


@pytest.mark.parametrize(
    ("turns", "quote", "claim"),
    [
        (["Ann: No, the reports weren't slow."], "the reports weren't slow", "Their reports were slow."),
        (["Ann: I wouldn't say the training worries me, no."], "the training worries me", "Training worries them."),
        (
            ["us: So churn is what keeps you up at night.", "Ann: Churn? No, no. Churn is okay, it's four percent."],
            "Churn is okay, it's four percent",
            "Churn of 4 percent keeps them up at night.",
        ),
        (["Ann: It wasn't the outage. It was the invoice."], "It wasn't the outage", "The outage was the last straw."),
        (["Ann: She really didn't want to move."], "She really didn't want to move", "She wants to move."),
        (["Ann: A day a week? No. Nothing like that."], "Ann said a day a week"[9:], "It costs a day a week."),
    ],
)
def test_a_denial_is_no_evidence_for_what_it_denies(turns: list[str], quote: str, claim: str) -> None:
    assert check(say(*turns), quote, claim).reason is Reason.DENIED


@pytest.mark.parametrize(
    ("turns", "quote", "claim"),
    [
        (["us: And you'd nothing in place?", "Ann: No, we never had anything in place."],
         "No, we never had anything in place", "They never had anything in place."),
        (["Ann: They do not have a veto, no."], "They do not have a veto, no", "IT cannot veto it."),
        (["Ann: You haven't got a sales problem, you've got a paper problem."],
         "you've got a paper problem", "They have a paper problem."),
        (["us: Was it the price?", "Ann: No. The main problem was the export."],
         "The main problem was the export", "The main problem was the export."),
        (["Ann: We don't have a CRM at all."], "We don't have a CRM", "They are looking for their first CRM."),
    ],
)  # fmt: skip
def test_a_negation_that_the_claim_agrees_with_is_evidence(turns: list[str], quote: str, claim: str) -> None:
    assert shown(say(*turns), quote, claim) == quote


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("If we got two storms we'd be three weeks behind.", "we'd be three weeks behind"),
        ("Suppose the phone gets stolen, we lose the whole week.", "we lose the whole week"),
        ("Suppose the phone gets stolen. We lose the whole week.", "We lose the whole week"),
        ("Let's say our brewer quits, the plan walks out with her.", "the plan walks out with her"),
        ("If it were up to Rupert we'd still be on tapes.", "we'd still be on tapes"),
        ("We would have lost another quarter over it.", "We would have lost another quarter"),
        ("If a rep is sick the whole thing stops.", "the whole thing stops"),
    ],
)
def test_what_depends_on_a_condition_is_no_fact(said: str, quote: str) -> None:
    assert check(say(f"Ann: {said}"), quote).reason is Reason.HYPOTHETICAL


@pytest.mark.parametrize(
    ("turns", "quote", "kind"),
    [
        (["Ann: If a rep is sick the whole thing stops."], "If a rep is sick the whole thing stops", "pain"),
        (["Ann: If I'm being honest, the notebook is more right."], "the notebook is more right", "pain"),
        (["Ann: Margaret would stitch them together on Sundays."], "Margaret would stitch them together", "pain"),
        (["Ann: We'd a hundred grand sat out past ninety days."], "We'd a hundred grand sat out", "pain"),
        (["us: If you couldn't hire, what then?", "Ann: Well we can't hire any more schedulers."],
         "we can't hire any more schedulers", "trigger"),
        (["Ann: Let's say twenty percent of my week goes there."], "twenty percent of my week goes there", "pain"),
        (["Ann: If it can't do SSO we would not sign."], "If it can't do SSO we would not sign", "criterion"),
    ],
)  # fmt: skip
def test_a_manner_of_speaking_a_habit_or_a_criterion_is_no_condition(turns: list[str], quote: str, kind: str) -> None:
    assert check(say(*turns), quote, kind=kind).evidence is not None


def test_a_condition_far_away_in_a_transcript_without_full_stops_does_not_count() -> None:
    words = split_words("if it would rain " + "and then we talked about other things " * 12 + "we lost two clients")
    assert find_condition("", words, len(words) - 4, len(words) - 1) is None


# ------------------------------------------------------------------------------------------------------- the claim


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("It took 4 months of her time.", None),
        ("It took forty months of her time.", Reason.NUMBER),
        ("It took four weeks of her time.", Reason.NUMBER),
        ("The CFO, Dolores, lost four months to it.", None),
        ("The chief financial officer lost four months to it.", None),
        ("The CRO lost four months to it.", Reason.ROLE),
        ("It took Marjorie, or rather Denise, four months.", Reason.ROLE),
    ],
)
def test_figures_titles_and_names_of_a_claim_stand_near_its_quote(claim: str, reason: Reason | None) -> None:
    document = say("Ann: Our CFO is Dolores.", "us: Go on.", "Ann: She lost four months of her life to it.")
    assert check(document, "She lost four months of her life to it", claim).reason is reason


def test_a_claim_with_a_figure_where_none_was_named_is_unsupported() -> None:
    document = say("Ann: The vans leave late every morning.")
    verdict = check(document, "The vans leave late every morning", "80 vans leave late every morning.")
    assert verdict.reason is Reason.UNSUPPORTED_CLAIM


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("They lost forty pallets.", Reason.NUMBER),
        ("They lost four pallets.", None),
        ("They would save forty hours.", None),
        ("They lost a pallet on each of 4 days.", None),
    ],
)
def test_our_figure_does_not_count_their_things(claim: str, reason: Reason | None) -> None:
    document = say("us: Teams save forty hours with it.", "Ann: We lost four, maybe five pallets in four days.")
    assert check(document, "We lost four, maybe five pallets in four days", claim).reason is reason


def test_a_claim_about_something_else_is_unsupported() -> None:
    document = say("Ann: The vans leave late every morning.")
    verdict = check(document, "The vans leave late every morning", "The pricing model frustrates the finance team.")
    assert verdict.reason is Reason.UNSUPPORTED_CLAIM


def test_a_name_far_from_the_quote_does_not_support_the_claim() -> None:
    document = say("Ann: Gerrit signs.", *["us: Mm."] * 3, "Ann: We waited six weeks for the signature.")
    verdict = check(document, "We waited six weeks for the signature", "They waited six weeks for Gerrit to sign.")
    assert verdict.reason is not None


# ------------------------------------------------------------------------------------------------- codebook and judge


@pytest.mark.parametrize(
    ("kind", "category", "refused"),
    [("pain", "cost", False), ("pain", "weather", True), ("criterion", "anything", False), ("tool", "crm", True)],
)
def test_a_category_outside_the_codebook_is_refused(kind: str, category: str, refused: bool) -> None:
    source = prepare(say("Ann: It costs us a fortune every month."))
    claim = Claim(kind, category, "It costs a fortune.", "It costs us a fortune every month")
    verdict = locate(claim, source, {"pain": ("cost", "risk"), "criterion": ()})
    assert (verdict.reason is Reason.OFF_CODEBOOK) is refused


def test_a_finding_carries_speaker_place_and_maker() -> None:
    document = say("us: And?", "Ann: It costs us a fortune every month.")
    claim = Claim("pain", "cost", "It costs a fortune.", "It costs us a fortune", intensity=3)
    finding = judge(claim, document, prepare(document), MAKER)
    assert isinstance(finding, Finding)
    assert (finding.speaker, finding.side, finding.intensity, finding.maker) == ("Ann", Side.CUSTOMER, 3, MAKER)
    assert document.text[finding.start : finding.end] == finding.quote == "It costs us a fortune"


def test_a_rejected_claim_keeps_the_claim_and_says_why() -> None:
    document = say("us: It costs you a fortune, right?", "Ann: Mm.")
    claim = Claim("pain", "cost", "It costs a fortune.", "It costs you a fortune")
    rejected = judge(claim, document, prepare(document), MAKER)
    assert isinstance(rejected, RejectedClaim)
    assert (rejected.claim, rejected.reason, rejected.speaker) == (claim, Reason.OUR_SIDE, "us")
    assert rejected.detail


def test_a_kind_that_does_not_exist_is_rejected_and_not_lost() -> None:
    document = say("Ann: It costs us a fortune every month.")
    rejected = judge(Claim("mood", "", "x", "It costs us a fortune"), document, prepare(document), MAKER)
    assert isinstance(rejected, RejectedClaim)
    assert rejected.reason is Reason.OFF_CODEBOOK


# ------------------------------------------------------------------------------------------------- figures and titles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("forty-two", "42"), ("a hundred and ten grand", "110k"), ("two and a half million", "2.5M"),
        ("3 bn", "3,000,000,000"),
        ("nineteen seventy-one", "1971"), ("eleven hundred", "1,100"), ("one point five percent", "1.5%"),
        ("October 31st", "October thirty-first"), ("half a million", "500,000"),
        ("Q3", "third quarter"),
        ("twenty, uh, five", "25"), ("$1.2M", "1.2 million dollars"), ("vierundvierzig", "44"), ("1\u00a0000", "1,000"),
    ],
)  # fmt: skip
def test_figures_in_words_and_digits_are_equal(one: str, other: str) -> None:
    def norms(text: str) -> list[str]:
        return [w.norm for w in fold_figures(split_words(text)) if w.norm not in ("uh",)]

    assert norms(one) == norms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("four", "forty"), ("thirty", "thirteen"), ("1.5", "15"), ("third", "three"), ("312", "320")]
)
def test_figures_that_differ_stay_different(one: str, other: str) -> None:
    assert fold_figures(split_words(one))[0].norm != fold_figures(split_words(other))[0].norm


@pytest.mark.parametrize(
    ("text", "name", "seniority"),
    [
        ("our CFO, Gerrit", "chief financial officer", "c_level"),
        ("la directrice financi\u00e8re", "chief financial officer", "c_level"),
        ("our VP Sales", "vice president of sales", "vp"),
        ("the head of knowledge", "head of knowledge", "head"),
        ("Ops Director", "director of operations", "director"),
        ("unser Gesch\u00e4ftsf\u00fchrer", "managing director", "c_level"),
    ],
)
def test_titles_are_read_with_function_and_seniority(text: str, name: str, seniority: str) -> None:
    (mention,) = find_titles(text)
    assert (mention.title.name, mention.title.seniority) == (name, seniority)


def test_the_most_senior_of_several_titles_counts() -> None:
    title = read_title("Founder & Head of Product, Acme")
    assert title is not None
    assert title.name == "founder"


def test_capitals_decide_short_abbreviations() -> None:
    assert [m.title.name for m in find_titles("the MD said it fits in 3 md")] == ["managing director"]


# ------------------------------------------------------------------------------------------------- verifying lines


def test_lines_are_verified_in_order_with_the_sources_own_words() -> None:
    document = say("Ann: We wasted four months on that.")
    lines = [
        {"id": 1, "document": "a.txt", "claim": {"kind": "pain", "claim": "x", "quote": "we wasted 4 months on that"}},
        {"id": "b", "turns": [{"speaker": "Bo", "side": "ours", "text": "Is it slow on Mondays?"}],
         "claim": {"kind": "pain", "claim": "It is slow.", "quote": "slow on Mondays is it"[:15] + "!"}},
    ]  # fmt: skip
    first, second = verify_claims(lines, lambda name: document)
    assert first == {
        "id": "1", "verdict": "accept", "reason": None, "quote": "We wasted four months on that", "speaker": "Ann",
    }  # fmt: skip
    assert (second["verdict"], second["reason"], second["speaker"]) == ("refuse", "our_side", "Bo")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"id": 1}, "claim"),
        ([], "object"),
        ({"id": 1, "claim": {"kind": "pain", "claim": "x"}, "document": "a"}, "quote"),
        ({"id": 1, "claim": {"kind": "mood", "claim": "x", "quote": "y"}, "document": "a"}, "mood"),
        ({"id": 1, "claim": {"kind": "pain", "claim": "x", "quote": "y"}}, "turns"),
        ({"id": 1, "claim": {"kind": "pain", "claim": "x", "quote": "y"}, "turns": [{"side": "customer"}]}, "text"),
        (
            {"id": 1, "claim": {"kind": "pain", "claim": "x", "quote": "y"}, "turns": [{"text": "a", "side": "them"}]},
            "them",
        ),
    ],
)
def test_a_line_of_another_shape_stops_the_run_with_its_number(line: object, problem: str) -> None:
    with pytest.raises(UsageError, match=rf"Line 1\b.*{problem}"):
        list(verify_claims([line], lambda name: say("Ann: x")))  # type: ignore[list-item]


def test_a_file_of_claims_is_read_and_a_broken_line_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    good = '{"id": 1, "document": "a.txt", "claim": {"kind": "pain", "claim": "x", "quote": "y"}}'
    file.write_text(f"{good}\n\n{good}\n", encoding="utf-8")
    assert [line["id"] for line in read_claims(file)] == [1, 1]
    file.write_text(f"{good}\n\n{{broken\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Line 3"):
        read_claims(file)


# ------------------------------------------------------------------------------------------------------ invariants

PLAIN = st.sampled_from(
    """invoice dispatch warehouse lorry ticket queue ledger harvest payroll shift printer pallet tender renewal audit
    the a our we they she was were had took broke lost paid sent on in with to and of by every Monday Acme
    twelve""".split()
)
TURN = st.lists(PLAIN, min_size=3, max_size=40)


@settings(deadline=None)
@given(turns=st.lists(TURN, min_size=1, max_size=4), data=st.data())
def test_any_whole_words_of_a_customers_plain_turn_are_accepted_and_byte_equal(
    turns: list[list[str]], data: st.DataObject
) -> None:
    document = say(*[f"Ann: {' '.join(words)}" for words in turns])
    words = data.draw(st.sampled_from(turns))
    start = data.draw(st.integers(0, len(words) - 3))
    quote = words[start : data.draw(st.integers(start + 3, len(words)))]
    assume(any(word.lower() not in STOP_WORDS | NEGATORS and word != "twelve" for word in quote))
    assert shown(document, " ".join(quote)).split()[-1] == quote[-1]


ANY = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from(
            "aeno \u0301\u0308\u200d\u2019'-.,!?\u00a0\u00ad\u05d0\u05d1\u0639\u0645\U0001f600\U0001f44d\ufb01\u1e9e"
        ),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(ANY, min_size=1, max_size=4), quote=ANY, data=st.data())
def test_whatever_the_text_an_accepted_quote_is_byte_equal_and_within_one_turn(
    texts: list[str], quote: str, data: st.DataObject
) -> None:
    document = document_of_turns([{"speaker": "Ann", "side": "customer", "text": text} for text in texts])
    if data.draw(st.booleans()):
        text = data.draw(st.sampled_from(texts))
        cut = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
        quote = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD", "NFKC"])), text[cut[0] : cut[1]])
    verdict = check(document, quote)
    if verdict.evidence:
        turn = verdict.turn
        assert turn is not None
        assert turn.start <= verdict.evidence.start < verdict.evidence.end <= turn.end


def test_emoji_combining_marks_and_right_to_left_text_keep_their_offsets() -> None:
    document = say(
        "Ann: \U0001f600 Ja, Rene\u0301e \u05d0\u05de\u05e8\u05d4 it broke \U0001f468\u200d\U0001f4bb on us again."
    )
    quote = "Ren\u00e9e \u05d0\u05de\u05e8\u05d4 it broke on us again"
    assert (
        shown(document, quote) == "Rene\u0301e \u05d0\u05de\u05e8\u05d4 it broke \U0001f468\u200d\U0001f4bb on us again"
    )
