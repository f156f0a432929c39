"""Several accounts of one person: the codes that join them, and what a joining brings together. Times are aware UTC."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Account, Person

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What codes are made of: letters and figures that nobody takes for another one (no I, L, O, 0 and 1)."""
CODE_LENGTH = 8
"""Letters of a code: 31 ** 8 are 850 thousand million, and a person has WRONG_TRIES an hour."""
CODE_LASTS = timedelta(minutes=10)
"""How long a code can be used."""
WRONG_TRIES = 5
"""Codes that a person may get wrong within TRIES_LAST."""
TRIES_LAST = timedelta(hours=1)
"""How long a wrong code counts."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that somebody made to join another account to theirs."""

    person: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is of what comes together in a joining."""

    courses: int = 0
    co_owned: int = 0
    started: int = 0
    steps: int = 0
    saved: int = 0
    topics: int = 0
    hosted: int = 0
    answers: int = 0  # to meetups
    has_settings: bool = False  # how they want to be reminded, and in which time zone they live


@dataclass(frozen=True, slots=True)
class Joining:
    """Two persons who turned out to be one: `gone` became `kept`, and `accounts` and `courses` came with them."""

    id: int
    kept: Person
    gone: Person
    joined_at: datetime
    accounts: tuple[Account, ...] = ()
    courses: tuple[int, ...] = ()  # numbers of those that changed their owner
    meetups: tuple[int, ...] = ()  # numbers of those that somebody else invites to by that, helps with or answers


def code_from(secret: str) -> str:
    """Make a code out of a word that nobody can guess."""
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest())
    letters: list[str] = []
    for _ in range(CODE_LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def shown_code(code: str) -> str:
    """Write a code so that it is typed easily: `ABCD-EFGH`."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def read_code(typed: str) -> str:
    """Read a code as it was typed, in capitals or not, with whatever stands between its letters."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def digest_of(code: str) -> str:
    """Give what is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
