"""Owners whom no message reaches: they are told below the next reply they get, once for each weekly round."""

from bot.commands import Context, aside
from bot.courses.phrases import counted
from bot.features.ownership.views import items_of
from bot.ui import Code, Text, text


async def told(ctx: Context) -> None:
    """Note that the person was told."""
    await ctx.unit.carers.told(ctx.person.id, ctx.now)


@aside("nudges", told=told)
async def say(ctx: Context) -> Text | None:
    """Tell a person whom no message reaches how many of their courses need a look."""
    carer = await ctx.unit.carers.of(ctx.person.id)
    if carer.unreachable_since is None or carer.is_quiet(ctx.now):
        return None
    if carer.told_at is not None and carer.digest_at is not None and carer.told_at >= carer.digest_at:
        return None
    _, items = await items_of(ctx.unit, ctx.person.id, ctx.now)
    if not items:
        return None
    needs = "needs" if len(items) == 1 else "need"
    said = f"{counted(len(items), 'course')} of yours {needs} a look, and no private message reaches you: "
    return text(said, Code("/offcourse mine"))
