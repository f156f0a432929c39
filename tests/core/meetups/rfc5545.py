"""A strict reader of iCalendar: it knows what RFC 5545 and 7986 allow of what we write, and nothing else.

Libraries are lenient, because calendars in the wild are bad. This one says where a calendar leaves the grammar.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

LINE = 75
"""Bytes of a line without its end (3.1)."""
_NAME = r"[A-Z0-9-]+"
_SAFE = r"[^\x00-\x08\x0a-\x1f\x7f\";:,]*"
_CONTENT = re.compile(rf"({_NAME})((?:;{_NAME}={_SAFE})*):([^\x00-\x08\x0a-\x1f\x7f]*)")
_DATE = r"\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d|60)"
_LOCAL = re.compile(rf"{_DATE}T{_TIME}")
_UTC = re.compile(rf"{_DATE}T{_TIME}Z")
_TEXT = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")
_TEXTS = re.compile(rf"{_TEXT.pattern}(?:,{_TEXT.pattern})*")
_DURATION = re.compile(r"P(?:\d+W|\d+D(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?|T(?=\d)(?:\d+H)?(?:\d+M)?)")
_OFFSET = re.compile(r"[+-](?:[01]\d|2[0-3])[0-5]\d")
_URI = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_DAY = r"(?:[1-4]|-1)?(?:MO|TU|WE|TH|FR|SA|SU)"
_RULE = re.compile(
    r"FREQ=(?:WEEKLY|MONTHLY|YEARLY)"
    rf"(?:;(?:INTERVAL=[1-9]\d*|COUNT=[1-9]\d*|UNTIL={_DATE}T{_TIME}Z|BYDAY={_DAY}|BYMONTH=(?:[1-9]|1[0-2])))*"
)


@dataclass
class Component:
    """What stands between BEGIN and END."""

    name: str
    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """List the values of a property, as they are written."""
        return [value for key, _, value in self.lines if key == name]


def read(data: bytes) -> Component:
    """Read a calendar; AssertionError says what is wrong with it."""
    stack = [Component("")]
    for line in unfolded(data):
        told = _CONTENT.fullmatch(line)
        assert told, f"no content line: {line!r}"
        name, value = told[1], told[3]
        parameters = dict(one.split("=", 1) for one in told[2].split(";")[1:])
        if name == "BEGIN":
            stack.append(Component(value))
        elif name == "END":
            done = stack.pop()
            assert done.name == value, f"{value} ends in {done.name}"
            check(done)
            stack[-1].parts.append(done)
        else:
            stack[-1].lines.append((name, parameters, value))
    assert len(stack) == 1, f"{stack[-1].name} never ends"
    (calendar,) = stack[0].parts
    assert calendar.name == "VCALENDAR"
    assert not stack[0].lines
    check_zones(calendar)
    return calendar


def unfolded(data: bytes) -> Iterator[str]:
    """Give the content lines (3.1): ended by CRLF, each piece at most 75 bytes of whole characters."""
    assert data.endswith(b"\r\n")
    pieces = data.split(b"\r\n")[:-1]
    whole = ""
    for piece in pieces:
        assert b"\r" not in piece, piece
        assert b"\n" not in piece, piece
        assert 0 < len(piece) <= LINE, f"{len(piece)} bytes: {piece!r}"
        text = piece.decode("utf-8")  # strict: a character that is cut in two is an error
        if text.startswith((" ", "\t")):
            assert whole
            whole += text[1:]
            continue
        if whole:
            yield whole
        whole = text
    yield whole


def unescaped(text: str) -> str:
    """Give what a TEXT says (3.3.11)."""
    return re.sub(r"\\(.)", lambda told: "\n" if told[1] in "nN" else told[1], text)


def _is(pattern: "re.Pattern[str]", **parameters: str) -> Callable[[dict[str, str], str], bool]:
    return lambda given, value: given == parameters and pattern.fullmatch(value) is not None


def _moment(given: dict[str, str], value: str) -> bool:
    if set(given) == {"TZID"}:
        return all(_LOCAL.fullmatch(one) for one in value.split(","))
    return not given and all(_UTC.fullmatch(one) for one in value.split(","))


_ONCE, _MAYBE, _OFTEN = (1, 1), (0, 1), (0, 99)
_ALLOWED: dict[str, dict[str, tuple[tuple[int, int], Callable[[dict[str, str], str], bool]]]] = {
    "VCALENDAR": {
        "PRODID": (_ONCE, _is(_TEXT)),
        "VERSION": (_ONCE, _is(re.compile("2.0"))),
        "CALSCALE": (_MAYBE, _is(re.compile("GREGORIAN"))),
        "NAME": (_MAYBE, _is(_TEXT)),
        "X-WR-CALNAME": (_MAYBE, _is(_TEXT)),
        "REFRESH-INTERVAL": (_MAYBE, _is(_DURATION, VALUE="DURATION")),
        "X-PUBLISHED-TTL": (_MAYBE, _is(_DURATION)),
    },
    "VEVENT": {
        "UID": (_ONCE, _is(_TEXT)),
        "DTSTAMP": (_ONCE, _is(_UTC)),
        "DTSTART": (_ONCE, _moment),
        "DURATION": (_ONCE, _is(_DURATION)),
        "SEQUENCE": (_ONCE, _is(re.compile(r"\d+"))),
        "CREATED": (_ONCE, _is(_UTC)),
        "LAST-MODIFIED": (_ONCE, _is(_UTC)),
        "SUMMARY": (_ONCE, _is(_TEXT)),
        "STATUS": (_ONCE, _is(re.compile("CONFIRMED|CANCELLED"))),
        "LOCATION": (_MAYBE, _is(_TEXT)),
        "DESCRIPTION": (_MAYBE, _is(_TEXT)),
        "CATEGORIES": (_MAYBE, _is(_TEXTS)),
        "URL": (_MAYBE, _is(_URI)),
        "RRULE": (_MAYBE, _is(_RULE)),
        "RECURRENCE-ID": (_MAYBE, _moment),
        "EXDATE": (_OFTEN, _moment),
    },
    "VTIMEZONE": {"TZID": (_ONCE, _is(_TEXT))},
    **{
        name: {
            "DTSTART": (_ONCE, _is(_LOCAL)),
            "TZOFFSETFROM": (_ONCE, _is(_OFFSET)),
            "TZOFFSETTO": (_ONCE, _is(_OFFSET)),
            "TZNAME": (_ONCE, _is(_TEXT)),
            "RRULE": (_MAYBE, _is(_RULE)),
            "RDATE": (
                _OFTEN,
                lambda given, value: not given and all(_LOCAL.fullmatch(one) for one in value.split(",")),
            ),
        }
        for name in ("STANDARD", "DAYLIGHT")
    },
}
_INSIDE = {"VCALENDAR": {"VEVENT", "VTIMEZONE"}, "VTIMEZONE": {"STANDARD", "DAYLIGHT"}}


def check(component: Component) -> None:
    """Hold a component to its properties: how often each, with which parameters and values."""
    allowed = _ALLOWED[component.name]
    counts = Counter(name for name, _, _ in component.lines)
    assert set(counts) <= set(allowed), f"{component.name} with {set(counts) - set(allowed)}"
    for name, ((least, most), is_fine) in allowed.items():
        assert least <= counts[name] <= most, f"{counts[name]} × {name} in {component.name}"
        for key, parameters, value in component.lines:
            assert key != name or is_fine(parameters, value), f"{name} {parameters} {value!r}"
    assert {part.name for part in component.parts} <= _INSIDE.get(component.name, set())
    assert component.name != "VTIMEZONE" or component.parts
    assert not ({"RRULE", "RDATE"} <= set(counts))
    rule = "".join(component.values("RRULE"))
    assert not ("COUNT" in rule and "UNTIL" in rule)
    assert not ("RECURRENCE-ID" in counts and "RRULE" in counts)


def check_zones(calendar: Component) -> None:
    """See that each zone is described once, before it is needed, and each event is named once for each of its times."""
    described = [part.values("TZID")[0] for part in calendar.parts if part.name == "VTIMEZONE"]
    events = [part for part in calendar.parts if part.name == "VEVENT"]
    named = {given["TZID"] for event in events for _, given, _ in event.lines if "TZID" in given}
    assert sorted(described) == sorted(named)
    assert [part.name for part in calendar.parts] == ["VTIMEZONE"] * len(described) + ["VEVENT"] * len(events)
    names = Counter((event.values("UID")[0], *event.values("RECURRENCE-ID")) for event in events)
    assert set(names.values()) <= {1}
