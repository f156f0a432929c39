"""Who gets a place at a meetup and who waits for one: pure rules. Times are aware UTC.

What people do are acts, and each carries its moment. An act that is older than what is known of its person changes
nothing, nor does one that came before; so acts may come twice and in any order, and the newest answer stands. What a
platform never told, or told so late that a newer answer hid it, is found by reading back who reacted.

A place that somebody gives back is held for the next in line, for `HELD` and at the latest until `LAST_CALL` before
the meetup. From then on nothing is held: whoever waits is told that a place is free, and the first tap takes it. Who is
silent goes on waiting, but isn't asked a second time before the last call; what is held for nobody is there for the
first tap at any time. Nobody loses a place that they have, and while all are taken nobody gets one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import nsmallest

from bot.meetups.acts import Act, Join, MoveIn, MoveOut, Pass, Resize, Say, Shift, Take, TakeBack
from bot.meetups.meetup import Answer
from bot.meetups.sheet import WAITING, Claim, News, Outcome, Refusal, Sheet, Standing, Told, turn_of

HELD = timedelta(hours=12)
"""How long a place that became free is held for the next in line."""
LAST_CALL = timedelta(hours=2)
"""So long before the start nobody is waited for any more: the first tap wins."""

_FITTING = {
    News.PLACE: {Standing.PLACE},
    News.PROMOTED: {Standing.PLACE},
    News.MOVED_IN: {Standing.PLACE},
    News.OFFERED: {Standing.OFFERED},
    News.OPEN: {Standing.OPEN},
    News.WAITS: WAITING,
    News.PASSED: WAITING,
    News.GONE: WAITING,
    News.MOVED_OUT: WAITING,
}
"""As what somebody stands in the list to whom a piece of news still is one."""


def play(sheet: Sheet, act: Act, now: datetime) -> Outcome:
    """Let an act happen, and hand out the places that are free by that.

    What time has brought until `now` happens first, unless the act was done in time and only arrives late.
    """
    before = Outcome(sheet) if _is_in_time(sheet, act) else _hand_out(sheet, now)
    done = _done(before.sheet, act, now)
    after = _hand_out(done.sheet, now)
    return Outcome(after.sheet, _latest((*before.told, *done.told, *after.told), after.sheet), done.refused)


def next_turn(sheet: Sheet, now: datetime) -> datetime | None:
    """Tell when time alone may bring news (`Pass`): an offer ends, or the last call comes. None where it won't."""
    if sheet.places is None or not any(claim.waits for claim in sheet.claims):
        return None
    held = (claim.offered_until for claim in sheet.claims if claim.standing is Standing.OFFERED)
    moments = (*filter(None, held), sheet.starts_at - LAST_CALL)
    return min((moment for moment in moments if moment > now), default=None)


def _latest(told: Iterable[Told], sheet: Sheet) -> tuple[Told, ...]:
    """Keep the last news for each person that still holds, and say how far they are in the line."""
    last: dict[int, Told] = {}
    for one in told:
        last.pop(one.person, None)
        last[one.person] = one
    if not last:
        return ()
    if len(last) == 1:  # the usual answer, for which no line need be sorted
        (one,) = last.values()
        claim, position = sheet.find(one.person), sheet.position(one.person)
        return (replace(one, position=position),) if claim and claim.standing in _FITTING[one.news] else ()
    standings = {claim.person: claim.standing for claim in sheet.claims}
    positions = {claim.person: number for number, claim in enumerate(sheet.line, 1)}
    return tuple(
        replace(one, position=positions.get(one.person))
        for one in last.values()
        if standings.get(one.person) in _FITTING[one.news]
    )


def _is_in_time(sheet: Sheet, act: Act) -> bool:
    """Tell whether somebody answers an offer that held when they did so."""
    if not isinstance(act, Say | Take):
        return False
    claim = sheet.find(act.person)
    held = claim.offered_until if claim and claim.standing is Standing.OFFERED else None
    return held is not None and act.at < held


def _done(sheet: Sheet, act: Act, now: datetime) -> Outcome:
    match act:
        case Say() | Take() | TakeBack():
            return _answered(sheet, act, now)
        case MoveIn():
            return _moved_in(sheet, act)
        case MoveOut():
            return _moved_out(sheet, act.person, act.at)
        case Resize():
            return _resized(sheet, act.places, now)
        case Shift() | Join() | Pass():
            return Outcome(_rewritten(sheet, act))


def _answered(sheet: Sheet, act: Say | Take | TakeBack, now: datetime) -> Outcome:
    """Let somebody say something, unless what they said is known to be newer."""
    claim = sheet.find(act.person)
    if claim and act.at < claim.answered_at:
        return Outcome(sheet)
    if isinstance(act, TakeBack):
        stands = claim is not None and act.answer is not None and claim.answer not in {act.answer, None}
        return Outcome(sheet if stands else _with(sheet, Claim(act.person, None, act.at)))
    if isinstance(act, Say) and act.answer is not Answer.GOING:
        return Outcome(_with(sheet, Claim(act.person, act.answer, act.at)))
    return _goes(sheet, act, now)


def _rewritten(sheet: Sheet, act: Shift | Join | Pass) -> Sheet:
    """Make of a list what it is to be before places are handed out."""
    match act:
        case Shift(starts_at):
            return _shifted(sheet, starts_at)
        case Join(person, gone):
            return _joined(sheet, person, gone)
        case Pass():
            return sheet


def _goes(sheet: Sheet, act: Say | Take, now: datetime) -> Outcome:
    """Let somebody go: with a place if there is one for them, else they wait."""
    claim = sheet.find(act.person)
    if claim and claim.has_place:
        return Outcome(_with(sheet, replace(claim, answered_at=act.at)))
    if claim and claim.since and not _may_take(act, claim.since):
        return Outcome(sheet)
    new = Claim(act.person, Answer.GOING, act.at, Standing.WAITS, act.at)
    wants = replace(claim, answered_at=act.at) if claim and claim.waits else new
    if _has_room(sheet) and (wants.standing is Standing.OFFERED or _free(sheet, now) > 0):
        return Outcome(_with(sheet, _placed(wants, act.at)), (Told(act.person, News.PLACE),))
    return Outcome(_with(sheet, wants), (Told(act.person, News.WAITS),))


def _may_take(act: Say | Take, since: datetime) -> bool:
    """Tell whether an act may take a place that came free after it: what made somebody wait, told again, may not."""
    return act.at > since or (act.at == since and isinstance(act, Take))


def _moved_in(sheet: Sheet, act: MoveIn) -> Outcome:
    claim = sheet.find(act.person)
    if claim is None or not claim.waits or (claim.since and act.at < claim.since):
        return Outcome(sheet, refused=Refusal.NOT_WAITING)
    if act.instead_of is None and not _has_room(sheet):
        return Outcome(sheet, refused=Refusal.FULL)
    done = Outcome(sheet) if act.instead_of is None else _moved_out(sheet, act.instead_of, act.at)
    if done.refused:
        return done
    return Outcome(_with(done.sheet, _placed(claim, act.at)), (Told(act.person, News.MOVED_IN), *done.told))


def _moved_out(sheet: Sheet, person: int, at: datetime) -> Outcome:
    claim = sheet.find(person)
    if claim is None or not claim.has_place or (claim.since and at < claim.since):
        return Outcome(sheet, refused=Refusal.NO_PLACE)
    return Outcome(_with(sheet, replace(claim, standing=Standing.PASSED, since=at)), (Told(person, News.MOVED_OUT),))


def _resized(sheet: Sheet, places: int | None, now: datetime) -> Outcome:
    """Change how many can come. Who waits and fits gets a place at once; with fewer places nobody loses theirs."""
    resized = replace(sheet, places=places)
    if places is None or sheet.places is None or places <= sheet.places or now >= sheet.starts_at:
        return Outcome(resized)
    first = sorted(sheet.line, key=lambda claim: claim.standing is not Standing.OFFERED)
    return _promoted(resized, first[: max(0, places - sheet.taken)], now)


def _promoted(sheet: Sheet, lucky: Iterable[Claim], now: datetime) -> Outcome:
    placed = [_placed(claim, now) for claim in lucky]
    return Outcome(_with(sheet, *placed), tuple(Told(claim.person, News.PROMOTED) for claim in placed))


def _shifted(sheet: Sheet, starts_at: datetime) -> Sheet:
    """Give a list another start: what is held is held no longer than the new last call."""
    last_call = starts_at - LAST_CALL
    anew = [
        replace(claim, offered_until=min(claim.offered_until, last_call))
        if claim.standing is Standing.OFFERED and claim.offered_until
        else replace(claim, standing=Standing.WAITS, offered_until=None)
        for claim in sheet.line
    ]
    return replace(_with(sheet, *anew), starts_at=starts_at) if starts_at != sheet.starts_at else sheet


def _joined(sheet: Sheet, person: int, gone: int) -> Sheet:
    """Make one claim of two."""
    kept, other = sheet.find(person), sheet.find(gone)
    if other is None or person == gone:
        return sheet
    alone = replace(sheet, claims=tuple(claim for claim in sheet.claims if claim.person != gone))
    return _with(alone, replace(merged(*(claim for claim in (kept, other) if claim)), person=person))


def merged(*claims: Claim) -> Claim:
    """Make one claim of those of one person: the newest answer stands, and of those that say so the best."""
    newest = max(claims, key=lambda claim: claim.answered_at)
    best = min((claim for claim in claims if claim.answer is newest.answer), key=_worth)
    return replace(best, answered_at=newest.answered_at)


_WORTH = (Standing.PLACE, Standing.OFFERED, Standing.OPEN, Standing.WAITS, Standing.PASSED, None)


def _worth(claim: Claim) -> tuple[int, datetime]:
    """Order claims by what they are worth, the best first: a place, an offer, the longer wait."""
    return _WORTH.index(claim.standing), claim.since or claim.answered_at


def _hand_out(sheet: Sheet, now: datetime) -> Outcome:
    """Bring a list up to date: end offers whose time is over, offer what is free, take back what is there no more."""
    if now >= sheet.starts_at:
        return Outcome(_with(sheet, *(_unasked(claim) for claim in sheet.claims if claim.offered_until)))
    if sheet.places is None:
        return _promoted(sheet, sheet.line, now)
    return _call_all(sheet, sheet.places) if now >= sheet.starts_at - LAST_CALL else _offer_in_turn(sheet, now)


def _call_all(sheet: Sheet, places: int) -> Outcome:
    """Shortly before the start: tell all who wait that a place is free, or that it is gone."""
    until = sheet.starts_at
    if places > sheet.taken:
        uncalled = _in_turn(claim for claim in sheet.claims if claim.waits and claim.standing is not Standing.OPEN)
        called = [_asked(claim, Standing.OPEN, until) for claim in uncalled]
        return Outcome(_with(sheet, *called), tuple(Told(one.person, News.OPEN, until=until) for one in called))
    gone = [_unasked(claim) for claim in _in_turn(claim for claim in sheet.claims if claim.offered_until)]
    return Outcome(_with(sheet, *gone), tuple(Told(one.person, News.GONE) for one in gone))


def _offer_in_turn(sheet: Sheet, now: datetime) -> Outcome:
    """Long before the start: hold each free place for the next in line who wasn't asked."""
    offered = [claim for claim in sheet.claims if claim.standing is Standing.OFFERED]
    ended = _in_turn(claim for claim in offered if not _is_held(claim, now))
    held = _in_turn(claim for claim in offered if _is_held(claim, now))
    free = (sheet.places or 0) - sheet.taken - len(held)
    gone = held[max(0, len(held) + free) :] if free < 0 else []
    waiting = (claim for claim in sheet.claims if claim.standing is Standing.WAITS)
    chosen = nsmallest(free, waiting, key=turn_of) if free > 0 else []
    until = min(now + HELD, sheet.starts_at - LAST_CALL)
    passed = (replace(claim, standing=Standing.PASSED, offered_until=None) for claim in ended)
    asked = [_asked(claim, Standing.OFFERED, until) for claim in chosen]
    told = (
        *(Told(claim.person, News.PASSED) for claim in ended),
        *(Told(claim.person, News.GONE) for claim in gone),
        *(Told(claim.person, News.OFFERED, until=until) for claim in asked),
    )
    return Outcome(_with(sheet, *passed, *map(_unasked, gone), *asked), told)


def _in_turn(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=turn_of)


def _has_room(sheet: Sheet) -> bool:
    """Tell whether a place is not taken, held for somebody or not."""
    return sheet.places is None or sheet.taken < sheet.places


def _free(sheet: Sheet, now: datetime) -> int:
    """Count the places that are neither taken nor held; less than none where there were more once."""
    if sheet.places is None:
        return 1
    offered = (claim for claim in sheet.claims if claim.standing is Standing.OFFERED)
    return sheet.places - sheet.taken - sum(_is_held(claim, now) for claim in offered)


def _is_held(claim: Claim, now: datetime) -> bool:
    return claim.offered_until is not None and claim.offered_until > now


def _placed(claim: Claim, at: datetime) -> Claim:
    return replace(claim, standing=Standing.PLACE, since=at, offered_until=None)


def _asked(claim: Claim, standing: Standing, until: datetime) -> Claim:
    return replace(claim, standing=standing, offered_until=until)


def _unasked(claim: Claim) -> Claim:
    return replace(claim, standing=Standing.WAITS, offered_until=None)


def _with(sheet: Sheet, *claims: Claim) -> Sheet:
    """Put claims in the place of those of the same people."""
    if not claims:
        return sheet
    new = {claim.person: claim for claim in claims}
    kept: Iterable[Claim] = (new.pop(claim.person, claim) for claim in sheet.claims)
    return replace(sheet, claims=(*kept, *new.values()))
