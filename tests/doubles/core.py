"""A small stand-in for the core: real declarations, answers that never change, no database.

It is what adapters are tried on: `/course share` opens a form, `/course search` gives a private card with paging,
`/course show` suggests titles, and a form that is taken is announced in #courses.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from bot.commands import Context, action, command, form, message_action, option
from bot.config import Config
from bot.model import Level, Workspace
from bot.ports import Chat
from bot.registry import Registry
from bot.requests import (
    Ask,
    Click,
    Event,
    Invoke,
    Outcome,
    Pick,
    Rejected,
    Repeated,
    Reply,
    Request,
    Submit,
    Suggestion,
)
from bot.ui import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Field,
    Form,
    Heading,
    Items,
    Link,
    LinkButton,
    Mention,
    Option,
    Time,
    note,
    paragraph,
    token,
)

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TITLES = ("Understand machine learning basics", "Bake bread with a sourdough", "Write your first Python program")


async def _suggest_nothing(ctx: Context, typed: str) -> Sequence[Suggestion]:
    raise AssertionError("the stand-in suggests by itself")


@dataclass(frozen=True)
class Share:
    url: str = option("address of the first step", default="")


@dataclass(frozen=True)
class Search:
    words: str = option("any words", default="")
    level: Level | None = option("how much one should know", default=None)
    topic: str = option("a topic", default="", suggest=_suggest_nothing)


@dataclass(frozen=True)
class Show:
    course: str = option("a title or a short id", suggest=_suggest_nothing)


class SteadyClock:
    """A clock that stands still."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment


class FakeCore:
    """Answers as the real core would, without any of its work."""

    def __init__(self, clock: Any = None) -> None:
        self.config = Config()
        self.clock = clock or SteadyClock()
        self.registry = Registry([_declarations()])
        self.chats: list[Chat] = []
        self.heard: list[Event] = []
        self.handled: dict[str, Request] = {}
        self._works: set[asyncio.Task[None]] = set()

    async def handle(self, request: Request) -> Outcome:
        if request.key in self.handled:
            return Repeated()
        self.handled[request.key] = request
        match request.intent:
            case Invoke() as invoke:
                return self._invoke(invoke, request)
            case Click(pressed):
                return self._click(pressed)
            case Submit() as submit:
                return await self._submit(submit, request)
            case Pick(text=text):
                return share_form().filled({"goal": text[:55]})

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        return outcome

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        if ask.option == "topic":
            return [Suggestion("machine learning", "machine learning (4)")]
        return [Suggestion(f"C{n}", t) for n, t in enumerate(TITLES, 1) if ask.typed.lower() in t.lower()]

    async def hear(self, event: Event) -> None:
        self.heard.append(event)

    def attach(self, chat: Chat) -> None:
        self.chats.append(chat)

    async def join(self, workspace: Workspace) -> None:
        return None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)

    async def work(self, now: datetime) -> None:
        """Do what is due on the way to another time: here, nothing."""

    async def tick(self, now: datetime) -> None:
        """Do the due work: here, say once more that a day went by."""
        for chat in self.chats:
            await chat.send(await chat.channel("home", "courses"), _said(f"Due work at {now:%d %B}."), "t" * 22)

    def _invoke(self, invoke: Invoke, request: Request) -> Outcome:
        sub, _, rest = invoke.text.partition(" ")
        if invoke.root == "course" and sub == "share":
            return share_form()
        if invoke.root == "course" and sub == "search":
            return Reply(results(rest or "everything", 1))
        if invoke.root == "course" and sub == "show":
            return Reply(course_card(rest or TITLES[0], request))
        return Reply(_said(f"You can type /course share. ({invoke.text})"))

    def _click(self, pressed: str) -> Outcome:
        name, _, rest = pressed.partition(":")
        if name == "page":
            number, _, words = rest.partition(":")
            return Reply(results(words, int(number)), replaces=True)
        return Reply(_said(f"You tapped {pressed}."))

    async def _submit(self, submit: Submit, request: Request) -> Outcome:
        errors = {}
        if len(submit.values["goal"]) < 5:
            errors["goal"] = "A goal has 5 to 55 characters."
        if "http" not in submit.values["steps"]:
            errors["steps"] = "Each step needs an address, such as https://example.org."
        if errors:
            return Rejected(share_form().filled(dict(submit.values)), errors)
        card = course_card(submit.values["goal"], request)
        link: str | None = None
        for chat in self.chats:
            link = await chat.link(await chat.send(await chat.channel("home", "courses"), card, request.key[:22]))
        words = paragraph("Shared: ", Link(submit.values["goal"], link)) if link else paragraph("Shared.")
        return Reply(Card("Shared.", (words,)))


def share_form() -> Form:
    """Give a form with a field of each kind."""
    levels = tuple(Option(level.value, level.value) for level in Level)
    return Form(
        "course.share",
        "Share a course",
        (
            Field("goal", "Goal", hint="What people will be able to do.", placeholder="Learn to …", max_length=55),
            Field("steps", "Steps", hint="One per line: task | address.", multiline=True, max_length=2000),
            Field("level", "Level", required=False, options=levels),
            Field("topics", "Topics", hint="Separated by commas.", required=False),
        ),
        submit="Share it",
    )


def results(words: str, number: int) -> Card:
    """Give a page of results."""
    rows = [paragraph(Bold(title), " by ", Mention("Ben")) for title in TITLES]
    pages = Buttons(
        (Button("Previous", token("page", number - 1, words)), Button("Next", token("page", number + 1, words)))
    )
    return Card(f"Courses for {words}", (Heading(f"Courses for “{words}”"), *rows, note(f"Page {number}"), pages))


def course_card(goal: str, request: Request) -> Card:
    """Give a card with a part of each kind."""
    return Card(
        goal,
        (
            Heading(goal, "https://example.org/course"),
            paragraph("Shared by ", Mention(request.profile.name, (request.account,)), " on ", Time(NOW, "date"), "."),
            Items((("Read ", Link("the primer", "https://example.org/primer")), ("Build one",)), ordered=True),
            Divider(),
            note("beginner · ", Code("C1"), " · due ", Time(NOW + timedelta(days=3), "relative")),
            Buttons(
                (
                    Button("Start", "course.start:1", "primary"),
                    LinkButton("Open", "https://example.org/course"),
                    Button("Give up", "course.stop:1", "danger"),
                )
            ),
        ),
    )


def _said(words: str) -> Card:
    return Card(words, (paragraph(words),))


async def _nothing(ctx: Context, args: Any) -> Card:
    raise AssertionError("the stand-in answers by itself")


def _blank(config: Config) -> Form:
    return share_form()


def _declarations() -> ModuleType:
    module = ModuleType("declarations")
    module.__dict__.update(
        share=command("course share", "Share a course with everybody", args=Share, opens_form=True)(_nothing),
        search=command("course search", "Find courses by any words", args=Search)(_nothing),
        show=command("course show", "See a whole course", args=Show)(_nothing),
        topics=command("course topics", "All topics, with counts")(_nothing),
        help=command("offcourse help", "What you can do here", default=True)(_nothing),
        start=action("course.start")(_nothing),
        page=action("page")(_nothing),
        form=form("course.share", blank=_blank)(_nothing),
        pick=message_action("course.from_message", "Share as a course", "Make a course of it", opens_form=True)(
            _nothing
        ),
    )
    return module
