"""One file per revision, `rNNNN_what.py`. A revision that was released is never changed."""
