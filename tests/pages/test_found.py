"""From a course in the database to its page."""

from pathlib import Path

from bot.app.core import COMMUNITY, open_app
from bot.config import Config
from bot.model import Account, Checkpoint, CourseContent, Page, Profile, ResourceKind
from bot.usage import Use
from tests.doubles.core import NOW
from tests.pages.sample import TOKEN
from tests.pages.test_routes import HERE, get, site


async def test_a_shared_course_is_found_until_it_is_switched_off_or_archived(tmp_path: Path) -> None:
    config = Config.model_validate(
        {
            "storage": {"url": f"sqlite:///{tmp_path / 'offcourse.db'}"},
            "web": {"public_url": "https://bot.example/"},
            "community": {"name": "Offcourse Ghent", "language": "nl"},
            "links": {"enabled": False},
        }
    )
    url = "https://example.org/tags"
    content = CourseContent("Make a web page by hand", (Checkpoint("Meet the tags", url),), description="By hand only.")
    async with open_app(config) as app:
        async with app.store.write(COMMUNITY) as unit:
            person = await unit.people.meet(Account("slack", "T1", "U1"), Profile("Anabel Somebody"), NOW)
            course, _ = await unit.courses.add(content, person.id, NOW)
            await unit.courses.open_page(course.id, TOKEN)
            await unit.resources.learn(url, Page(url, "All the tags", kind=ResourceKind.VIDEO), NOW)
        served = site(app.public_course)
        answer = await get(HERE, served)
        assert answer.status_code == 200
        for part in ("Make a web page by hand", "All the tags", "Video", "Offcourse Ghent", 'lang="nl"'):
            assert part in answer.text
        assert f'href="https://bot.example/courses/{TOKEN}"' in answer.text
        assert "Anabel" not in answer.text
        (public,) = [found for found in [await app.public_course(TOKEN)] if found]
        app.page_opened(public)
        await app.tick(app.clock.now())
        async with app.store.read(COMMUNITY) as unit:
            assert await unit.usage.of([course.id], app.clock.now()) == {course.id: Use(views=1)}
        for on in (False, True):
            async with app.store.write(COMMUNITY) as unit:
                await unit.courses.show_page(course.id, on=on)
            assert (await get(HERE, served)).status_code == (200 if on else 404)
        async with app.store.write(COMMUNITY) as unit:
            await unit.courses.set_archived(course.id, person.id, NOW, on=True)
        assert (await get(HERE, served)).status_code == 404
        assert (await get(f"{HERE}.png", served)).status_code == 404
