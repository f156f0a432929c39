"""What members do in a window, and what comes back, over the stand-in core."""

from dataclasses import replace
from itertools import count

import pytest

from adapters.playground import inbound
from adapters.playground.chat import PlaygroundChat
from adapters.playground.members import BOT, MEMBERS, may_read
from adapters.playground.session import Seat, Session
from adapters.playground.words import words_of
from adapters.playground.world import Message, World
from bot.errors import Unreachable
from bot.model import Account
from bot.requests import Click, EventKind, Invoke, Pick, Submit
from bot.ui import Card
from tests.doubles.core import NOW, FakeCore, share_form

HERE = Seat("courses")
GOOD = {"goal": "Write safe HTML", "steps": "Read | https://example.org", "level": "", "topics": ""}


@pytest.fixture
def core() -> FakeCore:
    return FakeCore()


@pytest.fixture
def world(core: FakeCore) -> World:
    world = World()
    core.attach(PlaygroundChat(world, core.clock))
    return world


@pytest.fixture
def sessions(core: FakeCore, world: World) -> dict[str, Session]:
    numbers = count(1)
    return {who.id: Session(core, world, who, lambda: f"key-{next(numbers)}") for who in MEMBERS}


@pytest.fixture
def ana(sessions: dict[str, Session]) -> Session:
    return sessions["ana"]


def shown(message: Message | None) -> str:
    assert message is not None
    return words_of(message.body)


async def test_words_become_a_message_for_all(ana: Session, world: World) -> None:
    done = await ana.say(HERE, "  hello\x00 all  ")
    assert done.message == world.stream("courses", "ben")[0]
    assert done.message.body == "hello all"
    assert done.message.at == NOW


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\x00"])
async def test_nothing_to_say_says_nothing(ana: Session, world: World, typed: str) -> None:
    assert (await ana.say(HERE, typed)).message is None
    assert world.stream("courses", "ana") == []


async def test_a_command_answers_in_private(ana: Session, world: World) -> None:
    done = await ana.say(HERE, "/course search bread")
    assert done.message is not None
    assert done.message.private_to == "ana"
    assert done.message.author == BOT
    assert "Courses for “bread”" in shown(done.message)
    assert world.stream("courses", "ben") == []


async def test_a_slash_that_is_no_command_is_a_message(ana: Session) -> None:
    done = await ana.say(HERE, "/ 7 is not a date")
    assert done.message is not None
    assert done.message.private_to is None


async def test_an_unknown_command_is_answered_by_the_platform(ana: Session, core: FakeCore) -> None:
    done = await ana.say(HERE, "/weather tomorrow")
    assert "There is no command /weather" in shown(done.message)
    assert core.handled == {}


async def test_each_act_is_a_delivery_of_its_own(ana: Session, core: FakeCore) -> None:
    await ana.say(HERE, "/offcourse")
    await ana.say(HERE, "/offcourse")
    assert list(core.handled) == ["key-1", "key-2"]
    for request in core.handled.values():
        assert request.account == Account("playground", "home", "ana")
        assert request.profile.timezone == "Europe/Lisbon"
        assert request.place == "playground:home/courses"
        assert request.intent == Invoke("offcourse", text="")


async def test_a_repeated_delivery_says_nothing(ana: Session, world: World) -> None:
    await ana.say(HERE, "/offcourse")
    assert ana.last is not None
    assert (await ana.deliver(*ana.last)).message is None
    assert len(world.stream("courses", "ana")) == 1


async def test_paging_replaces_the_private_message(ana: Session, world: World) -> None:
    first = (await ana.say(HERE, "/course search bread")).message
    assert first is not None
    done = await ana.click(first.number, "page:2:bread")
    assert done.replaced
    assert "Page 2" in shown(world.get(first.number))
    assert len(world.stream("courses", "ana")) == 1


async def test_a_tap_on_a_public_card_answers_beside_it(ana: Session, world: World, core: FakeCore) -> None:
    post = world.post("courses", BOT, Card("x", ()), NOW)
    done = await ana.click(post.number, "page:2:bread")
    assert not done.replaced
    request = list(core.handled.values())[-1]
    assert request.intent == Click("page:2:bread")
    assert request.source == f"playground:home/courses/{post.number}"
    assert not request.on_private


async def test_nobody_taps_on_what_they_do_not_see(sessions: dict[str, Session], core: FakeCore, world: World) -> None:
    secret = (await sessions["ana"].say(HERE, "/course search bread")).message
    steward = world.post("support-centre", BOT, Card("x", ()), NOW)
    assert secret is not None
    core.handled.clear()
    for number in (secret.number, steward.number, 99):
        assert (await sessions["ben"].click(number, "page:1:x")).message is None
        assert (await sessions["ben"].pick(number, "course.from_message")).form is None
        sessions["ben"].react(number, "👍")
        sessions["ben"].dismiss(number)
    assert core.handled == {}
    assert world.get(secret.number) == secret
    assert world.get(steward.number) == steward


async def test_nobody_writes_where_they_can_not_read(ana: Session, world: World) -> None:
    for channel in ("support-centre", "@ben", "nowhere"):
        assert (await ana.say(Seat(channel), "hello")).message is None
    assert world.stream("support-centre", "elif") == []


async def test_a_form_opens_and_what_is_wrong_comes_back_by_field(ana: Session, world: World) -> None:
    form = (await ana.say(HERE, "/course share")).form
    assert form is not None
    done = await ana.submit(HERE, form, GOOD | {"goal": "abc"})
    assert list(done.errors) == ["goal"]
    assert done.form is not None
    assert {field.name: field.value for field in done.form.fields} == GOOD | {"goal": "abc"}
    assert world.stream("courses", "ana") == []


async def test_a_good_form_is_announced_and_confirmed(ana: Session, world: World) -> None:
    done = await ana.submit(HERE, share_form(), GOOD)
    announced, confirmed = world.stream("courses", "ana")
    assert done.message == confirmed
    assert announced.private_to is None
    assert "/?at=courses/1" in shown(confirmed)


async def test_an_answer_in_a_thread_stays_there(ana: Session, world: World) -> None:
    root = world.post("courses", "ben", "a question", NOW)
    seat = Seat("courses", root.number)
    await ana.say(seat, "an answer")
    private = (await ana.say(seat, "/offcourse")).message
    assert private is not None
    assert private.thread == root.number
    assert len(world.replies(root, "ana")) == 2
    assert len(world.replies(root, "ben")) == 1


async def test_where_the_bot_was_removed_there_is_no_place(ana: Session, world: World, core: FakeCore) -> None:
    world.shut("courses", on=True)
    done = await ana.say(HERE, "/offcourse")
    assert done.message is not None
    assert next(iter(core.handled.values())).place is None


async def test_a_menu_entry_carries_the_message(sessions: dict[str, Session], core: FakeCore) -> None:
    written = (await sessions["ben"].say(HERE, "look: https://example.org")).message
    assert written is not None
    done = await sessions["ana"].pick(written.number, "course.from_message")
    assert done.form is not None
    intent = next(iter(core.handled.values())).intent
    author = Account("playground", "home", "ben")
    assert intent == Pick("course.from_message", "look: https://example.org", author, "/?at=courses/1")


async def test_reactions_are_set_and_taken_away(ana: Session, world: World) -> None:
    message = world.post("courses", "ben", "news", NOW)
    ana.react(message.number, "🎉")
    assert ana.seen(message.number).reactions == {"🎉": ("ana",)}  # type: ignore[union-attr]  # it was just posted
    ana.react(message.number, "🎉")
    assert ana.seen(message.number).reactions == {}  # type: ignore[union-attr]  # as above


async def test_a_private_message_can_be_put_away(ana: Session, world: World) -> None:
    private = (await ana.say(HERE, "/offcourse")).message
    assert private is not None
    ana.dismiss(private.number)
    assert world.get(private.number) is None


async def test_suggestions_come_from_the_core(ana: Session) -> None:
    found = await ana.suggest("course", "show", "course", "bread")
    assert [suggestion.value for suggestion in found] == ["C2"]


def test_the_state_of_a_form_comes_back() -> None:
    request = inbound.submit(MEMBERS[0], replace(share_form(), state="s1"), {"goal": "x"}, None, "k")
    assert request.intent == Submit("course.share", {"goal": "x"}, "s1")
    assert request.inline_errors


def test_the_support_centre_is_for_its_members() -> None:
    assert [who.id for who in MEMBERS if may_read(who, "support-centre")] == ["elif"]
    assert [who.id for who in MEMBERS if may_read(who, "@ana")] == ["ana"]


async def test_who_leaves_is_told_of_and_gets_no_letters(
    core: FakeCore, world: World, sessions: dict[str, Session]
) -> None:
    ana = sessions["ana"]
    await ana.leave_or_return()
    chat = core.chats[0]
    assert not (await chat.profile(ana.who.account)).active
    with pytest.raises(Unreachable, match="left"):
        await chat.dm(ana.who.account, Card("Hello", ()), "k" * 22)
    await ana.leave_or_return()
    assert (await chat.profile(ana.who.account)).active
    told = [(event.kind, event.account) for event in core.heard]
    assert told == [(kind, ana.who.account) for kind in (EventKind.LEFT, EventKind.CAME)]


async def test_who_does_something_is_back(world: World, sessions: dict[str, Session]) -> None:
    await sessions["ana"].leave_or_return()
    await sessions["ana"].say(HERE, "/course")
    assert not world.is_gone("ana")
