"""How somebody wants to be asked, in words. Pure."""

from datetime import datetime

from bot.care import Reason
from bot.config import Config
from bot.features.ownership import slots
from bot.model import Person
from bot.nudges import Carer
from bot.ui import Block, Button, Buttons, Inline, Time, note, paragraph, token

REASONS = {
    Reason.BROKEN: "broken links",
    Reason.FLAGGED: "flags",
    Reason.QUESTION: "questions",
    Reason.TAKEN: "taken over",
    Reason.DUE: "review due",
}
"""What a reason is called where somebody opts out of it."""


def in_words(carer: Carer, person: Person, config: Config, now: datetime) -> list[Block]:
    """Tell when and about what somebody is written to, with the buttons that change it."""
    if carer.stopped:
        said: list[Inline] = ["I don't write to you about your courses, because you stopped that."]
    else:
        rhythm = slots.rhythm_of(person, carer, config)
        day = slots.WEEKDAYS[rhythm.weekday].capitalize()
        when = f"on {day} from {rhythm.hour}:00 your time ({rhythm.zone.key})"
        said = [f"I write to you at most once a week, {when}, and only if a course needs a look."]
    without = [REASONS[reason] for reason in Reason if reason in carer.without]
    left_out = [note(f"Not about: {', '.join(without)}.")] if without else []
    return [paragraph(*said), *_quiet(carer, now), *left_out, Buttons(buttons(carer, now))]


def _quiet(carer: Carer, now: datetime) -> list[Block]:
    told = (("Paused until ", carer.paused_until), ("You are away until ", carer.away_until))
    return [note(words, Time(until, "date"), ".") for words, until in told if until is not None and until > now]


def buttons(carer: Carer, now: datetime) -> tuple[Button, ...]:
    """Give what changes how somebody is asked."""
    change = Button("Change", token("nudge.settings"))
    if carer.is_quiet(now):
        return (Button("Resume", token("nudge.resume"), "primary"), change)
    return (change, Button("Pause a month", token("nudge.pause")), Button("Stop these", token("nudge.stop")))
