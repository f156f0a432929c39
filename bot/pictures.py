"""Pictures that hang at an address of ours for a while, for platforms that only show what they can fetch.

They are kept in memory: a platform fetches a picture when it is posted, and keeps what it fetched.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

PATH = "/pictures/"
"""Where pictures hang below the public address."""
HANGING = timedelta(hours=1)
"""How long a picture hangs: platforms fetch it within seconds, a slow one may come again."""
MOST = 32
"""Pictures that hang at once, about 20 kB each; the oldest goes first."""


class Pictures:
    """Hangs pictures up at addresses that nobody can guess."""

    def __init__(self, public_url: str, secret: Callable[[], str]) -> None:
        """Take the address at which the world reaches us (empty: it doesn't), and what makes a name to keep secret."""
        self._public_url = public_url.rstrip("/")
        self._secret = secret
        self._hanging: OrderedDict[str, tuple[bytes, datetime]] = OrderedDict()

    def hang(self, png: bytes, now: datetime) -> str:
        """Hang a picture up and give its address; nothing where the world doesn't reach us."""
        if not self._public_url:
            return ""
        name = self._secret()
        self._hanging[name] = png, now + HANGING
        if len(self._hanging) > MOST:
            self._hanging.popitem(last=False)
        return f"{self._public_url}{PATH}{name}.png"

    def at(self, name: str, now: datetime) -> bytes | None:
        """Give the picture of a name; None where none hangs, or none any more."""
        png, until = self._hanging.get(name, (b"", now))
        return png if now < until else None
