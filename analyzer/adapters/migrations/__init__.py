"""Alembic's migrations. ``HEAD`` is the newest; a study at HEAD opens without importing Alembic (cold start)."""

HEAD = "0010"
