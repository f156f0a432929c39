"""What reminders bring, for stewards: figures by reason, and the switch for reasons that bring nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.care import Reason
from bot.commands import Context, action, command, option
from bot.features.ownership import stewards
from bot.features.ownership.line import percent
from bot.insights import COUNTED, Nudged
from bot.requests import Reply
from bot.ui import Block, Bold, Button, Buttons, Card, Code, Heading, Items, Text, note, paragraph, text, token

TITLES = {
    Reason.BROKEN: "Link broken",
    Reason.FLAGGED: "Flagged by readers",
    Reason.QUESTION: "Open question",
    Reason.TAKEN: "Taken over, not reviewed",
    Reason.DUE: "Review due",
}
"""What the reasons are called here."""


@dataclass(frozen=True)
class ReasonArgs:
    """The reason that a button speaks of."""

    reason: Reason = option("the reason")


@command("offcourse insights", "For stewards: what reminders bring, by reason")
async def insights(ctx: Context, args: object) -> Card:
    """Show a steward what reminders bring."""
    stewards.check(ctx)
    return await _shown(ctx)


@action("insights.off", args=ReasonArgs, changes=True)
async def switch_off(ctx: Context, args: ReasonArgs) -> Reply:
    """Stop reminding of a reason in this community."""
    return await _switch(ctx, args.reason, on=False)


@action("insights.on", args=ReasonArgs, changes=True)
async def switch_on(ctx: Context, args: ReasonArgs) -> Reply:
    """Remind of a reason again."""
    return await _switch(ctx, args.reason, on=True)


async def _switch(ctx: Context, reason: Reason, *, on: bool) -> Reply:
    stewards.check(ctx)
    await ctx.unit.insights.switch(reason, ctx.now, on=on)
    return Reply(await _shown(ctx), replaces=True)


async def _shown(ctx: Context) -> Card:
    figures = await ctx.unit.insights.reasons(ctx.now - COUNTED)
    return insights_card(figures, await ctx.unit.insights.switched_off())


def insights_card(figures: Mapping[Reason, Nudged], off: Collection[Reason]) -> Card:
    """Show what reminders bring, and propose to switch off what brings nothing."""
    lines = [line(reason, figures.get(reason, Nudged()), off=reason in off) for reason in Reason]
    return Card(
        "What reminders bring",
        (
            Heading("What reminders bring"),
            Items(tuple(lines)),
            *(block for reason in Reason for block in _proposal(reason, figures.get(reason, Nudged()), off)),
            note(
                f"Of the last {COUNTED.days} days. Acted on: reviewed, updated, handed over or archived. "
                "How the courses are doing: ",
                Code("/offcourse health"),
            ),
        ),
    )


def line(reason: Reason, figures: Nudged, *, off: bool) -> Text:
    """Tell the figures of a reason in a line."""
    state = " · switched off" if off else ""
    if figures.share is None:
        return text(Bold(TITLES[reason]), f": nothing sent yet{state}")
    said = (
        f": {figures.sent} sent, {figures.opened} opened, {figures.acted} acted on ({percent(figures.share)}), "
        f"{figures.not_useful} not useful{state}"
    )
    return text(Bold(TITLES[reason]), said)


def _proposal(reason: Reason, figures: Nudged, off: Collection[Reason]) -> list[Block]:
    name = TITLES[reason]
    if reason in off:
        said = f"Owners aren't reminded of “{name}” here."
        return [paragraph(said), Buttons((Button(f"Switch on: {name}", token("insights.on", reason.value)),))]
    if not figures.is_weak or figures.share is None:
        return []
    said = f"“{name}” is acted on in {percent(figures.share)} of {figures.sent} cases. Stop reminding of it?"
    return [paragraph(said), Buttons((Button(f"Switch off: {name}", token("insights.off", reason.value)),))]
