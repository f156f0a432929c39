"""What the command line gives out besides running: what platforms want to know, and care of the database."""

import json
from pathlib import Path

from bot.app.core import FEATURES
from bot.config import Config
from bot.registry import Registry


def slack_manifest(config: Config) -> str:
    """Write the manifest to create the Slack app from, as JSON."""
    from adapters.slack.manifest import manifest

    return json.dumps(manifest(Registry(FEATURES), config), indent=2)


def discord_invite(config: Config) -> str:
    """Write the address that invites the bot to a Discord server; raise ConfigError without a token."""
    from adapters.discord.invite import invite

    return invite(config)


async def migrate(config: Config) -> int:
    """Bring the database to the newest form; give the exit code."""
    import storage

    await storage.migrate(config.storage.url)
    return 0


async def backup(config: Config, path: Path) -> int:
    """Copy the database while it is in use; give the exit code."""
    import storage

    await storage.backup(config.storage.url, path)
    return 0
