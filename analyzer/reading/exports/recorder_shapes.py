"""Shapes of what meeting recorders and sales tools export as JSON."""

from __future__ import annotations

from analyzer.reading.source import Shape

RECORDER_SHAPES = (
    Shape(
        "gong",
        "calls.json",
        """{"callTranscripts": [{"callId": "71", "transcript": [
  {"speakerId": "8", "topic": "Intro", "sentences": [{"start": 2000, "end": 3100, "text": "What changed in March?"}]},
  {"speakerId": "9", "topic": null, "sentences": [{"start": 4000, "end": 5200, "text": "We lost an account."}]}]}],
 "calls": [{"metaData": {"id": "71", "title": "Northwind review", "started": "2026-03-11T15:00:00Z"},
  "parties": [{"speakerId": "8", "name": "Noor Haddad", "title": "PMM", "affiliation": "Internal"},
              {"speakerId": "9", "name": "Dana Ortiz", "title": "VP Ops", "affiliation": "External"}]}]}
""",
        "Sentences with times; names, titles and sides from the parties of the call, here or in another file; title, "
        "date and account from the call. A file of several calls becomes a document each.",
    ),
    Shape(
        "fireflies json",
        "transcript.json",
        """{"data": {"transcript": {"title": "Northwind review", "date": 1773241200000,
 "host_email": "noor@tallyloop.example",
 "meeting_attendees": [{"displayName": "Dana Ortiz", "email": "dana@northwind.example"}],
 "sentences": [
  {"index": 0, "speaker_name": "Noor Haddad", "raw_text": "what changed", "text": "What changed?", "start_time": 3.1},
  {"index": 1, "speaker_name": "Dana Ortiz", "raw_text": "we lost it", "text": "We lost it.", "start_time": 6.5}],
 "summary": {"action_items": "Send the deck", "overview": "They talked."}}}}
""",
        "Sentences with names and times; title and date; sides where mail domains of host and attendees differ. The "
        "summary is not read.",
    ),
    Shape(
        "fathom json",
        "meeting.json",
        """{"meeting_title": "Northwind review", "recording_start_time": "2026-03-11T15:00:00Z",
 "recorded_by": {"name": "Noor Haddad", "email": "noor@tallyloop.example"},
 "transcript": [
  {"speaker": {"display_name": "Noor Haddad", "matched_calendar_invitee_email": "noor@tallyloop.example"},
   "text": "What changed in March?", "timestamp": "00:00:03"},
  {"speaker": {"display_name": "Dana Ortiz", "matched_calendar_invitee_email": "dana@northwind.example"},
   "text": "We lost the Halloway account.", "timestamp": "00:00:07"}]}
""",
        "Utterances with names and times; title and date; sides from the mail domains of invitees and recorder.",
    ),
    Shape(
        "teams json",
        "transcript.json",
        """{"type": "Transcript", "entries": [
  {"text": "What changed in March?", "speakerDisplayName": "Noor Haddad", "speakerId": "a1@b2",
   "startOffset": "00:00:03.1033780", "endOffset": "00:00:05.0033780"},
  {"text": "We lost the Halloway account.", "speakerDisplayName": "Dana Ortiz", "speakerId": "c3@d4",
   "startOffset": "00:00:06.0033780", "endOffset": "00:00:09.0033780"}],
 "events": [{"eventType": "CallStarted", "userDisplayName": "Noor Haddad"}]}
""",
        "Utterances with names and times, also those of the meeting API (spokenText); who joined and left is not read.",
    ),
    Shape(
        "zoom json",
        "conversation.json",
        """{"meeting_topic": "Northwind review", "participants": [
 {"display_name": "Noor Haddad", "transcripts": [
   {"text": "What changed in March?", "start_time": "00:00:03"}, {"text": "And then?", "start_time": "00:00:12"}]},
 {"display_name": "Dana Ortiz", "transcripts": [
   {"text": "We lost the Halloway account.", "start_time": "00:00:07"}]}]}
""",
        "What each participant said, put in the order in which it was said.",
    ),
    Shape(
        "google meet json",
        "entries.json",
        """{"participants": [
  {"name": "conferenceRecords/k1/participants/11", "signedinUser": {"displayName": "Noor Haddad"}},
  {"name": "conferenceRecords/k1/participants/12", "signedinUser": {"displayName": "Dana Ortiz"}}],
 "transcriptEntries": [
  {"name": "conferenceRecords/k1/transcripts/t/entries/1", "participant": "conferenceRecords/k1/participants/11",
   "text": "What changed in March?", "languageCode": "en-US", "startTime": "2026-03-11T15:00:03Z"},
  {"name": "conferenceRecords/k1/transcripts/t/entries/2", "participant": "conferenceRecords/k1/participants/12",
   "text": "We lost the Halloway account.", "languageCode": "en-US", "startTime": "2026-03-11T15:00:07Z"}]}
""",
        "Entries with times from the first on; names where the file lists the participants too.",
    ),
    Shape(
        "grain json",
        "recording.json",
        """[
  {"start": 3100, "end": 5000, "text": "What changed in March?", "speaker": "Noor Haddad", "participant_id": "p1"},
  {"start": 6500, "end": 9000, "text": "We lost the Halloway account.", "speaker": "Dana Ortiz", "participant_id": "p2"}
]
""",
        "Utterances with names and times.",
    ),
    Shape(
        "tldv json",
        "transcript.json",
        """{"id": "t1", "meetingId": "m1", "data": [
  {"speaker": "Noor Haddad", "text": "What changed in March?", "startTime": 3, "endTime": 5},
  {"speaker": "Dana Ortiz", "text": "We lost the Halloway account.", "startTime": 6, "endTime": 9}]}
""",
        "Utterances with names and times.",
    ),
    Shape(
        "chorus json",
        "engagement.json",
        """{"data": {"attributes": {"name": "Northwind review", "company_name": "Northwind",
 "participants": [{"name": "Noor Haddad", "type": "rep"}, {"name": "Dana Ortiz", "title": "VP Ops", "type": "cust"}],
 "recording": {"start_time": "2026-03-11T15:00:00Z", "utterances": [
  {"speaker_name": "Noor Haddad", "speaker_type": "rep", "snippet_time": 3.1, "snippet": "What changed in March?"},
  {"speaker_name": "Dana Ortiz", "speaker_type": "cust", "snippet_time": 6.5, "snippet": "We lost an account."}]}}}}
""",
        "Utterances with names and times; sides from rep and cust; title, date, and account.",
    ),
    Shape(
        "avoma json",
        "transcription.json",
        """{"speakers": [{"id": 1, "name": "Noor Haddad", "email": "noor@tallyloop.example", "is_rep": true},
              {"id": 2, "name": "Dana Ortiz", "email": "dana@northwind.example", "is_rep": false}],
 "transcript": [
  {"speaker_id": 1, "transcript": "What changed in March?", "timestamps": [3.1, 3.4, 3.9]},
  {"speaker_id": 2, "transcript": "We lost the Halloway account.", "timestamps": [6.5, 6.7]}]}
""",
        "Utterances with times; names and sides from the list of speakers.",
    ),
    Shape(
        "read ai json",
        "meeting.json",
        """{"title": "Northwind review", "start_time": "2026-03-11T15:00:00Z",
 "summary": "They talked.", "chapter_summaries": [{"title": "Opening", "description": "Hellos."}],
 "transcript": {"speaker_blocks": [
  {"start_time": 1773241203, "end_time": 1773241205, "speaker": {"name": "Noor Haddad"}, "words": "What changed?"},
  {"start_time": 1773241207, "end_time": 1773241211, "speaker": {"name": "Dana Ortiz"}, "words": "We lost it."}]}}
""",
        "Blocks with names, times from the first on; title and date. Summaries and chapters are not read.",
    ),
    Shape(
        "granola json",
        "note.json",
        """{"title": "Northwind review", "created_at": "2026-03-11T15:00:00Z", "notes": "By hand.", "transcript": [
  {"source": "microphone", "text": "What changed in March?", "start_timestamp": "2026-03-11T15:00:03Z"},
  {"source": "system", "text": "We lost the Halloway account.", "start_timestamp": "2026-03-11T15:00:07Z"}]}
""",
        "What the microphone and the system heard, as two speakers; title and date.",
    ),
    Shape(
        "clari json",
        "call.json",
        """{"call": {"title": "Northwind review", "users": [{"personId": 1, "userEmail": "noor@tallyloop.example"}],
  "externalParticipants": [{"personId": 2, "name": "Dana Ortiz", "email": "dana@northwind.example"}],
  "transcript": [{"personId": 1, "text": "What changed in March?", "start": 3.1, "end": 5.0},
                 {"personId": 2, "text": "We lost the Halloway account.", "start": 6.5, "end": 9.0}]}}
""",
        "Utterances with times; names from the lists of users and external participants.",
    ),
    Shape(
        "otter json",
        "speech.json",
        """{"speech": {"title": "Northwind review", "start_time": 1773241200,
 "speakers": [{"id": 1, "speaker_name": "Noor Haddad"}, {"id": 2, "speaker_name": "Dana Ortiz"}], "transcripts": [
  {"speaker_id": 1, "transcript": "What changed in March?", "start_offset": 48000, "end_offset": 80000},
  {"speaker_id": 2, "transcript": "We lost the Halloway account.", "start_offset": 112000, "end_offset": 160000}]}}
""",
        "Utterances with times, which Otter counts in sixteen thousandths; names from the list of speakers.",
    ),
    Shape(
        "recall json",
        "transcript.json",
        """[{"participant": {"id": 1, "name": "Noor Haddad", "is_host": true}, "words": [
   {"text": "What", "start_timestamp": {"relative": 3.1, "absolute": "2026-03-11T15:00:03Z"}},
   {"text": "changed?", "start_timestamp": {"relative": 3.4, "absolute": "2026-03-11T15:00:03Z"}}]},
 {"participant": {"id": 2, "name": "Dana Ortiz", "is_host": false}, "words": [
   {"text": "We lost it.", "start_timestamp": {"relative": 6.5, "absolute": "2026-03-11T15:00:06Z"}}]}]
""",
        "Words put together to sentences, with names and times.",
    ),
)
