"""`check`: looks at everything a steward would have to look at, one line each, with the cure."""

from collections import Counter
from collections.abc import AsyncIterator

from rich.console import Console

from bot.app.core import SystemClock, open_app
from bot.app.serve import check_runnable, platforms_of
from bot.config import Config
from bot.errors import BotError, ConfigError, InUse
from bot.model import UNREACHED, Finding, OutboxState


async def check(config: Config) -> int:
    """Print what is well and what isn't; give 1 where something isn't."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    bad = 0
    async for found in findings(config):
        bad += not found.ok
        console.print(f"{'ok ' if found.ok else 'BAD'} {found.what}: {found.said}")
    console.print("All is well." if not bad else f"{bad} to mend.")
    return 1 if bad else 0


async def findings(config: Config) -> AsyncIterator[Finding]:
    """Look at the settings, the database and each platform whose token is set."""
    try:
        check_runnable(config)
        yield Finding.well("Settings", f"platforms: {', '.join(platforms_of(config))}")
    except ConfigError as error:
        yield Finding.amiss("Settings", str(error))
    yield _stewards(config)
    async for found in _database(config):
        yield found
    if "slack" in platforms_of(config):
        from adapters.slack.diagnose import diagnose as slack

        for found in await slack(config, SystemClock().now()):
            yield found
    if "discord" in platforms_of(config):
        from adapters.discord.diagnose import diagnose as discord

        for found in await discord(config):
            yield found


def _stewards(config: Config) -> Finding:
    stewards = config.community.stewards
    if not stewards:
        return Finding.well("Stewards", "none yet: set [community] stewards, such as slack:T012:U345")
    return Finding.well("Stewards", f"{len(stewards)} set")


async def _database(config: Config) -> AsyncIterator[Finding]:
    import storage

    try:
        async with open_app(config) as app:
            counts: Counter[str] = Counter()
            for community in await app.store.communities():
                async with app.store.read(community) as unit:
                    counts.update(await unit.outbox.counts())
        described = await storage.describe(config.storage.url)
    except InUse:
        yield Finding.well("Database", "in use by a running bot; it answers for it at /readyz")
        return
    except BotError as error:
        yield Finding.amiss("Database", str(error))
        return
    yield Finding.well("Database", f"{described.name} {described.version}")
    if described.note:
        yield Finding.well("SQLite", described.note)
    yield _outbox(counts)


def _outbox(counts: Counter[str]) -> Finding:
    unknown, dead = counts[OutboxState.UNKNOWN], counts[OutboxState.DEAD]
    if dead:
        return Finding.amiss("Outbox", f"{dead} messages were given up: look at the channels' settings")
    if unknown:
        return Finding.amiss("Outbox", f"{unknown} messages may or may not have arrived; look at their channels")
    shut = f", {counts[UNREACHED]} private messages that nobody took" if counts[UNREACHED] else ""
    return Finding.well("Outbox", f"{counts[OutboxState.NEW]} waiting{shut}")
