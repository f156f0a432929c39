"""The playground's clock: another clock plus what people put it forward by."""

from datetime import datetime, timedelta

from adapters.playground.world import World
from bot.ports import Clock


class ShiftedClock:
    """Real time and an offset; the offset is kept with the world, so that it survives a restart."""

    def __init__(self, real: Clock, world: World) -> None:
        self._real = real
        self._world = world

    def now(self) -> datetime:
        """Tell the moment in the playground, aware UTC."""
        return self._real.now() + self._world.offset

    def shift(self, by: timedelta) -> None:
        """Put the clock forward; it never goes back, because nothing that was done can be undone."""
        if by < timedelta():
            raise ValueError("the playground's clock never goes back")
        self._world.shift(by)
