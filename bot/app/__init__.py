"""The composition root: the only place that imports `adapters` and `storage` and puts the parts together."""

from bot.app.core import COMMUNITY, FEATURES, App, SystemClock, open_app

__all__ = ["COMMUNITY", "FEATURES", "App", "SystemClock", "open_app"]
