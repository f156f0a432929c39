"""How fresh a course is, wherever it appears, on every platform."""

from datetime import timedelta

import pytest

from tests.stage import PYTHON, Stage, share, show


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    assert "Shared:" in (await share(stage, "ana", **PYTHON)).text
    await stage.settled()
    return stage


async def everywhere(stage: Stage) -> dict[str, str]:
    """Read what is said of Ana's course wherever it appears to her."""
    on = stage.on
    found = {
        "search": (await on.command("ana", "/course search python")).text,
        "list": (await on.command("ana", "/course list")).text,
        "mine": (await on.command("ana", "/course list mine")).text,
        "show": (await show(stage, "ana", 1)).text,
        "shelf": (await on.command("ana", "/course list saved")).text,
        "learning": (await on.command("ana", "/course progress")).text,
        "progress": (await on.command("ana", "/course progress C1")).text,
        "home": (await on.command("ana", "/offcourse")).text,
        "used": (await share(stage, "ben", **PYTHON | {"goal": "Write another program"})).text,
        "post": (await on.posts())[-1].text,
    }
    if on.suggests:
        found["typing"] = "\n".join(await on.suggest("ana", "course show", "course", "small"))
    return found


async def test_a_course_says_everywhere_how_fresh_it_is_and_whose(shared: Stage) -> None:
    await shared.on.command("ana", "/course save C1")
    await shared.tap("ana", await show(shared, "ana", 1), "Start")
    await shared.on.command("ben", "/offcourse")
    async with shared.app.store.write("main") as unit:
        (ben,) = await unit.people.named("Ben")
        await unit.courses.add_co_owner(1, ben.id, None, shared.clock.now())
        await unit.outbox.refresh("course.card", "1", shared.clock.now())
    await shared.settled()
    for where, said in (await everywhere(shared)).items():
        assert "🌱 reviewed" in said, where
        assert "Ana" in said, where
        assert "Ben" in said, where
    shared.clock.move(timedelta(days=180))
    for where, said in (await everywhere(shared)).items():
        assert where == "post" or "🍂 review due" in said, where


async def test_what_an_act_changes_the_announced_card_shows(shared: Stage) -> None:
    shared.clock.move(timedelta(days=181))
    async with shared.app.store.write("main") as unit:
        await unit.outbox.refresh("course.card", "1", shared.clock.now())
    await shared.settled()
    assert "🍂 review due" in (await shared.on.posts())[0].text
    await shared.on.command("ana", "/course review C1")
    await shared.settled()
    assert "🌱 reviewed" in (await shared.on.posts())[0].text
    opened = (await shared.on.command("ben", "/course flag C1")).form
    assert opened is not None
    await shared.on.submit("ben", opened, kind="outdated", said="Python 2 is gone")
    await shared.settled()
    assert "🚩 flagged by 1 reader" in (await shared.on.posts())[0].text


async def test_an_archived_course_says_so_alone(shared: Stage) -> None:
    shared.clock.move(timedelta(days=400))
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    said = (await shared.on.command("ana", "/course list archived")).text
    assert "📦 archived" in said
    assert "review due" not in said
