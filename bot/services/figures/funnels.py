"""How far customers come in each journey: began, each question reached, submitted, left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.insurance.service_fact import Fact
from bot.services.figure_ports import Step
from bot.services.figures.period import Period
from bot.services.figures.report import Chart, Report, Section, Series, Sheet, per_cent, share
from bot.services.journeys.journey import CONFIRM, Journey
from bot.services.ports import UnitOfWork
from bot.services.registry import JOURNEYS

SUBMITTED, ENDED, HANDED, SWITCHED = "confirmed", "ended", "handed_off", "switched"
CARD = "看到确认卡"
# Questions that have no line on a card, as the report names them.
_QUESTIONS = {
    "otp": "短信验证码", "phone_code": "短信验证码", "contact_code": "新号码的验证码", "person_check": "实人核验",
    "complaint_matter": "投诉哪件事", "complaint_query_no": "查哪件投诉", "complaint_withdrawal_other": "撤回哪件投诉",
    "consent_code": "同意码", "consent_answer": "同意或不同意", "claim_no": "查哪件理赔", "policy_no": "查哪张保单",
    "service_whose": "替谁办", "service_consent": "同意处理敏感信息", "person_whose": "改谁的资料",
    "person_employer": "单位投保", "holder_side": "新旧投保人", "servicer_want": "要查还是要换", "servicer_misconduct": "业务员是否违规",
    "paper_proof": "证明", "paper_matter_check": "核对是哪件事", "callback_none": "没有约好的回电", "premium_why": "没交上的原因",
    "rating_reason": "不满意的原因", **{f"beneficiary_id_{n}": f"受益人 {n} 证件" for n in range(1, 5)},
    **{f"check_{n}": f"自测第 {n} 题" for n in range(1, 7)},
}  # fmt: skip


@dataclass(frozen=True)
class Funnel:
    """Of a journey: how many began; (question, how many reached it) in its order; submitted, told why not, handed to a person, changed
    to another matter; left: all the others."""

    zh: str
    began: int
    reached: tuple[tuple[str, int], ...]
    submitted: int
    ended: int
    handed: int
    switched: int

    @property
    def left(self) -> int:
        return max(0, self.began - self.submitted - self.ended - self.handed - self.switched)


def funnels_of(steps: Sequence[Step]) -> tuple[Funnel, ...]:
    """Those that anybody began, the most used first. A journey that is no more keeps its key as its name."""
    counted: dict[str, dict[tuple[Fact, str], int]] = defaultdict(dict)
    for step in steps:
        counted[step.journey][step.fact, step.value] = step.count
    found = [_funnel(key, facts) for key, facts in counted.items()]
    return tuple(sorted(found, key=lambda one: (-one.began, one.zh)))


def funnel_report(work: UnitOfWork, period: Period) -> Report:
    """Of the journeys that began in the period."""
    funnels = funnels_of(work.facts.steps(period.first, period.after))
    began, submitted = sum(one.began for one in funnels), sum(one.submitted for one in funnels)
    return Report(
        "各项业务的办理漏斗",
        period.zh,
        (
            ("开始办理", f"{began} 次"),
            ("提交", f"{submitted} 次，{per_cent(submitted, began)}"),
            ("中途离开", f"{(left := sum(one.left for one in funnels))} 次，{per_cent(left, began)}"),
        ),
        (_overview(funnels), *map(_section, funnels)),
        (
            "走到：问到这一题的次数；客户一开口就说了的，这一题不再问，所以后一题可能比前一题多。",
            "查询类没有确认卡，答完就算提交。说明后结束：按规则办不了，已说明原因。中途离开：取消、存着以后没有再办、没有再回。",
        ),
    )


def _funnel(key: str, facts: dict[tuple[Fact, str], int]) -> Funnel:
    entry = JOURNEYS.get(key)
    slots = {slot: count for (fact, slot), count in facts.items() if fact is Fact.ASKED}
    order = {step.slot: place for place, step in enumerate(entry.journey.steps)} if entry else {}
    ranked = sorted(slots, key=lambda slot: (slot == CONFIRM, order.get(slot, len(order)), slot))
    return Funnel(
        entry.journey.zh if entry else key,
        facts.get((Fact.BEGAN, key), 0),
        tuple((_named(entry.journey if entry else None, slot), slots[slot]) for slot in ranked),
        *(facts.get((Fact.ENDED, how), 0) for how in (SUBMITTED, ENDED, HANDED, SWITCHED)),
    )


def _named(journey: Journey | None, slot: str) -> str:
    if slot == CONFIRM:
        return CARD
    step = journey.step(slot) if journey else None
    if journey is None or step is None:
        return slot
    return step.label or _QUESTIONS.get(slot) or step.called or journey.desk_labels.get(slot) or step.hint or slot


def _overview(funnels: Sequence[Funnel]) -> Section:
    rows = tuple(
        (
            one.zh, str(one.began), str(one.submitted), per_cent(one.submitted, one.began), str(one.ended), str(one.handed),
            str(one.switched), str(one.left),
        )
        for one in funnels
    )  # fmt: skip
    head = ("业务", "开始", "提交", "提交率", "说明后结束", "转人工", "改办别的", "中途离开")
    rates = tuple(share(one.submitted, one.began) for one in funnels)
    chart = Chart("提交率", tuple(one.zh for one in funnels), (Series("提交率", rates),), "%", lying=True)
    return Section("各项业务", (chart,), (Sheet(head, rows),))


def _section(one: Funnel) -> Section:
    rows = (("开始", one.began), *one.reached, ("提交", one.submitted))
    labels, values = tuple(name for name, _ in rows), tuple(float(count) for _, count in rows)
    return Section(one.zh, (Chart(f"{one.zh}：走到哪一步", labels, (Series(one.zh, values),), "次", lying=True),))
