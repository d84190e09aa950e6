"""`python -m bot sweep [--now ISO] [--json]`: the tasks and reminders of a day."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime

from bot.bootstrap import build_sweep, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.cli.moments import read_moment
from bot.settings import read_settings


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    sweep = commands.add_parser("sweep", help="今天的到期任务和提醒；一天只做一次，做过了就什么都不做")
    sweep.add_argument("--now", metavar="ISO", help="当作是这个时刻，如 2026-11-26 或 2026-11-26T00:10")
    sweep.add_argument("--json", action="store_true", help="输出 JSON")
    sweep.set_defaults(run=run)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    try:
        now = read_moment(options.now) if options.now else datetime.now(SHANGHAI)
    except ValueError:
        parser.error(f"看不懂时间 {options.now}，请写成 2026-11-26 或 2026-11-26T00:10")
    settings = read_settings()
    prepare_store(settings, datetime.now(SHANGHAI).date())
    report = build_sweep(settings)(now)
    if options.json:
        print(json.dumps({**asdict(report), "day": report.day.isoformat()}, ensure_ascii=False))
    elif not report.ran:
        print(f"{report.day} 已经做过了，这次没有动任何东西。")
    else:
        print(
            f"{report.day}：新任务 {report.raised} 件，其中和以前的一共 {report.overdue} 件转为超期；关闭 {report.closed} 件，"
            f"到时没有同意的变更 {report.expired} 件，新回访 {report.follow_ups} 件，抽检会话 {report.sampled} 段，排进短信 {report.texts} 条。"
        )
    return 0
