"""What readers say is wrong with a course: the rule of what they may write, and how it is told. Pure functions."""

from collections.abc import Mapping

from bot.care import Flag, FlagKind
from bot.errors import Invalid
from bot.text import clamp, clean, is_said, one_line
from bot.ui import Bold, Mention, Text, Time, text

KINDS = {
    FlagKind.OUTDATED: "outdated",
    FlagKind.BROKEN_LINK: "broken link",
    FlagKind.WRONG_LEVEL: "wrong level",
    FlagKind.OTHER: "something else",
}
"""What the kinds of flags are called."""
SAID_MIN = 5
"""Shortest reason, in characters: a word that says what is wrong."""
SAID_MAX = 300
"""Longest reason, in characters: what an owner reads at a glance, and five of them fit into one message."""


def check_flag(values: Mapping[str, str]) -> tuple[FlagKind, str]:
    """Read what somebody typed of a flag: its kind and the reason. Raise Invalid with what is allowed."""
    errors: dict[str, str] = {}
    kind, said = values.get("kind", ""), clean(values.get("said", ""))
    if kind not in set(FlagKind):
        errors["kind"] = f"Choose one: {', '.join(KINDS.values())}."
    if not is_said(said):
        errors["said"] = "Say in a few words what is wrong, so that the owner can mend it."
    elif len(said) < SAID_MIN:
        errors["said"] = f"Say a little more, at least {SAID_MIN} characters."
    elif len(said) > SAID_MAX:
        errors["said"] = f"These are {len(said)} characters, at most {SAID_MAX} are possible."
    if errors:
        raise Invalid(errors)
    return FlagKind(kind), said


def evidence(flag: Flag, length: int = SAID_MAX) -> Text:
    """Tell what a reader says is wrong, who they are and since when, on one line with so much of the reason."""
    who = Mention(flag.person.name, flag.person.accounts)
    return text(*reason(flag, length), " — ", who, ", ", Time(flag.flagged_at, "relative"))


def reason(flag: Flag, length: int = SAID_MAX) -> Text:
    """Tell what a reader says is wrong on one line, with so much of the reason (UTF-16 units)."""
    return text(Bold(KINDS[flag.kind]), f": “{clamp(one_line(flag.said), length)}”")
