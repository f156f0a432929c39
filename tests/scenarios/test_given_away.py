"""What an owner gave away after they were asked about it shows in the message that asked, on every platform."""

from datetime import timedelta

import pytest

from tests.drivers.base import Seen
from tests.scenarios.test_nudges import TUESDAY, around, at, letters
from tests.stage import PYTHON, Stage, share


@pytest.fixture
async def offered(stage: Stage) -> Stage:
    """Ana was asked about her course C1, and offers it to Ben from the message."""
    await share(stage, "ana", **PYTHON)
    await stage.on.command("ben", "/offcourse")
    await at(stage, TUESDAY)
    await hand_over(stage, "Ben")
    return stage


async def hand_over(stage: Stage, to: str) -> None:
    """Hand C1 over from the message."""
    more = (await stage.tap("ana", await digest(stage), "More…")).only
    opened = (await stage.tap("ana", more, "Hand over")).form
    assert opened is not None
    await stage.on.submit("ana", opened, to=to)


async def digest(stage: Stage) -> Seen:
    """Give Ana's only message about her courses."""
    (found,) = [one for one in await letters(stage) if "Stop these" in labels(one)]
    return found


def labels(seen: Seen) -> list[str]:
    return [button.label for button in seen.buttons]


async def offer(stage: Stage) -> Seen:
    return [one for one in await letters(stage, "ben") if "asks whether" in one.text][-1]


async def test_it_can_be_taken_back_there_and_is_asked_again(offered: Stage) -> None:
    shown = await digest(offered)
    assert "✓ Ben is asked to take it over" in shown.text
    answer = await offered.tap("ana", shown, "Take it back")
    assert answer.messages == []
    again = await digest(offered)
    assert "1 course of yours needs a look" in again.text
    assert again.button("Still good")
    assert "isn't offered to you any more" in (await letters(offered, "ben"))[-1].text
    await around(offered, TUESDAY + timedelta(days=7))
    assert "1 course of yours needs a look" in (await digest(offered)).text


async def test_what_nobody_wants_is_asked_again(offered: Stage) -> None:
    await offered.tap("ben", await offer(offered), "No thanks")
    again = await digest(offered)
    assert "1 course of yours needs a look" in again.text
    assert "Take it back" not in labels(again)
    await hand_over(offered, "Ben")
    assert "✓ Ben is asked to take it over" in (await digest(offered)).text


async def test_what_was_accepted_says_whose_it_is(offered: Stage) -> None:
    await offered.tap("ben", await offer(offered), "Accept")
    shown = await digest(offered)
    assert "✓ Ben looks after it now" in shown.text
    assert "Take it back" not in labels(shown)


async def test_what_was_asked_anew_meanwhile_is_not_asked_twice(offered: Stage) -> None:
    """After two weeks without an answer the owner is asked in a new message: the old one only tells how it ended."""
    await around(offered, TUESDAY + timedelta(days=21))
    first, second = [one for one in await letters(offered) if "Stop these" in labels(one)]
    assert "✓ Ben is asked to take it over" in first.text
    assert second.button("Still good")
    await offered.tap("ben", await offer(offered), "No thanks")
    first = next(one for one in await letters(offered) if "Stop these" in labels(one))
    assert "✓ It stays yours: nobody took it over" in first.text
    assert "Take it back" not in labels(first)


async def test_what_is_put_away_meanwhile_is_not_called_offered(offered: Stage) -> None:
    sure = (await offered.on.command("ana", "/course archive C1")).only
    await offered.tap("ana", sure, "Archive it")
    shown = await digest(offered)
    assert "✓ Archived" in shown.text
    assert "Take it back" not in labels(shown)


async def test_what_is_up_for_adoption_can_be_kept_there(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    await at(stage, TUESDAY)
    await hand_over(stage, "")
    shown = await digest(stage)
    assert "✓ It is up for adoption" in shown.text
    await stage.tap("ana", shown, "Keep it")
    assert (await digest(stage)).button("Still good")
