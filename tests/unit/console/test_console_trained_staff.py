"""岗前培训 on the page of accounts, and what the desk says to who has none on record where it is required."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.insurance.staff import Role
from bot.services.desk_access import TRAINING
from bot.services.servicing.limits import load_limits
from bot.settings import ROOT, read_settings
from bot.store.engine import build_engine
from tests.fakes import DATA_KEY
from tests.migrated import migrated_store
from tests.unit.console import conftest
from tests.unit.console.conftest import Place


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """The desk where an account serves nobody before its training is on record."""
    shipped = load_limits(ROOT / "data" / "servicing" / "limits.yml")
    required = replace(shipped, numbers=MappingProxyType({**shipped.numbers, TRAINING: Decimal(1)}))
    monkeypatch.setattr(conftest, "load_limits", lambda _: required)
    url = migrated_store(tmp_path / "desk.db")
    settings = read_settings({"BOT_VAR_DIR": str(tmp_path), "DATABASE_URL": url, "BOT_DEMO": "0"})
    async with conftest.running_console(build_engine(url, DATA_KEY), settings) as made:
        yield made


async def test_who_is_not_trained_is_told_so_until_an_administrator_has_it_on_record(place):
    agent, admin = await place.colleague("1002"), await place.colleague("admin", Role.ADMIN)
    place.hand_off("c-1")
    _, page = await agent.get("/desk")
    assert "还没有登记岗前培训合格" in page
    refused = await agent.post("/desk/c-1/take")
    assert refused.status == 403
    assert "还没有登记岗前培训合格" in await refused.text()
    _, page = await admin.get("/desk/staff")
    assert "没有登记培训" in page
    today = place.clock().date()
    for wrong in ("", "x", "2999-01-01"):
        response = await admin.post("/desk/staff/1002/trained", on=wrong, form_id=f"f{wrong}")
        assert response.status == 400, wrong
    done = await admin.post("/desk/staff/1002/trained", on=today.isoformat(), form_id="g")
    assert "培训登记为" in await done.text()
    assert ("staff.trained", "1002", "agent:admin") in [row[:3] for row in place.audit()]
    assert (await agent.post("/desk/c-1/take")).status == 303
    _, page = await agent.get("/desk")
    assert "还没有登记岗前培训合格" not in page
