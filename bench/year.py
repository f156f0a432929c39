"""A year of a made-up community, from tick to tick: what its owners were asked, when, and what came of it.

`python -m bench.year [OWNERS] [COURSES] [SEED]` prints the report. Owners live in many time zones and have habits: some
look after their courses at once, some now and then, some never answer, some take no messages, some leave and come back.
Readers flag, links break, courses are handed over and adopted. Nothing of it touches the clock of this machine.
"""

import asyncio
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.app import COMMUNITY, App, open_app
from bot.care import FlagKind, Reason
from bot.config import Config, Links, Storage
from bot.courses.attention import DIGEST
from bot.errors import Unreachable
from bot.insights import Nudged
from bot.logs import set_up
from bot.model import Account, Checkpoint, CourseContent, OutboxState, Profile, Ref, Workspace
from bot.records import LetterRecord, NewCourse
from bot.requests import Click, Event, EventKind, Intent, Invoke, Reply, Request, Submit
from bot.ui import Button, Buttons, Card, Form
from storage import sqlite
from tests.doubles.chat import FakeChat

MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one, a year of writes needn't wait for a disk
T = TypeVar("T")
OWNERS, COURSES, SEED = 300, 3_000, 4
BATCH = 20
"""Courses of one age."""
YEAR = timedelta(days=365)
STEP = timedelta(hours=2)
"""About how often the program ticks; each time at another minute."""
BEGIN = datetime(2025, 12, 29, tzinfo=UTC)
HOME = Workspace("playground", "home")
ZONES = ("Europe/Brussels", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "America/Sao_Paulo", "Australia/Sydney")
FURTHER = {"Archive", "Archive it", "Hand over", "Snooze a month", "Not useful"}
"""What is tapped in private once somebody wanted more than the first buttons."""
WORKDAY = range(9, 17)
"""Local hours in which a message may come, as the settings have it."""
TOPICS = ("python", "bread", "history", "music", "gardening", "statistics")


@dataclass
class Clock:
    """The time of the made-up year."""

    at: datetime = BEGIN

    def now(self) -> datetime:
        """Tell the moment."""
        return self.at


@dataclass
class Habit:
    """How somebody treats what the bot asks: the chance to look at it when the time goes on, and what they tap."""

    name: str
    looks: float
    taps: tuple[tuple[str, int], ...]


HABITS = (
    (4, Habit("diligent", 0.3, (("Still good", 7), ("Update", 2), ("Snooze", 1), ("More", 1)))),
    (4, Habit("busy", 0.02, (("Still good", 4), ("Snooze", 4), ("More", 2), ("Undo", 1)))),
    (2, Habit("silent", 0.0, ())),
    (1, Habit("closed", 0.0, ())),
    (1, Habit("leaving", 0.05, (("Still good", 1),))),
)
"""Habits, and how many people have each."""


@dataclass
class Town(FakeChat):
    """Keeps each private message with its moment, and the card that it shows by now."""

    clock: Clock = field(default_factory=Clock)
    zones: dict[str, str] = field(default_factory=dict)
    at: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))  # by key
    inbox: dict[str, dict[Ref, Card]] = field(default_factory=lambda: defaultdict(dict))

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Take a private message in."""
        ref = await super().dm(account, card, key)
        self.at[key].append(self.clock.now())
        self.inbox[account.user][ref] = card
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in its place."""
        await super().edit(ref, card)
        for messages in self.inbox.values():
            if ref in messages:
                messages[ref] = card

    async def profile(self, account: Account) -> Profile:
        """Tell the zone that somebody lives in."""
        return Profile(account.user, self.zones.get(account.user), active=str(account) not in self.gone)


class Year:
    """The people of the community, and what they do."""

    def __init__(self, app: App, town: Town, clock: Clock, chance: random.Random) -> None:
        """Take the parts."""
        self.app = app
        self.town = town
        self.clock = clock
        self.chance = chance
        self.habits: dict[str, Habit] = {}
        self.acts: Counter[str] = Counter()
        self._keys = iter(range(sys.maxsize))

    async def settle(self, owners: int, courses: int) -> None:
        """Let people come, and share their courses."""
        kinds = [habit for weight, habit in HABITS for _ in range(weight)]
        for n in range(owners):
            name = f"owner{n}"
            self.habits[name] = kinds[n % len(kinds)]
            self.town.zones[name] = ZONES[n % len(ZONES)]
            if self.habits[name].name == "closed":
                self.town.shut[str(_account(name))] = Unreachable("They take no messages.")
        async with self.app.store.write(COMMUNITY) as unit:
            people = [
                await unit.people.meet(_account(name), Profile(name, self.town.zones[name]), self.clock.now())
                for name in self.habits
            ]
            for start in range(0, courses, BATCH):
                many = range(start, min(courses, start + BATCH))
                when = self.clock.now() - timedelta(days=self.chance.randrange(200))
                await unit.courses.add_many([_course(n, people[n % owners].id) for n in many], when)

    async def live(self) -> None:
        """Let the year go by."""
        begin = self.clock.at
        for step in range(YEAR // STEP):
            self.clock.at = begin + step * STEP + timedelta(minutes=self.chance.randrange(60))
            await self.app.tick(self.clock.at)
            await self._act()

    async def _act(self) -> None:
        for name, habit in self.habits.items():
            hour = self.clock.at.astimezone(ZoneInfo(self.town.zones[name])).hour
            if hour in WORKDAY and self.chance.random() < habit.looks:
                await self._answer(name, habit)
        if self.chance.random() < 0.2:
            await self._do(self._somebody(), f"course show C{self._any_course()}")
        if self.chance.random() < 0.02:
            await self._flag()
        if self.chance.random() < 0.02:
            await self._do(self._somebody(), self.chance.choice(["course adopt", "course mine", "offcourse mine"]))
        await self._come_and_go()

    async def _come_and_go(self) -> None:
        movers = [name for name, habit in self.habits.items() if habit.name == "leaving"]
        if movers and self.chance.random() < 0.004:
            name = self.chance.choice(movers)
            kind = self.chance.choice([EventKind.LEFT, EventKind.CAME])
            (self.town.gone.add if kind is EventKind.LEFT else self.town.gone.discard)(str(_account(name)))
            await self.app.hear(Event(self._key(), HOME, _account(name), kind))
            self.acts[f"{kind}"] += 1

    async def _answer(self, name: str, habit: Habit) -> None:
        """Tap something on one of the messages that stand in somebody's private conversation."""
        for card in list(self.town.inbox[name].values())[-2:]:
            buttons = list(_buttons(card))
            label = self.chance.choices([tap for tap, _ in habit.taps], [weight for _, weight in habit.taps])[0]
            wanted = [button for button in buttons if button.label.startswith((label, "Accept"))]
            if wanted:
                await self._tap(name, self.chance.choice(wanted))

    async def _tap(self, name: str, button: Button) -> None:
        self.acts[button.label.split(" C")[0]] += 1
        answer = await self._ask(name, Click(button.token))
        if isinstance(answer, Form):
            await self._fill_in(name, answer)
        elif isinstance(answer, Reply):
            further = [one for one in _buttons(answer.card) if one.label in FURTHER]
            if further:
                await self._tap(name, self.chance.choice(further))

    async def _fill_in(self, name: str, form: Form) -> None:
        values = {one.name: one.value for one in form.fields}
        if "to" in values:
            values["to"] = self._somebody()
        if "description" in values:
            values["description"] = f"Looked at on day {self.clock.at:%j} of the year, all of it works."
        await self._ask(name, Submit(form.id, values, form.state))

    async def _flag(self) -> None:
        name = self._somebody()
        answer = await self._do(name, f"course flag C{self._any_course()}")
        if isinstance(answer, Form):
            values = {"kind": FlagKind.OUTDATED, "said": "The second page speaks of an old version."}
            await self._ask(name, Submit(answer.id, values, answer.state))
            self.acts["flag"] += 1

    async def _do(self, name: str, typed: str) -> object:
        root, _, text = typed.partition(" ")
        return await self._ask(name, Invoke(root, text=text))

    async def _ask(self, name: str, intent: Intent) -> object:
        account = _account(name)
        return await self.app.handle(
            Request(self._key(), HOME, account, Profile(name, self.town.zones.get(name)), intent)
        )

    def _key(self) -> str:
        return f"key{next(self._keys)}"

    def _somebody(self) -> str:
        return self.chance.choice(list(self.habits))

    def _any_course(self) -> int:
        return self.chance.randrange(COURSES // 4) + 1


def _account(name: str) -> Account:
    return Account(HOME.platform, HOME.id, name)


def _course(n: int, owner: int) -> NewCourse:
    steps = (Checkpoint("Read the first page", f"https://example.org/{n}/1"),)
    return NewCourse(
        CourseContent(f"Learn thing number {n}", steps, None, (TOPICS[n % len(TOPICS)],)), owner, f"made {n}"
    )


def _buttons(card: Card) -> Iterator[Button]:
    for block in card.blocks:
        if isinstance(block, Buttons):
            yield from (button for button in block.buttons if isinstance(button, Button))


@dataclass(frozen=True)
class Nudge:
    """A message that asked an owner: whom, and each moment at which it was sent (once, if all is well)."""

    to: str
    at: tuple[datetime, ...]


async def nudges_of(year: Year) -> list[Nudge]:
    """Gather the digests that were sent."""
    found: list[Nudge] = []
    last: LetterRecord | None = None
    async with year.app.store.read(COMMUNITY) as unit:
        while page := await unit.archive.page(LetterRecord, last, 1000):
            found += [
                Nudge(letter.recipient.rpartition(":")[2], tuple(year.town.at[letter.key]))
                for letter in page
                if letter.kind == DIGEST and letter.key in year.town.at
            ]
            last = page[-1]
    return found


def report(
    year: Year,
    nudges: Sequence[Nudge],
    letters: Mapping[str, int],
    reasons: Mapping[Reason, Nudged],
    seconds: float,
) -> list[tuple[str, Any]]:
    """Say what the year was like."""
    weeks: Counter[tuple[str, tuple[int, int]]] = Counter()
    outside = 0
    for nudge in nudges:
        for at in nudge.at:
            local = at.astimezone(ZoneInfo(year.town.zones[nudge.to]))
            weeks[nudge.to, local.isocalendar()[:2]] += 1
            outside += local.hour not in WORKDAY or local.isoweekday() > 5
    return [
        ("digests sent", len(nudges)),
        ("digests per owner per week (max 1)", max(weeks.values(), default=0)),
        ("nudges sent outside local hours (0)", outside),
        ("nudges doubled (0)", sum(len(nudge.at) - 1 for nudge in nudges)),
        ("letters lost: waiting or in doubt at the end (0)", letters[OutboxState.NEW] + letters[OutboxState.SENDING]),
        ("letters unknown", letters[OutboxState.UNKNOWN]),
        *[
            (f"acted on, {reason}", f"{found.acted} of {found.sent} ({found.share or 0:.0%})")
            for reason, found in reasons.items()
        ],
        ("what people did", ", ".join(f"{act} {count}" for act, count in year.acts.most_common())),
        ("seconds", round(seconds, 1)),
    ]


def memory() -> Path | None:
    """Find a place for files that is in memory; None where there is none."""
    return MEMORY if MEMORY.is_dir() else None


async def measure(owners: int = OWNERS, courses: int = COURSES, seed: int = SEED) -> list[tuple[str, Any]]:
    """Let a year go by, and report."""
    clock = Clock()
    with TemporaryDirectory(dir=memory()) as folder:
        config = Config(storage=Storage(url=f"sqlite:///{Path(folder)}/year.db"), links=Links(enabled=False))
        async with open_app(config, clock=clock, sending=False) as app:
            await app.join(HOME)
            town = Town(clock=clock)
            app.attach(town)
            year = Year(app, town, clock, random.Random(seed))
            await year.settle(owners, courses)
            begun = time.perf_counter()
            await year.live()
            seconds = time.perf_counter() - begun
            async with app.store.read(COMMUNITY) as unit:
                letters, reasons = await unit.outbox.counts(), await unit.insights.reasons(BEGIN)
            return report(year, await nudges_of(year), letters, reasons, seconds)


async def at_once(_: object, work: Callable[[], T]) -> T:
    """Do the work of a connection where it is asked for: nobody else runs here, and a year has millions of hops."""
    return work()


async def main(arguments: Sequence[str]) -> None:
    """Print the report."""
    sqlite.finished = at_once  # type: ignore[attr-defined,assignment] # put in place of the hop, for this bench alone
    set_up(quiet=True)
    for name, value in await measure(*map(int, arguments)):
        print(f"{name}: {value}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
