"""Plain HTML elements through NiceGUI. Text is always a text node, so that nothing in it is read as markup."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

Act = Callable[[], Awaitable[None]] | Callable[[], None]


def tag(name: str, classes: str = "", text: str | None = None, attrs: Mapping[str, Any] | None = None) -> Element:
    """Make an element; use it as a context manager to fill it."""
    element = Element(name) if text is None else TextElement(tag=name, text=text)
    _dress(element, classes, attrs or {})
    return element


def box(classes: str = "", **attrs: Any) -> Element:
    """Make a div."""
    return tag("div", classes, None, attrs)


def words(text: str, classes: str = "", name: str = "span", **attrs: Any) -> TextElement:
    """Make an element that holds text."""
    element = TextElement(tag=name, text=text)
    _dress(element, classes, attrs)
    return element


def icon(name: str) -> Element:
    """Draw one of our icons (look/icons.css); it says nothing to a screen reader."""
    return tag("span", f"icon icon-{name}", None, {"aria-hidden": "true"})


def button(classes: str, act: Act, *, text: str | None = None, label: str = "", focus: str = "") -> Element:
    """Make a button. `label` names it where it shows no words; `focus` finds it again after a redraw."""
    attrs: dict[str, Any] = {"type": "button"}
    if label:
        attrs |= {"aria-label": label, "title": label}
    if focus:
        attrs["data-focus"] = focus
    made = tag("button", classes, text, attrs)
    made.on("click", act, args=[])
    return made


def link(classes: str, url: str, text: str | None = None) -> Element:
    """Make a link to another site; it opens in a new tab and learns nothing of this page."""
    return tag("a", classes, text, {"href": url, "target": "_blank", "rel": "noopener noreferrer"})


def plain_click(element: Element, act: Act) -> None:
    """Act on an ordinary click of a link; with Ctrl, Shift or the middle button the browser opens a tab as usual."""
    guard = "(e) => { if (!e.ctrlKey && !e.metaKey && !e.shiftKey && !e.button) { e.preventDefault(); emit(); } }"
    element.on("click", lambda _: act(), js_handler=guard)


def _dress(element: Element, classes: str, attrs: Mapping[str, Any]) -> None:
    if classes:
        element.classes(classes)
    for attr, value in attrs.items():
        element.props[attr] = value


def menu(anchor: Element, entries: Iterable[tuple[str, Act]], classes: str = "menu") -> None:
    """Open a menu below an element, with the focus in it; it is gone once it closes."""
    with anchor, ui.menu().props("no-parent-event").classes(classes) as opened:
        for label, act in entries:
            ui.menu_item(label, on_click=act).props["role"] = "menuitem"
    opened.on("show", js_handler="() => playground.enterMenu()")
    opened.on("hide", opened.delete, args=[])
    opened.open()


def run(script: str) -> None:
    """Run a line of look/page.js in the window of the current client."""
    ui.run_javascript(script)


def given(event: GenericEventArguments) -> list[Any]:
    """Read what a js_handler emitted, always as a list: NiceGUI unwraps a single value."""
    return event.args if isinstance(event.args, list) else [event.args]
