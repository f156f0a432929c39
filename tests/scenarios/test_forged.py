"""Acts that were made up: other people's and other courses' numbers in buttons and forms, on every platform."""

from tests.drivers import trouble
from tests.scenarios.conftest import picture
from tests.stage import Stage, show

FORGED = [
    "course.archive:1",
    "course.restore:1",
    "course.hide_page:1",
    "course.show_page:1",
    "course.edit:1",
    "course.ask_archive:1",
    "course.archive:1:1",
    "course.archive:99",
    "course.archive:-1",
    "course.archive:01",
    "course.archive:" + "9" * 60,
    "course.archive:１",
    "course.archive",
    "course.archive:",
    "course.done:99:1",
    "course.done:1:99",
    "course.done:1:-1",
    "course.done:1:" + "9" * 40,
    "course.undone:1",
    "course.save:99",
    "course.start:0",
    "course.fork:99",
    "course.history:1:" + "9" * 30,
    "course.learning:" + "9" * 30,
    "course.search:" + "9" * 30,
    "form.fix:1",
    "form.fix:" + "9" * 30,
    "nudge.good:1",
    "nudge.good:2:1",
    "nudge.good:99:0",
    "nudge.snooze:1:0",
    "nudge.month:1",
    "nudge.until:1",
    "nudge.useless:1",
    "nudge.more:1",
    "nudge.undo:1",
    "nudge.undo:" + "9" * 30,
    "nudge.all:" + "9" * 30,
    "offcourse.join:1:ABCDEFGH",
    "offcourse.join:99:",
    "offcourse.ask_unlink:1",
    "offcourse.unlink:1",
    "offcourse.unlink:" + "9" * 60,
    "nobody.knows:1",
    "\u202ecourse.archive:1",
    "x" * 100,
]


async def test_a_forged_button_changes_nothing_of_others(two_courses: Stage) -> None:
    """Chloe taps, on a card that she sees, what was never there for her."""
    (_, post) = await two_courses.posts()
    await two_courses.on.command("chloe", "/offcourse")
    before = await picture(two_courses)
    for token in FORGED:
        answer = await trouble.tap(two_courses.on, "chloe", post, token)
        assert answer.form is None, token
        assert answer.text, token
        assert "my side" not in answer.text, token
        assert all(message.private for message in answer.messages), token
    assert await picture(two_courses) == before
    assert len(await two_courses.posts()) == 2


async def test_a_button_of_anothers_private_message_acts_for_the_one_who_taps(two_courses: Stage) -> None:
    """Ben taps what Ana was shown: it is Ben's progress that changes."""
    before = await picture(two_courses)
    shown = await show(two_courses, "ana", 1)
    for token in ("course.done:1:1", "course.save:1"):
        await trouble.tap(two_courses.on, "ben", shown, token)
    after = await picture(two_courses)
    assert [of_ana for of_ana, _ in (after[2], after[3])] == [of_ana for of_ana, _ in (before[2], before[3])]
    assert [of_ben != was for (_, of_ben), (_, was) in zip(after[2:4], before[2:4], strict=True)] == [True, True]


STATES = [
    "1:1",
    "1:2",
    "1",
    "",
    "1:1:1",
    "99:1",
    "-1:1",
    "1:-1",
    "a:b",
    "１:１",
    "9" * 19 + ":1",
    "1:" + "9" * 19,
    "\x00:1",
]


async def test_a_forged_form_changes_nothing_of_others(two_courses: Stage) -> None:
    """Ben opens the form of his own course and sends it as one of Ana's."""
    before = await picture(two_courses)
    opened = (await two_courses.on.command("ben", "/course edit C2")).form
    assert opened is not None
    for state in STATES:
        answer = await trouble.send(two_courses.on, "ben", opened, state, goal="Stolen by Ben")
        assert "my side" not in answer.text, ascii(state)
        assert "Saved" not in answer.text, ascii(state)
        assert answer.text or answer.form, ascii(state)
    assert await picture(two_courses) == before
