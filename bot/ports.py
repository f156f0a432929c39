"""What the core needs from the world: chat platforms, the store, the clock, links.

Names follow use. Every method of a repository sees one community only: the one its unit of work was opened for.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from bot.model import (
    Account,
    Change,
    Course,
    CourseContent,
    CoursePage,
    CourseQuery,
    Draft,
    Interests,
    Letter,
    Page,
    Person,
    Place,
    Post,
    Profile,
    Progress,
    Recipient,
    Ref,
    Resource,
    TopicCount,
    Workspace,
)
from bot.records import Arrival, NewCourse, Numbers, Record
from bot.ui import Card

R = TypeVar("R", bound=Record)


class Clock(Protocol):
    """The one seat of the time."""

    def now(self) -> datetime:
        """Tell the moment, aware UTC."""
        ...


class LinkReader(Protocol):
    """The one safe reader of addresses that members give."""

    async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - a limit of the whole road
        """Read what a page tells of itself within `timeout` seconds; None where it can't be had. Never raises.

        What is no HTML gives a page too, with its kind and where redirects led.
        """
        ...


class Chat(Protocol):
    """One platform, as the core speaks to it. Rate limits beyond a short wait are raised as RateLimited.

    Every sending method may raise Unreachable, RateLimited, Refused (nothing was sent) or InDoubt. The Unreachable
    that a steward has to mend in the platform's own settings, such as a refused token, is an Unauthorized.
    """

    @property
    def platform(self) -> str:
        """Name the platform: `slack`, `discord`, `playground`."""
        ...

    async def channel(self, workspace: str, purpose: str) -> Place:
        """Find the configured channel for a purpose such as `courses`; raise Unreachable with the cure."""
        ...

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card; `key` (at most 25 characters) is its marker on the platform."""
        ...

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Write to one person in private; Unreachable (not Unauthorized) where they take no messages or are gone."""
        ...

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        """Look a marker up among what we posted in a place since then; raise CannotTell where that is not allowed."""
        ...

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        """Look a marker up in the private conversation with an account; raise CannotTell where not allowed."""
        ...

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in place of a message of ours; doing it again is fine.

        Unreachable (not Unauthorized) or Refused where it is gone, or can't be changed any more.
        """
        ...

    async def delete(self, ref: Ref) -> None:
        """Take a message of ours away; one that is gone already is fine."""
        ...

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        """Start (or find) the thread below a message, post a card in it, and give the thread as a place."""
        ...

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        """Set or take away our own reaction (a Unicode emoji); setting it twice is fine."""
        ...

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        """Read who reacted with what, by Unicode emoji without skin tone; our own reactions left out."""
        ...

    async def profile(self, account: Account) -> Profile:
        """Ask what the platform knows of an account."""
        ...

    async def link(self, ref: Ref) -> str | None:
        """Give an address that opens a message; None where there is none."""
        ...

    def ref(self, link: str) -> Ref | None:
        """Read a link to a message back into the message it names; None for any other text."""
        ...


class People(Protocol):
    """Persons and their accounts."""

    async def of(self, account: Account) -> Person | None:
        """Find the person behind an account."""
        ...

    async def meet(self, account: Account, profile: Profile, now: datetime) -> Person:
        """Find the person behind an account, or make one: the account becomes a person at first contact."""
        ...

    async def update(self, person: int, profile: Profile, now: datetime) -> None:
        """Write down what a platform told of a person (name, zone, locale; None leaves what is known)."""
        ...

    async def named(self, name: str) -> Sequence[Person]:
        """Find people by name, case folded: those of exactly this name, else those whose name contains it."""
        ...

    async def get(self, person: int) -> Person | None:
        """Find a person by id."""
        ...

    async def add(self, name: str, now: datetime) -> Person:
        """Make a person without an account, such as the curator named in an imported course."""
        ...

    async def interests(self, person: int) -> Interests:
        """Give what a person told of themselves."""
        ...

    async def set_interests(self, person: int, interests: Interests) -> None:
        """Write down what a person tells of themselves, in place of what they told before."""
        ...


class Courses(Protocol):
    """Courses, their finding and their browsing."""

    async def add(
        self, content: CourseContent, owner: int | None, now: datetime, source: str | None = None
    ) -> tuple[Course, bool]:
        """Store a course; False beside the one there is, if this goal with these addresses came from `source` before.

        `source` says where it is from; None: from its owner.
        """
        ...

    async def add_many(self, courses: Sequence[NewCourse], now: datetime) -> Sequence[tuple[int, bool]]:
        """Store courses, in far less time than one by one; give the number of each, False where it was there already.

        A title that is given for an address is learned, where nobody has read the page yet.
        """
        ...

    async def get(self, course: int) -> Course | None:
        """Find a course by number, archived or not."""
        ...

    async def fork(self, parent: Course, person: int, now: datetime) -> tuple[Course, bool]:
        """Make a person's own copy of a course; False beside the one of this lineage that they forked before."""
        ...

    async def edit(
        self, course: Course, content: CourseContent, numbers: Sequence[int], by: int, now: datetime
    ) -> Course | None:
        """Replace the content of a course; `numbers` are those of its steps. Counts as a review.

        `course` is what the editor saw: None where it has another revision by now, and nothing is written. The
        content as it was is kept as a change.
        """
        ...

    async def set_co_owners(self, course: int, people: Collection[int]) -> None:
        """Say who looks after a course beside its owner."""
        ...

    async def set_archived(self, course: int, by: int, now: datetime, *, on: bool) -> Course | None:
        """Put a course away, or bring it back; None where it stood so already. An archived course isn't found."""
        ...

    async def changes(self, course: int, offset: int, limit: int) -> Sequence[Change]:
        """List what was done to a course after it was shared, the newest first."""
        ...

    async def of_lineage(self, root: int, person: int) -> Course | None:
        """Find the course of a lineage that a person owns or forked, archived or not; what they own comes first."""
        ...

    async def open_page(self, course: int, token: str) -> Course | None:
        """Give a course a page for the world, if it has none yet, and give the course with its token.

        `token` is used only where it has none. None where there is no such course.
        """
        ...

    async def show_page(self, course: int, *, on: bool) -> None:
        """Show a course's page to the world, or don't."""
        ...

    async def by_page(self, token: str) -> Course | None:
        """Find the course of a page that may be shown: switched on, and the course not archived."""
        ...

    async def using(self, urls: Collection[str], limit: int) -> Sequence[Course]:
        """Find courses with a step that leads to one of these addresses, or where it redirects to; newest first.

        Addresses are compared in their normal form (`bot.urls.normal`). Archived courses are left out.
        """
        ...

    async def search(self, query: CourseQuery, offset: int, limit: int) -> CoursePage:
        """Rank courses for a query: any word counts, misspelt ones too. Any text is a valid query.

        Best first, the newer one on a tie; without words all that the filters leave, newest first. Archived courses
        are found only where the query asks for them.
        """
        ...

    async def telling(self, text: str) -> Sequence[str]:
        """List the words of a text by which a search finds something, the most telling first."""
        ...

    async def titled(self, text: str, limit: int) -> Sequence[Course]:
        """Find courses whose goal is, starts with or contains a text (case folded), best first.

        An empty text gives the newest ones. Archived courses are left out.
        """
        ...

    async def topics(self) -> Sequence[TopicCount]:
        """Count courses that can be found by topic, most first, then by name."""
        ...

    async def owners(self, text: str, limit: int) -> Sequence[Person]:
        """Find owners of courses whose name contains a text, by name."""
        ...


class Learning(Protocol):
    """Who is how far in which course. Only for the person themselves."""

    async def start(self, person: int, course: int, now: datetime) -> None:
        """Note that a person starts a course; again changes nothing."""
        ...

    async def set_done(self, person: int, course: int, step: int, now: datetime, *, on: bool) -> None:
        """Note that a step (by its number) is done, or isn't; starts the course too. Setting it twice is fine."""
        ...

    async def of(self, person: int, course: int) -> Progress | None:
        """Tell how far a person is; None where they haven't started, or there is no such course."""
        ...

    async def started(self, person: int, offset: int, limit: int) -> tuple[Sequence[Progress], int]:
        """List what a person has started, the last touched first, and tell how many there are in all."""
        ...


class Shelf(Protocol):
    """Courses that people keep for themselves."""

    async def set(self, person: int, course: int, now: datetime, *, on: bool) -> None:
        """Put a course on a person's shelf, or take it away. Setting it twice is fine."""
        ...

    async def holds(self, person: int, course: int) -> bool:
        """Tell whether a course is on a person's shelf."""
        ...

    async def of(self, person: int, offset: int, limit: int) -> CoursePage:
        """List a person's shelf, the last put there first, archived courses too."""
        ...


class Resources(Protocol):
    """What is known of the web addresses that courses lead to."""

    async def learn(self, url: str, page: Page, now: datetime) -> None:
        """Write down what a page told; courses that lead there are found by its title from now on.

        What it left out this time (behind a sign-in, say) stays as it was known.

        An address that no course uses is left alone, unless `page` leads to it from one: a redirect's target counts
        as the same resource.
        """
        ...

    async def known(self, urls: Collection[str]) -> Mapping[str, Page]:
        """Give what is known of addresses, by the address as it is asked for; unread ones are left out."""
        ...

    async def claim(self, now: datetime, lease: float, limit: int) -> Sequence[Resource]:
        """Take addresses that are due to be read, the longest due first; they are due again after `lease` seconds.

        No address is given to two claimants at once.
        """
        ...

    async def due(self, now: datetime) -> bool:
        """Tell whether `claim` would give anything, without writing."""
        ...

    async def missed(self, key: str, again: datetime | None) -> None:
        """Note that an address could not be read, and when to try again; None: never by itself."""
        ...


class Posts(Protocol):
    """Where our messages stand."""

    async def at(self, ref: Ref) -> Post | None:
        """Find what stands at a message."""
        ...

    async def of(self, kind: str, subject: str) -> Sequence[Post]:
        """List where one logical message stands."""
        ...


class Outbox(Protocol):
    """What must be said once. See `bot.delivery` for the states' meaning."""

    async def queue(self, letters: Iterable[Letter], now: datetime) -> None:
        """Add letters that are not there yet (same kind, subject, recipient and occurrence)."""
        ...

    async def refresh(self, kind: str, subject: str, now: datetime) -> None:
        """Have every message that shows this brought up to date, also those that are just going out.

        Call it in the transaction that changes what they show. Each message is edited once for all that changed
        before the edit was made; where the kind's `@post` maker gives None, the message is left as it stands.
        """
        ...

    async def claim(
        self, now: datetime, lease: float, limit: int, claimant: str, platforms: Collection[str]
    ) -> Sequence[Letter]:
        """Take due letters to these platforms, oldest first, and mark them `sending` for `lease` seconds.

        Given as they were before: NEW ones are fresh, SENDING ones are those whose lease ran out, in doubt;
        `claimed_at` is the moment of the first claim since the letter was last NEW, so that a marker can be
        looked up from there; of an edit, it is the moment of the last claim.
        No letter is given to two claimants at once.
        """
        ...

    async def due(self, now: datetime, platforms: Collection[str]) -> bool:
        """Tell whether `claim` would give anything, without writing."""
        ...

    async def sent(self, letter: int, ref: Ref, workspace: Workspace, now: datetime) -> None:
        """Write down that a letter stands at a message; it becomes a post of its kind and subject."""
        ...

    async def edited(self, letter: int, claimant: str, claimed_at: datetime, until: datetime, error: str = "") -> bool:
        """End an edit by the claim of that moment: SENT, or DEAD where an `error` says why. Not again before `until`.

        False where the claim no longer stands, because the message was to be refreshed again since, or because
        another one took the edit over: then it is NEW again, to be made once more.
        """
        ...

    async def delay(self, letter: int, until: datetime, error: str, *, attempted: bool) -> None:
        """Put a letter that was surely not sent, or any edit, back to NEW, due later."""
        ...

    async def doubt(self, letter: int, until: datetime, error: str) -> None:
        """Leave a letter SENDING, to be looked up after `until`."""
        ...

    async def close(self, letter: int, state: str, error: str) -> None:
        """End a letter as UNKNOWN or DEAD."""
        ...

    async def get(self, letter: int) -> Letter | None:
        """Find a letter by its number."""
        ...

    async def find(self, kind: str, subject: str, occurrence: str, recipient: Recipient | None) -> Sequence[Letter]:
        """List the letters of one subject and occurrence (all recipients where None); edits are none of them."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Count letters by state, without edits; private ones that are DEAD count as UNREACHED instead."""
        ...


class Deliveries(Protocol):
    """Which deliveries of the platforms were handled."""

    async def add(self, platform: str, key: str, now: datetime) -> bool:
        """Remember a delivery; False if it was handled before."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget deliveries older than that; give how many."""
        ...


class Drafts(Protocol):
    """What people typed into forms that could not be taken yet."""

    async def keep(self, person: int, form: str, values: Mapping[str, str], state: str, now: datetime) -> int:
        """Keep what was typed, beside what this person typed before; the oldest of many are forgotten."""
        ...

    async def get(self, draft: int, person: int) -> Draft | None:
        """Give a draft to the person who typed it, and to nobody else."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget drafts older than that; give how many."""
        ...


class Workspaces(Protocol):
    """The workspaces of the community."""

    async def all(self) -> Sequence[Workspace]:
        """List them, by platform and id."""
        ...


class Archive(Protocol):
    """All that a community keeps, record by record, to be written out or brought in."""

    async def page(self, kind: type[R], after: R | None, limit: int) -> Sequence[R]:
        """List the records of a kind that come after one, in an order that is the same on every database.

        People and courses come by number, what hangs on them by theirs, addresses by key, posts by ref.
        """
        ...

    async def add(self, records: Sequence[Record], known: Numbers, now: datetime) -> Sequence[Arrival]:
        """Add records of one kind that aren't here yet; give what became of each, in their order.

        `known` tells which numbers people and courses have here. A person is known by an account, one without any by
        name and the moment they were met; a course by its origin. What is new keeps its number if it is above all
        that were drawn. Changes, progress and shelves must speak of people and courses that are known (KeyError); a
        course may miss some of its people. ValueError: the database's rules refuse a row, and nothing is to be kept.
        """
        ...


class Unit(Protocol):
    """One transaction in one community."""

    @property
    def community(self) -> str:
        """The community's id."""
        ...

    @property
    def people(self) -> People: ...
    @property
    def courses(self) -> Courses: ...
    @property
    def learning(self) -> Learning: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def resources(self) -> Resources: ...
    @property
    def posts(self) -> Posts: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def archive(self) -> Archive: ...


class Store(Protocol):
    """The database. Opening a unit may raise StoreUnavailable; leaving it by an error rolls back."""

    async def community_of(self, workspace: Workspace) -> str | None:
        """Find the community a workspace belongs to."""
        ...

    async def found(self, community: str, name: str) -> None:
        """Make a community, or update its name."""
        ...

    async def join(self, workspace: Workspace, community: str) -> None:
        """Make a workspace part of a community, or update its name (an empty one leaves what is known).

        A workspace that is part of another community already stays there, and ValueError is raised.
        """
        ...

    async def communities(self) -> Sequence[str]:
        """List the communities."""
        ...

    def read(self, community: str) -> AbstractAsyncContextManager[Unit]:
        """Open a unit that only reads."""
        ...

    def write(self, community: str) -> AbstractAsyncContextManager[Unit]:
        """Open a unit that writes; it commits when left in peace."""
        ...
