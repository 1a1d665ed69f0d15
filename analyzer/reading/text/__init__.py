"""Transcripts, notes and postings as lines of text, whatever file the lines come from."""
