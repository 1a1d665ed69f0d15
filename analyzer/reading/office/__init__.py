"""Word, PDF and web pages: what they show becomes lines."""
