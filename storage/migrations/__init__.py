"""Alembic's scripts, run by `storage.schema`: `env.py` and one file per revision in `versions/`."""
