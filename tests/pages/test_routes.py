"""The addresses of the pages: what they answer, and what they don't let out."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from structlog.testing import capture_logs

from adapters import web
from adapters.pages import routes as pages
from adapters.pages.routes import routes
from bot.errors import StoreUnavailable
from bot.model import PublicCourse
from tests.pages.sample import COURSE, TOKEN
from tests.web.test_app import client, counted, fine

HERE = f"/courses/{TOKEN}"
OFF = "switched-off-switched-"


class Shelf:
    """Finds one course by its token."""

    def __init__(self) -> None:
        self.course: PublicCourse | None = COURSE
        self.asked: list[str] = []

    async def find(self, token: str) -> PublicCourse | None:
        self.asked.append(token)
        return self.course if token == TOKEN else None


def site(find: pages.Find | None = None, metrics: CollectorRegistry | None = None) -> Starlette:
    return web.build(ready=fine, pages=routes(find or Shelf().find), metrics=metrics)


async def get(path: str, app: Starlette | None = None, method: str = "GET", tag: str = "") -> httpx.Response:
    """Ask for something, perhaps as somebody who has it by a tag already."""
    async with client(app or site()) as http:
        return await http.request(method, path, headers={"if-none-match": tag} if tag else {})


async def test_the_page_is_html_with_its_own_policy() -> None:
    answer = await get(HERE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Make a web page by hand" in answer.text
    policy = answer.headers.get_list("content-security-policy")
    assert len(policy) == 1
    rules = dict(rule.strip().split(" ", 1) for rule in policy[0].split(";"))
    assert rules.pop("style-src").startswith("'sha256-")
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


async def test_the_picture_is_a_png() -> None:
    answer = await get(f"{HERE}.png?v=0123456789")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n")


async def test_people_who_open_a_page_are_told_of_and_link_previews_are_not() -> None:
    opened: list[PublicCourse] = []
    app = web.build(ready=fine, pages=routes(Shelf().find, opened.append))
    async with client(app) as http:
        await http.get(HERE, headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"})
        await http.get(HERE, headers={"user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"})
        await http.get(HERE, headers={"user-agent": "Mozilla/5.0 (compatible; Discordbot/2.0)"})
        await http.head(HERE)
        await http.get(f"{HERE}.png")
        await http.get(f"/courses/{OFF}")
    assert opened == [COURSE]


async def test_a_picture_hangs_at_its_own_address_alone() -> None:
    app = web.build(ready=fine, pages=routes(Shelf().find, picture={TOKEN: b"png"}.get))
    found = await get(f"/pictures/{TOKEN}.png", app)
    assert (found.status_code, found.content, found.headers["content-type"]) == (200, b"png", "image/png")
    assert found.headers["x-robots-tag"] == "noindex"
    assert "max-age=86400" in found.headers["cache-control"]
    missing = await get(f"/pictures/{OFF}.png", app)
    assert (missing.status_code, missing.content) == (404, b"")
    assert missing.headers["cache-control"] == "no-store"
    assert (await get(f"/pictures/{TOKEN}.png")).status_code == 404, "nothing hangs where nobody said so"


@pytest.mark.parametrize("path", [HERE, f"{HERE}.png"])
async def test_proxies_keep_both_for_a_minute_and_indexes_not_at_all(path: str) -> None:
    answer = await get(path)
    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    assert answer.headers["last-modified"] == "Mon, 09 Mar 2026 08:30:00 GMT"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", [HERE, f"{HERE}.png"])
async def test_head_tells_what_get_would(path: str) -> None:
    got, head = await get(path), await get(path, method="HEAD")
    assert head.status_code == 200
    assert head.headers == got.headers


@pytest.mark.parametrize("path", [HERE, f"{HERE}.png"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
async def test_who_has_it_gets_it_only_once(path: str, form: str) -> None:
    first = await get(path)
    again = await get(path, tag=form.format(first.headers["etag"]))
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert (await get(path, tag='"other"')).status_code == 200


async def test_a_changed_page_has_another_tag() -> None:
    shelf = Shelf()
    app = site(shelf.find)
    tag = (await get(HERE, app)).headers["etag"]
    shelf.course = replace(COURSE, steps=(replace(COURSE.steps[0], title="The page was given another title"),))
    again = await get(HERE, app, tag=tag)
    assert again.status_code == 200
    assert again.headers["etag"] != tag


WRONG = [
    *(
        "short",
        "x" * 65,
        "with space 12345",
        "with.dot.12345",
        "%00%00%00%00%00%00%00%00",
        "..%5c..%5cetc",
        "<script>12345",
    ),
    *("k3Jf9_aQ2-xYzW0vB1nM4%C3%A9", f"{TOKEN}.PNG", f"{TOKEN}.png.png", f"{TOKEN}%0a"),
]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("ending", ["", ".png"])
async def test_every_wrong_address_gets_the_same_answer(wrong: str, ending: str) -> None:
    shelf = Shelf()
    app = site(shelf.find)
    unknown = await get(f"/courses/{OFF}", app)
    assert unknown.status_code == 404
    assert "There is no course here" in unknown.text
    assert unknown.headers["cache-control"] == "no-store"
    answer = await get(f"/courses/{wrong}{ending}", app)
    assert (answer.status_code, answer.text, answer.headers) == (404, unknown.text, unknown.headers)
    assert shelf.asked == [OFF], "what can't be a token isn't looked up"


@pytest.mark.parametrize("ending", ["", ".png"])
async def test_what_was_switched_off_looks_as_if_it_never_was(ending: str) -> None:
    shelf = Shelf()
    app = site(shelf.find)
    tag = (await get(HERE + ending, app)).headers["etag"]
    shelf.course = None
    off = await get(HERE + ending, app, tag=tag)
    never = await get(f"/courses/{OFF}{ending}", app)
    assert (off.status_code, off.text, off.headers) == (404, never.text, never.headers)


@pytest.mark.parametrize("ending", ["", ".png"])
async def test_a_database_that_is_down_is_told_kindly_and_no_token_is_logged(ending: str) -> None:
    async def down(token: str) -> PublicCourse | None:
        raise StoreUnavailable

    registry = CollectorRegistry()
    with capture_logs() as lines:
        answer = await get(HERE + ending, site(down, registry))
    assert answer.status_code == 503
    assert "Please come back soon" in answer.text
    assert answer.headers["retry-after"] == "30"
    assert answer.headers["cache-control"] == "no-store"
    assert len(lines) == 1
    assert TOKEN not in str(lines)


async def test_a_database_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(token: str) -> PublicCourse | None:
        await asyncio.sleep(30)
        return None

    monkeypatch.setattr(pages, "FIND_WAIT", 0.05)
    assert (await asyncio.wait_for(get(HERE, site(hangs)), 5)).status_code == 503


async def test_figures_and_the_log_know_no_token() -> None:
    async def broken(token: str) -> PublicCourse | None:
        raise RuntimeError("a mistake of ours")

    registry = CollectorRegistry()
    app = site(metrics=registry)
    for path in (HERE, f"{HERE}.png", f"/courses/{OFF}"):
        await get(path, app)
    assert counted(registry, "/courses/{token}", "2xx") == 1
    assert counted(registry, "/courses/{token}", "4xx") == 1
    assert counted(registry, "/courses/{token}.png", "2xx") == 1
    assert TOKEN not in (await get("/metrics", app)).text
    with capture_logs() as lines:
        answer = await get(HERE, site(broken))
    assert (answer.status_code, answer.text) == (500, "Something went wrong.")
    assert [line["path"] for line in lines] == ["/courses/{token}"]
    assert TOKEN not in str(lines)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_there_is_nothing_to_write(method: str) -> None:
    assert (await get(HERE, method=method)).status_code == 405
