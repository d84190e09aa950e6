"""How long the desk's pages take with many open cases: `python -m benchmarks.desk_pages [--cases N] [--database sqlite|postgresql …]`.

The real pages over HTTP on a store with so many open claims, complaints and requests, and 200 customers who wait; each page is asked for
by an account that sees every post and by one of a single post; the live board by a manager.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import numpy as np
from aiohttp import web
from sqlalchemy import Table, select
from sqlalchemy.engine import Engine

from bot.bootstrap import build_front_desk_parts, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.console.auth import COOKIE
from bot.front_desk import build_app
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.contingency import DisasterEvent
from bot.insurance.hand_off import HandOff, Priority
from bot.insurance.policy import LineOfBusiness
from bot.insurance.staff import POSTS, Credentials, DeskSession, May, Role, Staff, Stage
from bot.services.file_complaint import NO_VERDICT, FileComplaint, file_complaint
from bot.services.phone_calls import CallBack, ask_for_call_back
from bot.settings import Settings, read_settings
from bot.store.case_tables import CLAIMS, HAND_OFFS, SERVICE_REQUESTS
from bot.store.complaint_tables import COMPLAINTS
from bot.store.engine import build_engine
from tests.postgres import create_database, running_cluster

GOAL, BOARD_GOAL = 200.0, 300.0  # ms, of a list, and of the queue and the board
REPORT_GOAL = 2_000.0  # ms, of the analysis of a quarter of all cases, all received this month
TRIES = 15
WAITING = 200
EVENT = "D20261123000001"  # every claim is of this disaster
STAFF = (
    Staff("everything", frozenset({Role.AGENT, Role.CLAIMS, Role.COMPLIANCE}), frozenset(POSTS)),
    Staff("one-post", frozenset({Role.CLAIMS}), frozenset({"理赔"})),
)
MANAGER = Staff("manager", frozenset({Role.MANAGER}), frozenset())
PAGES = {
    "/desk": BOARD_GOAL,
    "/desk/cases": GOAL,
    "/desk/cases?page=50": GOAL,
    "/desk/cases?page=1000": GOAL,
    "/desk/cases?kind=C": GOAL,
    "/desk/cases?kind=T": GOAL,
    "/desk/cases?kind=S": GOAL,
    "/desk/tasks": GOAL,
    "/desk/complaints": GOAL,
    "/desk/complaints?page=400": GOAL,
    "/desk/complaints?due=overdue&kind=claims": GOAL,
    "/desk/complaints?channel=letter&first=2026-01-01": GOAL,
    f"/desk/events/{EVENT}": GOAL,
}
MANAGERS_PAGES = {
    "/desk/board": BOARD_GOAL,
    "/desk/board?institution=HQ": BOARD_GOAL,
    "/desk/follow-ups": GOAL,
    "/desk/figures/complaints": REPORT_GOAL,
    "/desk/figures/times": REPORT_GOAL,
    "/desk/figures/follow-ups": REPORT_GOAL,
}


@contextmanager
def settings_for(kind: str) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"BOT_VAR_DIR": str(Path(folder) / "var"), "BOT_DEMO": "0"}
        if kind == "sqlite":
            yield read_settings(environment)
            return
        with running_cluster() as cluster:
            create_database(cluster, "desk")
            yield read_settings({**environment, "DATABASE_URL": cluster.url("desk")})


def fill(settings: Settings, cases: int, now: datetime) -> None:
    """One row of each register by its use case, and copies of it with other numbers and dates."""
    parts = build_front_desk_parts(settings)
    report = LossReport(LineOfBusiness.MOTOR, "2026-11-23T08:20", "北四环", "追尾", "无人受伤", "13900000001")
    with build_unit_of_work(settings)() as work:
        today = now.date()
        work.events.add(DisasterEvent(EVENT, "storm", "暴雨", ("厦门",), today, today, "agent:everything", now))
        work.claims.add(
            Claim("C0", report, ClaimStage.REPORTED, now, False, "c", "claim", due_on=today, event_id=EVENT)
        )
        command = FileComplaint("理赔拖了三个月", NO_VERDICT, "c", "complaint", now)
        file_complaint(work, command, parts.sweep.deadlines)
        ask_for_call_back(work, CallBack("back", "想问保单", "13900000001", now.date(), "customer"), now)
        work.hand_offs.add(
            HandOff("c", "customer_asked", "客户要求人工", "理赔", Priority.NORMAL, (), (), "", now, "first")
        )
        for one in (*STAFF, MANAGER):
            work.staff.add(one, Credentials("none", handed_out=False), now)
            key = hashlib.sha256(one.name.encode()).hexdigest()
            work.desk_sessions.open(DeskSession(key, one.name, "token", Stage.DONE, now, now))
        work.commit()
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    for table, due, number in (
        (CLAIMS, "due_on", cases // 4),
        (COMPLAINTS, "next_due", cases // 4),
        (SERVICE_REQUESTS, "due_on", cases // 2),
        (HAND_OFFS, "", WAITING),
    ):
        copy_row(engine, table, due, number)
    engine.dispose()
    began = time.perf_counter()
    swept = parts.sweep(now)
    print(f"\nthe first sweep of all of them: {time.perf_counter() - began:.0f} s, {swept.raised} tasks", flush=True)


def copy_row(engine: Engine, table: Table, due: str, number: int) -> None:
    with engine.begin() as connection:
        first = dict(connection.execute(select(table)).mappings().first())
        name = next(iter(table.primary_key.columns)).name
        rows = []
        for place in range(1, number):
            row = {**first, name: f"{first[name]}-{place:06}", "idempotency_key": f"{table.name}-{place}"}
            if due:
                row[due] = first[due] + timedelta(days=place % 60 - 5)
            else:
                row |= {"conversation_id": f"c-{place}", "idempotency_key": f"{first[name]}-{place:06}"}
            rows.append(row)
        for begin in range(0, len(rows), 2000):
            connection.execute(table.insert(), rows[begin : begin + 2000])


async def measure(settings: Settings) -> int:
    """Print the pages; how many are too slow."""
    app = build_app(settings, build_front_desk_parts(settings))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    slow = 0
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as http:
            for one in (*STAFF, MANAGER):
                for path, goal in (MANAGERS_PAGES if one is MANAGER else PAGES).items():
                    if path.startswith("/desk/complaints") and not one.may(May.SUPERVISE):
                        continue  # no page of this account's
                    took = [await seconds(http, f"{address}{path}", one.name) for _ in range(TRIES)]
                    middle, worst = 1e3 * float(np.median(took)), 1e3 * max(took)
                    slow += middle > goal
                    print(f"{one.name:12}{path:26}{middle:9.0f}{worst:9.0f}{goal:9.0f}", flush=True)
    finally:
        await runner.cleanup()
    return slow


async def seconds(http: aiohttp.ClientSession, url: str, cookie: str) -> float:
    began = time.perf_counter()
    async with http.get(url, headers={"Cookie": f"{COOKIE}={cookie}"}) as response:
        await response.read()
        if response.status != 200 or response.url.path.endswith("login"):
            raise RuntimeError(f"{url}: {response.status}")
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    slow = 0
    for kind in options.database:
        with settings_for(kind) as settings:
            now = datetime.now(SHANGHAI)
            prepare_store(settings, now.date())
            fill(settings, options.cases, now)
            print(f"\n{kind}, {options.cases} open cases{'':20}{'p50 ms':>9}{'most':>9}{'goal':>9}")
            slow += asyncio.run(measure(settings))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
