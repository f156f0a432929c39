"""What one open window does for one member: it knows no web page, so that the page and the tests share it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.playground import inbound
from adapters.playground.members import BOT, HOME, Member, may_read
from adapters.playground.world import Message, World
from bot.dispatch import Core
from bot.model import Place
from bot.requests import Event, EventKind, Noted, Outcome, Rejected, Repeated, Reply, Request, Suggestion
from bot.text import clean
from bot.ui import Card, Code, Form, paragraph

LONGEST = 4000
"""Characters in one message: more is cut, as a chat platform would refuse it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act brought back: a private message, a form to open, or errors by field in the form that is open."""

    message: Message | None = None
    replaced: bool = False
    form: Form | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a member is: a channel, and the thread they answer in."""

    channel: str
    thread: int | None = None


class Session:
    """A member at the playground. `key` gives a fresh name for each delivery."""

    def __init__(self, core: Core, world: World, who: Member, key: Callable[[], str]) -> None:
        self.core = core
        self.world = world
        self.who = who
        self.last: tuple[Request, Seat] | None = None
        self._key = key

    async def say(self, seat: Seat, typed: str) -> Done:
        """Send what was typed: a message for all, or a command."""
        text = clean(typed)[:LONGEST]
        if not text or not may_read(self.who, seat.channel):
            return Done()
        if not inbound.is_command(text):
            now = self.core.clock.now()
            return Done(self.world.post(seat.channel, self.who.id, text, now, thread=seat.thread))
        request = inbound.command(self.who, text, self._place(seat), self._key())
        root = inbound.invoke(text).root
        if root not in self.core.registry.roots():
            return self._privately(seat, _no_such_command(root))
        return await self.deliver(request, seat)

    async def click(self, number: int, token: str) -> Done:
        """Tap a button of a message."""
        message = self.seen(number)
        if message is None:
            return Done()
        seat = Seat(message.channel, message.thread)
        return await self.deliver(inbound.click(self.who, message, token, self._place(seat), self._key()), seat)

    async def submit(self, seat: Seat, form: Form, values: Mapping[str, str]) -> Done:
        """Send a form off; what was typed comes back with the errors where it can't be taken."""
        request = inbound.submit(self.who, form, dict(values), self._place(seat), self._key())
        return await self.deliver(request, seat)

    async def pick(self, number: int, action: str) -> Done:
        """Choose an entry of a message's menu."""
        message = self.seen(number)
        if message is None:
            return Done()
        seat = Seat(message.channel, message.thread)
        return await self.deliver(inbound.pick(self.who, action, message, self._place(seat), self._key()), seat)

    async def suggest(self, root: str, sub: str, option: str, typed: str) -> Sequence[Suggestion]:
        """Ask for values while an option is typed."""
        return await self.core.suggest(inbound.ask(self.who, root, sub, option, typed))

    def react(self, number: int, emoji: str) -> None:
        """Add one's reaction, or take it away if it is there."""
        message = self.seen(number)
        if message is not None and message.private_to is None:
            self.world.react(number, emoji, self.who.id, on=self.who.id not in message.reactions.get(emoji, ()))

    async def leave_or_return(self) -> None:
        """Leave the playground, or come back to it, and have the core hear of it."""
        leaves = not self.world.is_gone(self.who.id)
        self.world.leave(self.who.id, on=leaves)
        kind = EventKind.LEFT if leaves else EventKind.CAME
        await self.core.hear(Event(self._key(), HOME, self.who.account, kind))

    def dismiss(self, number: int) -> None:
        """Put away a message that only this member sees."""
        message = self.seen(number)
        if message is not None and message.private_to == self.who.id:
            self.world.remove(number)

    def seen(self, number: int) -> Message | None:
        """Give a message if this member may see it."""
        message = self.world.get(number)
        if message is None or not may_read(self.who, message.channel):
            return None
        return message if message.private_to in {None, self.who.id} else None

    async def deliver(self, request: Request, seat: Seat) -> Done:
        """Hand a request to the core and show what it says; handing it over once more is a repeated delivery."""
        self.last = request, seat
        if self.world.is_gone(self.who.id):  # who does something is here
            self.world.leave(self.who.id, on=False)
        outcome = await self.core.handle(request)
        return await self._shown(outcome, request, seat)

    async def _shown(self, outcome: Outcome, request: Request, seat: Seat) -> Done:
        match outcome:
            case Form():
                return Done(form=outcome)
            case Rejected(form, errors):
                return Done(form=form, errors=errors)
            case Repeated() | Noted():
                return Done()
            case Reply():
                settled = await self.core.settle(outcome, request)
                return self._answered(settled if isinstance(settled, Reply) else outcome, request, seat)

    def _answered(self, reply: Reply, request: Request, seat: Seat) -> Done:
        number = int(request.source.rpartition("/")[2]) if request.source else 0
        if reply.replaces and request.on_private and self.seen(number):
            self.world.edit(number, reply.card)
            return Done(self.world.get(number), replaced=True)
        return self._privately(seat, reply.card)

    def _privately(self, seat: Seat, card: Card) -> Done:
        now = self.core.clock.now()
        return Done(
            self.world.post(seat.channel, BOT, card, now, thread=seat.thread, private_to=self.who.id),
        )

    def _place(self, seat: Seat) -> Place | None:
        return inbound.place_for(seat.channel, seat.thread, shut=self.world.is_shut(seat.channel))


def _no_such_command(root: str) -> Card:
    words = paragraph("There is no command ", Code(f"/{root[:40]}"), ". Type ", Code("/"), " to see all of them.")
    return Card(f"There is no command /{root[:40]}.", (words,))
