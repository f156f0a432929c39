"""Which program is at which host of the web: one at a time, so that no host gets two connections from us."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.columns import StoredText
from storage.sql import mine, table

_HOST = table("host_visit")
_OVER = delete(_HOST).where(mine(_HOST), _HOST.c.until <= bindparam("now", type_=_HOST.c.until.type))
_NEW = insert(_HOST)
_TAKE = _NEW.on_conflict_do_update(
    index_elements=["community", "host"],
    set_={"until": _NEW.excluded.until},
    where=_HOST.c.claimant == _NEW.excluded.claimant,
)
_OURS = select(_HOST.c.host).where(
    mine(_HOST),
    _HOST.c.claimant == bindparam("us", type_=StoredText),
    _HOST.c.host.in_(bindparam("hosts", type_=StoredText, expanding=True)),
)


def take_hosts(
    db: Connection, community: str, hosts: Collection[str], claimant: str, now: datetime, lease: float
) -> frozenset[str]:
    """Take hosts for `lease` seconds; give those that no other claimant has."""
    until = now + timedelta(seconds=lease)
    db.execute(_OVER, {"tenant": community, "now": now})
    wanted = sorted(hosts)  # in one order, so that two who take some never wait for each other
    db.execute(_TAKE, [{"community": community, "host": host, "claimant": claimant, "until": until} for host in wanted])
    return frozenset(db.execute(_OURS, {"tenant": community, "us": claimant, "hosts": wanted}).scalars())
