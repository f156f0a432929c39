"""Repositories of courses, of what is known of their addresses, and of what people do with them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.health import Checked, LinkHealth, Watched
from bot.model import (
    Change,
    Course,
    CourseContent,
    CoursePage,
    CourseQuery,
    Page,
    Person,
    Progress,
    Resource,
    TopicCount,
)
from bot.records import NewCourse


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

    async def several(self, courses: Sequence[int]) -> Sequence[Course]:
        """Find courses by number, archived or not, in the order of their numbers given; those not here are left out."""
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

    async def add_co_owner(self, course: int, person: int, by: int | None, now: datetime) -> bool:
        """Let somebody look after a course beside its owner, with an entry in its history; False where they did."""
        ...

    async def remove_co_owner(self, course: int, person: int, by: int | None, now: datetime) -> bool:
        """Let somebody look after a course no more, with an entry in its history; False where they didn't."""
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
        as the same resource. A page that was read was looked at too (see `checked`).
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

    async def take_hosts(self, hosts: Collection[str], claimant: str, now: datetime, lease: float) -> Collection[str]:
        """Take hosts for `lease` seconds; give those that no other claimant has."""
        ...

    async def missed(self, key: str, again: datetime | None) -> None:
        """Note that an address could not be read, and when to try again; None: never by itself."""
        ...

    async def claim_checks(self, now: datetime, lease: float, limit: int) -> Sequence[Watched]:
        """Take addresses that are due for a look whether their pages are there, the longest due first.

        They are due again after `lease` seconds, and given to no other claimant until then. Addresses that only
        archived courses use, or none at all, are passed over for a week.
        """
        ...

    async def check_due(self, now: datetime) -> bool:
        """Tell whether `claim_checks` has anything to do, without writing."""
        ...

    async def checked(self, key: str, found: Checked | None, now: datetime) -> Sequence[int]:
        """Write down what a look told, judged by the rules of `bot.health`; None: nobody could look.

        Where that makes a link broken, or whole again, `broken_since` of all courses that use it is right in the same
        transaction, and their owners are looked at. Give the numbers of those courses.
        """
        ...

    async def ailing(self, urls: Collection[str]) -> Sequence[LinkHealth]:
        """Tell what is amiss with addresses: broken, or moved for good. In their order; those that are well left out.

        A page that merely failed lately is not among them until its link counts as broken.
        """
        ...
