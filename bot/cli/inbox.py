"""`python -m bot inbox …`: the trainers' inbox from a terminal. Who decides is an account of the desk with the trainer's role (`--by`)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.bootstrap import build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.errors import BotError
from bot.insurance.review_item import ReviewItem, ReviewReason, ReviewState
from bot.insurance.staff import May
from bot.services.intent_names import load_entity_names, load_intent_names
from bot.services.ports import UnitOfWork
from bot.services.review.decide import By, Contract, Proposal, accept, approve, discard, propose
from bot.services.review_ports import Chosen, Landed
from bot.settings import Settings, read_settings
from bot.training.land_examples import landing

SHOWN = 50
Deed = Callable[[UnitOfWork, Contract, By], ReviewItem]


class NoTrainerError(BotError):
    """Only an account with the trainer's role decides."""

    code = "no_trainer"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    inbox = commands.add_parser("inbox", help="训练收件箱：没听懂的句子是什么意思")
    deeds = inbox.add_subparsers(dest="deed", required=True, metavar="操作")
    shown = deeds.add_parser("list", help="列出句子")
    shown.add_argument("--state", choices=[one.value for one in ReviewState], default=ReviewState.NEW.value)
    shown.add_argument("--reason", choices=[one.value for one in ReviewReason], help="为什么在这里")
    shown.add_argument("--guess", metavar="意图", default="", help="当时认成的意图")
    shown.add_argument("--limit", type=int, default=SHOWN, metavar="N", help=f"最多几句，默认 {SHOWN}")
    shown.set_defaults(run=run_list)
    for name, text, run in (
        ("accept", "就是当时猜的意图", run_accept),
        ("relabel", "是别的意图", run_relabel),
        ("discard", "不用", run_discard),
        ("approve", "通过别人提出的", run_approve),
    ):
        deed = deeds.add_parser(name, help=text)
        deed.add_argument("item", metavar="编号")
        if name == "relabel":
            deed.add_argument("intent", metavar="意图", help="代码或中文名")
        if name in ("accept", "relabel"):
            deed.add_argument(
                "--example", default="", metavar="句子", help="改写后的训练句子，实体写成 [发票](document)"
            )
        deed.set_defaults(run=run)
    deeds.add_parser("export", help="把通过的写进训练句子，在各训练师的 git 分支上").set_defaults(run=run_export)
    for name, deed in deeds.choices.items():
        if name != "list":
            deed.add_argument("--by", metavar="工号", required=True, help="谁来做，要有训练师角色")
        deed.add_argument("--json", action="store_true", help="输出 JSON")


def run_list(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    settings = _ready()
    reason = ReviewReason(options.reason) if options.reason else None
    chosen = Chosen(ReviewState(options.state), reason, options.guess)
    with build_unit_of_work(settings, reading=True)() as work:
        items = work.review_items.page(chosen, offset=0, limit=max(1, options.limit))
    if options.json:
        print(json.dumps([_told(item) for item in items], ensure_ascii=False))
        return 0
    names = load_intent_names(settings.data_dir / "intents.yml")
    for item in items:
        label = item.verdict.intent or item.verdict.new_intent or item.suggestion
        reasons = "、".join(one.zh for one in item.reasons)
        print(
            f"{item.item_id}\t{item.times} 次\t{names.get(label, label)} {item.confidence:.0%}\t{reasons}\t{item.text}"
        )
    if not items:
        print("没有。")
    return 0


def run_accept(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    return _decide(options, lambda work, contract, by: accept(work, options.item, contract, by, options.example))


def run_relabel(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    names = load_intent_names(_ready().data_dir / "intents.yml")
    intent = next((code for code, zh in names.items() if options.intent in (code, zh)), options.intent)
    proposal = Proposal(options.item, intent, example=options.example)
    return _decide(options, lambda work, contract, by: propose(work, proposal, contract, by))


def run_discard(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    return _decide(options, lambda work, _, by: discard(work, options.item, by))


def run_approve(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    return _decide(options, lambda work, _, by: approve(work, options.item, by))


def run_export(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """0 when all was written, 1 where something meets another branch."""
    settings, now = _ready(), datetime.now(SHANGHAI)
    unit_of_work = build_unit_of_work(settings)
    with unit_of_work() as work:
        _trainer(work, options.by)
    landed = landing(settings, unit_of_work)(options.by, now)
    if options.json:
        print(json.dumps([_landed(one) for one in landed], ensure_ascii=False))
    elif not landed:
        print("没有等着写的句子。")
    else:
        for one in landed:
            _tell(one)
    return 1 if any(one.clashes or one.files for one in landed) else 0


def _decide(options: argparse.Namespace, deed: Deed) -> int:
    settings, now = _ready(), datetime.now(SHANGHAI)
    contract = Contract(
        load_intent_names(settings.data_dir / "intents.yml"), load_entity_names(settings.data_dir / "entities.yml")
    )
    with build_unit_of_work(settings)() as work:
        _trainer(work, options.by)
        item = deed(work, contract, By(options.by, now))
        work.commit()
    if options.json:
        print(json.dumps(_told(item), ensure_ascii=False))
    else:
        print(f"{item.item_id} {item.state.zh}：{item.text}")
    return 0


def _ready() -> Settings:
    settings = read_settings()
    prepare_store(settings, datetime.now(SHANGHAI).date())
    return settings


def _trainer(work: UnitOfWork, name: str) -> None:
    staff = work.staff.get(name)
    if staff is None or staff.locked or not staff.may(May.TRAIN):
        raise NoTrainerError(flaw=f"{name} 不是在用的训练师账号，用 python -m bot staff list 看全部", name=name)


def _told(item: ReviewItem) -> dict[str, object]:
    verdict = item.verdict
    return {
        "item": item.item_id, "text": item.text, "state": verdict.state.value, "times": item.times,
        "reasons": {reason.value: count for reason, count in item.reasons.items()}, "guess": item.guess,
        "confidence": item.confidence, "ranking": [list(pair) for pair in item.ranking], "meant": item.meant,
        "channel": item.channel, "conversation": item.conversation_id, "first_at": item.first_at.isoformat(),
        "last_at": item.last_at.isoformat(), "intent": verdict.intent, "new_intent": verdict.new_intent,
        "example": verdict.example, "proposed_by": verdict.proposed_by, "decided_by": verdict.decided_by,
        "commit": item.commit,
    }  # fmt: skip


def _landed(one: Landed) -> dict[str, object]:
    return {
        "trainer": one.trainer, "branch": one.branch, "commit": one.commit, "written": list(one.written),
        "known": list(one.known), "conflicts": _clashes(one), "files": list(one.files),
    }  # fmt: skip


def _clashes(one: Landed) -> Sequence[dict[str, str]]:
    return [
        {"item": each.item_id, "text": each.text, "intent": each.intent, "other": each.other, "where": each.where}
        for each in one.clashes
    ]


def _tell(one: Landed) -> None:
    print(
        f"{one.trainer}：写进 {len(one.written)} 句，本来就有 {len(one.known)} 句，分支 {one.branch}，提交 {one.commit[:10]}"
    )
    for clash in one.clashes:
        where = clash.where or "同一批"
        print(f"  冲突，没有写：“{clash.text}” 提出的是 {clash.intent}，{where} 里是 {clash.other}")
    for file in one.files:
        print(f"  合并时要人看：{file} 改在同一处")
