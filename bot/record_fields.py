"""What the fields of records may hold: limits of the databases, not of the settings."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from bot.model import Account

LARGEST = 1_000_000_000
"""Largest number of a person or a course: half of what a column holds, so that as many can be drawn after it."""


def _in_utc(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= 2200:  # noqa: PLR2004 - what a community lives through; the ends of time overflow
        raise ValueError("this moment is too far away")
    return moment.astimezone(UTC)


def _checked(account: Account) -> Account:
    if not all(0 < len(part) <= KEY_LENGTH for part in (account.platform, account.workspace, account.user)):
        raise ValueError(f"an account has three parts of 1 to {KEY_LENGTH} characters")
    return account


KEY_LENGTH = 200
"""Longest text that is looked up by an index, in characters: PostgreSQL takes 2,704 bytes an entry."""
STEPS = 20
"""Most steps of a course; this and the longest texts below are what the settings allow at most."""

Number = Annotated[int, Field(ge=1, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=KEY_LENGTH)]
Name = Annotated[str, StringConstraints(max_length=500)]
Words = Annotated[str, StringConstraints(max_length=10_000)]
Goal = Annotated[str, StringConstraints(min_length=1, max_length=150)]
Task = Annotated[str, StringConstraints(min_length=1, max_length=150)]
Description = Annotated[str, StringConstraints(max_length=1000)]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
CheckedAccount = Annotated[Account, AfterValidator(_checked)]

STRICT = ConfigDict(extra="forbid")  # a field that isn't known would be lost without a word
