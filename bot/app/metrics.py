"""Figures for the operator, in Prometheus form. Labels are few and bounded: no person, channel or text is in them."""

from collections.abc import Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.model import UNREACHED, OutboxState
from bot.requests import Outcome, Request

WAITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Bounds in seconds; both platforms give up after 3."""


class Metrics:
    """One set of figures for one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "offcourse_requests", "Requests handled", ("platform", "intent", "outcome"), registry=self.registry
        )
        self._waits = Histogram(
            "offcourse_request_seconds",
            "Time to handle a request",
            ("platform",),
            buckets=WAITS,
            registry=self.registry,
        )
        self._count = cache(self._requests.labels)  # finding a labelled figure costs more than counting
        self._wait = cache(self._waits.labels)
        self._letters = Gauge("offcourse_outbox", "Letters in the outbox by state", ("state",), registry=self.registry)
        self._tick = Gauge("offcourse_last_tick_seconds", "Moment of the last tick, Unix time", registry=self.registry)

    def handled(self, request: Request, outcome: Outcome, seconds: float) -> None:
        """Count a request."""
        platform = request.workspace.platform
        self._count(platform, type(request.intent).__name__, type(outcome).__name__).inc()
        self._wait(platform).observe(seconds)

    def ticked(self, at: float) -> None:
        """Note a tick (Unix time)."""
        self._tick.set(at)

    def counted(self, letters: Mapping[str, int]) -> None:
        """Note how the outbox stands."""
        for state in (*OutboxState, UNREACHED):
            self._letters.labels(state).set(letters.get(state, 0))
