"""One person, several accounts: joining them by a code, and taking that back."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.commands import Background, Context, action, command, option, post
from bot.config import Config
from bot.courses.phrases import CARD, counted
from bot.errors import NotFound
from bot.joining import (
    CODE_LASTS,
    TRIES_LAST,
    WRONG_TRIES,
    Holdings,
    Joining,
    code_from,
    digest_of,
    read_code,
    shown_code,
)
from bot.meetups.meetup import CARD as MEETUP_CARD
from bot.model import Account, Letter, Person, Recipient
from bot.requests import Reply
from bot.ui import Block, Button, Buttons, Card, Code, Heading, Inline, Items, Text, Time, note, paragraph, text, token

JOINED = "offcourse.joined"
"""The letter that tells the account which made a code that it was used."""
BACK = (
    "the account, the courses and meetups that came and are still yours, progress, shelf, answers, topics and settings "
    "as they came."
)
KEPT = "what was there before, and all that was done since."
ANEW = text("On your other account type ", Code("/offcourse link"), " for a new one.")


@dataclass(frozen=True)
class LinkArgs:
    """Arguments of `/offcourse link`."""

    code: str | None = option("the code that you got on your other account; without: get one", default=None)


@command("offcourse link", "Be one person with your account on another platform", args=LinkArgs, changes=True)
async def link(ctx: Context, args: LinkArgs) -> Card:
    """Give a code, or show what the code that was typed would join."""
    if args.code is None:
        return await _offer(ctx)
    code = read_code(args.code)
    other = await _behind(ctx, code)
    if isinstance(other, Card):
        return other
    mine = await ctx.unit.joinings.holdings(ctx.person.id)
    theirs = await ctx.unit.joinings.holdings(other.id)
    return preview_card(ctx.config, (ctx.person, mine), (other, theirs), code)


async def _offer(ctx: Context) -> Card:
    code = code_from(ctx.secret())
    await ctx.unit.joinings.offer(ctx.person.id, digest_of(code), ctx.now + CODE_LASTS)
    said = "Type this on your other account, within ten minutes:"
    return Card(
        "Your code to join another account to this one",
        (
            paragraph(said),
            paragraph(Code(f"/offcourse link {shown_code(code)}")),
            note("You see there what comes together, before it does. Give the code to nobody else: it works once."),
        ),
    )


async def _behind(ctx: Context, code: str) -> Person | Card:
    """Find who made a code; words that help on where it can't be used. Wrong ones count, so that nobody guesses."""
    since = ctx.now - TRIES_LAST
    if await ctx.unit.joinings.missed(ctx.person.id, since) >= WRONG_TRIES:
        return _refusal("That were too many codes that I don't know. Try again in an hour.")
    offer = await ctx.unit.joinings.offered(digest_of(code))
    if offer is None:
        await ctx.unit.joinings.miss(ctx.person.id, ctx.now, since)
        return _refusal("I don't know this code: it was used, a newer one replaced it, or a letter is wrong. ", *ANEW)
    if offer.expires_at <= ctx.now:
        return _refusal("This code is older than ten minutes. ", *ANEW)
    other = await ctx.unit.people.get(offer.person)
    if other is None or other.id == ctx.person.id:
        again = Code(f"/offcourse link {shown_code(code)}")
        return _refusal("This code is your own. Type ", again, " on the account that isn't joined yet.")
    return other


def _refusal(*said: Inline) -> Card:
    return Card("This code can't be used", (paragraph(*said),))


def preview_card(config: Config, this: tuple[Person, Holdings], that: tuple[Person, Holdings], code: str) -> Card:
    """Show what comes together if two people are one."""
    said = "Are both of these accounts yours?"
    (person, mine), (other, theirs) = this, that
    return Card(
        said,
        (
            Heading(said),
            Items((text("This one: ", named(person)), text("The other one: ", named(other)))),
            paragraph("Joined, they are one person here, with all of this on both:"),
            Items(tuple(_lines(mine, theirs))),
            *_roles(config, person, other),
            Buttons((Button("Join them", token("offcourse.join", other.id, code), "primary"),)),
            note(
                "Join only what is yours: whoever has one of the accounts acts for both. ",
                Code("/offcourse unlink"),
                " takes it back.",
            ),
        ),
    )


def named(person: Person) -> str:
    """Name a person with the platforms of their accounts."""
    return f"{person.name} on {places(person.accounts)}"


def places(accounts: Iterable[Account]) -> str:
    """Name the platforms of accounts."""
    return " and ".join(dict.fromkeys(account.platform.capitalize() for account in accounts)) or "no platform any more"


def _lines(mine: Holdings, theirs: Holdings) -> Iterable[Text]:
    """Tell of each kind how many come from which account; what neither has is left out."""
    kinds = (
        ("Courses you own", mine.courses, theirs.courses),
        ("Courses you look after too", mine.co_owned, theirs.co_owned),
        ("Courses you started", mine.started, theirs.started),
        ("Steps you did", mine.steps, theirs.steps),
        ("Courses on your shelf", mine.saved, theirs.saved),
        ("Topics you told", mine.topics, theirs.topics),
        ("Meetups you host", mine.hosted, theirs.hosted),
        ("Meetups you answered", mine.answers, theirs.answers),
    )
    for kind, here, there in kinds:
        if here or there:
            yield text(f"{kind}: {here} from this account, {there} from the other")
    if mine.has_settings or theirs.has_settings:
        both = mine.has_settings and theirs.has_settings
        which = "both; where they differ, the one I met first rules" if both else ""
        yield text(
            f"Settings (reminders, time zone): from {which or ('this account' if mine.has_settings else 'the other')}"
        )
    if (mine, theirs) == (Holdings(), Holdings()):
        yield text("Nothing yet: whatever you do from now on")


def _roles(config: Config, person: Person, other: Person) -> list[Block]:
    """Tell whose account makes them a steward: that counts for all accounts of a person."""
    stewards = [who for who in (person, other) if any(str(one) in config.community.stewards for one in who.accounts)]
    if not stewards:
        return []
    which = "both accounts" if len(stewards) > 1 else "this account" if stewards == [person] else "the other account"
    return [paragraph(f"A steward by {which}: with that, you act as a steward on both.")]


@dataclass(frozen=True)
class JoinArgs:
    """What the button to join says: who made the code, and the code."""

    other: int = option("the other person's number")
    code: str = option("the code")


@action("offcourse.join", args=JoinArgs, changes=True)
async def join(ctx: Context, args: JoinArgs) -> Reply:
    """Make one person of two; a second tap does nothing more."""
    other = await ctx.unit.people.get(args.other)
    if other is not None and other.id == ctx.person.id:
        return Reply(one_card("These accounts are one person here.", ctx.person), replaces=True)
    code = read_code(args.code)
    found = await _behind(ctx, code)
    if isinstance(found, Card):
        return Reply(found)
    joining = await ctx.unit.joinings.join(ctx.person.id, digest_of(code), ctx.now)
    if joining is None:
        return Reply(_refusal("This code was used just now. ", *ANEW))
    await _refresh(ctx, joining)
    if found.accounts:
        told = Letter(JOINED, str(joining.id), Recipient.account(found.accounts[0]))
        await ctx.unit.outbox.queue([told], ctx.now)
    return Reply(one_card("Done: these accounts are one person now.", joining.kept, joining), replaces=True)


async def _refresh(ctx: Context, joining: Joining) -> None:
    """Let the cards of courses and meetups that came or went say whose they are."""
    for course in joining.courses:
        await ctx.unit.outbox.refresh(CARD, str(course), ctx.now)
    for meetup in joining.meetups:
        await ctx.unit.outbox.refresh(MEETUP_CARD, str(meetup), ctx.now)


def one_card(said: str, person: Person, joining: Joining | None = None) -> Card:
    """Say who somebody is by now."""
    undo = [Buttons((Button("Undo", token("offcourse.ask_unlink", joining.id)),))] if joining else []
    return Card(
        said,
        (
            paragraph(said),
            paragraph(f"You are {named(person)}."),
            *undo,
            note("All that is yours: ", Code("/offcourse"), ". Take it back: ", Code("/offcourse unlink"), "."),
        ),
    )


@post(JOINED, title="word of accounts that were joined", why="two of your accounts were joined", always=True)
async def joined_letter(background: Background, letter: Letter) -> Card | None:
    """Tell the account that made a code that it was used; nothing where it was taken back by then."""
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    found = await background.unit.joinings.of(person.id) if person else ()
    if person is None or str(found[0].id if found else "") != letter.subject:
        return None
    said = "Two of your accounts were joined: they are one person here now."
    return Card(
        said,
        (
            paragraph(said),
            paragraph(f"You are {named(person)}."),
            note("Not you? Type ", Code("/offcourse unlink"), " to take it back, and tell a steward."),
        ),
    )


@command("offcourse unlink", "See which of your accounts were joined, and take it back")
async def unlink(ctx: Context, args: object) -> Card:
    """List what was joined."""
    found = list(await ctx.unit.joinings.of(ctx.person.id))
    if not found:
        said = "No other account was joined to this one."
        return Card(said, (paragraph(said), note("To join one: ", Code("/offcourse link"), ".")))
    latest, *earlier = found
    after = [note("The last that came goes first; then you can unlink the one before.")] if earlier else []
    return Card(
        "Accounts that were joined",
        (
            paragraph(f"You are {named(ctx.person)}. These came by joining, the last one first:"),
            Items(tuple(text(came(one), ", on ", Time(one.joined_at, "date")) for one in found)),
            Buttons((Button(f"Unlink {latest.gone.name}"[:40], token("offcourse.ask_unlink", latest.id)),)),
            *after,
        ),
    )


def came(joining: Joining) -> str:
    """Name who came by a joining, and with which accounts."""
    return f"{joining.gone.name} on {places(joining.accounts)}"


@dataclass(frozen=True)
class JoiningArgs:
    """The joining that a button speaks of."""

    joining: int = option("the joining's number")


@action("offcourse.ask_unlink", args=JoiningArgs)
async def ask_unlink(ctx: Context, args: JoiningArgs) -> Card:
    """Say what would go back, and ask."""
    found = list(await ctx.unit.joinings.of(ctx.person.id))
    if not found or found[0].id != args.joining:
        raise NotFound(_GONE)
    joining = found[0]
    said = f"Unlink {came(joining)}?"
    return Card(
        said,
        (
            paragraph(said),
            Items((text(f"{joining.gone.name} gets back: {BACK}"), text(f"{joining.kept.name} keeps: {KEPT}"))),
            Buttons((Button("Yes, unlink", token("offcourse.unlink", joining.id), "danger"),)),
        ),
    )


_GONE = "This was taken back already, or another account came since. Type /offcourse unlink to see how it stands."


@action("offcourse.unlink", args=JoiningArgs, changes=True)
async def unlinked(ctx: Context, args: JoiningArgs) -> Reply:
    """Give back what came with the last joining."""
    joining = await ctx.unit.joinings.part(args.joining, ctx.person.id, ctx.now)
    if joining is None:
        raise NotFound(_GONE)
    await _refresh(ctx, joining)
    gone, courses = joining.gone.name, counted(len(joining.courses), "course")
    said = f"Unlinked: {joining.kept.name} and {gone} are two people again."
    back = paragraph(f"{gone} has {courses} again, and all the rest that came.")
    return Reply(Card(said, (paragraph(said), back)), replaces=True)
