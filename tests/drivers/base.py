"""What every platform's driver can do: act as a person through real payloads, and tell what that person then sees.

A driver turns a person's act into the platform's payload, sends it through the real library, and reads back what
would be shown, so that one scenario runs on every platform.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

MEMBERS = ("ana", "ben", "chloe", "dries", "elif")
"""The people of a scenario; each driver gives them ids of its platform. Names are capitalised: Ana, Ben ..."""


@dataclass
class SeenButton:
    """A button as shown. `token` is what the bot will get (None for a link button, which has `url`)."""

    label: str
    token: str | None
    url: str | None = None


@dataclass
class SeenField:
    """A field of an open form, with what stands in it."""

    name: str
    label: str
    value: str
    options: tuple[str, ...] = ()  # values of a choice
    hint: str = ""


@dataclass
class SeenForm:
    """An open form. `errors` are shown beside its fields where the platform can do that."""

    id: str
    title: str
    fields: dict[str, SeenField]
    handle: Any = None  # the driver's own: what it needs to submit this form
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """A message as shown. `text` is all its words, in order; addresses behind links are in it too."""

    text: str
    buttons: list[SeenButton]
    private: bool
    handle: Any = None  # the driver's own: what it needs to click on this message
    raw: Any = None  # the payload as sent, for checks of one platform

    def button(self, label: str) -> SeenButton:
        """Find a button by its label."""
        found = [button for button in self.buttons if button.label == label]
        assert found, f"no button {label!r} among {[button.label for button in self.buttons]}"
        return found[0]


@dataclass
class Answer:
    """All that one act brought back to the person who acted."""

    messages: list[Seen] = field(default_factory=list)
    form: SeenForm | None = None
    replaced: bool = False  # the (one) message took the place of the one that was clicked on

    @property
    def text(self) -> str:
        """All words of all messages."""
        return "\n".join(message.text for message in self.messages)

    @property
    def only(self) -> Seen:
        """The one message there is."""
        assert len(self.messages) == 1, f"{len(self.messages)} messages"
        return self.messages[0]


class Driver(Protocol):
    """One platform with the app on it."""

    platform: str
    inline_errors: bool  # errors are shown inside the open form
    suggests: bool  # options are suggested while typing

    async def command(self, who: str, typed: str) -> Answer:
        """Type a slash command: `/course search "machine learning" level:beginner`."""
        ...

    async def click(self, who: str, on: Seen, button: SeenButton) -> Answer:
        """Tap a button of a message."""
        ...

    async def submit(self, who: str, form: SeenForm, **values: str) -> Answer:
        """Fill in and send an open form; fields that are not named keep what stands in them."""
        ...

    async def pick(self, who: str, label: str, text: str) -> Answer:
        """Choose an entry of the menu of a message with this text, which somebody else wrote."""
        ...

    async def suggest(self, who: str, command: str, option: str, typed: str) -> list[str]:
        """Type into an option of a command (`course show`) and read the labels that are suggested."""
        ...

    async def leave(self, who: str) -> None:
        """Leave the workspace, as the platform tells of it; again tells of it once more."""
        ...

    async def come(self, who: str) -> None:
        """Come (back) to the workspace, as the platform tells of it."""
        ...

    async def repeat(self) -> Answer:
        """Deliver the last act once more, exactly as it was."""
        ...

    async def letters(self, who: str) -> list[Seen]:
        """Read what the bot has written to somebody in their private conversation, oldest first."""
        ...

    async def posts(self, channel: str = "courses") -> list[Seen]:
        """Read what the bot has posted in a channel for all to see, oldest first."""
        ...
