"""The Chat port of Slack keeps what every Chat port promises."""

import pytest

from adapters.slack import emoji
from adapters.slack.address import Address
from adapters.slack.chat import SlackChat
from bot.model import Account, Place, Ref
from tests.chat_contract import ChatContract, Stage
from tests.doubles.slack import CLOSED, COURSES, REACTIONS, SlackDouble
from tests.doubles.slack_api import SHUT, TEAM, add_reaction
from tests.doubles.slack_payloads import user_of
from tests.drivers.slack import seen


class _Platform:
    def __init__(self, double: SlackDouble) -> None:
        self._double = double

    async def texts(self, place: Place) -> list[str]:
        at = Address.parse(place)
        return [seen(message, private=False).text for message in self._double.standing(at.channel, at.ts)]

    async def private(self, account: Account) -> list[str]:
        return [seen(m, private=True).text for m in self._double.standing("D" + account.user[1:])]

    async def react(self, account: Account, ref: Ref, emoji_shown: str) -> None:
        at = Address.parse(ref)
        message = next(m for m in self._double.messages if m["ts"] == at.ts)
        toned = "👍🏽"
        name = "+1::skin-tone-4" if emoji_shown == toned else emoji.name_of(emoji_shown)
        assert name is not None
        add_reaction(message, name, account.user)


class TestSlackChat(ChatContract):
    @pytest.fixture
    def stage(self, double: SlackDouble, chat: SlackChat) -> Stage:
        double.scopes.update(REACTIONS)
        return Stage(
            chat=chat,
            platform=_Platform(double),
            workspace=TEAM,
            place=Address(TEAM, COURSES).place,
            closed=Address(TEAM, CLOSED).place,
            account=Account("slack", TEAM, user_of("ana")),
            shut=Account("slack", TEAM, SHUT),
        )
