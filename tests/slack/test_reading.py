"""What a chosen message says: its text, and what only its blocks and attachments hold."""

from typing import Any

import pytest

from adapters.slack.reading import message_text


def picked(**message: Any) -> str:
    return message_text(message, "T1")


RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "My way to bread:"}]},
        {
            "type": "rich_text_list",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Read "},
                        {"type": "link", "url": "https://a.example/?x=1&y=2", "text": "this"},
                    ],
                },
                {"type": "rich_text_section", "elements": [{"type": "link", "url": "https://b.example"}]},
            ],
        },
    ],
}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Try <https://c.example/?x=1&amp;y=2|this>"}}


def test_a_message_action_reads_blocks_and_attachments() -> None:
    assert picked(text="", blocks=[RICH]) == "My way to bread:\nRead https://a.example/?x=1&y=2\nhttps://b.example"
    assert picked(text="Look:", blocks=[SECTION, RICH]).splitlines() == [
        "Look:",
        "Try https://c.example/?x=1&y=2",
        "Read https://a.example/?x=1&y=2",
        "https://b.example",
    ]
    assert picked(text="", attachments=[{"text": "<https://d.example>", "blocks": [SECTION]}]).splitlines() == [
        "https://d.example",
        "Try https://c.example/?x=1&y=2",
    ]


def test_what_the_text_holds_already_is_not_said_twice() -> None:
    assert (
        picked(text="Try <https://c.example/?x=1&amp;y=2|this>", blocks=[SECTION]) == "Try https://c.example/?x=1&y=2"
    )
    preview = {"from_url": "https://c.example", "title_link": "https://c.example", "text": "<https://advert.example>"}
    assert picked(text="<https://c.example>", attachments=[preview]) == "https://c.example"


@pytest.mark.parametrize("odd", [None, 5, "x", [], [5], [{"type": "rich_text", "elements": [{"elements": 5}]}], [{}]])
def test_odd_blocks_are_no_text(odd: object) -> None:
    assert picked(text="a", blocks=odd, attachments=odd) == "a"
