"""The playground's clock: another clock plus what people put it forward by."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from adapters.playground.world import World
from bot.ports import Clock

HOP = timedelta(hours=1)
"""How far the clock goes on at once: what comes at an hour of the day must find that hour."""
Tick = Callable[[datetime], Awaitable[object]]


class ShiftedClock:
    """Real time and an offset; the offset is kept with the world, so that it survives a restart."""

    def __init__(self, real: Clock, world: World) -> None:
        self._real = real
        self._world = world

    def now(self) -> datetime:
        """Tell the moment in the playground, aware UTC."""
        return self._real.now() + self._world.offset

    def shift(self, by: timedelta, *, shown: bool = True) -> None:
        """Put the clock forward; it never goes back, because nothing that was done can be undone."""
        if by < timedelta():
            raise ValueError("the playground's clock never goes back")
        self._world.shift(by, shown=shown)


async def pass_time(clock: ShiftedClock, by: timedelta, work: Tick, tick: Tick) -> None:
    """Put the clock forward as time would pass: all that is due on the way is done at its hour.

    `work` does that on the way, without the looks at the web that would take long; `tick` does all at the end.
    """
    left = by
    while left > HOP:
        clock.shift(HOP, shown=False)
        await work(clock.now())
        left -= HOP
    clock.shift(left)
    await tick(clock.now())
