"""Slack's names of emoji and the characters they stand for. Pure.

Names are looked up in rich's table (a dependency already, kept up to date); what Slack calls otherwise is here.
"""

from rich.emoji import Emoji, NoEmoji

_SLACK_NAMES = {
    "✅": "white_check_mark",
    "❌": "x",
    "🤔": "thinking_face",
    "👀": "eyes",
    "🚨": "rotating_light",
    "👍": "+1",
    "👎": "-1",
    "🎉": "tada",
    "👋": "wave",
    "🙏": "pray",
    "❤": "heart",
    "❓": "question",
    "⏳": "hourglass_flowing_sand",
    "📅": "date",
    "📚": "books",
    "🆘": "sos",
}
"""What the bot sets as a reaction, or people commonly do; the way back from a character has no table anywhere."""
_CHARACTERS = {name: character for character, name in _SLACK_NAMES.items()}


def name_of(emoji: str) -> str | None:
    """Give Slack's name of a Unicode emoji; None for one that is not in the table."""
    return _SLACK_NAMES.get(emoji.removesuffix("\ufe0f"))


def character_of(name: str) -> str:
    """Give the emoji that a reaction's name stands for, without skin tone; `:name:` for a custom one."""
    plain = name.partition("::")[0]
    if plain in _CHARACTERS:
        return _CHARACTERS[plain]
    try:
        return str(Emoji(plain))
    except NoEmoji:
        return f":{plain}:"
