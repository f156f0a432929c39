"""Taps on a message about somebody's courses that save nothing: they count as opening it, and as a sign of life."""

from bot.commands import Context


async def note_opened(ctx: Context) -> None:
    """Count all that the person is asked as opened, where they tapped on a message; a list they asked for is none."""
    if not ctx.request.on_private:
        await ctx.unit.digests.opened(ctx.person.id, ctx.now)
