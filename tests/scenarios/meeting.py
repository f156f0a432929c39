"""What scenarios about meetups share: a meetup that everything about is allowed, and how members plan it."""

from tests.drivers.base import Answer, Seen
from tests.stage import Stage

LINK = "https://meet.example.org/bread?pwd=a_b"
BREAD = {
    "title": "Bake bread together",
    "when": "next thu 19:00 for 90 min",
    "where": f"Library, room 2\n{LINK}",
    "about": "We knead and talk. #bread\nLevel: beginner\nBring: an apron",
    "places": "2",
}
"""A meetup that everything about is allowed: on Thu 5 March 2026 at 18:00 UTC, for people in Brussels."""


async def live_in(stage: Stage, who: str, zone: str = "Europe/Brussels") -> None:
    """Let somebody say where they live: platforms tell different things."""
    assert zone in (await stage.on.command(who, f"/offcourse nudges zone:{zone}")).text


async def preview(stage: Stage, who: str, **values: str) -> Answer:
    """Fill in and send the form to plan a meetup."""
    opened = await stage.on.command(who, "/meetup plan")
    assert opened.form is not None
    return await stage.on.submit(who, opened.form, **BREAD | values)


async def meetup(stage: Stage, who: str = "ana", **values: str) -> Seen:
    """Plan and post a meetup; give its announcement."""
    await live_in(stage, who)
    shown = await preview(stage, who, **values)
    posted = await stage.tap(who, shown.only, "Post")
    assert "Posted:" in posted.text, posted.text
    await stage.settled()
    return (await stage.posts("meetups"))[-1]
