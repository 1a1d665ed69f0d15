"""What a file does not say outright: kind, account, date, outcome; each with a reason."""
