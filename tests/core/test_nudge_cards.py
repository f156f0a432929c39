"""The message to an owner fits on every platform with five courses and all their buttons, however long all is."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.discord import limits as on_discord
from adapters.discord.render import layout
from adapters.slack import limits as on_slack
from adapters.slack.render import message
from bot.care import Flag, FlagKind, Outcome, Reason
from bot.features.ownership.cards import digest_card, silence_card
from bot.features.ownership.views import DigestView, Evidence, View
from bot.health import LinkHealth
from bot.model import Checkpoint, Course, Person
from bot.nudges import SHOWN, Asked, Carer, Digest, DigestKind, Item
from bot.ui import Buttons, Card, Note, plain
from bot.usage import Use
from tests.drivers.discord import BUTTON, components, words

NOW = datetime(2026, 9, 8, 9, 0, tzinfo=UTC)
ANA = Person(1, "Ana")


def course(number: int, goal: str = "") -> Course:
    return Course(
        goal=goal or f"{number} " + "W" * 148,
        steps=(Checkpoint("Look at it", "https://example.org/"),),
        id=number,
        owner=ANA,
        created_at=NOW,
        updated_at=NOW,
        reviewed_at=NOW - timedelta(days=200),
        revision=1,
        step_numbers=(1,),
        steps_drawn=1,
        root=number,
        flags=3,
    )


def asked(number: int, **more: object) -> Asked:
    return Asked(number, 9, ANA.id, number, Reason.BROKEN, NOW, **more)  # type: ignore[arg-type] # a test's shorthand


def shown(reason: Reason = Reason.BROKEN, carer: Carer | None = None, total: int = 12, **settled: object) -> DigestView:
    courses = {number: course(number) for number in range(1, SHOWN + 1)}
    link = LinkHealth("https://example.org/" + "p" * 300, NOW, "404 Not Found", None, "T" * 200, NOW)
    flag = Flag(1, 1, Person(2, "Ben"), FlagKind.WRONG_LEVEL, "x" * 1000, NOW)
    items = [Item(number, reason, NOW, Use(1234, 56, 7)) for number in range(1, total + 1)]
    evidence = {number: Evidence(link, (flag,)) for number in courses}
    view = View(ANA, carer or Carer(ANA.id), [] if settled else items, courses, evidence, NOW)
    digest = Digest(9, ANA.id, DigestKind.DIGEST, NOW, asked=tuple(asked(number, **settled) for number in courses))
    return DigestView(digest, view, {2: "Ben"})


def tree_of(card: Card) -> list[dict[str, Any]]:
    """Give what Discord would get."""
    tree: list[dict[str, Any]] = layout(card).to_components()  # type: ignore[no-untyped-call] # discord.py leaves it so
    return tree


def labels(card: Card) -> list[str]:
    return [button.label for block in card.blocks if isinstance(block, Buttons) for button in block.buttons]


@pytest.mark.parametrize("reason", Reason)
def test_all_of_it_fits_on_discord(reason: Reason) -> None:
    card = digest_card(shown(reason), "C" * 80)
    tree = tree_of(card)
    found = list(components(tree))
    assert len(found) <= on_discord.COMPONENTS
    assert [one["label"] for one in found if one["type"] == BUTTON] == labels(card)
    said = list(words(tree))
    assert sum(map(len, said)) <= on_discord.TEXT
    rows = [one for one in found if one["type"] == 1]
    assert [len(row["components"]) for row in rows] == [4] * SHOWN + [4], "each course keeps its own row"


@pytest.mark.parametrize("reason", Reason)
def test_all_of_it_fits_on_slack(reason: Reason) -> None:
    card = digest_card(shown(reason), "C" * 80)
    sent = message(card, "T1", "k" * 22)
    assert len(sent["blocks"]) <= on_slack.BLOCKS
    assert len(json.dumps(sent["blocks"], ensure_ascii=False)) <= on_slack.MESSAGE
    written = [
        one["text"]["text"] for block in sent["blocks"] if block["type"] == "actions" for one in block["elements"]
    ]
    assert written == labels(card)
    assert "can't be shown" not in json.dumps(sent)


def test_what_was_done_is_told_with_the_way_back() -> None:
    card = digest_card(shown(settled_at=NOW, outcome=Outcome.REVIEWED, settled_by=ANA.id), "Offcourse")
    assert labels(card) == ["Undo"] * SHOWN + ["Pause all", "Change day", "Stop these"]
    others = digest_card(shown(settled_at=NOW, outcome=Outcome.UPDATED, settled_by=2), "Offcourse")
    assert labels(others) == ["Pause all", "Change day", "Stop these"]
    assert "✓ Updated, by Ben" in [plain(block.text) for block in others.blocks if isinstance(block, Note)]


@pytest.mark.parametrize(
    ("total", "headline"),
    [(5, "5 courses of yours need a look"), (6, "5 of 6 courses of yours that need a look")],
)
def test_the_total_is_honest(total: int, headline: str) -> None:
    card = digest_card(shown(total=total), "Offcourse")
    assert card.summary.startswith(headline)
    assert ("Show all" in labels(card)) == (total > SHOWN)


def test_the_first_message_explains_itself_and_later_ones_do_not() -> None:
    first, later = Carer(ANA.id, greeted_at=NOW), Carer(ANA.id, greeted_at=NOW - timedelta(days=7))
    assert ["once a week at most" in str(digest_card(shown(carer=one), "Offcourse")) for one in (first, later)] == [
        True,
        False,
    ]


@pytest.mark.parametrize("stops", [Carer(ANA.id, stopped=True), Carer(ANA.id, paused_until=NOW + timedelta(days=1))])
def test_who_wants_quiet_is_shown_the_way_back(stops: Carer) -> None:
    assert labels(digest_card(shown(carer=stops), "Offcourse"))[-1] == "Resume"


def test_the_question_after_silence_names_some_and_counts_the_rest() -> None:
    card = silence_card(shown(carer=Carer(ANA.id, rounds=3)), [course(n, f"Goal {n}") for n in range(1, 9)])
    assert "Goal 5 (C5) and 3 more" in str(card)
    assert labels(card)[:3] == ["Still mine", "Later", "I'd like to hand these over"]
    assert len(list(components(tree_of(card)))) <= on_discord.COMPONENTS
