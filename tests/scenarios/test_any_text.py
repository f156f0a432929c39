"""Texts of every kind in every field, on every platform: at the limits, and beyond what anybody expects."""

from collections.abc import Callable

import pytest

from tests.drivers import trouble
from tests.stage import PYTHON, Stage, share

STEP = "Read it now | https://example.org/"


def around(field: str, made: Callable[[int], str], shortest: int, longest: int) -> list[tuple[str, str, bool]]:
    """Give a field with n-1, n and n+1 of its least and its most, and whether that is allowed."""
    counts = {shortest - 1, shortest, shortest + 1, longest - 1, longest, longest + 1}
    return [(field, made(count), shortest <= count <= longest) for count in sorted(counts) if count > 0]


def filling(count: int) -> str:
    """Make steps of so many characters in all: what a form can bring depends on the platform."""
    lines = [f"Step {n} | https://example.org/{n}".ljust(1000, "x") for n in range(count // 1000 - 1)]
    return "\n".join(
        [*lines, "The last | https://example.org/last".ljust(count - sum(map(len, lines)) - len(lines), "y")]
    )


LIMITS = {
    "goal": around("goal", lambda n: ("ab" * 99)[:n], 5, 55),
    "emoji": around("goal", lambda n: "🎈" * n, 5, 55),
    "task": around("steps", lambda n: f"{('ab' * 99)[:n]} | https://example.org/", 5, 55),
    "steps": around("steps", lambda n: "\n".join(f"{STEP}{m}" for m in range(n)), 1, 7),
    "address": [("steps", STEP.ljust(n + len("Read it now | "), "x"), n <= 2000) for n in (1999, 2000, 2001)],
    "description": around("description", lambda n: ("abc " * 99)[: n - 1] + "d", 10, 210),
    "topic": around("topics", lambda n: "t" * n, 1, 30),
    "topics": around("topics", lambda n: ", ".join(f"t{m}" for m in range(n)), 1, 8),
    "form": [("steps", filling(n + more), True) for n in (3000, 4000) for more in (-1, 0, 1)],
}
"""Fields at the limits of the rules, and the one that can be longer than a form of Slack (3,000) or Discord (4,000)."""


@pytest.mark.parametrize("limit", LIMITS)
async def test_limits_hold_on_every_platform(stage: Stage, limit: str) -> None:
    count = 0
    for number, (field, value, good) in enumerate(LIMITS[limit]):
        own = {"goal": f"Course {number}", "steps": f"Look at it | https://example.net/{number}"}
        typed = PYTHON | own | {field: value.replace("example.org", f"{number}.example.org")}
        if limit in {"address", "form"}:
            typed[field] = value
        opened = (await stage.on.command("ana", "/course share")).form
        assert opened is not None
        answer = await stage.on.submit("ana", opened, **typed)
        if any(button.label == "Share anyway" for message in answer.messages for button in message.buttons):
            answer = await stage.tap("ana", answer.only, "Share anyway")
        told = f"{limit}: {len(value)} characters, {answer.text[:200]}"
        assert ("Shared:" in answer.text) is good, told
        assert good or answer.form or answer.only.button("Fix"), told
        count += good
        posts = await stage.posts()
        assert len(posts) == count, told


ODD = [
    "<!channel> <@U0BEN> wake up",
    "@everyone @here <@&1> wake up",
    "<https://evil.example|click me>",
    "[click me](https://evil.example)",
    "*bold* _it_ ~no~ `code` ||spoiler||",
    "# heading > quote - list",
    "\u202eright to left \u202c",
    "zero\u200bwidth\u200b\ufeff words",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 flag",
    "NUL \x00 in the middle",
    "lone \ud800 surrogate",
    "بە کوردی فێر ببە",
    "e\u0301" * 20,
    "Z̷̢̛̞͎̯͇͉͙̥̬͓̟͉͖̲̓̈́͂a̷lgo text",
    "&lt;b&gt; &amp; <b>bold</b>",
    "%s {0} ${x} \\n \\u0000",
    "'; DROP TABLE course; --",
    "line\u2028separator here",
]
FIELDS = ("goal", "steps", "topics", "description")


@pytest.mark.parametrize("field", FIELDS)
async def test_any_text_in_any_field_is_shown_or_named(stage: Stage, field: str) -> None:
    """The course stands, or the field is named; nothing pings, nothing breaks."""
    for number, odd in enumerate(ODD):
        address = f"https://example.org/{number}"
        own = {"goal": f"Course {number}", "steps": f"Look at it | {address}"}
        value = f"{odd} | {address}" if field == "steps" else odd
        answer = await share(stage, "ana", **PYTHON | own | {field: value})
        assert "my side" not in answer.text, ascii(odd)
        assert "Shared:" in answer.text or answer.form or answer.only.button("Fix"), ascii(odd)
    posts = await stage.posts()
    assert len(posts) > len(ODD) // 2
    for post in posts:
        assert not trouble.calls_somebody(stage.on, post), post.text
        assert "\u202e" not in post.text
        assert "\x00" not in post.text
    listed = await stage.on.command("ben", "/course list")
    assert "my side" not in listed.text
    assert not trouble.calls_somebody(stage.on, listed.only)
