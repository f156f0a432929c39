"""The vocabulary in memory: what it follows and what it guesses."""

import dataclasses
from collections.abc import Sequence

import pytest

from bot.ports import Store
from storage.store import SqlStore
from storage.vocabulary import Vocabulary
from tests.storage.sample import NORTH, share


async def learned(store: Store, vocabulary: Vocabulary, goals: Sequence[str]) -> Vocabulary:
    """Share courses and let a vocabulary follow."""
    assert isinstance(store, SqlStore)
    async with store.write(NORTH) as unit:
        for goal in goals:
            await share(unit, goal, steps=())
    async with store._database.read(NORTH) as session:
        await session.run(_follow, vocabulary)
    return vocabulary


def _follow(db: object, community: str, vocabulary: Vocabulary) -> None:
    vocabulary.follow(db, community)  # type: ignore[arg-type] # the session gives the connection


GOALS = tuple(f"word{letter * 5}" for letter in "abcdefghijklmnopqrstuvwxyz")


def known(vocabulary: Vocabulary) -> dict[str, object]:
    compared = (field.name for field in dataclasses.fields(vocabulary) if field.compare)
    return {name: getattr(vocabulary, name) for name in compared}


async def test_it_follows_step_by_step_as_well_as_at_once(sqlite_store: Store) -> None:
    stepwise = Vocabulary()
    for goals in (GOALS, ("machine learning",), ("machines",), ("archery",)):
        await learned(sqlite_store, stepwise, goals)
    at_once = await learned(sqlite_store, Vocabulary(), ())
    assert known(stepwise) == known(at_once)
    assert (stepwise.courses, stepwise.revision) == (29, 29)
    assert stepwise.terms_of("machines") == ("machin",)
    assert stepwise.rarity("machin") < stepwise.rarity("archeri")


async def test_nothing_new_changes_nothing(sqlite_store: Store) -> None:
    known = await learned(sqlite_store, Vocabulary(), ("Archery",))
    guesses = known.meant("archry")
    assert await learned(sqlite_store, known, ()) is known
    assert known.meant("archry") == guesses == ("archery",)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lerning", ("leaning", "learning")),  # either may be meant
        ("laerning", ("learning",)),  # swapped letters are one slip
        ("lrning", ()),  # two slips in a short word are too many
        ("programing", ("programming",)),
        ("porgraming", ("programming",)),  # two in a long one are not
        ("gi", ()),
        ("got", ("go", "get", "git")),
    ],
)
async def test_what_was_meant(sqlite_store: Store, typed: str, meant: tuple[str, ...]) -> None:
    goals = ("learning", "programming with go", "go on", "get git", "leaning over there is something else")
    known = await learned(sqlite_store, Vocabulary(), goals)
    assert known.meant(typed) == meant


async def test_beginnings_give_the_commonest(sqlite_store: Store) -> None:
    known = await learned(sqlite_store, Vocabulary(), ("pro prone", "program prone", "prone probe prose prow proud"))
    assert known.beginning("pro")[0] == "prone"
    assert len(known.beginning("pro")) == 4
    assert "pro" not in known.beginning("pro")
    assert known.beginning("zzz") == ()
