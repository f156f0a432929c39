"""How somebody wants to be asked, in words. Pure."""

from datetime import datetime

from bot import zones
from bot.care import Reason
from bot.config import Config
from bot.features.ownership import slots
from bot.model import Person
from bot.nudges import Carer
from bot.ui import Block, Button, Buttons, Card, Code, Heading, Inline, Time, note, paragraph, token
from bot.zones import Teller

REASONS = {
    Reason.BROKEN: "broken links",
    Reason.FLAGGED: "flags",
    Reason.QUESTION: "questions",
    Reason.TAKEN: "taken over",
    Reason.DUE: "review due",
}
"""What a reason is called where somebody opts out of it."""


def card(carer: Carer, person: Person, config: Config, now: datetime, said: str) -> Card:
    """Tell how somebody is asked, below a heading."""
    return Card(said, (Heading(said), *in_words(carer, person, config, now)))


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
    clock = [] if carer.stopped else _clock(person, config)
    return [paragraph(*said), *clock, *_quiet(carer, now), *left_out, Buttons(buttons(carer, now))]


def _clock(person: Person, config: Config) -> list[Block]:
    """Tell whose the zone is, where they may not know."""
    match zones.told(person, config)[1]:
        case Teller.PERSON:
            return [
                note("You set this time zone yourself. ", Code("/offcourse nudges zone:platform"), " takes it back.")
            ]
        case Teller.COMMUNITY:
            mine = Code("/offcourse nudges zone:Europe/Brussels")
            return [
                note(f"I don't know your time zone, so this is that of {config.community.name}. ", mine, " sets yours.")
            ]
        case Teller.PLATFORM:
            return []


def _quiet(carer: Carer, now: datetime) -> list[Block]:
    told = (("Paused until ", carer.paused_until), ("You are away until ", carer.away_until))
    return [note(words, Time(until, "date"), ".") for words, until in told if until is not None and until > now]


def buttons(carer: Carer, now: datetime) -> tuple[Button, ...]:
    """Give what changes how somebody is asked."""
    change = (Button("Change", token("nudge.settings")), Button("Time zone", token("person.zone")))
    if carer.is_quiet(now):
        return (Button("Resume", token("nudge.resume"), "primary"), *change)
    return (*change, Button("Pause a month", token("nudge.pause")), Button("Stop these", token("nudge.stop")))
