"""What no client offers, but a platform or a stranger can send all the same: forged, repeated and late acts.

Everything goes through the real adapters, as the payload that the platform would deliver.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simcord.backend.serializers import message_payload
from simcord.enums import InteractionType

from adapters.playground import inbound
from adapters.playground.session import Done, Seat
from tests.doubles import slack_payloads
from tests.doubles.slack import COURSES
from tests.drivers.base import Answer, Driver, Seen, SeenForm
from tests.drivers.discord import BUTTON, DiscordDriver, _sent, components
from tests.drivers.playground import PlaygroundDriver, _answer
from tests.drivers.slack import SlackDriver


async def tap(on: Driver, who: str, message: Seen, token: str) -> Answer:
    """Tap a button that the message never had, with any token."""
    if isinstance(on, SlackDriver):
        button = {"action_id": "forged", "text": {"type": "plain_text", "text": "Forged"}, "value": token}
        return await on._act(who, slack_payloads.click(on.double, who, message.handle, button))
    if isinstance(on, DiscordDriver):
        data = {"custom_id": token, "component_type": BUTTON}
        stored = on._stored(message.handle)
        sent = on.members[who]._dispatch_interaction(
            InteractionType.MESSAGE_COMPONENT,
            on.channel,
            data,
            extra={"message": dict(message_payload(on.env.backend, stored))},
            source_message_id=stored.id,
        )
        return on._answer(await sent)
    assert isinstance(on, PlaygroundDriver)
    return _answer(await _tap_in_playground(on, who, message.handle, token))


async def _tap_in_playground(on: PlaygroundDriver, who: str, number: int, token: str) -> Done:
    session, message = on._by(who), on.world.get(number)
    assert message is not None, "the message is gone"
    seat = Seat(message.channel, message.thread)
    place = inbound.place_for(seat.channel, seat.thread, shut=False)
    return await session.deliver(inbound.click(session.who, message, token, place, session._key()), seat)


async def send(on: Driver, who: str, form: SeenForm, state: str, **values: str) -> Answer:
    """Send a form off with another state than it was opened with: another course's, say."""
    forged = copy.copy(form)
    if isinstance(on, SlackDriver):
        luggage = json.loads(form.handle["private_metadata"]) | {"state": state}
        forged.handle = form.handle | {"private_metadata": json.dumps(luggage)}
    elif isinstance(on, DiscordDriver):
        return on._answer(await _send_on_discord(on, who, form, f"{form.id}:{state}", values))
    else:
        forged.handle = replace(form.handle, state=state)
    return await on.submit(who, forged, **values)


async def _send_on_discord(
    on: DiscordDriver, who: str, form: SeenForm, custom_id: str, values: Mapping[str, str]
) -> Any:
    given = {name: values.get(name, field.value) for name, field in form.fields.items()}
    fields = [found for found in components(form.handle.modal["components"]) if "custom_id" in found]
    sent = [{"type": 18, "component": _sent(field, _chosen(form, field["custom_id"], given))} for field in fields]
    data = {"custom_id": custom_id, "components": sent}
    return await on.members[who]._dispatch_interaction(InteractionType.MODAL_SUBMIT, on.channel, data)


def _chosen(form: SeenForm, name: str, given: Mapping[str, str]) -> Any:
    return [given[name]] if form.fields[name].options else given[name]


def last(on: Driver) -> Any:
    """Keep the last act as it was delivered, to deliver it again later."""
    if isinstance(on, PlaygroundDriver):
        assert on._last is not None
        return on._last, on._last.last
    assert isinstance(on, SlackDriver | DiscordDriver)
    return on._last


async def again(on: Driver, act: Any) -> Answer:
    """Deliver an earlier act once more, exactly as it was."""
    if isinstance(on, PlaygroundDriver):
        on._last, on._last.last = act
    else:
        assert isinstance(on, SlackDriver | DiscordDriver)
        on._last = act
    return await on.repeat()


def close_channel(on: Driver) -> None:
    """Take the bot out of #courses."""
    if isinstance(on, SlackDriver):
        on.double.closed[COURSES] = "not_in_channel"
    elif isinstance(on, DiscordDriver):
        on.env.inject_error("POST", f"/channels/{on.channel.id}/messages", status=403, code=50001, times=None)
    else:
        assert isinstance(on, PlaygroundDriver)
        on.world.shut("courses", on=True)


def open_channel(on: Driver) -> None:
    """Bring the bot back to #courses."""
    if isinstance(on, SlackDriver):
        del on.double.closed[COURSES]
    elif isinstance(on, DiscordDriver):
        on.env.backend.faults.clear()
    else:
        assert isinstance(on, PlaygroundDriver)
        on.world.shut("courses", on=False)


def close_messages(on: Driver, who: str) -> bool:
    """Let somebody take no private messages; False where everybody always does."""
    if isinstance(on, SlackDriver):
        on.double.closed[f"D{slack_payloads.user_of(who)[1:]}"] = "cannot_dm_bot"
    elif isinstance(on, DiscordDriver):
        room = on.members[who].user.dm_channel
        on.env.inject_error("POST", f"/channels/{room.id}/messages", status=403, code=50007, times=None)
    else:
        return False
    return True


_CALL = re.compile(r"<!(?!date\^)|<@")
"""What Slack makes a call of; a moment in time is written alike."""


def calls_somebody(on: Driver, message: Seen) -> bool:
    """Tell whether a message calls more people than those that the bot means."""
    if isinstance(on, SlackDriver):
        parts = list(_parts(message.raw["blocks"]))
        kinds = {part.get("type") for part in parts}
        markup = [part["text"] for part in parts if part.get("type") == "mrkdwn"] + [message.raw["text"]]
        return bool(kinds & {"broadcast", "usergroup"}) or any(_CALL.search(text) for text in markup)
    if isinstance(on, DiscordDriver):
        sent = [entry.json for entry in on.env.http_requests if isinstance(entry.json, Mapping)]
        said = [part for body in sent for part in (body, body.get("data") or {}) if "components" in part]
        return any(part.get("allowed_mentions", {"parse": ["everyone"]}).get("parse") for part in said if _speaks(part))
    return False  # nobody is called in the playground


def _speaks(part: Mapping[str, Any]) -> bool:
    """Tell a message from a modal, which has a title."""
    return "title" not in part


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _parts(part)
