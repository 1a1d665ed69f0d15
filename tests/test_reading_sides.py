"""Who is the customer and who is ours, with the reason a person can check."""

from __future__ import annotations

from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document, Side

INTERVIEW = """Ben: Thanks for taking the time, both of you. Tell me how the search began?

Dana: So we had lost the Halvorsen account in March, and the board came down on us, because nobody in the building could
say how many trucks were out on any given day. I spent three weekends on it with a spreadsheet my nephew made.

Ben: And who else was involved?

Raj: That would be me. I look after the systems, such as they are, and we have nine of them, none of which speak to each
other, so every Friday my team copies numbers from one to the next until somebody goes home crying.

Lena: Hi, sorry, I'm Lena, I work with Ben. Could I ask what that costs you?

Raj: About two people, I would say. Two people and a lot of biscuits. We have told our CFO so four times this year.

Ben: Walk me through the day you decided?

Dana: It was a Tuesday. My boss rang from the airport and said, find me something, I don't care what it costs.

Lena: What would you have done otherwise?

Dana: Hired. We would have hired two more people and hoped for the best, as everybody in this business does.
"""


def sides(document: Document) -> dict[str, Side]:
    return {who.name: who.side for who in document.participants}


def read(text: str, **options: object) -> Document:
    return read_document(text.encode(), "call.txt", ReadOptions(**options))  # type: ignore[arg-type]


def test_who_asks_is_ours_and_who_answers_is_the_customer_also_two_and_two() -> None:
    document = read(INTERVIEW)
    assert sides(document) == {"Ben": Side.OURS, "Dana": Side.CUSTOMER, "Raj": Side.CUSTOMER, "Lena": Side.OURS}
    reasons = {who.name: who.side_reason for who in document.participants}
    assert "of the questions" in reasons["Ben"]
    assert "of the words" in reasons["Dana"]
    assert all(turn.side is sides(document)[turn.speaker] for turn in document.turns)


def test_a_seller_who_talks_more_than_the_customer_is_still_ours() -> None:
    text = """Tom Reyes: Thanks for making the time. Let me share my screen and show our platform, which we
built for teams of your size. Our customers usually start with the forecast view, and then they go on to the alerts.

Dana Ortiz: Okay. Does it work with Infor?

Tom Reyes: We integrate with Infor through a nightly file. I'll send you the pages on that. What does your month
look like today, who puts the numbers together?

Dana Ortiz: Two of my people do. It takes us six days. How much is it for forty users?

Tom Reyes: Our pricing starts at forty thousand. Does that make sense for where your budget is? I'll follow up.

Dana Ortiz: My CFO would have to sign that. We looked at Anaplan last year and your competitor was cheaper.
"""
    assert sides(read(text)) == {"Tom Reyes": Side.OURS, "Dana Ortiz": Side.CUSTOMER}


def test_what_the_user_says_stands_over_everything_by_first_name_and_any_case() -> None:
    document = read(INTERVIEW, sides={"dana": Side.OURS, "BEN": Side.CUSTOMER})
    assert sides(document)["Dana"] is Side.OURS
    assert sides(document)["Ben"] is Side.CUSTOMER
    assert document.participant("Dana").side_reason == "you said so"

    preamble = read("Recorded in Leeds, in the rain. It was cold.\n\n" + INTERVIEW, sides={"Nobody": Side.OURS})
    assert sides(preamble)[""] is Side.UNKNOWN, "words before the first speaker are nobody's"

    full = INTERVIEW.replace("Dana:", "Dana Ortiz:").replace("Raj:", "Dana Pym:")
    both = sides(read(full, sides={"Dana": Side.OURS}))
    assert both["Dana Ortiz"] is Side.CUSTOMER, "two people are called Dana, so neither is meant"


def test_our_people_and_companies_are_ours_whatever_they_say() -> None:
    labelled = INTERVIEW.replace("Dana:", "Dana Ortiz (VP Ops, Northwind):").replace("Raj:", "Raj Pillai (Tallyloop):")
    document = read(labelled, our_companies=("tallyloop",), our_people=("Ben",))
    assert sides(document)["Raj Pillai"] is Side.OURS
    assert sides(document)["Dana Ortiz"] is Side.CUSTOMER
    assert document.participant("Ben").side_reason == "is one of our people"


def test_labels_by_role_and_external_marks_tell_the_side() -> None:
    text = "Interviewer: I will begin.\n\nParticipant: Do.\n\nInterviewer: Fine.\n\nParticipant: Why me?\n"
    assert sides(read(text)) == {"Interviewer": Side.OURS, "Participant": Side.CUSTOMER}
    text = "Q: What broke?\n\nA: The forecast.\n\nQ: When?\n\nA: In May.\n"
    assert sides(read(text)) == {"Q": Side.OURS, "A": Side.CUSTOMER}
    text = "Ana Lopes: Yes?\n\nBo Ek (External): No?\n\nAna Lopes: Sure?\n"
    document = read(text)
    assert sides(document) == {"Ana Lopes": Side.OURS, "Bo Ek": Side.CUSTOMER}
    assert "external" in document.participant("Bo Ek").side_reason


def test_a_header_that_names_interviewer_and_customer_is_believed() -> None:
    text = """Date: 2026-03-11
Interviewer: Ben Ash
Customer: Dana Ortiz, VP Ops, Northwind

Dana Ortiz: Shall we? How are you? Are you well?

Ben Ash: I am. It was a long way here and I will tell you all about the train, which was late again.
"""
    document = read(text)
    assert sides(document) == {"Dana Ortiz": Side.CUSTOMER, "Ben Ash": Side.OURS}
    assert document.participant("Dana Ortiz").title == "VP Ops"
    assert (document.account, str(document.said_on)) == ("Northwind", "2026-03-11")


def test_when_nobody_asks_the_side_is_unknown_and_said_so() -> None:
    text = "Ana Lopes: It rained today.\n\nBo Ek: It rained here.\n\nAna Lopes: It does.\n\nBo Ek: It will.\n"
    document = read(text)
    assert set(sides(document).values()) == {Side.UNKNOWN}
    assert "--side" in document.warnings[0]


def test_a_buyer_who_asks_every_question_is_still_the_customer_where_others_sell() -> None:
    text = """Nora Lind: Good to see you again. With me is Ajay, our solutions engineer.

Ajay Rao: Hello. I hope you can see my screen, here you see the jobs of the night.

Tomasz Wilk: Does it run on our own servers? Our security people will want to know.

Ajay Rao: It can, and the backups stay where you put them, we never touch those.

Tomasz Wilk: How much is it for two hundred people?

Nora Lind: For your size that is the second band, and most companies your size take three years.

Tomasz Wilk: What if we grow past it? My director will ask.

Nora Lind: Then we look at it once a year, and you move up.
"""
    assert sides(read(text)) == {"Nora Lind": Side.OURS, "Ajay Rao": Side.OURS, "Tomasz Wilk": Side.CUSTOMER}


def test_colleagues_who_ask_each_other_are_nobodys_customer() -> None:
    text = """Kay: How is the week?

Bruno: Long. The new labels fall off in the freezer.

Kay: Did you call the supplier?

Bruno: Twice. They are sending another glue. Did you see the mail from Ellen?

Kay: No, what is in it?

Bruno: She wants to move the count to Sunday.

Kay: Who is going to do that?

Bruno: That is what I wrote back. Have you got anybody?

Kay: Maybe the students, I will ask them.
"""
    assert set(sides(read(text)).values()) == {Side.UNKNOWN}


def test_a_customer_who_asks_a_fellow_customer_is_not_taken_for_an_interviewer() -> None:
    text = """Ines: How did the two of you split the work?

Faye: I built the list and saw the demos and wrote the comparison, and he did the money, which is what he does.

Ines: How many did you see?

Faye: Five, I would say. Gordon, was it five?

Gordon: Six, with the one from Leeds that brought a dog.

Ines: What stood in the comparison?

Faye: Price, support hours, and whether it prints on the printers in the yard, which killed two of them at once.

Gordon: Three, I thought. Was it not three?

Faye: Two and a half.

Ines: Who else was asked in the end?

Gordon: The bank, since we lease everything that stands on wheels and they like to be told.
"""
    assert sides(read(text)) == {"Ines": Side.OURS, "Faye": Side.CUSTOMER, "Gordon": Side.CUSTOMER}


def test_speech_written_without_question_marks_is_told_by_how_questions_begin() -> None:
    text = """Kim Soto: ok so tell me how it all started

Rob Lyle: yeah so it was fine for ten people and then we took over the other shop and suddenly nobody found anything

Kim Soto: and when was that

Rob Lyle: that was in march with the auditors in the house at the same time so everything came at once honestly

Kim Soto: so what did you do first

Rob Lyle: i called around and got a couple of names and one of them was far too big for a place like ours

Kim Soto: why did he hate it

Rob Lyle: because it does not stand in the cellar and he calls the ones in the cellar by their names
"""
    assert sides(read(text)) == {"Kim Soto": Side.OURS, "Rob Lyle": Side.CUSTOMER}


def test_german_and_french_interviews_are_told_too() -> None:
    german = """Petra Lang: Guten Tag, danke, dass Sie sich die Zeit nehmen. Wie fing das bei Ihnen an?

Jörg Wendt: Mit der Inventur. Es fehlte Ware, keiner wusste wohin, und mein Chef sagte, so geht es nicht weiter.

Petra Lang: Was haben Sie dann gemacht?

Jörg Wendt: Gezählt, zwei Wochenenden lang, von Hand, mit dem ganzen Lager, und danach drei Anbieter eingeladen.
"""
    assert sides(read(german)) == {"Petra Lang": Side.OURS, "Jörg Wendt": Side.CUSTOMER}
    french = """Claire Petit: Merci d'avoir accepté. Comment ça a commencé ?

Luc Garnier: Le serveur est tombé un lundi, on a perdu une semaine de commandes et mon directeur était furieux.

Claire Petit: Et qui décide chez vous ?

Luc Garnier: Le patron, toujours, mais il fait ce que dit sa femme, qui tient la caisse depuis trente ans.
"""
    assert sides(read(french)) == {"Claire Petit": Side.OURS, "Luc Garnier": Side.CUSTOMER}
