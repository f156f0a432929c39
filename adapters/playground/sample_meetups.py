"""What is planned in the playground: data only, as members would type it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleMeetup:
    """A meetup that a sample member plans.

    Attributes:
        host: the member's id.
        values: what they type into the form to plan one; the time counts from the start of the playground.
        answers: what members say to it, by their ids, in this order.
    """

    host: str
    values: Mapping[str, str]
    answers: Mapping[str, str]


MEETUPS = (
    SampleMeetup(
        "ben",
        {
            "title": "First steps in Python, together",
            "when": "in 2 days at 18:30 for 90 min",
            "where": "https://meet.example.org/first-steps",
            "about": "We start with nothing and end with a program that greets you. Questions are the best part.\n"
            "Course: Write your first small programs in Python\nLevel: beginner\nTopics: python, programming\n"
            "Bring: a laptop, and whatever you are curious about",
            "places": "12",
        },
        {"dries": "going", "elif": "maybe"},
    ),
    SampleMeetup(
        "chloe",
        {
            "title": "Walk and map our neighbourhood",
            "when": "in 5 days at 10:00 for 2 hours",
            "where": "Parc La Fontaine, at the fountain https://www.openstreetmap.org/#map=17/45.5266/-73.5695",
            "about": "We walk, look closely, and put what is missing on the map. #maps #community",
            "places": "2",
        },
        {"elif": "going", "ben": "going", "dries": "going"},
    ),
)
