"""How people name somebody: by name, number, a mention, or `me`; and who is offered while they type."""

import re
from collections.abc import Sequence

from bot.commands import Context
from bot.courses.naming import CHOICES, NAME_LENGTH, SUGGESTED, SUGGESTION_LENGTH
from bot.errors import Invalid
from bot.model import Account, Person
from bot.requests import Suggestion
from bot.text import clamp, one_line

_NUMBER = re.compile(r"[pP]([1-9][0-9]{0,8})")
_MENTION = re.compile(r"<@!?([A-Za-z0-9]{1,64})>")
_SHOWN = 40
"""How much of a name that nobody has is quoted."""


async def suggest_people(ctx: Context, typed: str) -> Sequence[Suggestion]:
    """Suggest people who are there, by name."""
    people = await ctx.unit.people.present(clamp(one_line(typed).removeprefix("@"), NAME_LENGTH, ""), SUGGESTED)
    return suggestions(people)


def suggestions(people: Sequence[Person]) -> Sequence[Suggestion]:
    """Offer people by name; what is chosen is their number."""
    return [Suggestion(f"P{person.id}", clamp(person.name, SUGGESTION_LENGTH)) for person in people]


def number_named(typed: str) -> int | None:
    """Read a person's number, such as `P7`; None for any other text."""
    number = _NUMBER.fullmatch(typed)
    return int(number[1]) if number else None


async def person_named(ctx: Context, typed: str, field: str, tip: str) -> Person:
    """Find the person that somebody means; raise Invalid for the field, with a tip what else to do."""
    people = await _meant(ctx, one_line(typed))
    if len(people) == 1:
        return people[0]
    shown = clamp(one_line(typed), _SHOWN)
    if not people:
        raise Invalid({field: f"{field}: I know nobody called “{shown}” here. Try a part of the name{tip}."})
    names = ", ".join(f"{person.name} (P{person.id})" for person in people[:CHOICES])
    raise Invalid({field: f"{field}: “{shown}” could be {names}. Type the P number to choose."})


async def _meant(ctx: Context, typed: str) -> Sequence[Person]:
    if typed.lower() in {"me", "mine"}:
        return [ctx.person]
    if number := number_named(typed):
        return _known(await ctx.unit.people.get(number))
    if account := _account(ctx, typed):
        return _known(await ctx.unit.people.of(account))
    return await ctx.unit.people.named(clamp(typed.removeprefix("@"), NAME_LENGTH, ""))


def _known(person: Person | None) -> list[Person]:
    return [] if person is None else [person]


def _account(ctx: Context, typed: str) -> Account | None:
    """Read a mention, as Discord and Slack hand it on."""
    if mention := _MENTION.fullmatch(typed):
        return Account(ctx.workspace.platform, ctx.workspace.id, mention[1])
    try:
        return Account.parse(typed)
    except ValueError:
        return None
