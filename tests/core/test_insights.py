"""When a reason is better switched off."""

import pytest

from bot.insights import ENOUGH, Nudged


@pytest.mark.parametrize(
    ("sent", "acted", "weak"),
    [
        (ENOUGH, 9, True),  # 18 %
        (ENOUGH, 10, False),  # 20 %
        (ENOUGH - 1, 0, False),
        (ENOUGH + 1, 0, True),
        (10 * ENOUGH, 100, False),
        (10 * ENOUGH, 99, True),
        (0, 0, False),
    ],
)
def test_a_reason_is_weak_when_enough_was_sent_and_too_little_came_of_it(sent: int, acted: int, weak: bool) -> None:  # noqa: FBT001 - pytest names it
    assert Nudged(sent, acted, acted).is_weak is weak


def test_the_share_is_of_what_was_sent() -> None:
    assert Nudged(50, 20, 10, 5).share == 0.2
    assert Nudged().share is None
