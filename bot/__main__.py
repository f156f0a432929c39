"""The command line: `python -m bot`, or `offcourse-bot`."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import config, logs
from bot.errors import BotError, ConfigError
from bot.model import Account

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Offcourse bot: share and find courses on Slack and Discord.",
)
manifests = typer.Typer(no_args_is_help=True, help="Print what a platform wants to know of the app.")
invites = typer.Typer(no_args_is_help=True, help="Print the address that brings the bot to a server.")
cli.add_typer(manifests, name="manifest")
cli.add_typer(invites, name="invite")

ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file; the environment (OFFCOURSE__…) wins. Default: config.toml if there."),
]
DEFAULT_CONFIG = Path("config.toml")


def _load(path: Path | None) -> config.Config:
    return config.load(path if path or not DEFAULT_CONFIG.exists() else DEFAULT_CONFIG)


def _run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run to the end; errors that say their cure are shown without a traceback."""
    raise typer.Exit(asyncio.run(work) or 0)


@cli.command()
def demo(
    config: ConfigPath = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine.")] = 8080,
    data: Annotated[Path, typer.Option(help="Folder for the data of the playground.")] = Path("data/playground"),
) -> None:
    """Start the playground: a local page with a sample community, nothing to connect."""
    logs.set_up(quiet=True)
    from bot.app import serve

    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--data {data}: {error.strerror}; give a folder that I may write to") from None
    _run(serve.demo(_load(config), data, port))


@cli.command()
def run(config: ConfigPath = None) -> None:
    """Start the bot on the platforms whose token is set."""
    logs.set_up()
    from bot.app import serve

    _run(serve.run(_load(config)))


@cli.command()
def check(config: ConfigPath = None) -> None:
    """Look whether all is well: settings, database, tokens, clock; one line each with the cure."""
    logs.set_up(quiet=True)
    from bot.app import doctor

    _run(doctor.check(_load(config)))


@cli.command()
def tick(
    config: ConfigPath = None,
    now: Annotated[str, typer.Option(help="The moment, ISO 8601; without a zone it is UTC. Default: now.")] = "",
) -> None:
    """Do all work that is due at a moment, once."""
    logs.set_up()
    from bot.app import serve

    _run(serve.tick(_load(config), _moment(now)))


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ConfigError(f"“{written}” is no moment; write it like 2026-03-29T10:00:00Z") from None
    if not 2000 <= moment.year <= 2100:  # noqa: PLR2004 - what a community lives through
        raise ConfigError(f"“{written}” is too far away; write a moment between 2000 and 2100")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@cli.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A file or folder of courses (YAML, CSV, JSON lines), or an export.")],
    config: ConfigPath = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(help="Whose account a curator's name means: Charlotte=slack:T012:U345. May be repeated."),
    ] = None,
    split: Annotated[bool, typer.Option(help="Make several courses of one with too many steps.")] = False,
    shorten: Annotated[
        bool, typer.Option(help="Shorten texts that are too long, and leave out topics that are.")
    ] = False,
) -> None:
    """Import courses (YAML, CSV, JSON lines) or a whole export; a second run adds nothing."""
    logs.set_up(quiet=True)
    if not path.exists():
        raise ConfigError(f"There is nothing at {path}.")
    from bot.app import transfer

    _run(transfer.import_(_load(config), path, _owners(owner or []), split=split, shorten=shorten))


@cli.command()
def export(
    path: Annotated[Path, typer.Argument(help="The folder to write: a new one, or an empty one.")],
    config: ConfigPath = None,
) -> None:
    """Write all that the community keeps as JSON lines, and its courses as YAML; `import` takes it."""
    logs.set_up(quiet=True)
    from bot.app import transfer

    _run(transfer.export(_load(config), path))


def _owners(written: list[str]) -> dict[str, Account]:
    owners: dict[str, Account] = {}
    for one in written:
        name, _, account = one.partition("=")
        try:
            owners[name.strip()] = Account.parse(account.strip())
        except ValueError:
            raise ConfigError(f"--owner {one}: write it like Charlotte=slack:T012:U345") from None
    return owners


@cli.command()
def migrate(config: ConfigPath = None) -> None:
    """Bring the database to the newest form."""
    logs.set_up(quiet=True)
    from bot.app import tools

    _run(tools.migrate(_load(config)))


@cli.command()
def backup(path: Annotated[Path, typer.Argument(help="The file to write.")], config: ConfigPath = None) -> None:
    """Copy the database while it is in use."""
    logs.set_up(quiet=True)
    from bot.app import tools

    _run(tools.backup(_load(config), path))


@manifests.command("slack")
def manifest_slack(config: ConfigPath = None) -> None:
    """Print the manifest to create the Slack app from."""
    from bot.app import tools

    print(tools.slack_manifest(_load(config)))


@invites.command("discord")
def invite_discord(config: ConfigPath = None) -> None:
    """Print the address that invites the bot to a Discord server."""
    from bot.app import tools

    print(tools.discord_invite(_load(config)))


def main() -> None:
    """Run the command line; an error that names its cure ends it in one line."""
    try:
        cli()
    except BotError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
