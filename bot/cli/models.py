"""`python -m bot train|compare|release|rollback`: models, from the data to the customers and back."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import datetime

from bot.bootstrap import build_model_registry, build_release, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.staff import May
from bot.services.intent_names import load_intent_names
from bot.services.models.jobs import start_job
from bot.services.models.ports import Job, JobState
from bot.services.models.release import ModelStepError
from bot.services.models.report import ASKS, Report
from bot.services.models.split import ALL
from bot.settings import Settings, read_settings

_BAR = 30
_SHOWN = 10


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Their arguments."""
    train = commands.add_parser("train", help="用现在的数据训练一个候选模型，不动在用的")
    train.add_argument("--compare", action="store_true", help="训练完接着比较")
    _common(train, run_train)
    compare = commands.add_parser("compare", help="候选模型和在用的比：留出的句子、客户说过的话、必须通过的对话")
    compare.add_argument("model", metavar="编号")
    _common(compare, run_compare)
    release = commands.add_parser("release", help="批准、灰度、全量发布；不写编号就列出全部模型")
    release.add_argument("model", metavar="编号", nargs="?", default="")
    release.add_argument("--approve", action="store_true", help="批准（不能是训练它的人）")
    release.add_argument("--share", type=int, metavar="百分比", help="只给这么多新会话")
    _common(release, run_release)
    _common(commands.add_parser("rollback", help="撤回灰度，或退回上一个模型"), run_rollback)


def _common(command: argparse.ArgumentParser, run: object) -> None:
    command.add_argument("--by", metavar="工号", default="", help="谁做的，写进记录；要有这项权限")
    command.add_argument("--json", action="store_true", help="输出 JSON")
    command.set_defaults(run=run)


def run_train(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    return _job(options, "prepare" if options.compare else "train", "")


def run_compare(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    return _job(options, "compare", options.model)


def run_release(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    settings, now = _ready(), datetime.now(SHANGHAI)
    if not options.model:
        return _list(settings, as_json=options.json)
    by, release = _account(settings, options.by, May.RELEASE_MODELS), build_release(settings)
    with build_unit_of_work(settings)() as work:
        if options.approve:
            release.approve(work, options.model, by, now)
            said = f"{options.model} 已批准。"
        elif options.share is not None:
            split = release.share(work, options.model, options.share, by, now)
            said = f"从现在起，{split.share}% 的新会话用 {split.other}，其余用 {split.base}。"
        else:
            split = release.release(work, options.model, by, now)
            until = split.until.astimezone(SHANGHAI) if split.until else now
            said = f"从现在起，新会话都用 {split.other}；已经开始的会话用 {split.base} 到 {until:%H:%M}。"
    return _tell(settings, said, as_json=options.json)


def run_rollback(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    settings = _ready()
    by = _account(settings, options.by, May.RELEASE_MODELS)
    with build_unit_of_work(settings)() as work:
        split = build_release(settings).roll_back(work, by, datetime.now(SHANGHAI))
    return _tell(settings, f"已退回，所有会话用 {split.base}。", as_json=options.json)


def _ready() -> Settings:
    settings = read_settings()
    prepare_store(settings, datetime.now(SHANGHAI).date())
    return settings


def _account(settings: Settings, name: str, what: May) -> str:
    """Who does it. Raises ModelStepError: nobody is named, or the account may not."""
    if not name:
        raise ModelStepError("要写 --by 工号：谁批准、谁发布都要有记录")
    with build_unit_of_work(settings)() as work:
        staff = work.staff.get(name)
    if staff is None or staff.locked or not staff.may(what):
        raise ModelStepError(f"工号 {name} 没有这项权限（训练师；批准和发布也可以是主管）")
    return f"cli:{name}"


def _job(options: argparse.Namespace, kind: str, model: str) -> int:
    from bot.training.job import run  # a few hundred milliseconds that the other commands need not pay

    settings = _ready()
    by, unit_of_work = _account(settings, options.by, May.TRAIN_MODELS), build_unit_of_work(settings)
    with unit_of_work() as work:
        job = start_job(work, kind, model, by, datetime.now(SHANGHAI))
        work.commit()
    done = run(settings, job, _bar if sys.stderr.isatty() else lambda _: None)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    with unit_of_work() as work:
        report = work.comparisons.get(done.model_id) if kind != "train" and done.state is JobState.DONE else None
    if options.json:
        row = {"job": done.job_id, "model": done.model_id, "state": done.state.value, "failure": done.failure}
        print(json.dumps({**row, "report": report.as_json() if report else None}, ensure_ascii=False))
    elif done.state is JobState.DONE:
        print(f"模型 {done.model_id}：{done.step}")
        if report is not None:
            print("\n".join(show(report, load_intent_names(settings.data_dir / "intents.yml"))))
    else:
        print(f"{done.state.zh}：{done.failure}", file=sys.stderr)
    return 0 if done.state is JobState.DONE and (report is None or report.passed) else 1


def _bar(job: Job) -> None:
    full = _BAR * job.progress // 100
    print(
        f"\r{'█' * full}{'░' * (_BAR - full)} {job.progress:3}% {job.step}\033[K", end="", file=sys.stderr, flush=True
    )


def show(report: Report, zh: Mapping[str, str]) -> list[str]:
    """The report for a terminal; `zh`: intents in Chinese."""
    low, high = report.all.change
    lines = [
        f"和 {report.before} 比，用时 {report.seconds:.0f} 秒",
        report.customers.headline,
        f"留出的 {report.all.of} 句：听懂 {report.all.before} → {report.all.after}"
        f"（{100 * low:+.1f} 到 {100 * high:+.1f} 个百分点，95%），反问 {report.asks_before} → {report.asks_after}",
    ]
    for row in sorted(report.intents, key=lambda row: row.gained - row.lost):
        if row.gained or row.lost:
            low, high = row.change
            lines.append(
                f"  {zh.get(row.intent, row.intent)}：{row.of} 句里 {row.before} → {row.after}"
                f"（{100 * low:+.0f} 到 {100 * high:+.0f}）"
            )
    for pair in report.mixed[:_SHOWN]:
        names = f"{zh.get(pair.wanted, pair.wanted)} 当成 {zh.get(pair.got, pair.got)}"
        lines.append(f"  {names} {pair.after} 句（以前 {pair.before}）：{'、'.join(pair.sentences[:3])}")
    for one in report.customers.changed[:_SHOWN]:
        old, new = (zh.get(name, name) if name != ASKS else "反问" for name in (one.before, one.after))
        lines.append(f"  {one.verdict.zh}：“{one.text}” {old} → {new}")
    for played in report.dialogues:
        lines.append(f"  {'没通过' if played.why else '通过'}：{played.name}")
    lines += [f"不能发布：{one.what}。{one.remedy}" for one in report.blocked] or ["过关，可以批准。"]
    return lines


def _list(settings: Settings, *, as_json: bool) -> int:
    registry = build_model_registry(settings.model_dir)
    cards, split = registry.cards(), registry.split()
    if as_json:
        rows = [card.as_json() for card in cards]
        print(json.dumps({"models": rows, "split": split.as_json() if split else None}, ensure_ascii=False))
        return 0
    for card in cards:
        gate = {None: "没有比较", True: "过关", False: "没有过关"}[card.gate_passed]
        share = f"（新会话的 {split.share}%）" if split and split.other == card.model_id and split.share < ALL else ""
        accuracy = f"{100 * card.figures['accuracy']:.1f}%" if "accuracy" in card.figures else "—"
        print(
            f"{card.model_id}  {card.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}  {card.state.zh}{share}  {gate}  听懂 {accuracy}  训练 {card.made_by}"
        )
    if not cards:
        print("还没有模型。")
    return 0


def _tell(settings: Settings, said: str, *, as_json: bool) -> int:
    split = build_model_registry(settings.model_dir).split()
    print(json.dumps({"split": split.as_json() if split else None}, ensure_ascii=False) if as_json else said)
    return 0
