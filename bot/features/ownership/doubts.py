"""Letters of which nobody knows whether they arrived: stewards send them again, or let them be."""

from dataclasses import dataclass

from bot.commands import Context, action, option
from bot.features.ownership import stewards
from bot.model import Account, Letter, OutboxState, Person
from bot.requests import Reply
from bot.ui import (
    Block,
    Button,
    Buttons,
    Card,
    Code,
    Heading,
    Inline,
    Mention,
    Text,
    Time,
    note,
    paragraph,
    text,
    token,
)

LISTED = 3
"""Letters that are shown at once, each with its buttons: a message on Discord holds 40 parts."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A letter of which nobody knows, with what it is called and whose it is (None: a channel's)."""

    letter: Letter
    title: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class Doubts:
    """The first of the letters of which nobody knows, and how many there are in all."""

    first: tuple[Doubt, ...]
    total: int


async def doubts_of(ctx: Context) -> Doubts:
    """Find the letters of which nobody knows."""
    letters, total = await ctx.unit.outbox.unknown(LISTED)
    return Doubts(tuple([await _doubt(ctx, letter) for letter in letters]), total)


async def _doubt(ctx: Context, letter: Letter) -> Doubt:
    maker = ctx.registry.posts.get(letter.kind)
    private = letter.recipient.kind == "account"
    person = await ctx.unit.people.of(Account.parse(letter.recipient.address)) if private else None
    return Doubt(letter, maker.title if maker else "", person)


def blocks(found: Doubts) -> list[Block]:
    """Show what nobody knows of, with what can be done."""
    if not found.first:
        return []
    shown: list[Block] = [Heading("Perhaps not arrived")]
    for doubt in found.first:
        shown += [paragraph(*described(doubt)), note(doubt.letter.error), Buttons(_choices(doubt.letter))]
    more = found.total - len(found.first)
    return [*shown, *([note(f"and {more} more")] if more else [])]


def described(doubt: Doubt) -> Text:
    """Say what a letter is, to whom, and since when nobody knows; nothing of what it says."""
    letter = doubt.letter
    what = doubt.title[:1].upper() + doubt.title[1:] or "A message"
    since: Text = text(", since ", Time(letter.claimed_at, "relative")) if letter.claimed_at else ()
    return text(what, " (", Code(f"{letter.kind} {letter.subject}".strip()), ") to ", _recipient(doubt), *since)


def _recipient(doubt: Doubt) -> Inline:
    to = doubt.letter.recipient
    if doubt.person:
        return Mention(doubt.person.name, doubt.person.accounts)
    if to.kind == "channel":
        return f"the {to.purpose} channel on {to.workspace.platform.capitalize()}"
    return f"a place on {to.workspace.platform.capitalize()}"


def _choices(letter: Letter) -> tuple[Button, ...]:
    return (
        Button("Resend", token("doubt.ask_resend", letter.id, letter.key)),
        Button("Forget", token("doubt.ask_forget", letter.id, letter.key)),
    )


@dataclass(frozen=True)
class DoubtArgs:
    """The letter that a button speaks of, and the marker of the try that nobody knows of."""

    letter: int = option("the letter's number")
    key: str = option("its marker")


@action("doubt.ask_resend", args=DoubtArgs)
async def ask_resend(ctx: Context, args: DoubtArgs) -> Card:
    """Ask once whether a letter should be sent again."""
    return await _ask(
        ctx,
        args,
        "Send it again?",
        "If it did arrive, it stands there twice. Look there first, if you can.",
        Button("Send it again", token("doubt.resend", args.letter, args.key), "danger"),
    )


@action("doubt.ask_forget", args=DoubtArgs)
async def ask_forget(ctx: Context, args: DoubtArgs) -> Card:
    """Ask once whether a letter should be let be."""
    return await _ask(
        ctx,
        args,
        "Forget it?",
        "If it didn't arrive, it never will.",
        Button("Forget it", token("doubt.forget", args.letter, args.key), "danger"),
    )


async def _ask(ctx: Context, args: DoubtArgs, question: str, consequence: str, yes: Button) -> Card:
    stewards.check(ctx)
    letter = await ctx.unit.outbox.get(args.letter)
    if letter is None or letter.state is not OutboxState.UNKNOWN or letter.key != args.key:
        return decided_card()
    about = paragraph(*described(await _doubt(ctx, letter)))
    return Card(question, (paragraph(question), about, paragraph(consequence), Buttons((yes, _leave()))))


def _leave() -> Button:
    return Button("Leave it for now", token("doubt.leave"))


@action("doubt.resend", args=DoubtArgs, changes=True)
async def resend(ctx: Context, args: DoubtArgs) -> Reply:
    """Send a letter again."""
    stewards.check(ctx)
    done = await ctx.unit.outbox.resend(args.letter, args.key, ctx.now)
    return Reply(_said("It is on its way again.") if done else decided_card(), replaces=True)


@action("doubt.forget", args=DoubtArgs, changes=True)
async def forget(ctx: Context, args: DoubtArgs) -> Reply:
    """Let a letter be."""
    stewards.check(ctx)
    done = await ctx.unit.outbox.forget(args.letter, args.key)
    return Reply(_said("Forgotten. It won't be sent.") if done else decided_card(), replaces=True)


@action("doubt.leave")
async def leave(ctx: Context, args: object) -> Reply:
    """Leave a letter as it is."""
    return Reply(_said("Left as it is."), replaces=True)


def decided_card() -> Card:
    """Say that there is nothing to decide any more."""
    return _said("That is settled already: somebody has decided, or it was found.")


def _said(words: str) -> Card:
    return Card(words, (paragraph(words), note("All there is: ", Code("/offcourse health"))))
