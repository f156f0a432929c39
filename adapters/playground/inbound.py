"""What members do, as requests to the core: pure."""

from adapters.playground.addresses import link_of, place_of, ref_of
from adapters.playground.members import BOT, HOME, Member, member
from adapters.playground.words import words_of
from adapters.playground.world import Message
from bot.model import Place
from bot.requests import Ask, Click, Intent, Invoke, Pick, Request, Submit
from bot.ui import Form


def is_command(typed: str) -> bool:
    """Tell a command from a message: it starts with a slash and a letter."""
    return typed[:1] == "/" and typed[1:2].isalpha()


def invoke(typed: str) -> Invoke:
    """Read a typed command; its first word names it."""
    root, _, rest = typed.strip().removeprefix("/").partition(" ")
    return Invoke(root.lower(), text=rest.strip())


def command(who: Member, typed: str, place: Place | None, key: str) -> Request:
    """Somebody typed a command."""
    return _request(who, invoke(typed), key, place)


def click(who: Member, on: Message, token: str, place: Place | None, key: str) -> Request:
    """Somebody tapped a button of a message."""
    return Request(
        key=key,
        workspace=HOME,
        account=who.account,
        profile=who.profile,
        intent=Click(token),
        place=place,
        source=ref_of(on.channel, on.number),
        on_private=on.private_to == who.id,
        inline_errors=True,
    )


def submit(who: Member, form: Form, values: dict[str, str], place: Place | None, key: str) -> Request:
    """Somebody sent a form off."""
    return _request(who, Submit(form.id, values, form.state), key, place)


def pick(who: Member, action: str, on: Message, place: Place | None, key: str) -> Request:
    """Somebody chose an entry of a message's menu."""
    author = member(on.author) if on.author != BOT else None
    link = link_of(ref_of(on.channel, on.number))
    intent = Pick(action, words_of(on.body), author.account if author else None, link)
    return _request(who, intent, key, place)


def ask(who: Member, root: str, sub: str, option: str, typed: str) -> Ask:
    """Somebody is typing an option of a command."""
    return Ask(HOME, who.account, who.profile, root, sub, option, typed)


def place_for(channel: str, thread: int | None, *, shut: bool) -> Place | None:
    """Tell where the bot may post for somebody who is there; None where it was removed."""
    return None if shut else place_of(channel, thread)


def _request(who: Member, intent: Intent, key: str, place: Place | None) -> Request:
    return Request(
        key=key,
        workspace=HOME,
        account=who.account,
        profile=who.profile,
        intent=intent,
        place=place,
        inline_errors=True,
    )
