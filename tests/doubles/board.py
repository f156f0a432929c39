"""Something that stands on messages and changes: what edits are tried on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.app import COMMUNITY, App
from bot.commands import Background
from bot.delivery import Delivery
from bot.model import Letter, Place, Recipient, Ref
from bot.ui import Card, paragraph
from tests.stage import FixedClock

BOARD = "board"


@dataclass
class Board:
    """What stands on a board, on every message that shows it."""

    app: App
    words: str | None = "first"

    async def make(self, background: Background, letter: Letter) -> Card | None:
        """Make the card of this moment."""
        return None if self.words is None else Card(self.words, (paragraph(self.words),))

    async def write(self, words: str | None) -> None:
        """Change it, and have every message show it."""
        async with self.app.store.write(COMMUNITY) as unit:
            await unit.outbox.refresh(BOARD, "1", self.app.clock.now())
            self.words = words

    async def post(self, *places: str) -> None:
        """Have it posted."""
        letters = [Letter(BOARD, "1", Recipient.place(Place(f"playground:home/{place}"))) for place in places]
        async with self.app.store.write(COMMUNITY) as unit:
            await unit.outbox.queue(letters, self.app.clock.now())

    async def letter(self, number: int = 1) -> Letter:
        """Give a letter; 1 is the first post, the next numbers its edits in the order they were first wanted."""
        async with self.app.store.read(COMMUNITY) as unit:
            found = await unit.outbox.get(number)
        assert found is not None
        return found

    async def ref(self) -> Ref:
        """Tell where the first post stands."""
        ref = (await self.letter()).ref
        assert ref is not None
        return ref


async def tick(app: App, clock: FixedClock, after: timedelta = timedelta()) -> None:
    clock.move(after)
    await app.tick(clock.now())


def another(app: App, name: str = "another", store: Any = None) -> Delivery:
    """Start a second sender on the same store."""
    return Delivery(
        store=store or app.store,
        registry=app.registry,
        config=app.config,
        clock=app.clock,
        chats=app.chats,
        claimant=name,
    )
