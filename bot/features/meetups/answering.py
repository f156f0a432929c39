"""Answering to a meetup: one answer a person, whichever account and workspace it comes from."""

from dataclasses import dataclass

from bot.commands import Context, action, option
from bot.features.meetups import cards, pieces
from bot.features.meetups.naming import meetup_of
from bot.features.meetups.places import tell
from bot.features.meetups.showing import view_of
from bot.meetups.acts import Say
from bot.meetups.meetup import CARD, Answer, Meetup
from bot.requests import Reply
from bot.ui import Buttons, Card, Text, paragraph, text


@dataclass(frozen=True)
class AnswerArgs:
    """What a button says to a meetup."""

    meetup: int = option("the meetup's number")
    answer: Answer = option("what one says")


@action("meetup.rsvp", args=AnswerArgs, changes=True)
async def answer(ctx: Context, args: AnswerArgs) -> Reply:
    """Keep somebody's answer in place of what they said before, and tell them what it came to."""
    meetup = await meetup_of(ctx, args.meetup)
    end = cards.ended(meetup, ctx.now)
    outcome = None if end else await ctx.unit.rsvps.play(meetup.id, Say(ctx.person.id, args.answer, ctx.now), ctx.now)
    if outcome is None:
        return Reply(ended_card(meetup, end or cards.CANCELLED))
    await ctx.unit.outbox.refresh(CARD, str(meetup.id), ctx.now)
    await tell(ctx.unit, meetup, [one for one in outcome.told if one.person != ctx.person.id], ctx.now)
    return Reply(answered_card(await view_of(ctx, meetup)), replaces=ctx.request.on_private)


def ended_card(meetup: Meetup, why: str) -> Card:
    """Say why nobody can answer to a meetup any more."""
    return Card(why, (paragraph(*pieces.named(meetup), ": ", why), Buttons((pieces.show(meetup),))))


def answered_card(view: cards.View) -> Card:
    """Tell somebody what their answer came to, with all that who goes has to know."""
    meetup, mine = view.meetup, view.mine
    coming = [paragraph(*pieces.when(meetup)), *pieces.where(meetup, shows_link=view.shows_link)]
    bring = [paragraph("🎒 Bring: ", meetup.bring)] if meetup.bring else []
    goes = mine is not None and mine.has_place
    return Card(
        f"{meetup.title} ({meetup.short_id})",
        (
            paragraph(*_said(view)),
            *(coming if goes else [paragraph(*pieces.when(meetup))]),
            *(bring if goes else []),
            Buttons((*pieces.answers(meetup, mine), pieces.show(meetup))),
        ),
    )


def _said(view: cards.View) -> Text:
    """Say what somebody's answer came to in a sentence that names the meetup."""
    meetup, mine = view.meetup, view.mine
    if mine is not None and not mine.claim.waits and mine.answer is not None:
        return text(_SAID[mine.answer], *pieces.named(meetup), ".")
    return text(*pieces.named(meetup), ": ", *pieces.standing(mine))


_SAID = {
    Answer.GOING: "You are going to ",
    Answer.MAYBE: "You may come to ",
    Answer.CANT: "You can't come to ",
}
