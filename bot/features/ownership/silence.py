"""What an owner answers who was asked whether their courses are still theirs."""

from bot.care import Outcome, Why
from bot.commands import Answer, Context, action
from bot.courses.attention import DIGEST, attend
from bot.features.ownership.lists import needing
from bot.features.ownership.rounds import hand_on
from bot.features.ownership.taps import MONTH, ahead
from bot.features.ownership.views import items_of
from bot.requests import Noted, Reply


@action("nudge.mine", changes=True)
async def still_mine(ctx: Context, args: object) -> Answer:
    """Keep the courses with their owner: they answered."""
    await ctx.unit.digests.opened(ctx.person.id, ctx.now)
    return await _shown(ctx)


@action("nudge.later", changes=True)
async def later(ctx: Context, args: object) -> Answer:
    """Put all that waits off for a month."""
    opened = await ctx.unit.digests.open(ctx.person.id)
    for asked in opened:
        number = await ctx.unit.digests.take_up(ctx.person.id, asked.course, asked.reason, ctx.now)
        await attend(ctx.unit, asked.course, ctx.person.id, ctx.now, Outcome.SNOOZED)
        await ctx.unit.digests.snooze(number, ahead(ctx, MONTH))
    return await _shown(ctx)


@action("nudge.give", changes=True)
async def give(ctx: Context, args: object) -> Answer:
    """Look for somebody else for all that waits, as the owner likes to hand it over."""
    opened = await ctx.unit.digests.open(ctx.person.id)
    _, items = await items_of(ctx.unit, ctx.person.id, ctx.now)
    asking = {asked.course for asked in opened}
    await ctx.unit.digests.opened(ctx.person.id, ctx.now)
    given = [item for item in items if item.course in asking]
    await hand_on(ctx.unit, given, opened, Why.GIVEN, ctx.now, ctx.person.id)
    return await _shown(ctx)


async def _shown(ctx: Context) -> Answer:
    """Have the message show what was answered."""
    latest = await ctx.unit.digests.latest(ctx.person.id)
    if latest is not None:
        await ctx.unit.outbox.refresh(DIGEST, str(latest.id), ctx.now)
    return Reply(await needing(ctx, 1), replaces=True) if ctx.request.on_private else Noted()
