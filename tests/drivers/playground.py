"""The playground driver: sessions over a world in memory, as the page has them, without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from adapters.playground import inbound
from adapters.playground.chat import PlaygroundChat
from adapters.playground.members import BOT, HOME, MEMBERS
from adapters.playground.session import Done, Seat, Session
from adapters.playground.words import words_of
from adapters.playground.world import Message, World
from bot.dispatch import Core
from bot.ui import Button, Buttons, Card, Field, LinkButton
from tests.drivers.base import Answer, Seen, SeenButton, SeenField, SeenForm

COURSES = Seat("courses")


@asynccontextmanager
async def playground_driver(app: Core) -> AsyncIterator["PlaygroundDriver"]:
    """Put an app on a playground with its five members."""
    driver = PlaygroundDriver(app, World())
    app.attach(PlaygroundChat(driver.world, app.clock))
    await app.join(HOME)
    yield driver


class PlaygroundDriver:
    """Acts as five members and reads what each would see."""

    platform = "playground"
    inline_errors = True
    suggests = True

    def __init__(self, app: Core, world: World) -> None:
        self.app = app
        self.world = world
        numbers = count(1)
        self.sessions = {who.id: Session(app, world, who, lambda: f"act-{next(numbers)}") for who in MEMBERS}
        self._last: Session | None = None

    async def command(self, who: str, typed: str) -> Answer:
        """Type a command into the composer."""
        return _answer(await self._by(who).say(COURSES, typed))

    async def click(self, who: str, on: Seen, button: SeenButton) -> Answer:
        """Tap a button, also on a message that this member no longer sees: the core must not trust the page."""
        assert button.token is not None, f"{button.label} is a link"
        session = self._by(who)
        if session.seen(on.handle) is None:
            return _answer(await self._forged(session, on.handle, button.token))
        return _answer(await session.click(on.handle, button.token))

    async def submit(self, who: str, form: SeenForm, **values: str) -> Answer:
        """Fill in and send an open form."""
        unknown = values.keys() - form.fields.keys()
        assert not unknown, f"{form.id} has no fields {unknown}"
        filled = {name: values.get(name, field.value) for name, field in form.fields.items()}
        return _answer(await self._by(who).submit(COURSES, form.handle, filled))

    async def pick(self, who: str, label: str, text: str) -> Answer:
        """Choose a menu entry on a message that another member wrote."""
        other = next(session for name, session in self.sessions.items() if name != who)
        written = (await other.say(COURSES, text)).message
        assert written is not None, "the message was empty"
        action = next(a.name for a in self.app.registry.message_actions.values() if a.label == label)
        return _answer(await self._by(who).pick(written.number, action))

    async def suggest(self, who: str, command: str, option: str, typed: str) -> list[str]:
        """Type into an option and read what is suggested."""
        root, _, sub = command.removeprefix("/").partition(" ")
        return [found.label for found in await self.sessions[who].suggest(root, sub, option, typed)]

    async def leave(self, who: str) -> None:
        """Leave the playground, by the menu of one's own conversation."""
        await self.sessions[who].leave_or_return()

    async def come(self, who: str) -> None:
        """Come back to it."""
        await self.sessions[who].leave_or_return()

    async def repeat(self) -> Answer:
        """Deliver the last act once more."""
        assert self._last is not None, "nothing was done yet"
        assert self._last.last is not None, "nothing was done yet"
        return _answer(await self._last.deliver(*self._last.last))

    async def letters(self, who: str) -> list[Seen]:
        """Read what the bot has written to somebody in their private conversation."""
        return [_seen(message) for message in self.world.by(BOT, f"@{who}") if message.private_to is None]

    async def posts(self, channel: str = "courses") -> list[Seen]:
        """Read what the bot has posted in a channel for all to see."""
        return [_seen(message) for message in self.world.by(BOT, channel) if message.private_to is None]

    def _by(self, who: str) -> Session:
        self._last = self.sessions[who]
        return self._last

    async def _forged(self, session: Session, number: int, token: str) -> Done:
        """Send a tap that the page would not offer: somebody else's private message, as a private one of theirs."""
        message = self.world.get(number)
        assert message is not None, "the message is gone"
        seat = Seat(message.channel, message.thread)
        place = inbound.place_for(seat.channel, seat.thread, shut=False)
        return await session.deliver(inbound.click(session.who, message, token, place, f"forged-{number}"), seat)


def _answer(done: Done) -> Answer:
    return Answer(
        messages=[_seen(done.message)] if done.message else [],
        form=_form(done) if done.form else None,
        replaced=done.replaced,
    )


def _seen(message: Message) -> Seen:
    return Seen(
        text=words_of(message.body),
        buttons=_buttons(message.body) if isinstance(message.body, Card) else [],
        private=message.private_to is not None,
        handle=message.number,
        raw=message.body,
    )


def _buttons(card: Card) -> list[SeenButton]:
    shown = [button for block in card.blocks if isinstance(block, Buttons) for button in block.buttons]
    return [_button(button) for button in shown]


def _button(button: Button | LinkButton) -> SeenButton:
    if isinstance(button, LinkButton):
        return SeenButton(button.label, None, button.url)
    return SeenButton(button.label, button.token)


def _form(done: Done) -> SeenForm:
    form = done.form
    assert form is not None
    return SeenForm(
        id=form.id,
        title=form.title,
        fields={field.name: _field(field) for field in form.fields},
        handle=form,
        errors=dict(done.errors),
    )


def _field(field: Field) -> SeenField:
    options = tuple(option.value for option in field.options)
    return SeenField(field.name, field.label, field.value, options, field.hint)
