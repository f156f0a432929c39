"""A form as a dialog: hints, counters, and errors beside the fields while everything typed stays."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

from adapters.playground.elements import box, button, given, icon, run, tag, words
from adapters.playground.session import Done
from bot.ui import Field, Form

Submitted = Callable[[Form, Mapping[str, str]], Awaitable[Done]]
_SEND = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target))); }"
_LINE = '(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.target.form.requestSubmit(); }'


class FormDialog:
    """One open form. `typed` keeps what was written when it is closed without sending."""

    def __init__(
        self, form: Form, typed: dict[str, str], submitted: Submitted, errors: Mapping[str, str] | None = None
    ) -> None:
        self._form = form
        self._typed = typed
        self._submitted = submitted
        self._errors: dict[str, TextElement] = {}
        self._inputs: dict[str, Element] = {}
        self._counters: dict[str, TextElement] = {}
        with ui.dialog().props("persistent no-shake") as self._dialog, box("dialog") as self._box:
            self._box.on("keydown", self.close, js_handler='(e) => { if (e.key === "Escape") emit(); }')
            self._draw()
        self._dialog.on("hide", self._dialog.delete, args=[])
        self._say(errors or {})
        self._dialog.open()

    def close(self) -> None:
        """Put the form away."""
        self._dialog.close()

    def _draw(self) -> None:
        form = self._form
        attrs = {"novalidate": "", "aria-label": form.title, "role": "dialog", "aria-modal": "true"}
        with tag("form", "form", None, attrs) as drawn:
            with box("form-head"):
                words(form.title, "form-title", "h2")
                with button("tool", self.close, label="Close"):
                    icon("close")
            with box("form-body"):
                self._general = words("", "form-problem", "p", role="alert")
                for at, field in enumerate(form.fields):
                    self._field(field, first=at == 0)
            with box("form-foot"):
                words("What you typed stays if you close this.", "form-kept")
                button("btn btn-plain", self.close, text="Cancel")
                self._send = tag("button", "btn btn-primary", form.submit, {"type": "submit"})
        drawn.on("submit", self._sent, js_handler=_SEND)

    def _field(self, field: Field, *, first: bool) -> None:
        value = self._typed.get(field.name, field.value)
        with box("field"):
            with tag("label", "field-label", None, {"for": f"field-{field.name}"}):
                words(field.label)
                if not field.required:
                    words("optional", "field-optional")
            attrs = self._attrs(field, first=first)
            self._inputs[field.name] = _choice(field, value, attrs) if field.options else _text(field, value, attrs)
            self._inputs[field.name].on("input", self._keep(field), js_handler="(e) => emit(e.target.value)")
            with box("field-foot"):
                with box("field-words", id=f"hint-{field.name}"):
                    self._errors[field.name] = words("", "field-error", "p", role="alert")
                    if field.hint:
                        words(field.hint, "field-hint", "p")
                if field.max_length and not field.options:
                    self._counters[field.name] = words("", "field-count")
                    self._count(field, value)

    def _attrs(self, field: Field, *, first: bool) -> dict[str, Any]:
        attrs: dict[str, Any] = {
            "id": f"field-{field.name}",
            "name": field.name,
            "aria-describedby": f"hint-{field.name}",
            "aria-required": "true" if field.required else "false",
            "dir": "auto",
        }
        return attrs | ({"autofocus": ""} if first else {})

    def _keep(self, field: Field) -> Callable[[GenericEventArguments], None]:
        def keep(event: GenericEventArguments) -> None:
            value = str(given(event)[0])
            self._typed[field.name] = value
            self._count(field, value)

        return keep

    def _count(self, field: Field, value: str) -> None:
        counter = self._counters.get(field.name)
        if counter is None or field.max_length is None:
            return
        counter.set_text(f"{len(value)} / {field.max_length}")
        over = len(value) > field.max_length and not field.multiline
        counter.classes(add="field-over" if over else "", remove="" if over else "field-over")

    async def _sent(self, event: GenericEventArguments) -> None:
        values = {str(name): str(value).replace("\r\n", "\n") for name, value in dict(given(event)[0]).items()}
        self._typed.update(values)
        self._send.props["disabled"] = True
        try:
            done = await self._submitted(self._form, values)
        finally:
            self._send.props["disabled"] = False
        if done.errors:
            self._say(done.errors)
        else:
            self._typed.clear()
            self.close()

    def _say(self, errors: Mapping[str, str]) -> None:
        """Show what is wrong beside each field, and put the cursor into the first of them."""
        for name, shown in self._errors.items():
            shown.set_text(errors.get(name, ""))
            self._inputs[name].props["aria-invalid"] = "true" if name in errors else "false"
        self._general.set_text(" ".join(said for name, said in errors.items() if name not in self._errors))
        wrong = next((name for name in self._errors if name in errors), None)
        if wrong:
            with self._box:
                run(f"playground.focus('field-{wrong}')")


def _text(field: Field, value: str, attrs: Mapping[str, Any]) -> Element:
    """Make a text field. Its first text is an attribute (Vue's `^`): set once, never put over what was typed."""
    shown = {**attrs, "placeholder": field.placeholder} if field.placeholder else dict(attrs)
    if field.multiline:
        area = tag("textarea", "input input-long", value, {**shown, "rows": "4"})
        area.on("keydown", js_handler=_LINE)
        return area
    return tag("input", "input", None, {**shown, "type": "text", "^value": value, "autocomplete": "off"})


def _choice(field: Field, value: str, attrs: Mapping[str, Any]) -> Element:
    with tag("select", "input input-choice", None, attrs) as select:
        if not value or not field.required:
            _option("", "Choose…" if field.required else "Not said", chosen=not value)
        for option in field.options:
            _option(option.value, option.label, chosen=option.value == value)
    return select


def _option(value: str, label: str, *, chosen: bool) -> None:
    tag("option", "", label, {"value": value, **({"selected": ""} if chosen else {})})
