"""The check against Discord's own description sees what it should; without the description these say why."""

from typing import Any

import pytest

from adapters.discord import limits
from tests.doubles import discord_contract
from tests.doubles.discord import World, said

pytestmark = pytest.mark.usefixtures("contract")


def row(count: int, **traits: Any) -> dict[str, Any]:
    buttons = [{"type": 2, "style": 2, "label": "x", "custom_id": str(n), **traits} for n in range(count)]
    return {"components": [{"type": 17, "components": [{"type": 1, "components": buttons}]}], "flags": 1 << 15}


def choices(count: int) -> dict[str, Any]:
    return {"type": 8, "data": {"choices": [{"name": "x", "value": str(n)} for n in range(count)]}}


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("/channels/1/messages", row(limits.ROW_BUTTONS), row(limits.ROW_BUTTONS + 1)),
        ("/channels/1/messages", row(1, label="x" * limits.BUTTON_LABEL), row(1, label="x" * 81)),
        ("/channels/1/messages", row(1, custom_id="x" * limits.CUSTOM_ID), row(1, custom_id="x" * 101)),
        ("/channels/1/messages", {"nonce": "n" * limits.NONCE}, {"nonce": "n" * 26}),
        ("/channels/1/messages", {"content": "x" * 2000}, {"content": "x" * 2001}),
        ("/channels/1/messages/2/threads", {"name": "x" * limits.THREAD_NAME}, {"name": "x" * 101}),
        ("/interactions/1/t/callback", choices(limits.SUGGESTIONS), choices(limits.SUGGESTIONS + 1)),
        ("/users/@me/channels", {"recipient_id": 5}, {"recipient_id": "x"}),
    ],
)
def test_our_limits_are_discords(path: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert list(discord_contract.problems_of("POST", path, good)) == []
    assert list(discord_contract.problems_of("POST", path, bad)) != []


def test_a_request_that_discord_does_not_have_is_a_problem() -> None:
    assert list(discord_contract.problems_of("POST", "/no/such/thing", {})) != []


async def test_what_the_bot_sends_is_checked(here: World) -> None:
    await here.chat.send(here.place, said("Hello"), "k" * 22)
    await here.chat.dm(here.account(here.ana), said("Psst"), "l" * 22)
    assert discord_contract.check_contract(here.env) >= 4  # commands, a message, a conversation, a message in it
