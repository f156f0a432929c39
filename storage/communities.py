"""Communities and their workspaces. Only what is here looks beyond one community, to tell whose a workspace is."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select, update

from bot.model import Workspace
from storage.columns import StoredText
from storage.session import Session
from storage.sql import insert_new, insert_or_update, mine, table

_COMMUNITY, _WORKSPACE = table("community"), table("workspace")
_IS_IT = (_WORKSPACE.c.platform == bindparam("its_platform")) & (_WORKSPACE.c.id == bindparam("its_id"))

_WHOSE = select(_WORKSPACE.c.community).where(_IS_IT)
_ALL = select(_COMMUNITY.c.id).order_by(_COMMUNITY.c.id)
_FOUND = insert_new(_COMMUNITY)
_FOUND_OR_RENAME = insert_or_update(_COMMUNITY, ["id"], ["name"])
_ADD = insert_new(_WORKSPACE)
_RENAME = (
    update(_WORKSPACE)
    .where(mine(_WORKSPACE), _IS_IT)
    .values(name=func.coalesce(func.nullif(bindparam("new_name", type_=StoredText), ""), _WORKSPACE.c.name))
)
"""An empty name leaves what is known."""
_LIST = (
    select(_WORKSPACE.c.platform, _WORKSPACE.c.id, _WORKSPACE.c.name)
    .where(mine(_WORKSPACE))
    .order_by(_WORKSPACE.c.platform, _WORKSPACE.c.id)
)


def community_of(db: Connection, _: str, workspace: Workspace) -> str | None:
    """Find the community a workspace belongs to."""
    found: str | None = db.execute(_WHOSE, {"its_platform": workspace.platform, "its_id": workspace.id}).scalar()
    return found


def found(db: Connection, community: str, name: str) -> None:
    """Make a community, or update its name."""
    db.execute(_FOUND_OR_RENAME, _new_community(community, name))


def join(db: Connection, community: str, workspace: Workspace) -> None:
    """Make a workspace part of a community (made if new); ValueError if it is part of another one."""
    db.execute(_FOUND, _new_community(community, ""))
    row = {"platform": workspace.platform, "id": workspace.id, "community": community, "name": workspace.name}
    db.execute(_ADD, row)
    place = {"tenant": community, "its_platform": workspace.platform, "its_id": workspace.id}
    if db.execute(_RENAME, place | {"new_name": workspace.name}).rowcount == 0:
        raise ValueError(f"{workspace.platform} workspace {workspace.id} is part of another community")


def _new_community(community: str, name: str) -> dict[str, str | int]:
    counters = {column.name: 0 for column in _COMMUNITY.c if column.name not in {"id", "name"}}
    return {"id": community, "name": name, **counters}


def communities(db: Connection, _: str) -> list[str]:
    """List the communities."""
    return list(db.execute(_ALL).scalars())


def _workspaces(db: Connection, community: str) -> list[Workspace]:
    return [Workspace(*row) for row in db.execute(_LIST, {"tenant": community})]


class SqlWorkspaces:
    """`bot.ports.Workspaces` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def all(self) -> Sequence[Workspace]:
        return await self._run(_workspaces)
