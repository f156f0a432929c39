"""Where our messages stand."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from bot.model import Post, Ref, Workspace
from storage.session import Session
from storage.sql import insert_or_update, mine, table

_POST, _WORKSPACE = table("post"), table("workspace")

_POSTS = (
    select(_POST.c.kind, _POST.c.subject, _POST.c.ref, _POST.c.platform, _POST.c.workspace, _WORKSPACE.c.name)
    .outerjoin_from(
        _POST,
        _WORKSPACE,
        (_WORKSPACE.c.platform == _POST.c.platform)
        & (_WORKSPACE.c.id == _POST.c.workspace)
        & (_WORKSPACE.c.community == _POST.c.community),
    )
    .where(mine(_POST))
    .order_by(_POST.c.posted_at, _POST.c.ref)
)
_AT = _POSTS.where(_POST.c.ref == bindparam("ref"))
_OF = _POSTS.where(_POST.c.kind == bindparam("kind"), _POST.c.subject == bindparam("subject"))

PUT = insert_or_update(_POST, ["community", "ref"], ["kind", "subject", "platform", "workspace"])
"""Write down what stands at a message; a message stands for one thing, the latest."""


def _list(db: Connection, community: str, kind: str, subject: str) -> list[Post]:
    rows = db.execute(_OF, {"tenant": community, "kind": kind, "subject": subject})
    return [_post(*row) for row in rows]


def _at(db: Connection, community: str, ref: str) -> Post | None:
    row = db.execute(_AT, {"tenant": community, "ref": ref}).first()
    return None if row is None else _post(*row)


def _post(kind: str, subject: str, ref: str, platform: str, workspace: str, name: str | None) -> Post:
    return Post(kind, subject, Workspace(platform, workspace, name or ""), Ref(ref))


class SqlPosts:
    """`bot.ports.Posts` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def at(self, ref: Ref) -> Post | None:
        return await self._run(_at, ref)

    async def of(self, kind: str, subject: str) -> Sequence[Post]:
        return await self._run(_list, kind, subject)
