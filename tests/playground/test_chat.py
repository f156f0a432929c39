"""The playground keeps what every Chat port promises."""

import pytest

from adapters.playground.addresses import Spot, place_of, spot
from adapters.playground.chat import PlaygroundChat
from adapters.playground.members import BOT, HOME, Member, member
from adapters.playground.words import words_of
from adapters.playground.world import World
from bot.errors import Unreachable
from bot.model import Account, Place, Ref
from tests.chat_contract import KEY, OTHER_KEY, ChatContract, Stage, card
from tests.doubles.core import SteadyClock


def someone(name: str) -> Member:
    found = member(name)
    assert found is not None
    return found


class SeenWorld:
    """What the contract's people see and do."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def texts(self, place: Place) -> list[str]:
        at = spot(place)
        return [words_of(m.body) for m in self.world.by(BOT, at.channel) if m.thread == at.number] if at else []

    async def private(self, account: Account) -> list[str]:
        return [words_of(m.body) for m in self.world.by(BOT, f"@{account.user}")]

    async def react(self, account: Account, ref: Ref, emoji: str) -> None:
        at = spot(ref)
        assert at is not None
        assert at.number is not None
        self.world.react(at.number, emoji, account.user, on=True)


class TestPlaygroundChat(ChatContract):
    @pytest.fixture
    def stage(self) -> Stage:
        world = World()
        world.shut("general", on=True)
        world.shut("@dries", on=True)
        return Stage(
            chat=PlaygroundChat(world, SteadyClock(), {"courses": "courses"}),
            platform=SeenWorld(world),
            workspace=HOME.id,
            place=place_of("courses"),
            closed=place_of("general"),
            account=someone("ana").account,
            shut=someone("dries").account,
        )


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def chat(world: World) -> PlaygroundChat:
    return PlaygroundChat(world, SteadyClock())


async def test_every_purpose_has_its_channel(chat: PlaygroundChat) -> None:
    assert await chat.channel(HOME.id, "support_centre") == place_of("support-centre")
    with pytest.raises(Unreachable):
        await chat.channel("elsewhere", "courses")


async def test_a_place_that_is_not_there_is_unreachable(chat: PlaygroundChat) -> None:
    for place in (Place("slack:T1/C1"), place_of("nowhere")):
        with pytest.raises(Unreachable):
            await chat.send(place, card("Hello"), KEY)
    with pytest.raises(Unreachable):
        await chat.dm(Account("playground", "home", "nobody"), card("Hello"), KEY)
    with pytest.raises(Unreachable):
        await chat.dm(Account("playground", "elsewhere", "ana"), card("Hello"), KEY)


async def test_members_messages_are_not_ours_to_change(chat: PlaygroundChat, world: World) -> None:
    message = world.post("courses", "ana", "mine", SteadyClock().now())
    ref = Ref(place_of("courses", message.number))
    with pytest.raises(Unreachable):
        await chat.edit(ref, card("Yours"))
    await chat.delete(ref)
    assert world.get(message.number) == message


async def test_a_ref_in_another_channel_finds_nothing(chat: PlaygroundChat, world: World) -> None:
    message = world.post("support-centre", "elif", "secret", SteadyClock().now())
    world.react(message.number, "👍", "elif", on=True)
    assert await chat.reactions(Ref(place_of("courses", message.number))) == {}


async def test_an_unknown_account_is_not_active(chat: PlaygroundChat) -> None:
    assert not (await chat.profile(Account("playground", "home", "nobody"))).active
    ana = await chat.profile(someone("ana").account)
    assert (ana.timezone, ana.locale) == ("Europe/Lisbon", "pt-PT")


async def test_a_shut_channel_opens_again(chat: PlaygroundChat, world: World) -> None:
    ref = await chat.send(place_of("courses"), card("Hello"), OTHER_KEY)
    world.shut("courses", on=True)
    with pytest.raises(Unreachable, match="let me in from its menu"):
        await chat.send(place_of("courses"), card("Hello"), KEY)
    with pytest.raises(Unreachable, match="let me in from its menu"):
        await chat.edit(ref, card("Later"))
    world.shut("courses", on=False)
    await chat.edit(ref, card("Later"))
    await chat.send(place_of("courses"), card("Hello"), KEY)
    assert len(world.stream("courses", "ana")) == 2


def test_a_spot_is_written_as_it_is_read() -> None:
    assert str(Spot("courses", 3)) == "courses/3"
