"""Where one types: a text field with a palette of commands, options and suggestions above it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from adapters.playground.completion import NOTHING, Completion, Entry, complete, with_suggestions
from adapters.playground.elements import box, button, given, icon, run, tag, words
from adapters.playground.session import Session

_KEYS = """(e) => {
  if (e.isComposing) return;
  const open = e.target.getAttribute("aria-expanded") === "true";
  const ours = (e.key === "Enter" && !e.shiftKey) || e.key === "Escape"
    || (open && (e.key === "ArrowDown" || e.key === "ArrowUp" || (e.key === "Tab" && !e.shiftKey)));
  if (!ours) return;
  e.preventDefault();
  emit(e.key, e.target.value);
}"""
"""Which keys the server hears of, with the text as it stands at that moment."""
_TYPING = "(e) => emit(e.target.value, (e.target.typings = (e.target.typings || 0) + 1))"
"""The text and a number that grows: while the page changes from polling to its socket, one may overtake another."""
_HINT = "Type / for commands. Enter sends, Shift and Enter starts a new line."


@dataclass
class Palette:
    """What is offered for the text that stands in the composer."""

    text: str = ""
    found: Completion = NOTHING
    entries: tuple[Entry, ...] = ()
    chosen: int | None = None
    moved: bool = False  # the line was chosen by arrow key, so Enter takes it
    closed: bool = False  # Esc closed it; typing on opens it again

    @property
    def open(self) -> bool:
        """Tell whether it is shown."""
        return not self.closed and not self.found.empty


class Composer:
    """The text field. `send` gets what was typed; `cancel` is Esc without an open palette."""

    def __init__(
        self, session: Session, send: Callable[[str], Awaitable[None]], cancel: Callable[[], None], hint: str
    ) -> None:
        self._session = session
        self._send = send
        self._cancel = cancel
        self._palette = Palette()
        self._lines: list[Element] = []
        self._turn = 0
        self._typings = 0
        self._enter: TextElement | None = None
        with box("composer") as self._box:
            self._list = box("palette", **{"aria-label": "Commands"})
            self._reply = box("replying")
            with box("composer-row"):
                self._field = self._text_field(hint)
                with button("send", self._press_send, label="Send"):
                    icon("send")
            words(_HINT, "composer-hint", "p", id="composer-hint")
        self._show()

    def replying(self, to: str) -> None:
        """Tell in which thread the next message lands; an empty text clears that."""
        self._reply.clear()
        with self._reply:
            if to:
                words(f"Answering in the thread of {to}", "replying-to")
                with button("tool", self._cancel, label="Leave the thread"):
                    icon("close")

    def focus(self) -> None:
        """Put the cursor here."""
        with self._box:
            run(f"playground.focus('{self._field.html_id}')")

    def busy(self, *, on: bool) -> None:
        """Show that a command is at work."""
        self._box.classes(add="busy" if on else "", remove="" if on else "busy")
        self._field.props["aria-busy"] = "true" if on else "false"

    def _text_field(self, hint: str) -> Element:
        attrs = {
            "placeholder": hint,
            "aria-label": hint,
            "rows": "1",
            "role": "combobox",
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": self._list.html_id,
            "aria-describedby": "composer-hint",
            "autocomplete": "off",
            "dir": "auto",
        }
        field = tag("textarea", "composer-field", None, attrs)
        field.on("input", self._typed, js_handler=_TYPING)
        field.on("keydown", self._key, js_handler=_KEYS)
        return field

    async def _typed(self, event: GenericEventArguments) -> None:
        """Follow the typing; what arrives after something newer is dropped."""
        text, count = given(event)[:2]
        if int(count) > self._typings:
            self._typings = int(count)
            await self._look(str(text))

    async def _look(self, text: str) -> None:
        """Find what to offer; a slower answer to an older text is dropped."""
        self._turn += 1
        turn = self._turn
        found = complete(self._session.core.registry, text)
        palette = Palette(text, found, found.entries, 0 if found.entries and not found.runs else None)
        self._palette = palette
        if found.wanted is not None:
            wanted = found.wanted
            asked = await self._session.suggest(wanted.root, wanted.sub, wanted.option, wanted.typed)
            if turn != self._turn or palette.closed:
                return
            palette.entries = with_suggestions(found, wanted, asked)
        self._show()

    async def _key(self, event: GenericEventArguments) -> None:
        key, text = (str(value) for value in given(event)[:2])
        palette = self._palette
        if key in {"ArrowDown", "ArrowUp"}:
            self._move(1 if key == "ArrowDown" else -1)
        elif key == "Escape":
            self._escape()
        elif palette.open and palette.text == text and (key == "Tab" or self._enter_takes(palette)):
            await self._take(palette.chosen or 0)
        elif key == "Enter":
            await self._submit(text)

    def _enter_takes(self, palette: Palette) -> bool:
        return palette.chosen is not None and (palette.moved or not palette.found.runs)

    def _move(self, by: int) -> None:
        count = len(self._palette.entries)
        if not count:
            return
        old = self._palette.chosen
        first = 0 if by > 0 else count - 1
        self._palette.chosen = first if old is None else (old + by) % count
        self._palette.moved = True
        self._mark()

    def _escape(self) -> None:
        if self._palette.open:
            self._palette.closed = True
            self._show()
        else:
            self._cancel()

    async def _take(self, at: int) -> None:
        """Put a line of the palette into the field; one with nothing left to type is sent."""
        if at >= len(self._palette.entries):
            return
        entry, was = self._palette.entries[at], self._palette.text
        if entry.go:
            await self._submit(was, entry.text)
            return
        self._put(entry.text, was)
        await self._look(entry.text)

    async def _submit(self, was: str, text: str | None = None) -> None:
        self._turn += 1
        self._palette = Palette()
        self._put("", was)
        self._show()
        await self._send(was if text is None else text)

    async def _press_send(self) -> None:
        if self._palette.text:
            await self._submit(self._palette.text)

    def _put(self, text: str, was: str) -> None:
        with self._box:
            run(f"playground.put('{self._field.html_id}', {json.dumps(text)}, {json.dumps(was)})")

    def _show(self) -> None:
        palette = self._palette
        self._list.clear()
        self._lines, self._enter = [], None
        self._list.classes(add="palette-open" if palette.open else "", remove="" if palette.open else "palette-open")
        self._field.props["aria-expanded"] = "true" if palette.open else "false"
        if palette.open:
            with self._list:
                self._draw(palette)
        self._mark()

    def _draw(self, palette: Palette) -> None:
        with box("palette-head"):
            words(palette.found.title, "palette-title", dir="auto")
            words(palette.found.help, "palette-help")
        with box("palette-lines", role="listbox", **{"aria-label": palette.found.title}):
            for at, entry in enumerate(palette.entries):
                line = box("palette-line", role="option")
                # mousedown, because a click would first take the focus out of the field
                line.on("mousedown", lambda _, at=at: self._take(at), js_handler="(e) => {e.preventDefault(); emit();}")
                with line:
                    words(entry.label, "palette-label", dir="auto")
                    words(entry.detail, "palette-detail")
                self._lines.append(line)
        with box("palette-foot", **{"aria-hidden": "true"}):
            for key, does in (("↑ ↓", "choose"), ("Tab", "take"), ("Esc", "close"), ("Enter", "")):
                words(key, name="kbd")
                self._enter = words(does)

    def _mark(self) -> None:
        chosen = self._palette.chosen if self._palette.open else None
        for at, line in enumerate(self._lines):
            line.props["aria-selected"] = "true" if at == chosen else "false"
        marked = self._lines[chosen] if chosen is not None and chosen < len(self._lines) else None
        if self._enter:
            self._enter.set_text("take" if self._enter_takes(self._palette) else "send")
        self._field.props["aria-activedescendant"] = marked.html_id if marked else ""
        if marked:
            with self._box:
                run(f"playground.reveal('{marked.html_id}')")
