"""What only stewards may see and do."""

from bot.commands import Context
from bot.errors import UserError


def check(ctx: Context) -> None:
    """Raise UserError for everybody who isn't a steward; to be asked on every click."""
    if not ctx.is_steward:
        name = ctx.config.community.name
        raise UserError(f"That is for the stewards of {name}, who keep the place tidy. /offcourse shows what is yours.")
