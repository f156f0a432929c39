"""Private letters to people, whichever feature writes them."""

from collections.abc import Iterable

from bot.model import Letter, Person, Recipient


def letters_to(people: Iterable[Person | None], kind: str, subject: str, occurrence: str) -> list[Letter]:
    """Write a private letter to each of these people once; those without an account that is there get none."""
    reached = {person.id: person for person in people if person and person.accounts}
    return [
        Letter(kind, subject, Recipient.account(person.accounts[0]), occurrence)
        for _, person in sorted(reached.items())
    ]
