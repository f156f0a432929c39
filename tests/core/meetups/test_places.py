"""Who gets a place at a meetup, who waits, and who hears of it."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.meetups.acts import Act, Join, MoveIn, MoveOut, Pass, Resize, Say, Shift, Take, TakeBack
from bot.meetups.meetup import Answer
from bot.meetups.places import HELD, LAST_CALL, next_turn, play
from bot.meetups.sheet import Claim, News, Outcome, Refusal, Sheet, Standing, Told

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
START = NOON + timedelta(days=7)
CALL = START - LAST_CALL
MINUTE = timedelta(minutes=1)
ANA, BEN, CHLOE, DAN, EVA = range(1, 6)


class Table:
    """A list to which things happen, a minute apart."""

    def __init__(self, places: int | None, starts_at: datetime = START) -> None:
        """Begin with nobody."""
        self.sheet = Sheet(starts_at, places)
        self.now = NOON
        self.last = Outcome(self.sheet)

    def play(self, act: Act) -> "Table":
        """Let something happen."""
        self.last = play(self.sheet, act, self.now)
        self.sheet = self.last.sheet
        return self

    def say(self, person: int, answer: Answer = Answer.GOING) -> "Table":
        """Let somebody answer a minute later."""
        self.now += MINUTE
        return self.play(Say(person, answer, self.now))

    def come(self, *people: int) -> "Table":
        """Let people say that they go, one after the other."""
        for person in people:
            self.say(person)
        return self

    def wait(self, until: datetime) -> "Table":
        """Let time go by."""
        self.now = until
        return self.play(Pass())

    @property
    def told(self) -> tuple[Told, ...]:
        """Who heard what of the last that happened."""
        return self.last.told

    def standing(self, person: int) -> Standing | None:
        """Tell what somebody has."""
        claim = self.sheet.find(person)
        return claim.standing if claim else None

    @property
    def placed(self) -> set[int]:
        """Name those who have a place."""
        return {claim.person for claim in self.sheet.claims if claim.has_place}

    @property
    def line(self) -> list[int]:
        """Name those who wait, in their order."""
        return [claim.person for claim in self.sheet.line]


def full(places: int = 1, starts_at: datetime = START) -> Table:
    """Give a table with one person who waits: Ana sits, Ben waits; with two places Ana and Ben sit, and so on."""
    return Table(places, starts_at).come(*range(1, places + 2))


def test_without_a_limit_everybody_has_a_place() -> None:
    table = Table(None).come(ANA, BEN, CHLOE)
    assert table.placed == {ANA, BEN, CHLOE}
    assert table.told == (Told(CHLOE, News.PLACE),)


def test_who_comes_when_all_places_are_taken_waits_in_line() -> None:
    table = Table(2).come(ANA, BEN, CHLOE)
    assert table.told == (Told(CHLOE, News.WAITS, position=1),)
    table.come(DAN)
    assert table.told == (Told(DAN, News.WAITS, position=2),)
    assert table.placed == {ANA, BEN}


def test_maybe_and_cant_take_no_place() -> None:
    table = Table(1).say(ANA, Answer.MAYBE).say(BEN, Answer.CANT).come(CHLOE)
    assert table.placed == {CHLOE}
    assert [table.sheet.find(person).answer for person in (ANA, BEN)] == [Answer.MAYBE, Answer.CANT]  # type: ignore[union-attr] # they spoke


def test_saying_it_again_changes_nothing_but_the_moment() -> None:
    table = Table(1).come(ANA).say(ANA)
    assert table.told == ()
    assert table.sheet.find(ANA) == Claim(ANA, Answer.GOING, table.now, Standing.PLACE, NOON + MINUTE)


def test_an_older_answer_never_stands_over_a_newer_one() -> None:
    table = Table(1).say(ANA, Answer.MAYBE)
    before = table.sheet
    assert table.play(Say(ANA, Answer.GOING, NOON)).sheet == before
    assert table.play(TakeBack(ANA, NOON)).sheet == before


def test_of_a_thousand_shufflings_the_newest_answer_stands() -> None:
    chance = random.Random(5)  # noqa: S311 - the same shufflings in every run
    acts: list[Act] = [
        Say(ANA, Answer.GOING, NOON),
        Say(ANA, Answer.CANT, NOON + MINUTE),
        Say(ANA, Answer.GOING, NOON + 2 * MINUTE),
        TakeBack(ANA, NOON + 3 * MINUTE),
        Say(ANA, Answer.MAYBE, NOON + 4 * MINUTE),
    ]
    for _ in range(1000):
        shuffled = chance.choices(acts, k=4) + acts
        chance.shuffle(shuffled)
        table = Table(3)
        for act in shuffled:
            table.play(act)
        assert table.sheet.find(ANA) == Claim(ANA, Answer.MAYBE, NOON + 4 * MINUTE)


def test_two_answers_of_one_moment_stand_as_they_arrive() -> None:
    table = Table(1).come(ANA)
    assert table.play(Say(ANA, Answer.CANT, table.now)).standing(ANA) is None


def test_an_answer_is_taken_back_only_while_it_stands() -> None:
    table = Table(1).come(ANA).say(ANA, Answer.MAYBE)
    table.play(TakeBack(ANA, table.now + MINUTE, Answer.GOING))
    assert table.sheet.find(ANA) == Claim(ANA, Answer.MAYBE, table.now)
    table.play(TakeBack(ANA, table.now + MINUTE, Answer.MAYBE))
    assert table.sheet.find(ANA) == Claim(ANA, None, table.now + MINUTE)


def test_a_reaction_that_comes_and_goes_ends_as_it_was_left_whatever_arrives_first() -> None:
    acts: list[Act] = [
        Say(ANA, Answer.GOING, NOON),
        TakeBack(ANA, NOON + MINUTE, Answer.GOING),
        Say(ANA, Answer.GOING, NOON + 2 * MINUTE),
        TakeBack(ANA, NOON + 3 * MINUTE, Answer.GOING),
    ]
    for order in itertools.permutations(acts):
        table = Table(1)
        for act in order:
            table.play(act)
        claim = table.sheet.find(ANA)
        assert claim is not None
        assert claim.answer is None


def test_a_freed_place_is_held_for_the_first_in_line_for_twelve_hours() -> None:
    table = full().come(CHLOE).say(ANA, Answer.CANT)
    until = table.now + HELD
    assert table.told == (Told(BEN, News.OFFERED, position=1, until=until),)
    assert table.line == [BEN, CHLOE]
    assert table.come(DAN).standing(DAN) is Standing.WAITS, "what is held for Ben is not free"
    assert next_turn(table.sheet, table.now) == until


@pytest.mark.parametrize("leaves", [TakeBack(ANA, NOON + timedelta(hours=1)), MoveOut(ANA, NOON + timedelta(hours=1))])
def test_a_place_comes_free_in_every_way(leaves: Act) -> None:
    table = full().play(leaves)
    assert table.standing(BEN) is Standing.OFFERED


def test_who_was_offered_a_place_takes_it_with_a_tap_or_by_saying_so() -> None:
    acts: tuple[Act, ...] = (Take(BEN, NOON + timedelta(hours=1)), Say(BEN, Answer.GOING, NOON + timedelta(hours=1)))
    for act in acts:
        table = full().say(ANA, Answer.CANT).play(act)
        assert table.told == (Told(BEN, News.PLACE),)
        assert table.placed == {BEN}
        assert table.play(act).told == (), "a second tap changes nothing"


def test_what_made_somebody_wait_is_no_tap_on_the_offer_when_it_is_told_again() -> None:
    table = full()
    asked = Say(BEN, Answer.GOING, table.now)
    table.say(ANA, Answer.CANT).play(asked)
    assert table.standing(BEN) is Standing.OFFERED


def test_who_declines_leaves_the_line_and_the_next_is_asked() -> None:
    table = full().come(CHLOE).say(ANA, Answer.CANT).say(BEN, Answer.CANT)
    assert table.told == (Told(CHLOE, News.OFFERED, position=1, until=table.now + HELD),)
    assert table.line == [CHLOE]


def test_an_offer_ends_to_the_minute_and_goes_to_the_next() -> None:
    table = full().come(CHLOE).say(ANA, Answer.CANT)
    end = table.now + HELD
    assert table.wait(end - timedelta(microseconds=1)).told == ()
    assert table.wait(end).told == (
        Told(BEN, News.PASSED, position=2),
        Told(CHLOE, News.OFFERED, position=1, until=end + HELD),
    )
    assert table.wait(end).told == (), "told once"


def test_a_tap_in_time_counts_however_late_it_arrives() -> None:
    table = full().come(CHLOE).say(ANA, Answer.CANT)
    end = table.now + HELD
    table.now = end + timedelta(minutes=5)
    assert table.play(Take(BEN, end - MINUTE)).placed == {BEN}


def test_a_tap_after_the_offer_waits_on() -> None:
    table = full().come(CHLOE).say(ANA, Answer.CANT)
    end = table.now + HELD
    table.now = end
    table.play(Take(BEN, end))
    assert table.placed == set()
    assert set(table.told) == {
        Told(BEN, News.WAITS, position=2),
        Told(CHLOE, News.OFFERED, position=1, until=end + HELD),
    }


def test_who_let_an_offer_pass_is_not_asked_again_but_a_tap_takes_what_nobody_holds() -> None:
    table = full().say(ANA, Answer.CANT)
    table.wait(table.now + HELD)
    assert (table.standing(BEN), table.wait(table.now + HELD).told) == (Standing.PASSED, ())
    assert table.say(BEN).told == (Told(BEN, News.PLACE),)


def test_what_nobody_in_line_wanted_is_there_for_a_newcomer() -> None:
    table = full().say(ANA, Answer.CANT)
    assert table.wait(table.now + HELD).come(CHLOE).placed == {CHLOE}


@pytest.mark.parametrize(
    ("before_call", "held"),
    [(timedelta(hours=13), HELD), (HELD, HELD), (timedelta(hours=3), timedelta(hours=3)), (MINUTE, MINUTE)],
)
def test_nothing_is_held_beyond_the_last_call(before_call: timedelta, held: timedelta) -> None:
    table = full().wait(CALL - before_call).play(TakeBack(ANA, CALL - before_call))
    claim = table.sheet.find(BEN)
    assert claim is not None
    assert claim.offered_until == CALL - before_call + held


def test_at_the_last_call_all_who_wait_are_told_and_the_first_tap_wins() -> None:
    table = full().come(CHLOE, DAN).wait(CALL).say(ANA, Answer.CANT)
    assert table.told == tuple(
        Told(person, News.OPEN, position, START) for position, person in enumerate((BEN, CHLOE, DAN), 1)
    )
    assert table.wait(CALL + timedelta(minutes=5)).told == ()
    table.play(Take(CHLOE, table.now))
    assert table.placed == {CHLOE}
    assert table.told == (
        Told(CHLOE, News.PLACE),
        Told(BEN, News.GONE, position=1),
        Told(DAN, News.GONE, position=2),
    )
    assert table.play(Take(BEN, table.now)).told == (Told(BEN, News.WAITS, position=1),)


def test_at_the_last_call_a_newcomer_may_be_the_first() -> None:
    table = full().wait(CALL).say(ANA, Answer.CANT).come(CHLOE)
    assert table.placed == {CHLOE}


def test_an_offer_becomes_open_to_all_at_the_last_call() -> None:
    table = full().come(CHLOE).wait(CALL - MINUTE).play(TakeBack(ANA, CALL - MINUTE))
    assert table.standing(BEN) is Standing.OFFERED
    assert next_turn(table.sheet, table.now) == CALL
    assert [one.news for one in table.wait(CALL).told] == [News.OPEN, News.OPEN]
    assert next_turn(table.sheet, table.now) is None


def test_who_was_silent_hears_of_the_last_call() -> None:
    table = full().say(ANA, Answer.CANT)
    table.wait(table.now + HELD)
    assert next_turn(table.sheet, table.now) == CALL
    assert table.wait(CALL).told == (Told(BEN, News.OPEN, position=1, until=START),)


def test_once_it_began_nothing_is_offered() -> None:
    table = full().wait(START).play(TakeBack(ANA, START))
    assert (table.standing(BEN), table.told) == (Standing.WAITS, ())
    assert table.play(Resize(5)).told == ()
    assert table.say(BEN).placed == {BEN}, "but who comes is let in"


def test_more_places_are_filled_at_once() -> None:
    table = full().come(CHLOE, DAN).play(Resize(3))
    assert table.told == (Told(BEN, News.PROMOTED), Told(CHLOE, News.PROMOTED))
    assert (table.placed, table.line) == ({ANA, BEN, CHLOE}, [DAN])


def test_more_places_come_first_to_those_for_whom_one_was_held() -> None:
    table = full().come(CHLOE, DAN).say(ANA, Answer.CANT).play(Resize(2))
    assert table.told == (Told(BEN, News.PROMOTED), Told(CHLOE, News.PROMOTED))


def test_who_was_promised_a_place_is_not_passed_over_by_those_who_are_asked_anew() -> None:
    table = full().come(CHLOE, DAN).say(ANA, Answer.CANT)
    table.wait(table.now + HELD).wait(table.now + HELD)
    assert table.standing(DAN) is Standing.OFFERED
    table.play(Shift(START + timedelta(days=7))).play(Resize(2))
    assert (table.placed, table.line) == ({DAN, BEN}, [CHLOE])


def test_nobody_hears_of_a_place_that_they_gave_back_in_the_same_breath() -> None:
    table = full().come(CHLOE, DAN).say(ANA, Answer.CANT)
    table.now += HELD
    table.play(Say(CHLOE, Answer.CANT, table.now))
    assert [(one.person, one.news) for one in table.told] == [(BEN, News.PASSED), (DAN, News.OFFERED)]


def test_no_limit_any_more_lets_everybody_in() -> None:
    table = full().come(CHLOE, DAN).play(Resize(None))
    assert table.placed == {ANA, BEN, CHLOE, DAN}
    assert next_turn(table.sheet, table.now) is None


def test_fewer_places_throw_nobody_out_and_let_nobody_in() -> None:
    table = full(3).play(Resize(1))
    assert table.placed == {ANA, BEN, CHLOE}
    assert table.say(ANA, Answer.CANT).told == ()
    assert table.say(BEN, Answer.CANT).told == ()
    assert table.say(CHLOE, Answer.CANT).told == (Told(DAN, News.OFFERED, position=1, until=table.now + HELD),)


def test_a_place_that_is_there_no_more_is_held_no_more_and_nobody_loses_their_turn() -> None:
    table = full(2).come(DAN).say(ANA, Answer.CANT).play(Resize(1))
    assert table.told == (Told(CHLOE, News.GONE, position=1),)
    assert table.say(BEN, Answer.CANT).told == (Told(CHLOE, News.OFFERED, position=1, until=table.now + HELD),)


def test_the_same_number_again_changes_nothing() -> None:
    table = full(2)
    before = table.sheet
    assert (table.play(Resize(2)).sheet, table.told) == (before, ())


def test_the_host_gives_a_place_that_is_held_for_another() -> None:
    table = full().come(CHLOE).say(ANA, Answer.CANT).play(MoveIn(CHLOE, NOON + timedelta(hours=1)))
    assert table.told == (Told(CHLOE, News.MOVED_IN), Told(BEN, News.GONE, position=1))


def test_the_host_swaps_two_without_anybody_else_hearing_of_it() -> None:
    table = full().come(CHLOE, DAN)
    table.play(MoveIn(DAN, table.now, instead_of=ANA))
    assert table.told == (Told(DAN, News.MOVED_IN), Told(ANA, News.MOVED_OUT, position=3))
    assert (table.placed, table.line) == ({DAN}, [BEN, CHLOE, ANA])


def test_a_swap_is_possible_where_more_have_a_place_than_there_are() -> None:
    table = full(2).play(Resize(1))
    assert table.play(MoveIn(CHLOE, table.now, instead_of=ANA)).placed == {BEN, CHLOE}


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (MoveIn(BEN, START), Refusal.FULL),
        (MoveIn(ANA, START), Refusal.NOT_WAITING),
        (MoveIn(EVA, START), Refusal.NOT_WAITING),
        (MoveIn(BEN, NOON), Refusal.NOT_WAITING),
        (MoveIn(BEN, START, instead_of=CHLOE), Refusal.NO_PLACE),
        (MoveOut(BEN, START), Refusal.NO_PLACE),
        (MoveOut(EVA, START), Refusal.NO_PLACE),
        (MoveOut(ANA, NOON), Refusal.NO_PLACE),
    ],
)
def test_the_host_is_told_why_somebody_cant_be_moved(act: Act, refused: Refusal) -> None:
    table = full()
    before = table.sheet
    assert (table.play(act).last.refused, table.sheet, table.told) == (refused, before, ())


def test_who_was_moved_out_is_not_offered_the_same_place() -> None:
    table = Table(1).come(ANA)
    table.play(MoveOut(ANA, table.now))
    assert (table.told, table.standing(ANA)) == ((Told(ANA, News.MOVED_OUT, position=1),), Standing.PASSED)


def test_a_meetup_that_moves_nearer_holds_places_for_a_shorter_time() -> None:
    table = full().say(ANA, Answer.CANT)
    nearer = table.now + timedelta(hours=5)
    table.play(Shift(nearer))
    assert next_turn(table.sheet, table.now) == nearer - LAST_CALL
    assert table.play(Shift(table.now + MINUTE)).told == (Told(BEN, News.OPEN, 1, table.now + MINUTE),)


def test_a_meetup_that_moves_away_asks_one_after_the_other_again() -> None:
    table = full().come(CHLOE).wait(CALL).say(ANA, Answer.CANT).play(Shift(START + timedelta(days=7)))
    assert table.told == (Told(BEN, News.OFFERED, position=1, until=table.now + HELD),)
    assert table.standing(CHLOE) is Standing.WAITS
    table.wait(table.now + HELD)
    table.wait(table.now + HELD)
    assert (table.standing(BEN), table.standing(CHLOE)) == (Standing.PASSED, Standing.PASSED)
    assert [one.person for one in table.play(Shift(START + timedelta(days=8))).told] == [BEN], (
        "another day, another try"
    )


def test_two_who_are_one_have_one_answer_the_newer_one() -> None:
    table = Table(2).come(ANA).say(BEN, Answer.CANT).play(Join(ANA, BEN))
    assert table.sheet.claims == (Claim(ANA, Answer.CANT, table.now),)


def test_two_who_are_one_keep_the_better_place_and_free_the_other() -> None:
    table = full(2)
    table.play(Join(ANA, BEN))
    assert table.told == (Told(CHLOE, News.OFFERED, position=1, until=table.now + HELD),)
    assert table.placed == {ANA}
    table = full(1).play(Join(BEN, ANA))
    assert table.placed == {BEN}
    assert table.play(Join(BEN, ANA)).placed == {BEN}, "a second time there is nothing to join"


def test_who_goes_over_to_another_number_keeps_what_they_have() -> None:
    table = full().play(Join(EVA, BEN))
    assert table.line == [EVA]


def test_those_with_a_place_need_not_be_listed() -> None:
    sheet = Sheet(START, 200, unlisted=199)
    first = play(sheet, Say(ANA, Answer.GOING, NOON), NOON)
    second = play(first.sheet, Say(BEN, Answer.GOING, NOON), NOON)
    assert first.told == (Told(ANA, News.PLACE),)
    assert second.told == (Told(BEN, News.WAITS, position=1),)
    assert [claim.person for claim in second.changed(first.sheet)] == [BEN]


def test_an_offer_that_outlived_its_place_takes_none() -> None:
    table = full(2).say(ANA, Answer.CANT)
    table.sheet = replace(table.sheet, places=1)  # nobody played that
    table.play(Take(CHLOE, table.now))
    assert table.placed == {BEN}


def test_two_hundred_at_once_for_fifty_places() -> None:
    table = Table(50)
    for person in range(200):
        table.play(Say(person, Answer.GOING, NOON))
    assert len(table.placed) == 50
    assert table.line == list(range(50, 200))
