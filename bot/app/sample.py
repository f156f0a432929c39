"""The sample community of the playground: its members, their courses and meetups, brought in as members do it."""

from importlib.resources import as_file, files

import structlog

from adapters.playground.members import HOME, MEMBERS, Member, member
from adapters.playground.sample_meetups import MEETUPS, SampleMeetup
from bot.app.core import COMMUNITY, App
from bot.requests import Click, Intent, Outcome, Reply, Request, Submit
from bot.ui import Button, Buttons, token

log = structlog.get_logger(__name__)


async def settle_in(app: App) -> None:
    """Bring the sample members, their courses and their meetups into the playground; again adds nothing.

    What they plan is planned anew where it is over: there is always something to come.
    """
    await app.join(HOME)
    async with app.store.write(COMMUNITY) as unit:
        for who in MEMBERS:
            await unit.people.meet(who.account, who.profile, app.clock.now())
    with as_file(files("adapters.playground") / "sample") as folder:
        async for one in app.import_path(folder, {who.name: who.account for who in MEMBERS}):
            if not one.ok:
                log.error("sample course not imported", file=one.path.name, why=one.message)
    for sample in MEETUPS:
        if await _number_of(app, sample) is None:
            await _plan(app, sample)


async def _number_of(app: App, sample: SampleMeetup) -> int | None:
    """Tell which number a sample meetup has that is to come."""
    async with app.store.read(COMMUNITY) as unit:
        found = await unit.meetups.titled(sample.values["title"], app.clock.now(), 1)
    return found[0].id if found else None


async def _plan(app: App, sample: SampleMeetup) -> None:
    """Let a member plan and post a meetup, and others answer."""
    host = member(sample.host)
    shown = await _act(app, host, Submit("meetup.plan", sample.values))
    post = _button(shown, "Post")
    if post is None:
        log.error("sample meetup not planned", title=sample.values["title"])
        return
    await _act(app, host, Click(post))
    number = await _number_of(app, sample)
    for who, answer in sample.answers.items():
        await _act(app, member(who), Click(token("meetup.rsvp", number, answer)))


async def _act(app: App, who: Member | None, intent: Intent) -> Outcome:
    """Do something as a member."""
    assert who is not None  # noqa: S101 - the samples name members; a test looks
    said = intent.token if isinstance(intent, Click) else "plan"
    key = f"sample:{who.id}:{said}:{app.clock.now().isoformat()}"
    return await app.handle(Request(key, HOME, who.account, who.profile, intent))


def _button(outcome: Outcome, label: str) -> str | None:
    """Find the token of a button by its label."""
    blocks = outcome.card.blocks if isinstance(outcome, Reply) else ()
    buttons = (button for block in blocks if isinstance(block, Buttons) for button in block.buttons)
    return next((one.token for one in buttons if isinstance(one, Button) and one.label == label), None)
