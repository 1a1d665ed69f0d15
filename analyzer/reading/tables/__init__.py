"""CSV, TSV and XLSX: accounts, deals and contacts; transcripts a row an utterance; notes and postings a row each."""
