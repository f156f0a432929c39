"""Who may do what with a course."""

from bot.care import Handover
from bot.model import Course, Person


def may_edit(course: Course, person: Person, *, is_steward: bool) -> bool:
    """Tell whether somebody may change a course: its owner, its co-owners and the stewards may."""
    carers = {carer.id for carer in (course.owner, *course.co_owners) if carer}
    return is_steward or person.id in carers


def may_give(course: Course, person: Person, *, is_steward: bool) -> bool:
    """Tell whether somebody may say who looks after a course: its owner and the stewards may."""
    return is_steward or (course.owner is not None and course.owner.id == person.id)


def may_accept(offer: Handover, course: Course) -> bool:
    """Tell whether an offer may still be accepted: the bot asks co-owners alone, a member whomever they name."""
    return offer.giver is not None or offer.taker.id in {person.id for person in course.co_owners}
