"""Private messages as such: who wants none gets none, whatever there is to say (`bot.sending` keeps to it)."""

from bot import words
from bot.commands import Context, action
from bot.ui import Card, paragraph


@action(words.MUTE, changes=True)
async def mute(ctx: Context, args: object) -> Card:
    """Write to somebody in private no more, on any of their accounts."""
    await ctx.unit.doors.mute(ctx.person.id, ctx.now)
    return _card("All right: I write you no private messages any more.", muted=True)


@action(words.UNMUTE, changes=True)
async def unmute(ctx: Context, args: object) -> Card:
    """Write to somebody in private again."""
    await ctx.unit.doors.mute(ctx.person.id, None)
    return _card("Thank you, I write to you again where something concerns you.", muted=False)


def _card(said: str, *, muted: bool) -> Card:
    return Card(said, (paragraph(said), *words.about_private(muted=muted)))
