from __future__ import annotations

from datetime import timedelta

import pytest

from tests.servicing_talk import close_requests_on_value
from tests.talk import Talk


@pytest.fixture
def customer(first_talk: Talk) -> Talk:
    """A new conversation, an hour after the last: codes to one phone are limited within half an hour."""
    first_talk.now += timedelta(hours=1)
    close_requests_on_value(first_talk.services.unit_of_work)
    return first_talk.another()
