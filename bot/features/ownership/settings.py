"""`/offcourse nudges`: how one wants to be asked about one's courses. A stop holds at once."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import words, zones
from bot.care import Reason
from bot.commands import Answer, Context, action, command, form, option
from bot.config import Config
from bot.courses.attention import DIGEST
from bot.errors import Invalid
from bot.features.ownership import dates, slots, wishes
from bot.features.ownership.opened import note_opened
from bot.features.ownership.own_zone import live_in, suggest_zones
from bot.features.ownership.rounds import withdraw
from bot.features.ownership.taps import MONTH, ahead
from bot.nudges import Carer
from bot.requests import Noted, Reply, Submit
from bot.text import sentence
from bot.ui import Card, Divider, Field, Form, Option

SETTINGS = "nudge.settings"
"""The form of these settings."""
USUAL = "usual"
"""The choice that leaves a day or an hour to the community: a choice can't be taken back on every platform."""
WITHOUT_LENGTH = 100
"""Longest list of reasons, in characters."""
HOURS = 24


def settings_form(config: Config) -> Form:
    """Give the form of the settings, with nothing in it yet."""
    told = config.ownership
    days = (Option(USUAL, f"As usual ({told.weekday.capitalize()})"),)
    hours = (Option(USUAL, f"As usual ({told.hour}:00)"),)
    reasons = ", ".join(name for reason, name in wishes.REASONS.items() if reason is not Reason.QUESTION)
    return Form(
        SETTINGS,
        "About your courses",
        (
            Field(
                "weekday", "On which day?", required=False,
                options=days + tuple(Option(str(n), day.capitalize()) for n, day in enumerate(slots.WEEKDAYS)),
            ),
            Field(
                "hour", "From which hour, your time?", required=False,
                options=hours + tuple(Option(str(hour), f"{hour}:00") for hour in range(HOURS)),
            ),
            Field("paused", "Pause until", required=False, hint=f"Such as {dates.EXAMPLES}", max_length=40),
            Field("away", "On holiday until", required=False, hint="The day you are back", max_length=40),
            Field(
                "without", "What not to ask about", required=False, hint=f"Any of: {reasons}",
                max_length=WITHOUT_LENGTH,
            ),
        ),
        submit="Save",
    )  # fmt: skip


@dataclass(frozen=True)
class NudgesArgs:
    """Arguments of `/offcourse nudges`."""

    zone: str | None = option(
        "your own time zone, such as Europe/Brussels; “platform” for what your platform tells",
        default=None,
        suggest=suggest_zones,
    )


@command(
    "offcourse nudges",
    "Say when, in which time zone, and about what I may write to you; pause or stop it",
    args=NudgesArgs,
    changes=True,
)
async def show(ctx: Context, args: NudgesArgs) -> Card:
    """Show the settings in words, with the buttons that change them; set the time zone that is named."""
    if args.zone is not None:
        return await live_in(ctx, args.zone)
    card = _card(ctx, await ctx.unit.carers.of(ctx.person.id), "About your courses")
    muted = await ctx.unit.doors.muted_at(ctx.person.id) is not None
    return Card(card.summary, (*card.blocks, Divider(), *words.about_private(muted=muted)))


def _card(ctx: Context, carer: Carer, said: str) -> Card:
    return wishes.card(carer, ctx.person, ctx.config, ctx.now, said)


@action(SETTINGS, opens_form=True, changes=True)
async def ask(ctx: Context, args: object) -> Form:
    """Open the form with what the person told before."""
    await note_opened(ctx)
    carer = await ctx.unit.carers.of(ctx.person.id)
    zone = zones.zone_of(ctx.person, ctx.config)
    filled = {
        "weekday": USUAL if carer.weekday is None else str(carer.weekday),
        "hour": USUAL if carer.hour is None else str(carer.hour),
        "paused": _typed(carer.paused_until, zone, ctx.now),
        "away": _typed(carer.away_until, zone, ctx.now),
        "without": ", ".join(wishes.REASONS[reason] for reason in Reason if reason in carer.without),
    }
    return settings_form(ctx.config).filled(filled)


def _typed(until: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    return until.astimezone(zone).date().isoformat() if until is not None and until > now else ""


@form(SETTINGS, blank=settings_form)
async def told(ctx: Context, submit: Submit) -> Card:
    """Keep how somebody wants to be asked."""
    before = await ctx.unit.carers.of(ctx.person.id)
    zone = zones.zone_of(ctx.person, ctx.config)
    carer = read(before, dict(submit.values), zone, ctx.now.astimezone(zone).date())
    await _prefer(ctx, carer)
    if (carer.weekday, carer.hour) != (before.weekday, before.hour):  # that hour of last week isn't made up for
        rhythm = slots.rhythm_of(ctx.person, carer, ctx.config)
        await ctx.unit.carers.plan(carer.person, slots.first_slot(ctx.now, rhythm))
    return _card(ctx, carer, "I'll keep to that")


def read(carer: Carer, values: dict[str, str], zone: ZoneInfo, today: date) -> Carer:
    """Read the settings as typed; raise Invalid naming each field that can't be read."""
    errors: dict[str, str] = {}
    moments: dict[str, datetime | None] = {}
    for name in ("paused", "away"):
        typed = values.get(name, "").strip()
        try:
            moments[name] = dates.beginning(dates.read_date(typed, today), zone) if typed else None
        except ValueError as error:
            errors[name] = sentence(str(error))
    try:
        without = read_reasons(values.get("without", ""))
    except ValueError as error:
        errors["without"] = sentence(str(error))
    if errors:
        raise Invalid(errors)
    return replace(
        carer,
        weekday=_number(values.get("weekday", ""), slots.WEEK_DAYS),
        hour=_number(values.get("hour", ""), HOURS),
        paused_until=moments["paused"],
        away_until=moments["away"],
        without=without,
    )


def _number(typed: str, below: int) -> int | None:
    """Read a choice; what is none of them is the usual."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 and int(typed) < below else None  # noqa: PLR2004 - two digits


def read_reasons(typed: str) -> frozenset[Reason]:
    """Read reasons with commas between them, by their names or the beginning of one; raise ValueError for others."""
    found: set[Reason] = set()
    for part in filter(None, (" ".join(one.casefold().split()) for one in typed.split(","))):
        meant = [reason for reason, name in wishes.REASONS.items() if name.startswith(part) or part == reason.value]
        if not meant:
            raise ValueError(f"“{part[:40]}” is none of {', '.join(wishes.REASONS.values())}")
        found.add(meant[0])
    return frozenset(found)


@action("nudge.pause", changes=True)
async def pause(ctx: Context, args: object) -> Answer:
    """Leave somebody in peace for a month."""
    carer = await ctx.unit.carers.of(ctx.person.id)
    return await _changed(ctx, replace(carer, paused_until=ahead(ctx, MONTH)))


@action("nudge.stop", changes=True)
async def stop(ctx: Context, args: object) -> Answer:
    """Never write to somebody about their courses again, unless they want it."""
    carer = await ctx.unit.carers.of(ctx.person.id)
    return await _changed(ctx, replace(carer, stopped=True))


@action("nudge.resume", changes=True)
async def resume(ctx: Context, args: object) -> Answer:
    """Write to somebody again."""
    carer = await ctx.unit.carers.of(ctx.person.id)
    return await _changed(ctx, replace(carer, stopped=False, paused_until=None, away_until=None))


async def _changed(ctx: Context, carer: Carer) -> Answer:
    await note_opened(ctx)
    await _prefer(ctx, carer)
    if not ctx.request.on_private:
        return Noted()
    return Reply(_card(ctx, carer, "About your courses"), replaces=True)


async def _prefer(ctx: Context, carer: Carer) -> None:
    """Write wishes down, take back what is not sent yet, and have the message that stands show them."""
    unit = ctx.unit
    await unit.carers.prefer(carer)
    await unit.digests.answer(carer.person, ctx.now)
    await unit.carers.plan(carer.person, ctx.now)
    latest = await unit.digests.latest(carer.person)
    if latest is None:
        return
    if latest.sent_at is None and carer.is_quiet(ctx.now):
        await withdraw(unit, await unit.digests.open(carer.person), latest, ctx.now)
        await unit.carers.turned(carer.person, 0, None)
    await unit.outbox.refresh(DIGEST, str(latest.id), ctx.now)
