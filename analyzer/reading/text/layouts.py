"""How transcripts in text come: one shape for each layout that speech.py knows. docs/formats.md is made from these."""

from __future__ import annotations

from analyzer.reading.source import Shape

_BELOW = "Speaker, start and words of each turn"

SHAPES: tuple[Shape, ...] = (
    Shape(
        "otter",
        "Marlow Freight review_otter_ai.txt",
        """Marlow Freight review
Tue, May 5, 2026 10:01AM • 32:10

SUMMARY KEYWORDS
dock slots, detention, spreadsheet

SPEAKERS
Priya Nair, Tom Halloran

Priya Nair  0:01
So what were you using before? Was it all on

Tom Halloran  0:05
paper. It was paper until March.

Transcribed by https://otter.ai
""",
        f"{_BELOW}, the title and the date; keywords, the list of speakers and the footer are left out.",
    ),
    Shape(
        "rev text",
        "Marlow Freight interview.txt",
        """Priya Nair (00:00:03):
Walk me back to the spring.

(00:00:41):
What had changed by then?

Tom Halloran (00:01:10):
We lost two drivers in a week. [inaudible 00:01:20] and nobody knew.
""",
        f"{_BELOW}; a time without a name goes on with the speaker before. `Speaker 1: (00:01)` is read alike.",
    ),
    Shape(
        "google meet",
        "Marlow Freight sync - Transcript.txt",
        """Marlow Freight sync (2026-05-06 15:00 GMT+2) - Transcript
Attendees
Priya Nair, Tom Halloran

00:00:00

Priya Nair: Thanks for making the time.
Tom Halloran: Sure. We have until half past.

00:05:00

Priya Nair: So who signs for it?

Transcription ended after 00:34:12
This editable transcript was computer generated and might contain errors.
""",
        "Speaker and words of each turn, the time above the first of them, title, date and attendees. Notes that "
        "Gemini puts above a heading Transcript are left out, with a warning.",
    ),
    Shape(
        "fathom",
        "Marlow Freight - May 11.txt",
        """Marlow Freight / Dockline - May 11
VIEW RECORDING - 42 mins (No highlights): https://fathom.video/share/example

---

0:00 - Priya Nair (Dockline)
  Who else looks at the board?

0:07 - Tom Halloran (Marlow Freight)
  Only me. My boss gets a screenshot.
  ACTION ITEM: Send Tom the pilot terms - WATCH: https://fathom.video/share/example?timestamp=9

0:31 - Priya Nair (Dockline)
  Okay.
""",
        f"{_BELOW}, companies from the labels, the title; action items are left out, with a warning.",
    ),
    Shape(
        "zoom chat",
        "meeting_saved_chat.txt",
        """10:02:11 From Priya Nair to Everyone:
	Can everybody see the board?
10:02:40 From Tom Halloran to Everyone:
	Replying to "Can everybody see the board?"

	Yes, all good.
10:03:05 From Priya Nair to Everyone:
	Reacted to "Yes, all good." with 👍
""",
        "Sender and words of each message; reactions and repeated messages are left out. "
        "`00:02:11<TAB>Priya Nair:<TAB>words` is read alike, with its times.",
    ),
    Shape(
        "granola",
        "Marlow Freight.txt",
        """Meeting Title: Marlow Freight pilot
Date: May 6, 2026
Meeting participants: Priya Nair, Tom Halloran

Transcript:

Me: How did the first week go?
Them: Better than I feared, honestly.
Me: What was the fear?
""",
        "Words of each turn under Me and Them, the title and the date.",
    ),
    Shape(
        "markdown interview",
        "marlow-freight.md",
        """# Marlow Freight, exit interview

Date: 2026-05-06

**Priya Nair** (00:00:01): Why did you leave?

**Tom Halloran** (00:00:06): The price doubled, and I had no answer for my boss.

**Priya Nair** (00:00:15): When was that?
""",
        "Speaker and words of each turn, its start where it is given, the heading and header lines. "
        "`**Name:** words` is read alike.",
    ),
    Shape(
        "q and a",
        "interview with a dispatcher.txt",
        """Interview with Tom Halloran

Q1. What made you look for something new?
A1. We missed a slot at the port, and it cost us the customer.

Q2. Who decided in the end?
A2. My boss, on a Friday, from his car.
""",
        "Questions under Q and answers under A. `Q:`, `**Question:**` and `Frage 1:` are read alike.",
    ),
    Shape(
        "time: name: text",
        "marlow-freight-trint.txt",
        """[00:00:03] Priya: How many trucks is that?
[00:00:07] Tom: Forty, on a good day. On a bad one, [00:00:12] sixty.
[00:00:20] Priya: And who calls them?
""",
        f"{_BELOW}; times among the words are taken out. `Priya: [00:00:03] words` and `00:03 Priya: words` "
        "are read alike.",
    ),
    Shape(
        "name and time",
        "Marlow Freight teams.txt",
        """Priya Nair 0:03
Is it just the two of us today?

Tom Halloran 0:07
Devi had to go to the yard. At 10:30 she is back.

Priya Nair 1:12
Fine, then let us begin.
""",
        f"{_BELOW}. `Name (0:03)`, `Name - 00:03`, `[Name] 0:03`, `Name | 0:03` and `Name 1 minute 12 seconds` "
        "are read alike.",
    ),
    Shape(
        "time and name",
        "Marlow Freight word.txt",
        """Audio file
marlow.mp3

Transcript
00:00:03 Speaker 1
What does a bad day look like?
00:00:09 Speaker 2
Six trucks at one door, and no one to unload.
00:00:20 Speaker 1
How often is that?
""",
        f"{_BELOW}; the name of the recording is left out. `0:03 | Priya` is read alike.",
    ),
    Shape(
        "name over time",
        "Marlow Freight copied.txt",
        """Priya Nair
00:03
What does a bad day look like?

Tom Halloran
00:09
Six trucks at one door.

Priya Nair
00:20
How often is that?
""",
        f"{_BELOW}, as copied from the page of a recording in Zoom or Teams.",
    ),
    Shape(
        "time over name",
        "Marlow Freight export.txt",
        """00:00:03
Priya Nair
What does a bad day look like?

00:00:09
Tom Halloran
Six trucks at one door.

00:00:20
Priya Nair
How often is that?
""",
        f"{_BELOW}. `[01:00:03:12 - 01:00:09:00]` of a film's cutting table is read alike.",
    ),
    Shape(
        "name: text",
        "2026-05-06 Marlow Freight.txt",
        """Priya Nair: What does a bad day look like?

Tom Halloran (Dispatcher, Marlow Freight): Six trucks at one door. We
had that on Monday.

Priya Nair: How often is that?
""",
        "Speaker and words of each turn, titles and companies from the labels, header lines above. "
        "`[Name] words` and lines that `> ` quotes from a mail are read alike.",
    ),
    Shape(
        "names alone",
        "Marlow Freight names.txt",
        """Priya Nair
What does a bad day look like?

Tom Halloran
Six trucks at one door.

Priya Nair
How often is that?
""",
        "Speaker and words of each turn, where names stand on lines of their own and come back.",
    ),
    Shape(
        "times alone",
        "captions copied.txt",
        """0:01
So we had six trucks at one door, and nobody there to unload them.

0:09
That was the day I wrote the mail. It was half past ten.

0:16
And nobody ever answered it, which is why we are talking today.
""",
        "Start and words of each paragraph; nobody is named, and a warning says so.",
    ),
    Shape(
        "notes",
        "Marlow Freight call note.md",
        """# Marlow Freight, disco call

Budget: 40k, CFO signs
Champion: Tom (dispatch)

- lost a customer over a missed slot
- next step: send pilot terms
""",
        "Each paragraph, heading and list entry as words of the one who wrote it. Job postings are read alike, and "
        "told apart by their words.",
    ),
)
