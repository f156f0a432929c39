"""One app on one platform that fails as it is told; letters go out when a test says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.commands import PostMaker
from bot.model import Workspace
from tests.doubles.board import BOARD, Board
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings

HOME = Workspace("playground", "home")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def app(tmp_path: Path, clock: FixedClock) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=clock, links=FakeLinks()) as opened:
        await opened.join(HOME)
        yield opened


@pytest.fixture
def chat(app: App) -> FakeChat:
    fake = FakeChat()
    app.chats["playground"] = fake  # not attach: these tests send when they say so
    return fake


@pytest.fixture
def board(app: App, chat: FakeChat) -> Board:
    made = Board(app)
    app.registry.posts[BOARD] = PostMaker(BOARD, made.make)
    return made
