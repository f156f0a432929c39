"""What every Chat port promises, as tests: a platform's builder subclasses ChatContract and gives it a stage.

class TestSlackChat(ChatContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]: ...
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bot.errors import Refused, Unauthorized, Unreachable
from bot.model import Account, Place, Ref
from bot.ports import Chat
from bot.ui import Button, Buttons, Card, Heading, Image, LinkButton, paragraph

KEY = "k" * 22
"""As long as the store's markers."""
OTHER_KEY = "o" * 22
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
"""One black dot."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Platform(Protocol):
    """What the double of a platform lets a person see and do."""

    async def texts(self, place: Place) -> list[str]:
        """Read all words of the bot's messages that stand at a place, oldest first."""
        ...

    async def private(self, account: Account) -> list[str]:
        """Read all words of the bot's messages to one person, oldest first."""
        ...

    async def react(self, account: Account, ref: Ref, emoji: str) -> None:
        """React to a message as that person, with a Unicode emoji."""
        ...


@dataclass
class Stage:
    """Where the contract is played."""

    chat: Chat
    platform: Platform
    workspace: str  # its purpose `courses` is configured as `place`, its purpose `support` is not configured
    place: Place  # the bot can post here
    closed: Place  # the bot can't post here
    account: Account  # a person called Ana
    shut: Account  # a person who takes no messages


def card(words: str) -> Card:
    """Make a card that says something, with one button of each kind."""
    buttons = Buttons((Button("Show", "course.show:1"), LinkButton("Open", "https://example.org/a?b=c&d=e")))
    return Card(words, (Heading(words), paragraph(f"More of {words}."), buttons))


class ChatContract:
    """The promises. `stage` is the subclass's fixture."""

    async def test_channel_is_the_configured_place(self, stage: Stage) -> None:
        assert await stage.chat.channel(stage.workspace, "courses") == stage.place

    async def test_channel_that_is_not_configured_names_the_setting(self, stage: Stage) -> None:
        with pytest.raises(Unreachable, match="support"):
            await stage.chat.channel(stage.workspace, "support")

    async def test_send_stands_in_its_place(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Hello"), KEY)
        assert ref.partition(":")[0] == stage.chat.platform
        [seen] = await stage.platform.texts(stage.place)
        assert "More of Hello." in seen

    async def test_send_to_a_closed_place_says_the_cure(self, stage: Stage) -> None:
        with pytest.raises(Unreachable, match=r"\w"):
            await stage.chat.send(stage.closed, card("Hello"), KEY)
        assert await stage.platform.texts(stage.closed) == []

    async def test_find_gives_what_send_gave(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Hello"), KEY)
        await stage.chat.send(stage.place, card("Later"), OTHER_KEY)
        assert await stage.chat.find(stage.place, KEY, LONG_AGO) == ref

    async def test_find_knows_what_is_not_there(self, stage: Stage) -> None:
        await stage.chat.send(stage.place, card("Hello"), KEY)
        assert await stage.chat.find(stage.place, OTHER_KEY, LONG_AGO) is None

    async def test_dm_reaches_one_person(self, stage: Stage) -> None:
        ref = await stage.chat.dm(stage.account, card("Psst"), KEY)
        [seen] = await stage.platform.private(stage.account)
        assert "More of Psst." in seen
        assert await stage.platform.texts(stage.place) == []
        assert await stage.chat.find_dm(stage.account, KEY, LONG_AGO) == ref
        assert await stage.chat.find_dm(stage.account, OTHER_KEY, LONG_AGO) is None

    async def test_dm_to_who_takes_none_is_unreachable(self, stage: Stage) -> None:
        with pytest.raises(Unreachable, match=r"\w") as raised:
            await stage.chat.dm(stage.shut, card("Psst"), KEY)
        assert not isinstance(raised.value, Unauthorized), "it is the person's door, not ours"
        assert await stage.platform.private(stage.shut) == []

    async def test_edit_shows_another_card(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Before"), KEY)
        await stage.chat.edit(ref, card("After"))
        [seen] = await stage.platform.texts(stage.place)
        assert "More of After." in seen
        assert "Before" not in seen

    async def test_a_picture_is_shown_or_told(self, stage: Stage) -> None:
        picture = Image(PNG, "A line that goes up", "A line that goes up: ▁▅█")
        ref = await stage.chat.send(stage.place, Card("Line", (picture, paragraph("Words."))), KEY)
        [seen] = await stage.platform.texts(stage.place)
        assert "A line that goes up" in seen
        assert "Words." in seen
        await stage.chat.edit(ref, card("After"))
        [seen] = await stage.platform.texts(stage.place)
        assert "A line that goes up" not in seen

    async def test_edit_again_is_fine(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Before"), KEY)
        for _ in range(2):
            await stage.chat.edit(ref, card("After"))
        [seen] = await stage.platform.texts(stage.place)
        assert "More of After." in seen

    async def test_edit_of_what_is_gone_says_so(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Before"), KEY)
        await stage.chat.delete(ref)
        with pytest.raises((Unreachable, Refused), match="gone") as raised:
            await stage.chat.edit(ref, card("After"))
        assert not isinstance(raised.value, Unauthorized), "trying again would not help"
        assert await stage.platform.texts(stage.place) == []

    async def test_delete_twice_is_fine(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Hello"), KEY)
        await stage.chat.delete(ref)
        await stage.chat.delete(ref)
        assert await stage.platform.texts(stage.place) == []

    async def test_thread_is_a_place(self, stage: Stage) -> None:
        root = await stage.chat.send(stage.place, card("Root"), KEY)
        thread = await stage.chat.thread(root, "A thread", card("First"), OTHER_KEY)
        reply = await stage.chat.send(thread, card("Second"), "s" * 22)
        first, second = await stage.platform.texts(thread)
        assert "More of First." in first
        assert "More of Second." in second
        assert len(await stage.platform.texts(stage.place)) == 1
        assert await stage.chat.find(thread, "s" * 22, LONG_AGO) == reply

    async def test_reactions_name_people_and_leave_us_out(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Hello"), KEY)
        assert await stage.chat.reactions(ref) == {}
        await stage.chat.react(ref, "✅", on=True)
        await stage.chat.react(ref, "✅", on=True)
        await stage.platform.react(stage.account, ref, "✅")
        await stage.platform.react(stage.account, ref, "👍🏽")
        people = frozenset({stage.account})
        assert await stage.chat.reactions(ref) == {"✅": people, "👍": people}

    async def test_react_off_takes_ours_away(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Hello"), KEY)
        await stage.chat.react(ref, "👀", on=True)
        await stage.chat.react(ref, "👀", on=False)
        await stage.chat.react(ref, "👀", on=False)
        assert await stage.chat.reactions(ref) == {}

    async def test_profile_tells_the_name(self, stage: Stage) -> None:
        profile = await stage.chat.profile(stage.account)
        assert profile.name == "Ana"
        assert profile.active

    async def test_link_leads_back_to_the_message(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Hello"), KEY)
        link = await stage.chat.link(ref)
        assert link is None or stage.chat.ref(link) == ref

    @pytest.mark.parametrize("other", ["", "hello", "https://example.org/", "https://example.org/archives/C1/p1", "\0"])
    def test_ref_of_any_other_text_is_none(self, stage: Stage, other: str) -> None:
        assert stage.chat.ref(other) is None

    async def test_find_looks_no_further_back_than_asked(self, stage: Stage) -> None:
        await stage.chat.send(stage.place, card("Hello"), KEY)
        far_ahead = LONG_AGO + timedelta(days=365 * 60)
        assert await stage.chat.find(stage.place, KEY, far_ahead) is None
