"""The command line: `python -m bot due RULE_ID RECEIVED [--json]`, `python -m bot sweep [--now ISO] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time

from bot.bootstrap import build_deadlines, build_sweep, prepare_store
from bot.calendars.clocks import SHANGHAI, Bearer, ClockRule, Due
from bot.errors import BotError
from bot.services.deadlines import Deadlines, UnknownRuleError
from bot.settings import data_dir, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 1 it could not be done (the reason is on standard error), 2 the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="保险公司智能客服的命令行")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    due = commands.add_parser("due", help="某项期限何时到期、依据哪一条")
    due.add_argument("rule", metavar="RULE_ID", help="期限编号，如 D-C01；写 list 列出全部")
    due.add_argument("received", metavar="RECEIVED", nargs="?", help="起算日 2026-09-30，或带时间 2026-09-30T23:10")
    due.add_argument("--json", action="store_true", help="输出 JSON")
    sweep = commands.add_parser("sweep", help="今天的到期任务和提醒；一天只做一次，做过了就什么都不做")
    sweep.add_argument("--now", metavar="ISO", help="当作是这个时刻，如 2026-11-26 或 2026-11-26T00:10")
    sweep.add_argument("--json", action="store_true", help="输出 JSON")
    options = parser.parse_args(arguments)
    try:
        return _sweep(options, parser) if options.command == "sweep" else _due(options, parser)
    except BotError as error:
        print(_explain(error), file=sys.stderr)
        return 1


def _due(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    deadlines = build_deadlines(data_dir())
    if options.rule == "list":
        _list(deadlines)
        return 0
    if options.received is None:
        parser.error("请写起算日，例如 2026-09-30")
    try:
        received = _moment(options.received)
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


def _sweep(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    try:
        now = _moment(options.now) if options.now else datetime.now(SHANGHAI)
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
            f"到时没有同意的变更 {report.expired} 件，新回访 {report.follow_ups} 件，排进短信 {report.texts} 条。"
        )
    return 0


def _list(deadlines: Deadlines) -> None:
    for rule in deadlines.rules.values():
        length = "无天数" if rule.duration is None else f"{rule.duration} {rule.unit.zh}"
        print(f"{rule.id:14} {length:10} {rule.trigger} → {rule.what}")


def _moment(text: str) -> datetime:
    """A day or a moment, Shanghai time where no zone is given. Raises ValueError."""
    if len(text) == len("2026-09-30"):
        return datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _explain(error: BotError) -> str:
    if isinstance(error, UnknownRuleError):
        return f"没有编号为 {error.data['rule']} 的期限。用 python -m bot due list 看全部编号。"
    return str(error)
