"""`python -m bot due RULE_ID RECEIVED [--json]`: when a legal deadline runs out, and by which article."""

from __future__ import annotations

import argparse
import json
from datetime import datetime

from bot.bootstrap import build_deadlines
from bot.calendars.clocks import Bearer, ClockRule, Due
from bot.cli.moments import read_moment
from bot.services.deadlines import Deadlines
from bot.settings import data_dir


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    due = commands.add_parser("due", help="某项期限何时到期、依据哪一条")
    due.add_argument("rule", metavar="RULE_ID", help="期限编号，如 D-C01；写 list 列出全部")
    due.add_argument("received", metavar="RECEIVED", nargs="?", help="起算日 2026-09-30，或带时间 2026-09-30T23:10")
    due.add_argument("--json", action="store_true", help="输出 JSON")
    due.set_defaults(run=run)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    deadlines = build_deadlines(data_dir())
    if options.rule == "list":
        _list(deadlines)
        return 0
    if options.received is None:
        parser.error("请写起算日，例如 2026-09-30")
    try:
        received = read_moment(options.received)
    except ValueError:
        parser.error(f"看不懂日期 {options.received}，请写成 2026-09-30 或 2026-09-30T23:10")
    rule = deadlines.rule(options.rule.upper())
    try:
        if options.json:
            print(json.dumps(_answer(deadlines, rule, received), ensure_ascii=False))
        else:
            _tell(deadlines, rule, received)
    except OverflowError:
        parser.error(f"{options.received} 太远，日历里没有到期的那一天")
    return 0


def _answer(deadlines: Deadlines, rule: ClockRule, received: datetime) -> dict[str, object]:
    """`due` is a day, a moment for a rule that counts hours, null where the article sets no length."""
    due, estimated = None, False
    if rule.unit.counts_hours:
        due = deadlines.due_at(rule.id, received).isoformat(timespec="minutes")
    elif rule.duration is not None:
        day = deadlines.due(rule.id, received)
        due, estimated = day.internal_due.isoformat(), day.estimated
    return {
        "rule": rule.id,
        "due": due,
        "unit": rule.unit.value if rule.duration is not None else None,
        "article": rule.article,
        "estimated": estimated,
    }


def _tell(deadlines: Deadlines, rule: ClockRule, received: datetime) -> None:
    print(f"{rule.id}  {rule.what}")
    print(f"起算  {rule.trigger}：{received:%Y-%m-%d %H:%M}{'' if rule.unit.counts_hours else '（当日不计入）'}")
    if rule.unit.counts_hours:
        print(f"到期  {deadlines.due_at(rule.id, received):%Y-%m-%d %H:%M}（{rule.duration} {rule.unit.zh}）")
    elif rule.duration is None:
        print("到期  条文没有规定天数，没有到期日")
    else:
        _tell_day(rule, deadlines.due(rule.id, received))
    print(f"依据  {rule.article}  [{rule.tag.value}]")


def _tell_day(rule: ClockRule, due: Due) -> None:
    print(
        f"{'最早' if rule.before else '到期'}  {due.internal_due} {'00:00' if rule.before else '24:00'}（{rule.duration} {rule.unit.zh}{'之前' if rule.before else ''}）"
    )
    if due.statutory_latest != due.internal_due:
        ours = "" if rule.bearer is Bearer.CUSTOMER else "；内部仍以到期日为准"
        guess = "，暂估" if due.latest_estimated else ""
        print(f"最迟  {due.statutory_latest}（末日遇休假日顺延，民法典第二百零三条{ours}{guess}）")
    if due.estimated:
        print("暂估  这段时间有一年的放假安排没有录入，按周一至周五推算")


def _list(deadlines: Deadlines) -> None:
    for rule in deadlines.rules.values():
        length = "无天数" if rule.duration is None else f"{rule.duration} {rule.unit.zh}"
        print(f"{rule.id:14} {length:10} {rule.trigger} → {rule.what}")
