from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conversation_desk import Desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.dispatcher.stop(grace=1)
