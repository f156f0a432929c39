"""What all tests stand on."""

from collections.abc import Iterator

import hypothesis
import psutil
import pytest
import structlog


def pytest_configure(config: pytest.Config) -> None:
    """Let no example fail because the machine is busy: other tests run beside it."""
    hypothesis.settings.register_profile(
        "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("tests")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two at least, because tests also wait; four at most, because each may have a server and a browser of its own."""
    return min(max(psutil.cpu_count() or 2, 2), 4)


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> Iterator[None]:
    """Log errors as Python does: the variables of all frames, which structlog adds by itself, take 0.1 s an error."""
    before = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before[:-1], renderer])
    yield
    structlog.configure(processors=before)
