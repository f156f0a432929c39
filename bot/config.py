"""Settings: `config.toml`, and the environment as `OFFCOURSE__SECTION__KEY`. The environment wins.

This is the only file that reads the environment.
"""

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from bot import zones
from bot.errors import ConfigError
from bot.model import Account, Workspace

PREFIX = "OFFCOURSE__"
CURES = {
    "literal_error": "write {expected}",
    "int_parsing": "write a whole number, such as 8080",
    "int_type": "write a whole number, such as 8080",
    "bool_parsing": "write true or false",
    "string_pattern_mismatch": "write a language code, such as en, nl or pt-br",
    "string_too_short": "write something here",
    "greater_than_equal": "write a number of {ge} or more",
    "less_than_equal": "write a number of {le} or less",
    "model_type": "this is a section: set its keys, not the section itself",
    "string_type": "write a text in quotes",
}
"""What to do about a value, by pydantic's name of what is wrong with it."""
LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$"
"""How a language is written, such as en or pt-br."""


def _listed(value: object) -> object:
    """Read a list that may be one line, as it comes from the environment."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Section(BaseModel):
    """A part of the settings; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Storage(Section):
    """Where the data is kept."""

    url: str = Field(
        "sqlite:///data/offcourse.db",
        description="Database address: sqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME.",
    )


class Channels(Section):
    """The channel for each purpose: an id, on Discord a name too. Empty: the bot doesn't post there."""

    courses: str = Field("", description="Where new courses are announced.")
    meetups: str = Field("", description="Where meetups are announced.")
    support: str = Field("", description="Where questions will be asked.")
    support_centre: str = Field("", description="The private channel of the stewards.")


class Slack(Section):
    """Slack. The adapter runs when `bot_token` is set."""

    mode: Literal["socket", "http"] = Field(
        "socket", description="`socket` needs no public address; `http` serves POST /slack/events."
    )
    bot_token: SecretStr = Field(SecretStr(""), description="xoxb-…, from OAuth & Permissions.")
    app_token: SecretStr = Field(SecretStr(""), description="xapp-…, for mode `socket`.")
    signing_secret: SecretStr = Field(SecretStr(""), description="For mode `http`.")
    api_url: str = Field("https://slack.com/api/", description="Base of the Web API; another one for tests.")
    channels: Channels = Channels()

    @field_validator("api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("is no address, it should look like https://slack.com/api/")
        return value if value.endswith("/") else value + "/"


class Discord(Section):
    """Discord. The adapter runs when `token` is set."""

    token: SecretStr = Field(SecretStr(""), description="The bot's token.")
    guild_id: str = Field(
        "", description="The server to serve. Empty: every server the bot was invited to joins the community."
    )
    channels: Channels = Channels()


class Web(Section):
    """The web side: health, metrics, pages of courses, Slack's HTTP road."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 behind a proxy or in a container.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field("", description="Address at which the world reaches this server, if it does.")


class Community(Section):
    """The community this bot serves."""

    name: str = Field("Offcourse", min_length=1, max_length=80, description="Its name.")
    timezone: str = Field("UTC", description="Its time zone, an IANA name such as Europe/Brussels.")
    language: str = Field("en", pattern=LANGUAGE, description="The language of courses that don't tell theirs.")
    stewards: tuple[str, ...] = Field(
        (), description="Accounts of the platform owners, as platform:workspace:user (slack:T012:U345)."
    )

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in zones.names():
            close = zones.close_to(value, 1)
            raise ValueError(f"is no IANA time zone{f'; did you mean {close[0]}?' if close else ''}")
        return value

    @field_validator("stewards", mode="before")
    @classmethod
    def _may_be_one_line(cls, value: object) -> object:
        return _listed(value)

    @field_validator("stewards")
    @classmethod
    def _are_accounts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for account in value:
            Account.parse(account)
        return value


class Links(Section):
    """Reading the pages that members link to."""

    enabled: bool = Field(
        default=True,
        description="Read linked pages, and watch whether they are still there. Off: no page is ever fetched.",
    )


class Limits(Section):
    """How long the parts of a course may be, in characters; the defaults are those of the Offcourse platform."""

    goal_min: int = Field(5, ge=1, le=100, description="Shortest goal.")
    goal_max: int = Field(55, ge=5, le=150, description="Longest goal.")
    description_min: int = Field(10, ge=0, le=210, description="Shortest description, if there is one.")
    description_max: int = Field(210, ge=10, le=1000, description="Longest description.")
    task_min: int = Field(5, ge=1, le=55, description="Shortest task of a step.")
    task_max: int = Field(55, ge=5, le=150, description="Longest task of a step.")
    steps_max: int = Field(7, ge=1, le=20, description="Most steps of a course.")

    @model_validator(mode="after")
    def _shortest_is_not_longer_than_longest(self) -> Self:
        for part in ("goal", "description", "task"):
            if getattr(self, f"{part}_min") > getattr(self, f"{part}_max"):
                raise ValueError(f"{part}_min is larger than {part}_max: nothing could be shared")
        return self


Workday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
"""At the weekend only those are written to who choose it themselves."""
Hour = Annotated[int, Field(ge=0, le=23)]
MOST_DAYS = 3650
"""Ten years: a longer interval is the same as never."""
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]


class Ownership(Section):
    """How owners are asked to look after their courses."""

    review_days: Days = Field(180, description="Days after which a course is to be reviewed; 0 for never.")
    topics: tuple[str, ...] = Field(
        (), description="The same by topic, as topic:days (python:90, history:0); the shortest counts."
    )
    weekday: Workday = Field(
        "tuesday", description="When owners get their weekly message, if they didn't say: monday to friday."
    )
    hour: Hour = Field(10, description="The hour of that, in the owner's own time zone.")
    day_begins: Hour = Field(9, description="From this hour on a late message may still be sent.")
    day_ends: Hour = Field(17, description="From this hour on nothing is sent any more that day.")

    @field_validator("topics", mode="before")
    @classmethod
    def _may_be_one_line(cls, value: object) -> object:
        return _listed(value)

    @field_validator("topics")
    @classmethod
    def _say_how_often(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            topic, _, days = entry.rpartition(":")
            if not topic.strip() or not days.strip().isascii() or not days.strip().isdigit() or int(days) > MOST_DAYS:
                raise ValueError(f"write topic:days with at most {MOST_DAYS} days, not {entry}")
        return value

    @property
    def days_by_topic(self) -> dict[str, int]:
        """Give the days by topic, as the topic was written."""
        parts = (entry.rpartition(":") for entry in self.topics)
        return {topic.strip(): int(days) for topic, _, days in parts}


class Config(Section):
    """All settings."""

    storage: Storage = Storage()
    slack: Slack = Slack()
    discord: Discord = Discord()
    web: Web = Web()
    community: Community = Community()
    links: Links = Links()
    courses: Limits = Limits()
    ownership: Ownership = Ownership()


def load(path: Path | str | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings from a TOML file (none: only the environment); raise ConfigError naming each cure.

    Merging by hand instead of by pydantic-settings, because that ignores a misspelt section in the environment
    and reads lists from there as JSON only.
    """
    given = _from_file(Path(path)) if path is not None else {}
    from_environment = _from_environment(os.environ if environ is None else environ)  # noqa: TID251 - the one place
    try:
        return Config.model_validate(_merged(given, from_environment))
    except ValidationError as error:
        lines = [_cure(dict(problem)) for problem in error.errors(include_url=False, include_input=False)]
        raise ConfigError("\n".join(["These settings need a change:", *lines])) from None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no settings file {path}: copy config.example.toml there.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} can't be read as TOML: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in environ.items():
        if not name.upper().startswith(PREFIX):
            continue
        *sections, key = name[len(PREFIX) :].lower().split("__")
        place = given
        for section in sections:
            inner = place.setdefault(section, {})
            if not isinstance(inner, dict):
                raise ConfigError(f"{PREFIX}{section.upper()} is a section: set its keys, not the section itself.")
            place = inner
        place[key] = value
    return given


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in over.items():
        old = out.get(key)
        out[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return out


def _cure(problem: dict[str, Any]) -> str:
    path = [str(part) for part in problem["loc"]]
    written = ".".join(path)
    if problem["type"] == "extra_forbidden":
        known = list(_keys_at(path[:-1]))
        close = difflib.get_close_matches(path[-1], known, 1)
        hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}."
        return f"- {written} is no setting; {hint}"
    if problem["type"] in CURES:
        return f"- {written}: {CURES[problem['type']].format(**problem.get('ctx', {}))}"
    return f"- {written}: {problem['msg'].removeprefix('Value error, ')}"


def _keys_at(path: Sequence[str]) -> Iterable[str]:
    section: type[Section] = Config
    for part in path:
        field = section.model_fields.get(part)
        if field is None or not isinstance(field.annotation, type) or not issubclass(field.annotation, Section):
            return ()
        section = field.annotation
    return section.model_fields


def channels_of(config: Config, platform: str) -> Mapping[str, str]:
    """Give the configured channels of a platform by purpose; the playground has one of each name."""
    sections = {"slack": config.slack.channels, "discord": config.discord.channels}
    if platform in sections:
        return {purpose: channel for purpose, channel in sections[platform] if channel}
    return {purpose: purpose for purpose in Channels.model_fields}


def homes(config: Config, known: Iterable[Workspace]) -> list[Workspace]:
    """List the workspaces of the community to speak in, of platforms that are set up, met or not yet.

    A Slack token speaks in one workspace, the one it belongs to, whatever that is called: its id is left empty, so
    that nothing is missed before Slack told it, and nothing doubled after the app moved. Discord serves the server of
    the settings, or else all that it was invited to.
    """
    own: list[Workspace] = []
    if config.slack.bot_token.get_secret_value():
        own.append(Workspace("slack", ""))
    if config.discord.token.get_secret_value() and config.discord.guild_id:
        own.append(Workspace("discord", config.discord.guild_id))
    settled = {"slack", *(workspace.platform for workspace in own)}
    return own + [workspace for workspace in known if workspace.platform not in settled]
