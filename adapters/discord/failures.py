"""Discord's errors as the core's: each says whether something was sent, and what to do about it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.errors import InDoubt, NoSuchAccount, RateLimited, Refused, SendError, Unauthorized, Unreachable

GONE = frozenset({10003, 10004, 10008})
"""Unknown channel, guild, message."""
NO_MEMBER = frozenset({10007, 10013})
"""Unknown member, user."""
ARCHIVED = frozenset({50083, 160005})
"""Thread is archived, thread is locked."""
THREAD_EXISTS = 160004
"""A thread was created for this message already."""
LATE = frozenset({10062, 10015, 40060})
"""Unknown interaction, unknown webhook (its token ran out), interaction acknowledged already."""
SHUT = frozenset({50007, 50278, 20026, 50033})
"""The person takes no messages from us, shares no server with us, Discord has stopped us from writing first, or it is
somebody whom no bot can write to."""
NO_SERVER = 50278
"""The one of them that says that the person may have left."""
_BUSY = {40003: 60.0, 20016: 60.0, 20028: 60.0, 30046: 300.0, 130000: 60.0}
"""Seconds to wait, unless Discord says more: opening conversations too fast, slow mode, writing too fast, editing
messages older than an hour (a few in a channel at a time; the figure isn't told), overload."""
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]+)?")
_BANNED_WAIT = 600.0
"""Seconds to keep quiet when Discord's edge has banned the address and doesn't say for how long."""

UNCONNECTED = 10.0
"""Seconds until the next try where Discord can't be reached at all, or before we have signed in."""

MEMBERS_CURE = (
    "I am not told who leaves, and notice it within a week: to know at once, switch on Server Members Intent under Bot "
    "at discord.com/developers"
)
SIGN_IN_CURE = "Discord refuses my token: set [discord] token anew (Developer Portal, Bot, Reset Token)."
"""What to do when Discord answers 401."""
TROUBLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)
"""What a call to Discord may raise."""
SILENCE = (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError)
"""Those of them that pass without anybody doing something."""
ODD = (TypeError, ValueError, LookupError, AttributeError)
"""What the library raises for an answer that isn't Discord's at all, such as a hotel's welcome page."""


@contextmanager
def translated(where: str, need: str) -> Iterator[None]:
    """Raise Discord's errors as the core's; `where` and `need` (permissions) make up the cure."""
    try:
        yield
    except TROUBLE as error:
        raise send_error(error, where, need) from error


def send_error(error: Exception, where: str, need: str) -> SendError:
    """Give the core's word for one error of a call that may have sent something."""
    match error:
        case discord.RateLimited():
            return RateLimited(error.retry_after)
        case aiohttp.ClientConnectorError():
            return RateLimited(UNCONNECTED)  # no connection, so nothing was sent
        case discord.HTTPException():
            return _by_code(error, where, need)
        case _:
            return InDoubt(f"Discord did not answer: {error or type(error).__name__}")


def _by_code(error: discord.HTTPException, where: str, need: str) -> SendError:
    if error.code in _BUSY:
        return RateLimited(max(_told(error), _BUSY[error.code]))
    if error.code in SHUT:
        kind = NoSuchAccount if error.code == NO_SERVER else Unreachable
        return kind(f"{where} takes no private messages from me: allow them in the server's privacy settings.")
    if error.code in ARCHIVED:
        return Unreachable(f"I can't post in {where}: the thread is closed. Open it again, or start another one.")
    if error.code in GONE or isinstance(error, discord.NotFound):
        return Unreachable(f"{where} is gone, or I can't see it: give me View Channel there, or set another one.")
    if isinstance(error, discord.Forbidden):
        return Unreachable(f"I can't do that in {where}: give me {need} there.")
    return _by_status(error)


def _by_status(error: discord.HTTPException) -> SendError:
    match error.status:
        case 401:
            return Unauthorized(SIGN_IN_CURE)
        case 429:
            return RateLimited(_wait(error))
        case status if status >= 500:  # noqa: PLR2004 - HTTP's server errors
            return InDoubt(f"Discord answered {status}.")
        case _:
            return Refused(f"Discord refuses this message: {error.text or error}")


def _wait(error: discord.HTTPException) -> float:
    return _told(error) or _BANNED_WAIT


def _told(error: discord.HTTPException) -> float:
    told = error.response.headers.get("Retry-After", "")
    return float(told) if _SECONDS.fullmatch(told) else 0.0


def asked_to_wait(error: Exception) -> float:
    """Give the seconds that Discord wants to be left alone for; 0 where it didn't ask for that."""
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if not isinstance(error, discord.HTTPException) or error.status != 429:  # noqa: PLR2004 - HTTP's Too Many Requests
        return 0.0
    # What comes without Via is from the edge in front of Discord, which bans an address for longer than it says.
    return _told(error) if error.response.headers.get("Via") else max(_told(error), _BANNED_WAIT)


def commands_cure(error: Exception) -> str:
    """Say what to do where Discord did not take the commands; those that it knows stay as they were."""
    match error:
        case discord.HTTPException(code=10004):
            return "I am not in that server: look at [discord] guild_id"
        case discord.Forbidden():
            return "invite me with the scopes bot and applications.commands (offcourse-bot invite discord)"
        case discord.HTTPException(code=50035):
            return "Discord finds fault with a command: please report this"
        case _:
            return "commands stay as they were; if they are outdated tomorrow, start me again"
