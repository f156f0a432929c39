"""The invitation asks for no more than the code uses."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.invite import application_id, invite
from bot.config import Config, Discord
from bot.errors import ConfigError

TOKEN = base64.urlsafe_b64encode(b"1311111111111111111").decode().rstrip("=") + ".G0.made-up"


def query(guild: str = "") -> dict[str, list[str]]:
    config = Config(discord=Discord.model_validate({"token": TOKEN, "guild_id": guild}))
    address = urlsplit(invite(config))
    assert (address.hostname, address.path) == ("discord.com", "/oauth2/authorize")
    return parse_qs(address.query)


def test_it_names_the_application_and_the_scopes() -> None:
    assert query()["client_id"] == ["1311111111111111111"]
    assert set(query()["scope"][0].split()) == {"bot", "applications.commands"}


def test_it_asks_for_three_permissions_by_their_bits() -> None:
    view, send, history = 1 << 10, 1 << 11, 1 << 16
    assert int(query()["permissions"][0]) == view | send | history


def test_it_offers_the_server_of_the_settings() -> None:
    assert query("42")["guild_id"] == ["42"]
    assert "guild_id" not in query()


@pytest.mark.parametrize("token", ["", "nonsense", "💥.x", "bm90IGRpZ2l0cw.x"])
def test_what_is_no_token_names_the_setting(token: str) -> None:
    with pytest.raises(ConfigError, match=r"\[discord\] token"):
        application_id(token)
