"""Whatever people do to the list of a meetup, in any order and again: it is as a plain list on paper would be."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.meetups.acts import Act, Join, MoveIn, MoveOut, Pass, Resize, Say, Shift, Take, TakeBack
from bot.meetups.meetup import Answer
from bot.meetups.places import next_turn, play
from bot.meetups.sheet import News, Outcome, Sheet, Standing

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = st.integers(1, 6)
PLACES = st.one_of(st.none(), st.integers(0, 4))
LAGS = st.sampled_from([0, 0, 0, 1, 5, 60, 600]).map(lambda minutes: timedelta(minutes=minutes))
"""How long something that was done takes to arrive."""
STEPS = st.sampled_from([0, 1, 7, 60, 119, 300, 720, 721, 1500]).map(lambda minutes: timedelta(minutes=minutes))
OF_STANDING = {
    Standing.PLACE: {News.PLACE, News.PROMOTED, News.MOVED_IN},
    Standing.OFFERED: {News.OFFERED},
    Standing.OPEN: {News.OPEN},
    Standing.PASSED: {News.PASSED, News.MOVED_OUT, News.WAITS},
    Standing.WAITS: {News.WAITS, News.GONE},
}
"""By which news somebody may hear what they have."""


class Paper:
    """The list as a careful host would keep it with a pencil: who said what, who sits, who waits, what was promised."""

    def __init__(self, places: int | None, start: datetime) -> None:
        """Begin with an empty page."""
        self.places = places
        self.start = start
        self.said: dict[int, tuple[Answer | None, datetime]] = {}
        self.seats: dict[int, datetime] = {}
        self.queue: dict[int, datetime] = {}
        self.promised: dict[int, datetime] = {}
        self.shouted: set[int] = set()
        self.silent: set[int] = set()

    def order(self) -> list[int]:
        """List those who wait: first who wasn't silent, then who waits longest."""
        return sorted(self.queue, key=lambda person: (person in self.silent, self.queue[person], person))

    def forget(self, person: int) -> None:
        """Strike somebody out everywhere but in what they said."""
        for page in (self.seats, self.queue, self.promised):
            page.pop(person, None)
        self.shouted.discard(person)
        self.silent.discard(person)

    def sit(self, person: int, at: datetime) -> None:
        """Give somebody a seat."""
        self.forget(person)
        self.seats[person] = at

    def is_newer(self, person: int, at: datetime) -> bool:
        """Tell whether what somebody does is not older than what they did."""
        return person not in self.said or at >= self.said[person][1]

    def go(self, person: int, at: datetime, *, tap: bool) -> None:
        """Let somebody come."""
        if not self.is_newer(person, at):
            return
        if person in self.queue and (at < self.queue[person] or (at == self.queue[person] and not tap)):
            return
        self.said[person] = (Answer.GOING, at)
        if person in self.seats:
            return
        self.queue.setdefault(person, at)
        unpromised = self.places is None or len(self.seats) + len(self.promised) < self.places
        if person in self.promised or unpromised:
            self.sit(person, at)

    def stay(self, person: int, answer: Answer | None, at: datetime) -> None:
        """Let somebody not come."""
        if self.is_newer(person, at):
            self.said[person] = (answer, at)
            self.forget(person)

    def take_back(self, person: int, answer: Answer | None, at: datetime) -> None:
        """Let somebody say nothing any more."""
        stands = self.said.get(person, (None, at))[0]
        if answer is None or stands is None or stands is answer:
            self.stay(person, None, at)

    def move_in(self, person: int, at: datetime, instead_of: int | None) -> None:
        """Seat somebody as the host says."""
        if person not in self.queue or at < self.queue[person]:
            return
        if instead_of is not None:
            if self.move_out(instead_of, at):
                self.sit(person, at)
        elif self.places is None or len(self.seats) < self.places:
            self.sit(person, at)

    def move_out(self, person: int, at: datetime) -> bool:
        """Let somebody stand up as the host says."""
        if person not in self.seats or at < self.seats[person]:
            return False
        self.forget(person)
        self.queue[person] = at
        self.silent.add(person)
        return True

    def resize(self, places: int | None, now: datetime) -> None:
        """Bring or carry away chairs."""
        more = self.places is not None and (places is None or places > self.places)
        self.places = places
        if more and places is not None and now < self.start:
            for person in sorted(self.order(), key=lambda one: one not in self.promised):
                if len(self.seats) < places:
                    self.sit(person, now)

    def shift(self, start: datetime) -> None:
        """Begin at another time."""
        if start != self.start:
            self.start = start
            self.promised = {person: min(until, start - 2 * HOUR) for person, until in self.promised.items()}
            self.shouted.clear()
            self.silent.clear()

    def join(self, person: int, gone: int) -> None:
        """Make one of two people."""
        if gone not in self.said or person == gone:
            return
        if person not in self.said:
            self.rename(gone, person)
            return
        answer, at = max((self.said[person], self.said[gone]), key=lambda said: said[1])
        goers = [one for one in (person, gone) if self.said[one][0] is Answer.GOING]
        if answer is not Answer.GOING:
            self.forget(person)
            self.forget(gone)
            del self.said[gone]
        else:
            best = min(goers, key=self.rank)
            other = person if best == gone else gone
            self.forget(other)
            self.said.pop(other)
            if best == gone:
                self.rename(gone, person)
        self.said[person] = (answer, at)

    def rank(self, person: int) -> tuple[int, datetime]:
        """Tell how good is what a goer has."""
        if person in self.seats:
            return 0, self.seats[person]
        worth = 1 if person in self.promised else 2 if person in self.shouted else 4 if person in self.silent else 3
        return worth, self.queue[person]

    def rename(self, old: int, new: int) -> None:
        """Write another number for somebody."""
        for page in (self.said, self.seats, self.queue, self.promised):
            if old in page:
                page[new] = page.pop(old)  # type: ignore[assignment] # each page has values of its own kind
        for people in (self.shouted, self.silent):
            if old in people:
                people.remove(old)
                people.add(new)

    def bring_up_to_date(self, now: datetime) -> None:
        """Keep promises and make new ones."""
        if now >= self.start:
            self.promised.clear()
            self.shouted.clear()
        elif self.places is None:
            for person in self.order():
                self.sit(person, now)
        elif now >= self.start - 2 * HOUR:
            self.promised.clear()
            self.shouted.clear()
            if len(self.seats) < self.places:
                self.silent.clear()
                self.shouted.update(self.queue)
        else:
            self.promise(self.places, now)

    def promise(self, places: int, now: datetime) -> None:
        """Hold each empty chair for somebody."""
        for person, until in list(self.promised.items()):
            if until <= now:
                del self.promised[person]
                self.silent.add(person)
        for person in reversed(self.order()):
            if person in self.promised and len(self.seats) + len(self.promised) > places:
                del self.promised[person]
        for person in self.order():
            asked = person in self.promised or person in self.silent
            if not asked and len(self.seats) + len(self.promised) < places:
                self.promised[person] = min(now + 12 * HOUR, self.start - 2 * HOUR)

    def seen(self) -> dict[int, tuple[object, ...]]:
        """Tell of everybody what the sheet tells too."""
        return {person: (*said, self.standing(person), self.until(person)) for person, said in self.said.items()}

    def standing(self, person: int) -> Standing | None:
        """Name what somebody has."""
        kinds = {
            Standing.PLACE: self.seats,
            Standing.OFFERED: self.promised,
            Standing.OPEN: self.shouted,
            Standing.PASSED: self.silent,
            Standing.WAITS: self.queue,
        }
        return next((standing for standing, people in kinds.items() if person in people), None)

    def until(self, person: int) -> datetime | None:
        """Tell how long what somebody was told holds."""
        return self.start if person in self.shouted else self.promised.get(person)


class Doorkeeping(RuleBasedStateMachine):
    """The rule beside the paper."""

    @initialize(places=PLACES, days=st.integers(0, 3))
    def _open(self, places: int | None, days: int) -> None:
        self.now = NOON
        start = NOON + timedelta(days=days, hours=1)
        self.sheet = Sheet(start, places)
        self.paper = Paper(places, start)
        self.acts: list[Act] = []
        self.before = self.sheet
        self.outcome = Outcome(self.sheet)

    def _play(self, act: Act) -> None:
        self.acts.append(act)
        self.before = self.sheet
        self.outcome = play(self.sheet, act, self.now)
        self.sheet = self.outcome.sheet
        self._write(act)

    def _write(self, act: Act) -> None:
        promised = self.paper.promised.get(act.person) if isinstance(act, Say | Take) else None
        in_time = isinstance(act, Say | Take) and promised is not None and act.at < promised
        if not in_time:
            self.paper.bring_up_to_date(self.now)
        if isinstance(act, Say | Take | TakeBack):
            self._write_answer(act)
        else:
            self._write_change(act)
        self.paper.bring_up_to_date(self.now)

    def _write_answer(self, act: Act) -> None:
        match act:
            case Say(person, Answer.GOING, at):
                self.paper.go(person, at, tap=False)
            case Say(person, answer, at):
                self.paper.stay(person, answer, at)
            case Take(person, at):
                self.paper.go(person, at, tap=True)
            case TakeBack(person, at, answer):
                self.paper.take_back(person, answer, at)

    def _write_change(self, act: Act) -> None:
        match act:
            case MoveIn(person, at, instead_of):
                self.paper.move_in(person, at, instead_of)
            case MoveOut(person, at):
                self.paper.move_out(person, at)
            case Resize(places):
                self.paper.resize(places, self.now)
            case Shift(starts_at):
                self.paper.shift(starts_at)
            case Join(person, gone):
                self.paper.join(person, gone)

    @rule(person=PEOPLE, answer=st.sampled_from([Answer.GOING, Answer.GOING, *Answer]), lag=LAGS)
    def say(self, person: int, answer: Answer, lag: timedelta) -> None:
        self._play(Say(person, answer, self.now - lag))

    @rule(person=PEOPLE, lag=LAGS)
    def take(self, person: int, lag: timedelta) -> None:
        self._play(Take(person, self.now - lag))

    @rule(person=PEOPLE, lag=LAGS, answer=st.one_of(st.none(), st.sampled_from(list(Answer))))
    def take_back(self, person: int, lag: timedelta, answer: Answer | None) -> None:
        self._play(TakeBack(person, self.now - lag, answer))

    @rule(person=PEOPLE, lag=LAGS, instead_of=st.one_of(st.none(), PEOPLE))
    def move_in(self, person: int, lag: timedelta, instead_of: int | None) -> None:
        self._play(MoveIn(person, self.now - lag, instead_of))

    @rule(person=PEOPLE, lag=LAGS)
    def move_out(self, person: int, lag: timedelta) -> None:
        self._play(MoveOut(person, self.now - lag))

    @rule(places=PLACES)
    def resize(self, places: int | None) -> None:
        self._play(Resize(places))

    @rule(hours=st.integers(-30, 50))
    def shift(self, hours: int) -> None:
        self._play(Shift(self.now + hours * HOUR))

    @rule(person=PEOPLE, gone=PEOPLE)
    def join(self, person: int, gone: int) -> None:
        self._play(Join(person, gone))

    @rule(step=STEPS)
    def wait(self, step: timedelta) -> None:
        self.now += step
        self._play(Pass())

    @rule(step=STEPS)
    def wait_unseen(self, step: timedelta) -> None:
        """Let time go by while nobody looks at the list."""
        self.now += step

    @precondition(lambda self: self.acts)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Let something arrive once more."""
        self._play(data.draw(st.sampled_from(self.acts)))

    @invariant()
    def the_sheet_is_as_on_paper(self) -> None:
        rows = {one.person: (one.answer, one.answered_at, one.standing, one.offered_until) for one in self.sheet.claims}
        assert rows == self.paper.seen()
        assert [claim.person for claim in self.sheet.line] == self.paper.order()

    @invariant()
    def there_is_never_one_too_many(self) -> None:
        if self.sheet.places is not None:
            held = sum(claim.standing is Standing.OFFERED for claim in self.sheet.claims)
            assert self.sheet.taken <= max(self.before.taken, self.sheet.places)
            assert not held or self.sheet.taken + held <= self.sheet.places

    @invariant()
    def everybody_hears_what_they_have_and_once(self) -> None:
        told = {one.person: one for one in self.outcome.told}
        assert len(told) == len(self.outcome.told)
        for claim in self.outcome.changed(self.before):
            was = self.before.find(claim.person)
            news = told.get(claim.person)
            heard = news is not None and claim.standing is not None and news.news in OF_STANDING[claim.standing]
            if was and claim.standing is not was.standing and claim.standing is not None:
                joined_or_over = isinstance(self.acts[-1], Join | Shift) or self.now >= self.sheet.starts_at
                assert heard or joined_or_over, (was, claim, news)
        for person, one in told.items():
            assert one.position == self.sheet.position(person)
            assert (one.until is not None) == (one.news in {News.OFFERED, News.OPEN})

    @invariant()
    def nothing_is_told_twice(self) -> None:
        looked = play(self.sheet, Pass(), self.now)
        assert play(looked.sheet, Pass(), self.now) == Outcome(looked.sheet)

    @invariant()
    def time_brings_news_only_when_it_was_foretold(self) -> None:
        looked = play(self.sheet, Pass(), self.now).sheet
        turn = next_turn(looked, self.now)
        quiet_until = (turn or looked.starts_at) - timedelta(microseconds=1)
        if quiet_until > self.now:
            assert play(looked, Pass(), quiet_until) == Outcome(looked)


Doorkeeping.TestCase.settings = settings(max_examples=80, stateful_step_count=60)
TestDoorkeeping = Doorkeeping.TestCase
