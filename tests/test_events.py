"""When it happened: the words against the day they were said, to the precision they give and no finer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.extraction.anchored_dates import find_anchored_date
from analyzer.extraction.events import EventDate, find_event_date

SAID = date(2026, 4, 20)  # a Monday


def read(words: str, said_on: date | None = SAID) -> tuple[str, str] | None:
    event = find_event_date(words, said_on)
    return (event.on.isoformat(), event.precision) if event else None


@pytest.mark.parametrize(
    ("words", "on", "precision"),
    [
        ("we lost them last May", "2025-05-01", "month"),
        ("last March the old system died", "2026-03-01", "month"),
        ("last April we moved", "2025-04-01", "month"),
        ("in March we lost the grocer", "2026-03-01", "month"),
        ("it started in November", "2025-11-01", "month"),
        ("we closed June thirtieth", "2025-06-30", "day"),
        ("on the thirtieth of June", "2025-06-30", "day"),
        ("the twenty-first of January", "2026-01-21", "day"),
        ("January the fifth they closed on us", "2026-01-05", "day"),
        ("March 3rd", "2026-03-03", "day"),
        ("on the 3rd of March 2024", "2024-03-03", "day"),
        ("on March 3, 2024", "2024-03-03", "day"),
        ("back in May 2024", "2024-05-01", "month"),
        ("two weeks ago the server died", "2026-04-06", "day"),
        ("5 days ago", "2026-04-15", "day"),
        ("yesterday", "2026-04-19", "day"),
        ("a couple of months ago", "2026-02-01", "month"),
        ("half a year ago", "2025-10-01", "month"),
        ("two years ago", "2024-01-01", "year"),
        ("last month", "2026-03-01", "month"),
        ("last quarter", "2026-01-01", "quarter"),
        ("last year", "2025-01-01", "year"),
        ("we bought them in Q3", "2025-07-01", "quarter"),
        ("since Q1", "2026-01-01", "quarter"),
        ("in Q3 of 2024", "2024-07-01", "quarter"),
        ("on 4/20 the truck came", "2026-04-20", "day"),
        ("on 4/21 the truck came", "2025-04-21", "day"),
        ("since 12/31/25", "2025-12-31", "day"),
        ("on 13/4", "2026-04-13", "day"),
        ("in the spring of 2025", "2025-03-01", "quarter"),
        ("fall 2024", "2024-09-01", "quarter"),
        ("last fall", "2025-09-01", "quarter"),
        ("last spring", "2025-03-01", "quarter"),
        ("last winter", "2025-12-01", "quarter"),
        ("about eighteen months ago", "2024-10-01", "month"),
        ("a year and a half ago", "2024-10-01", "month"),
        ("two quarters ago", "2025-10-01", "month"),
        ("since last Tuesday", "2026-04-14", "day"),
        ("last Monday it broke", "2026-04-13", "day"),
        ("in 2023 we hired nobody", "2023-01-01", "year"),
        ("posted 2026-02-03", "2026-02-03", "day"),
    ],
)
def test_what_happened_is_dated_before_the_day_it_was_said(words: str, on: str, precision: str) -> None:
    assert read(words) == (on, precision)


@pytest.mark.parametrize(
    ("words", "on", "precision"),
    [
        ("the contract is up in September", "2026-09-01", "month"),
        ("our renewal is due June thirtieth", "2026-06-30", "day"),
        ("it expires on June 30th", "2026-06-30", "day"),
        ("the audit will be in January", "2027-01-01", "month"),
        ("we are opening the second building in August", "2026-08-01", "month"),
        ("next May", "2026-05-01", "month"),
        ("next January the rule kicks in", "2027-01-01", "month"),
        ("next April", "2027-04-01", "month"),
        ("three months from now", "2026-07-01", "month"),
        ("our contract ends in eleven weeks", "2026-07-06", "day"),
        ("it is due within the next ninety days", "2026-07-19", "day"),
        ("next Friday they go live", "2026-04-24", "day"),
        ("this May we move", "2026-05-01", "month"),
        ("next quarter", "2026-07-01", "quarter"),
        ("this summer", "2026-06-01", "quarter"),
        ("next year", "2027-01-01", "year"),
        ("they go live tomorrow", "2026-04-21", "day"),
        ("it ends in Q4", "2026-10-01", "quarter"),
    ],
)
def test_what_is_still_to_come_is_dated_after_it(words: str, on: str, precision: str) -> None:
    assert read(words) == (on, precision)


SEPTEMBER = date(2026, 9, 12)


@pytest.mark.parametrize(
    ("words", "on"),
    [
        # What has been, whatever else of the future the words hold.
        ("In March we got audited by the state", "2026-03-01"),
        ("A competitor was acquired by Bain in June", "2026-06-01"),
        ("our lead quit in February and the next morning we started looking", "2026-02-01"),
        ("In May they said they will fire us", "2026-05-01"),
        ("we have been looking since March, and by next week we will decide", "2026-03-01"),
        ("since January it's been going to get better", "2026-01-01"),
        ("we used Excel until March", "2026-03-01"),
        ("we had lost six people by June", "2026-06-01"),
        ("by June we had lost six people", "2026-06-01"),
        ("By June, six people had left", "2026-06-01"),
        ("we were going to switch in April", "2026-04-01"),
        ("they were supposed to go live in May", "2026-05-01"),
        ("the renewal in March was brutal, the next one will be worse", "2026-03-01"),
        ("we've had two outages in July", "2026-07-01"),
        ("the plant that we opened in April will need forty people", "2026-04-01"),
        ("back in November the owner decided he wants to sell", "2025-11-01"),
        ("they raised prices in January and will again", "2026-01-01"),
        ("starting in March they charged us double", "2026-03-01"),
        ("the deadline was June thirtieth", "2026-06-30"),
        ("we wanted to be live by April", "2026-04-01"),
        ("he didn't want to wait until August", "2026-08-01"),
        ("I met them in October, at a show", "2025-10-01"),
        ("it took us until July to close the books", "2026-07-01"),
        ("we hired a controller in Q2 and expect to hire more", "2026-04-01"),
        ("on 4/20 the truck came and it ends there", "2026-04-20"),
        ("Will left in May", "2026-05-01"),
        ("the invoices from March are still open", "2026-03-01"),
        ("March killed us", "2026-03-01"),
        ("what we built in February is going to be thrown away", "2026-02-01"),
        ("we decided to move in March", "2026-03-01"),
        ("in December I should have called you", "2025-12-01"),
        ("Acme closed a Series B in May", "2026-05-01"),
        ("we planned it for April", "2026-04-01"),
        ("we're still dealing with the fallout of July", "2026-07-01"),
        ("since the merger in June we will not buy", "2026-06-01"),
        # What is to come.
        ("the audit is in March", "2027-03-01"),
        ("Our audit is March 14", "2027-03-14"),
        ("we're going to get audited in March", "2027-03-01"),
        ("we will move in January", "2027-01-01"),
        ("In January we'll move", "2027-01-01"),
        ("In January, the new rule kicks in", "2027-01-01"),
        ("they told us it will end in February", "2027-02-01"),
        ("they said in a mail that the rent goes up in April", "2027-04-01"),
        ("the contract we signed ends in March", "2027-03-01"),
        ("the newly hired CFO starts in November", "2026-11-01"),
        ("our fixed price contract is up in January", "2027-01-01"),
        ("we lost a grocer and the contract with the other one ends in May", "2027-05-01"),
        ("we need six more people by December", "2026-12-01"),
        ("By December, we need six more people", "2026-12-01"),
        ("it has to be signed by October", "2026-10-01"),
        ("we are locked in until March", "2027-03-01"),
        ("we renewed until April", "2027-04-01"),
        ("the go-live has been pushed to February", "2027-02-01"),
        ("we're opening a second site in October", "2026-10-01"),
        ("we want to be off Excel by January", "2027-01-01"),
        ("the launch is planned for November", "2026-11-01"),
        ("A migration planned for November", "2026-11-01"),
        ("Renewal: January", "2027-01-01"),
        ("renewal due 11/30, budget not cleared", "2026-11-30"),
        ("they go live in Q4", "2026-10-01"),
        ("starting in October, prices rise", "2026-10-01"),
        ("starting in October we will charge for it", "2026-10-01"),
        ("our January renewal scares me", "2027-01-01"),
        ("we hope to hire in the spring, and next May we open", "2027-05-01"),
        ("we will have closed three sites by November", "2026-11-01"),
        ("it won't be ready before December", "2026-12-01"),
        ("we might switch in October", "2026-10-01"),
        ("we've got until December to decide", "2026-12-01"),
        ("the board wants it done by March", "2027-03-01"),
        ("with two months left until November", "2026-11-01"),
    ],
)
def test_the_verb_of_a_date_s_own_clause_tells_whether_it_has_been(words: str, on: str) -> None:
    assert (read(words, SEPTEMBER) or ("", ""))[0] == on


def test_what_surely_comes_is_next_year_s_however_far_that_is() -> None:
    assert read("the audit will be in March", SAID) == ("2027-03-01", "month")
    assert read("renewal in March", SAID) == ("2026-03-01", "month"), "a noun alone more likely means the one just gone"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "I may go there one day",
        "that may have been a mistake",
        "give me a second",
        "the second thing is the first thing",
        "we march on",
        "forty percent of 300 orders",
        "trucks come 24/7",
        "it was 50/50",
        "on 2026-02-30",
        "February 30",
        "the year 0000",
        "a while ago",
        "we did it in two weeks",
    ],
)
def test_words_that_give_no_date_give_none(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize("words", ["last May", "two weeks ago", "in Q3", "on 4/20", "yesterday", "next year", "in May"])
def test_relative_words_need_the_day_they_were_said(words: str) -> None:
    assert read(words, None) is None


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("March 3, 2024", "2024-03-03"),
        ("2024-03-03", "2024-03-03"),
        ("in 2024", "2024-01-01"),
        ("Q3 2024", "2024-07-01"),
        ("12/31/25", "2025-12-31"),
        ("spring of 2025", "2025-03-01"),
    ],
)
def test_full_dates_do_not(words: str, on: str) -> None:
    assert (read(words, None) or ("", ""))[0] == on


def test_the_first_date_of_the_words_counts() -> None:
    assert read("in March, and again last year") == ("2026-03-01", "month")


def test_the_same_words_mean_another_day_when_said_on_another() -> None:
    assert read("last December", date(2024, 1, 15)) == ("2023-12-01", "month")
    assert read("last quarter", date(2024, 1, 15)) == ("2023-10-01", "quarter")
    assert read("a month ago", date(2024, 3, 31)) == ("2024-02-01", "month")


FRAGMENTS = st.sampled_from(
    "last next this early may May MAY June Feb. 29 30th thirtieth the of 2025 0000 9999 Q1 Q4 4/20 99/99 1/1/0001 "
    "12/12/9999 two weeks ago a couple 99999999 years days quarter spring fall in since by will yesterday tomorrow , . "
    "- 2026-02-29 half".split()
)
WORDS = st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=9).map(" ".join))


@settings(max_examples=400, deadline=None)
@given(words=WORDS, said_on=st.one_of(st.none(), st.dates(), st.dates(date(2020, 1, 1), date(2030, 12, 31))))
def test_no_words_at_all_make_it_fail_and_a_date_is_the_first_day_of_what_was_said(
    words: str, said_on: date | None
) -> None:
    event = find_event_date(words, said_on)
    if event is None:
        return
    assert isinstance(event, EventDate)
    assert event.precision in ("day", "month", "quarter", "year")
    if event.precision != "day":
        assert event.on.day == 1
    if event.precision == "year":
        assert event.on.month == 1


# ------------------------------------------------------------------------------------- dates told by another event

AUDIT = "Our SQF audit was on March 14. We were fine. {words} And then we looked around."


@pytest.mark.parametrize(
    ("words", "on", "precision"),
    [
        ("Two weeks before the audit the binder was gone.", date(2026, 2, 28), "day"),
        ("A month after the SQF audit we lost Brazos.", date(2026, 4, 1), "month"),
        ("It broke three days prior to our audit.", date(2026, 3, 11), "day"),
        ("Ten days following the audit they wrote to us.", date(2026, 3, 24), "day"),
    ],
)
def test_a_date_told_by_another_event_counts_from_the_day_the_document_gives_it(
    words: str, on: date, precision: str
) -> None:
    text = AUDIT.format(words=words)
    assert find_anchored_date(words, text, text.index(words), date(2026, 5, 12)) == EventDate(on, precision)


def test_the_nearest_sentence_that_dates_the_event_counts_and_a_coarse_date_stays_coarse() -> None:
    said = "Two weeks before the renewal we call."
    text = f"The renewal in 2019 was nothing. It ran fine. The renewal is in September. {said}"
    found = find_anchored_date(
        "Two weeks before the renewal we call.", text, text.index("Two weeks"), date(2026, 5, 12)
    )
    assert found == EventDate(date(2026, 8, 1), "month")


@pytest.mark.parametrize(
    "words",
    [
        "Two weeks before the merger it broke.",  # nobody says when the merger was
        "We sat two weeks before the screen.",
        "It took two weeks before we noticed.",
        "Two weeks before that it broke.",
        "Before the audit it was fine.",  # no span
    ],
)
def test_what_no_sentence_dates_has_no_date_by_another_event(words: str) -> None:
    text = AUDIT.format(words=words)
    assert find_anchored_date(words, text, text.index(words), date(2026, 5, 12)) is None
