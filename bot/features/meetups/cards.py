"""How meetups look: pure cards and forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.features.meetups import pieces
from bot.meetups.about import ABOUT_LENGTH, BRING_LENGTH
from bot.meetups.meetup import CARD, Counts, Meetup, MeetupContent
from bot.meetups.plan import TITLE_MAX, Plan, when_of
from bot.meetups.rsvp import Rsvp
from bot.meetups.times import said
from bot.meetups.when import LONGEST_TEXT
from bot.model import Course, Person
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Field,
    Form,
    Heading,
    PostLink,
    note,
    paragraph,
    token,
)
from bot.words import FIX

PLAN = "meetup.plan"
"""The form to plan a meetup."""
EDIT = "meetup.edit"
"""The form to change a meetup."""
ANNOUNCED = "announced"
"""The occurrence of a meetup's one announcement."""
NO_CHANNEL = "There is no channel for meetups yet; a steward can set one."
CANCELLED = "This meetup is cancelled."
OVER = "This meetup is over."
WHERE_LENGTH = 2500
"""Longest text of the field `where`, in characters: an address, and the longest link."""


def plan_form(config: Config) -> Form:
    """Give the empty form to plan a meetup."""
    return Form(PLAN, "Plan a meetup", fields(), submit="Preview")


def edit_form(config: Config) -> Form:
    """Give the form to change a meetup, with nothing in it yet."""
    return Form(EDIT, "Change a meetup", fields(), submit="Save").hinting(
        "when", "On the clock of the zone that it names"
    )


def fields() -> tuple[Field, ...]:
    """Give what a form asks of a meetup: five fields, because Discord has no more."""
    return (
        Field("title", "Title", max_length=TITLE_MAX, placeholder="Learn to bake bread together"),
        Field(
            "when", "When", max_length=LONGEST_TEXT, placeholder="next thu 19:00 for 90 min",
            hint="On your clock. I show you what I understood before it is posted.",
        ),
        Field(
            "where", "Where", multiline=True, max_length=WHERE_LENGTH,
            hint="An address, a link, or both. Who goes sees the link; “for all” behind it shows it to all.",
            placeholder="Library, room 2\nhttps://meet.example.org/bread",
        ),
        Field(
            "about", "What about", required=False, multiline=True, max_length=ABOUT_LENGTH + 2 * BRING_LENGTH,
            hint="Any words. #topics, a course (C12), and lines like Level: beginner or Bring: a laptop",
            placeholder="We knead and talk. #bread\nBring: an apron",
        ),
        Field(
            "places", "Places", required=False, max_length=20, hint="How many can come; nothing for any number",
            placeholder="12",
        ),
    )  # fmt: skip


def preview_card(plan: Plan, course: Course | None, draft: int, *, zone_is_known: bool) -> Card:
    """Show to its planner alone what a meetup will be like, with the time in their zone and in UTC."""
    content = plan.content
    link = "Everybody sees the link." if content.link_for_all else "Only those who go see the link."
    zone = note(
        "I don't know where you live, so I took the community's clock. Tell me: ", Code("/offcourse nudges zone:"), "."
    )
    facts = " · ".join(pieces.subject(content))
    blocks: list[Block] = [
        Heading(content.title),
        paragraph("🗓️ ", Bold(said(when_of(content)))),
        *([note(facts)] if facts else []),
        *(note(words) for words in plan.notes),
        *([] if zone_is_known else [zone]),
        *pieces.where(content, shows_link=True),
        *([note(link)] if content.link else []),
        *pieces.told(content, course),
        paragraph(_places(content)),
        Buttons(
            (
                Button("Post", token("meetup.post", draft), "primary"),
                Button("Change", token(FIX, draft)),
                Button("Drop", token("meetup.drop", draft)),
            )
        ),
        note("Only you see this. Post announces it for all. Times show on everybody's own clock."),
    ]
    return Card(f"Preview: {content.title}, {said(when_of(content))}", tuple(blocks))


def _places(content: MeetupContent) -> str:
    if content.places is None:
        return pieces.NO_LIMIT
    return f"{content.places} can come." if content.places > 1 else "One person can come."


def dropped_card(draft: int) -> Card:
    """Say that nothing is posted, with the way back."""
    said_so = "Dropped: nothing was posted."
    back = Buttons((Button("Bring it back", token(FIX, draft)),))
    return Card(said_so, (paragraph(said_so), back, note("I keep what you typed for a week.")))


def posted_card(meetup: Meetup, *, fresh: bool) -> Card:
    """Confirm that a meetup is posted, with a link to its announcement."""
    posted = "Posted:" if fresh else "You had posted this already:"
    return Card(
        f"{posted} {meetup.title} ({meetup.short_id})",
        (
            paragraph(f"{posted} ", *pieces.named(meetup)),
            paragraph(PostLink(CARD, str(meetup.id), "See the announcement", ANNOUNCED, missing=NO_CHANNEL)),
            Buttons((pieces.show(meetup),)),
            note(
                "Others find it with ", Code("/meetup list"), ". Do you come yourself? Then say so, it counts you in."
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class View:
    """A meetup with all that its cards tell.

    Attributes:
        goers: the first of those who go.
        course: what it is about.
        mine: what the one who looks says to it.
        editable: whether they may change it.
    """

    meetup: Meetup
    counts: Counts
    goers: Sequence[Person] = ()
    course: Course | None = None
    mine: Rsvp | None = None
    editable: bool = False

    @property
    def shows_link(self) -> bool:
        """Whether the one who looks may see the link."""
        goes = self.mine is not None and self.mine.has_place
        return self.meetup.link_for_all or goes or self.editable


def meetup_blocks(view: View) -> list[Block]:
    """Tell of a meetup all that there is to tell."""
    meetup = view.meetup
    return [
        Heading(f"Cancelled: {meetup.title}" if meetup.cancelled_at else meetup.title),
        note(*pieces.facts(meetup)),
        paragraph(*pieces.when(meetup)),
        *pieces.where(meetup, shows_link=view.shows_link),
        *pieces.told(meetup, view.course),
        paragraph(*pieces.numbers(meetup, view.counts)),
        *pieces.names(view.goers, view.counts),
    ]


def ended(meetup: Meetup, now: datetime) -> str:
    """Say why nobody can answer to a meetup any more; nothing where they can."""
    if meetup.cancelled_at:
        return CANCELLED
    return OVER if meetup.is_over(now) else ""


def announcement_card(view: View, now: datetime) -> Card:
    """Show a meetup to a channel, with buttons to answer."""
    meetup = view.meetup
    end = ended(meetup, now)
    course = [Button("Show the course", token("course.show", view.course.id))] if view.course else []
    row = [pieces.show(meetup), *course] if end else [*pieces.answers(meetup), *course]
    told = [note(end)] if end else []
    state = "Cancelled meetup" if meetup.cancelled_at else "Meetup"
    blocks = (*meetup_blocks(view), *told, Buttons(tuple(row)))
    return Card(f"{state}: {meetup.title} ({meetup.short_id})", blocks)
