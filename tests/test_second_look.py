"""What the model is asked again (critique), what it is never asked (gate), and documents read side by side."""

from __future__ import annotations

import json
import threading

import pytest
from llm_server import (
    BUDGET,
    INTERVIEW,
    LIES,
    PALLETS,
    RETYPES,
    Asked,
    Behaviour,
    LlmServer,
    Opening,
    Reply,
    make_claim,
)
from llm_server import make_interview as make_long_interview

from analyzer.errors import ModelUnreachable
from analyzer.extraction.ahead import work_ahead
from analyzer.records import Reason, Side

FOUND = [make_claim(PALLETS, 1), make_claim(RETYPES, 1), make_claim(BUDGET, 3, kind="role", category="economic_buyer")]


def critic(**answer: object) -> Behaviour:
    """Offers ``FOUND``, and answers the second look with this."""

    def behave(asked: Asked) -> Reply:
        return Reply(text=json.dumps({"claims": [], **answer})) if asked.is_reconsidering else Reply(FOUND)

    return behave


# ------------------------------------------------------------------------------------------------------ second look


def test_a_finding_the_model_takes_back_is_kept_among_the_refused(server: LlmServer, open_study: Opening) -> None:
    server.behave = critic(withdrawn=[2])
    study = open_study(INTERVIEW, critique="all")
    done = study.extract("llm")
    assert [f.quote for f in study.findings()] == [PALLETS, BUDGET]
    (taken_back,) = study.rejected()
    assert (taken_back.claim.quote, taken_back.reason) == (RETYPES, Reason.WITHDRAWN)
    assert taken_back.claim.turns == (1,)
    assert (done.findings, done.refused) == (2, 1)


def test_what_stands_is_shown_to_the_critic_with_numbers_and_what_was_refused_with_its_reason(
    server: LlmServer, open_study: Opening
) -> None:
    lie = LIES[Reason.NUMBER]
    server.behave = lambda asked: Reply() if asked.is_reconsidering else Reply([*FOUND, lie])
    open_study(INTERVIEW, critique="all").extract("llm")
    (again,) = [asked for asked in server.asked if asked.is_reconsidering]
    standing = [json.loads(line) for line in again.user.splitlines() if line.startswith('{"n"')]
    assert [(entry["n"], entry["quote"]) for entry in standing] == [(1, PALLETS), (2, RETYPES), (3, BUDGET)]
    assert [entry["quote"] for entry in again.refused] == [lie["quote"]]
    assert again.refused[0]["reason"].startswith("number:")


def test_a_finding_moved_to_another_code_stands_once_under_the_new_one(server: LlmServer, open_study: Opening) -> None:
    moved = make_claim(PALLETS, 1, category="visibility")
    server.behave = critic(withdrawn=[1], claims=[moved])
    study = open_study(INTERVIEW, critique="all")
    study.extract("llm")
    assert [f.category for f in study.findings() if f.quote == PALLETS] == ["visibility"]
    assert [r.claim.category for r in study.rejected()] == ["manual_work"]


@pytest.mark.parametrize("odd", [None, "all", {"n": 1}, [0, -1, 4, 10**30, "9" * 5000, None, True, [1], 1.0]])
def test_odd_numbers_take_nothing_back(odd: object, server: LlmServer, open_study: Opening) -> None:
    server.behave = critic(withdrawn=odd)
    study = open_study(INTERVIEW, critique="all")
    study.extract("llm")
    assert len(study.findings()) == 3
    assert study.rejected() == ()


def test_a_server_that_forgets_the_second_list_has_taken_nothing_back(server: LlmServer, open_study: Opening) -> None:
    server.behave = critic()
    study = open_study(INTERVIEW, critique="all")
    assert study.extract("llm").failures == ()
    assert len(study.findings()) == 3


def test_switched_off_nothing_is_asked_again_and_what_was_refused_stays_so(
    server: LlmServer, open_study: Opening
) -> None:
    server.behave = lambda asked: Reply([*FOUND, LIES[Reason.NUMBER]])
    study = open_study(INTERVIEW, critique="off")
    study.extract("llm")
    assert len(server.asked) == 1
    assert [r.reason for r in study.rejected()] == [Reason.NUMBER]


def test_by_default_only_refused_claims_are_asked_about_again(server: LlmServer, open_study: Opening) -> None:
    server.behave = lambda asked: Reply(FOUND)
    study = open_study(INTERVIEW)
    study.extract("llm")
    assert len(server.asked) == 1


def test_another_second_look_reads_anew_and_pays_for_nothing_but_itself(server: LlmServer, open_study: Opening) -> None:
    server.behave = critic(withdrawn=[3])
    study = open_study(INTERVIEW, critique="refused")
    study.extract("llm")
    study.settings = study.settings.model_copy(update={"critique": "all"})
    study.extract("llm")
    assert [asked.is_reconsidering for asked in server.asked] == [False, True]
    assert len(study.findings()) == 2


def test_a_second_look_that_fails_keeps_the_findings_and_is_tried_again(server: LlmServer, open_study: Opening) -> None:
    server.behave = lambda asked: Reply(status=500, error="oops") if asked.is_reconsidering else Reply(FOUND)
    study = open_study(INTERVIEW, critique="all")
    (failure,) = study.extract("llm").failures
    assert "could not be asked about again" in failure
    assert len(study.findings()) == 3
    server.behave = critic(withdrawn=[1])
    assert study.extract("llm").failures == ()
    assert len(study.findings()) == 2


def test_what_was_taken_back_stays_so_when_sides_are_corrected(server: LlmServer, open_study: Opening) -> None:
    server.behave = critic(withdrawn=[2])
    study = open_study(INTERVIEW, critique="all")
    study.extract("llm")
    document = study.store.documents()[0].id
    study.set_side(document, "Pia", Side.UNKNOWN)
    assert [f.quote for f in study.findings()] == [PALLETS, BUDGET]
    assert [r.reason for r in study.rejected()] == [Reason.WITHDRAWN]


def test_names_in_what_stands_are_hidden_from_the_critic_too(server: LlmServer, open_study: Opening) -> None:
    server.behave = critic(withdrawn=[])
    study = open_study(INTERVIEW.replace("Our CRO holds", "Dana holds"), critique="all", redact="on")
    study.extract("llm")
    assert [asked.is_reconsidering for asked in server.asked] == [False, True]
    assert not any("Dana" in asked.user for asked in server.asked)


def test_an_estimate_knows_the_second_look(server: LlmServer, open_study: Opening) -> None:
    text = make_long_interview(3000)
    server.behave = lambda asked: (
        Reply(text=json.dumps({"claims": [], "withdrawn": []}))
        if asked.is_reconsidering
        else Reply([make_claim(t.words.split(". ")[0], t.number) for t in asked.turns if t.side == "C"])
    )
    study = open_study(text, critique="all", window_tokens=900)
    made = study.estimate()
    done = study.extract("llm")
    assert made["calls"] == len(server.asked)
    assert 0.8 <= made["tokens_in"] / done.tokens_in <= 1.2
    assert study.estimate()["calls"] == 0


# ------------------------------------------------------------------------------------------------------------- gate

SMALL_TALK = """\
Pia: How was the weekend?
Dana: Lovely, we walked along the river and then it rained.
Pia: Same here, rain all day on Sunday.
Dana: My daughter is into puddles at the moment, so that was fine.
"""


def test_the_gate_sends_no_small_talk_and_says_how_much_it_left_out(server: LlmServer, open_study: Opening) -> None:
    study = open_study(SMALL_TALK + INTERVIEW, gate=True)
    done = study.extract("llm")
    sent = "\n".join(asked.user for asked in server.asked)
    assert PALLETS in sent
    assert "puddles" not in sent
    assert any(note.startswith("The gate left out ") for note in done.notes)
    text = study.store.documents()[0].text
    assert all(text[f.start : f.end] == f.quote for f in study.findings())


def test_with_and_without_the_gate_are_two_readings(server: LlmServer, open_study: Opening) -> None:
    study = open_study(SMALL_TALK + INTERVIEW)
    study.extract("llm")
    study.settings = study.settings.model_copy(update={"gate": True})
    assert study.estimate()["calls"] == 1
    assert study.extract("llm").unchanged == 0
    assert len(server.asked) == 2


# ------------------------------------------------------------------------------------------------------ side by side


CALLS = [
    f"Pia: What do you do by hand?\nDana: {said}.\nPia: I see, thank you.\n"
    for said in (
        "We retype three hundred delivery slips into the ledger every Friday",
        "Nurses copy the ward list onto paper at each change of shift",
        "The auditors wait nine days until somebody finds the signed permits",
        "My people phone every carrier to learn where a container is",
        "Our students hand in forms that two clerks scan one by one",
        "Each technician photographs the meter and mails it to the office",
    )
]


def first_words(asked: Asked) -> Reply:
    return Reply([make_claim(turn.words.split(".")[0], turn.number) for turn in asked.turns if turn.number == 1])


def test_short_documents_share_the_calls_and_are_recorded_in_their_order(
    server: LlmServer, open_study: Opening
) -> None:
    study = open_study(*CALLS, jobs=6)
    met = threading.Barrier(6, timeout=60)

    def behave(asked: Asked) -> Reply:
        met.wait()  # Passed only by six calls at once: one document alone has one.
        return first_words(asked)

    server.behave = behave
    steps: list[str] = []
    done = study.extract("llm", on_step=lambda name, *_: steps.append(name))
    assert done.failures == ()
    assert [f.document for f in study.findings()] == [f"call-{n}.txt" for n in range(6)]
    assert [name for name in steps if name.startswith("call-")] == [f"call-{n}.txt" for n in range(6)]


def test_what_was_read_before_the_server_went_is_kept_in_order(server: LlmServer, open_study: Opening) -> None:
    study = open_study(*CALLS, jobs=2)
    server.behave = lambda asked: Reply(status=401, error="no") if "carrier" in asked.user else first_words(asked)
    with pytest.raises(ModelUnreachable):
        study.extract("llm")
    assert {f.document for f in study.findings()} == {"call-0.txt", "call-1.txt", "call-2.txt"}
    # No call is begun for what comes after; at most the one beside the failed one was under way.
    assert not any("technician" in asked.user for asked in server.asked)


def test_results_come_in_the_order_of_the_items_and_stop_where_no_more_may_begin() -> None:
    begun: list[int] = []
    later = threading.Event()

    def work(item: int) -> int:
        begun.append(item)
        if item == 0:
            later.wait(60)  # The first is the last to end.
        if item == 2:
            later.set()
        return item * 10

    assert list(work_ahead(work, range(8), 3, lambda: len(begun) < 6)) == [0, 10, 20, 30, 40, 50][: len(begun)]
    assert len(begun) < 8


def test_an_error_comes_in_its_turn_and_ends_the_work() -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item == 1:
            raise ValueError("broken")
        return item

    results = work_ahead(work, range(50), 2, lambda: True)
    assert next(results) == 0
    with pytest.raises(ValueError, match="broken"):
        list(results)
    assert len(begun) < 50
