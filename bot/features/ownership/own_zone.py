"""A member's own time zone: it rules over what platforms tell, for all accounts of the person and for every feature."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot import zones
from bot.commands import Context, action, form
from bot.config import Config
from bot.courses.naming import SUGGESTED, SUGGESTION_LENGTH
from bot.errors import Invalid
from bot.features.ownership import dates, wishes
from bot.model import Person
from bot.requests import Submit, Suggestion
from bot.text import clamp, sentence
from bot.ui import Card, Field, Form
from bot.zones import Teller

ZONE = "person.zone"
"""The form that asks for a person's time zone, and the action that opens it."""
PLATFORM = "platform"
"""What one types to have no zone of one's own any more."""
ZONE_LENGTH = 60
"""Longest zone as typed, in characters: the longest there is has half of them."""


def zone_form(config: Config) -> Form:
    """Give the form that asks for a time zone, with nothing in it yet."""
    field = Field(
        "zone",
        "In which time zone do you live?",
        required=False,
        hint=f"Such as {zones.EXAMPLES}, or only the city. Empty: as your platform tells.",
        placeholder="Europe/Brussels",
        max_length=ZONE_LENGTH,
    )
    return Form(ZONE, "Your time zone", (field,), submit="Save")


@action(ZONE, opens_form=True)
async def ask(ctx: Context, args: object) -> Form:
    """Open the form with the zone that the person set before."""
    return zone_form(ctx.config).filled({"zone": ctx.person.own_zone or ""})


@form(ZONE, blank=zone_form)
async def told(ctx: Context, submit: Submit) -> Card:
    """Keep the zone that was typed into the form."""
    return await live_in(ctx, submit.values.get("zone", ""))


async def live_in(ctx: Context, typed: str) -> Card:
    """Keep in which zone somebody says that they live, and tell what follows; raise Invalid for what is no zone."""
    before = zones.zone_of(ctx.person, ctx.config)
    person = replace(ctx.person, own_zone=read_zone(typed))
    await ctx.unit.people.set_zone(person.id, person.own_zone, ctx.now)
    await ctx.unit.digests.answer(person.id, ctx.now)
    carer = await ctx.unit.carers.of(person.id)
    zone = zones.zone_of(person, ctx.config)
    moved = replace(
        carer,
        paused_until=_same_day(carer.paused_until, before, zone),
        away_until=_same_day(carer.away_until, before, zone),
    )
    if moved != carer:
        await ctx.unit.carers.prefer(moved)
    return wishes.card(moved, person, ctx.config, ctx.now, said(person, ctx.config, ctx.now))


def read_zone(typed: str) -> str | None:
    """Read a zone as typed, None for the platform's; raise Invalid with what is close to it."""
    if typed.strip().casefold() in {"", PLATFORM}:
        return None
    try:
        return zones.named(typed)
    except ValueError as error:
        raise Invalid({"zone": sentence(str(error))}) from None


def _same_day(until: datetime | None, before: ZoneInfo, after: ZoneInfo) -> datetime | None:
    """Give the beginning of the same day on another clock, for what lasts until a day begins; else the same moment."""
    if until is None or until.astimezone(before).time() != time():
        return until
    return dates.beginning(until.astimezone(before).date(), after)


def said(person: Person, config: Config, now: datetime) -> str:
    """Say in which zone somebody lives, as far as we know, and what time it is there."""
    zone, teller = zones.told(person, config)
    whose = {
        Teller.PERSON: "Your time zone is",
        Teller.PLATFORM: "Your time zone is what your platform tells:",
        Teller.COMMUNITY: f"Your time zone is that of {config.community.name}:",
    }
    return f"{whose[teller]} {zone.key}. It is {_on_the_wall(zone, now)} there"


def _on_the_wall(zone: ZoneInfo, now: datetime) -> str:
    return f"{now.astimezone(zone):%H:%M}"


async def suggest_zones(ctx: Context, typed: str) -> Sequence[Suggestion]:
    """Suggest zones by city, country or name, with the time there; before anything is typed, those that are at hand."""
    if typed.strip():
        found = list(zones.suggested(typed, SUGGESTED))
    else:
        at_hand = (ctx.person.own_zone, ctx.person.timezone, ctx.config.community.timezone)
        found = [(name, "") for name in dict.fromkeys(filter(None, at_hand)) if name in zones.names()]
    shown = [Suggestion(name, _label(name, country, ctx.now)) for name, country in found]
    back = [Suggestion(PLATFORM, "As my platform tells")] if PLATFORM.startswith(typed.strip().casefold()) else []
    return [*shown, *back][:SUGGESTED]


def _label(name: str, country: str, now: datetime) -> str:
    where = f"{name} ({country})" if country else name
    return clamp(f"{where} · {_on_the_wall(ZoneInfo(name), now)} now", SUGGESTION_LENGTH)
