"""What the adapter itself has to say, where Slack stood between the core and the person. Pure."""

from adapters.slack import failures
from bot.errors import Refused, SendError, Unreachable
from bot.requests import Intent, Rejected, Submit
from bot.ui import Card, Items, paragraph, text

STILL_WORKING = Card("Still working…", (paragraph("Still working… your answer comes here in a moment."),))
_TRIGGERS = frozenset(
    {
        "expired_trigger_id",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "invalid_trigger",
        "trigger_expired",
        "trigger_exchanged",
    }
)
"""The right to open a form ends three seconds after the command or tap, and is good for one form."""


def _said(words: str) -> Card:
    return Card(words.partition(". ")[0].rstrip(".") + ".", (paragraph(words),))


TOO_LATE = _said(
    "That took too long. Slack closed the door before I could open the form. "
    "Nothing is lost: please try once more, tap or type it again."
)


def not_opened(error: SendError) -> Card:
    """Say why a form did not open, and who can do what about it."""
    code = failures.cause_of(error)
    if code in _TRIGGERS:
        return TOO_LATE
    shown = f" ({code})" if code else ""
    if isinstance(error, Unreachable):
        return _said(f"Slack wouldn't let me open the form{shown}. For those who run this bot: {error}")
    if isinstance(error, Refused):
        return _said(f"Slack wouldn't let me open the form{shown}. Please tell those who run this bot.")
    return _said(f"Slack had trouble and didn't open the form{shown}. Please try once more in a moment.")


def not_taken(rejected: Rejected, intent: Intent) -> Card:
    """Say what a form that has closed already would have said, with what was typed, so that nothing is lost.

    The trouble need not be in the form: the core says so in the same place.
    """
    labels = {field.name: field.label for field in rejected.form.fields}
    values = intent.values if isinstance(intent, Submit) else {}
    typed = tuple(text(f"{labels.get(name, name)}: {value}") for name, value in values.items() if value)
    errors = Items(tuple(text(words) for words in rejected.errors.values()))
    kept = (paragraph("You typed:"), Items(typed)) if typed else ()
    return Card("Your form wasn't taken.", (paragraph("Your form wasn't taken:"), errors, *kept))
