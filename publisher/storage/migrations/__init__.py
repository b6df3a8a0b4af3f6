"""Numbered, forward only. Each step is plain Alembic; tables.py says what the last one leads to."""
