"""What is said of a case's progress, and what happens to one that is late (F02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.calendars.clocks import PauseReason
from bot.insurance.claim import Claim, ClaimStage, Delay
from bot.services.deadlines import speak_by, speak_date
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.journeys.claim_assessment import describe_assessment
from bot.services.journeys.claim_outcome import describe_outcome
from bot.services.journeys.journey import Situation
from bot.services.reply import Reply

POST = "理赔"
NEXT_STEP = {
    ClaimStage.REPORTED: "等待理赔人员联系您，说明索赔事项",
    ClaimStage.AWAITING_REGISTRATION: "核对保单后立案",
    ClaimStage.REGISTERED: "安排查勘或收集资料",
    ClaimStage.SURVEYING: "查勘完成后定损",
    ClaimStage.ASSESSING: "确定损失金额",
    ClaimStage.REVIEWING_LOSS: "复核定损的金额，没有问题就计算赔款",
    ClaimStage.AWAITING_DOCUMENTS: "等您补齐下面的资料，补齐后继续核定",
    ClaimStage.ADJUDICATING: "计算赔款并审核",
    ClaimStage.DECIDED: "把核定结果、依据和计算方法通知您",
    ClaimStage.AWAITING_AGREEMENT: "等您确认赔付协议",
    ClaimStage.PAYING: "赔款支付到约定账户",
    ClaimStage.CLOSED: "案件已经办完",
    ClaimStage.DENIED: "不予赔付通知书会写明理由；不认可可以提出异议",
    ClaimStage.WITHDRAWN: "已按您的要求撤案；以后要索赔请注意时效",
}
_AMOUNT_FIXED = (
    ClaimStage.DECIDED, ClaimStage.AWAITING_AGREEMENT, ClaimStage.PAYING, ClaimStage.CLOSED, ClaimStage.DENIED,
    ClaimStage.WITHDRAWN,
)  # fmt: skip


def describe_stage(claim: Claim, situation: Situation) -> str:
    """For a reporter: the stage and the missing documents, nothing else; and the call that was promised here."""
    lines = [_stage_line(claim, situation, ""), *_missing(claim), *_call(claim, situation)]
    if late_reasons(claim, situation):
        lines.append("办得比时限慢了，很抱歉。")
    else:
        lines.append("经办岗位和时限，被保险人或受益人核对身份后可以看到。")
    return "\n".join(lines)


def describe_claim(claim: Claim, situation: Situation) -> str:
    """For the claimant: also the post, the last step, the next one, and the date with the rule that sets it."""
    today = situation.now.date()
    last = claim.steps[-1] if claim.steps else None
    lines = [_stage_line(claim, situation, f"，{last.post}经办" if last else "")]
    if last and last.note and last.note != claim.stage.zh:
        label = "还没有立案的原因" if claim.stage is ClaimStage.AWAITING_REGISTRATION else "最近一步"
        lines.append(f"{label}：{last.note.rstrip('。')}。")
    outcome = describe_outcome(claim, today)
    step = [] if outcome else [_next_step(claim)]
    lines += [*outcome, *describe_assessment(claim, today), *step, *_missing(claim), *_call(claim, situation)]
    if claim.is_overdue(today) and not _paused(claim, situation) and claim.due_on:
        lines.append(f"这个案子超过了 {speak_date(claim.due_on, today)}的时限，很抱歉。")
    elif claim.due_on and not claim.is_over and not outcome:
        lines.append(_due_line(claim, situation))
    if not outcome:
        lines += _step_due(claim, situation)
    if _advance_due(claim, situation) and claim.documents_complete_on:
        day = speak_date(claim.documents_complete_on, today)
        lines.append(
            f"资料 {day}收齐，到今天超过 60 天：金额还没全部定下来的，您有权要求先支付已经能确定的部分（保险法第二十五条）。"
        )
    return "\n".join(lines)


def _next_step(claim: Claim) -> str:
    if claim.awaits:
        return "核定已完成，正在审批；批准以后把结果、依据和计算方法通知您。"
    return f"下一步：{NEXT_STEP[claim.stage]}。"


def late_reasons(claim: Claim, situation: Situation) -> tuple[str, ...]:
    """Why the case is late, in the desk's words; a clock that its article stops is not late."""
    today = situation.now.date()
    reasons = []
    if claim.is_overdue(today) and not _paused(claim, situation):
        reasons.append(f"超过 {claim.due_on} 的时限（{claim.due_rule}）")
    if _call_missed(claim, situation) and claim.contact_by:
        reasons.append(f"过了约定的联系时间 {claim.contact_by:%Y-%m-%d %H:%M}")
    if _advance_due(claim, situation):
        reasons.append(f"资料 {claim.documents_complete_on} 收齐已超过 60 天，先予支付（D-L07）")
    return tuple(reasons)


def hand_over_late(late: Sequence[Claim], situation: Situation) -> tuple[Reply, ...]:
    """A task for the post that has the case: on the audit log, and in the queue with everything about it."""
    said = [f"{claim.claim_no} {'、'.join(late_reasons(claim, situation))}，经办 {_post_of(claim)}" for claim in late]
    with situation.services.unit_of_work() as work:
        if work.hand_offs.open_for(situation.conversation_id) is None:
            for claim in late:
                detail = {"due_rule": claim.due_rule, "due_on": str(claim.due_on or ""), "post": _post_of(claim)}
                work.audit.append(
                    "claim.found_late", subject=claim.claim_no, actor="bot", at=situation.now, detail=detail
                )
        reply = hand_off(
            work,
            HandOffRequest(
                conversation_id=situation.conversation_id,
                message_id=situation.said.message_id,
                reason="needs_person",
                post=POST,
                at=situation.now,
                back_at=situation.services.back_at(situation.now, POST),
                detail="异常时效：" + "；".join(said),
                slots={"正在办理": "查理赔进度", "案件": "、".join(claim.claim_no for claim in late)},
                reference_no=late[0].claim_no,
            ),
        )
        work.commit()
    return (Reply(f"已登记时效异常，交给{POST}岗跟进，同事会把办到哪里、哪天办完跟您说清楚。"), reply)


def _stage_line(claim: Claim, situation: Situation, by: str) -> str:
    since = claim.steps[-1].at.date() if claim.steps else claim.reported_at.date()
    return f"案件 {claim.claim_no}：{claim.stage.zh}（{speak_date(since, situation.now.date())}起{by}）。"


def _missing(claim: Claim) -> list[str]:
    return ["还缺：" + "、".join(claim.missing_documents) + "。"] if claim.missing_documents else []


def _call(claim: Claim, situation: Situation) -> list[str]:
    if claim.stage is not ClaimStage.REPORTED or claim.contact_by is None or claim.contacted_at:
        return []
    if claim.contact_by < situation.now:
        return ["说好的联系时间已经过了，很抱歉。"]
    return [f"理赔人员会在{speak_by(claim.contact_by, situation.now)} 前打报案时留的手机联系您。"]


def _call_missed(claim: Claim, situation: Situation) -> bool:
    waits = claim.stage is ClaimStage.REPORTED and claim.contacted_at is None
    return waits and claim.contact_by is not None and claim.contact_by < situation.now


def _due_line(claim: Claim, situation: Situation) -> str:
    assert claim.due_on is not None
    rule = situation.services.deadlines.rules.get(claim.due_rule)
    source = f"（{rule.article}）" if rule else ""
    waiting = "等您补资料的天数不算在内，" if _paused(claim, situation) else ""
    what = "答复" if claim.awaits else "有结果"
    return f"最晚 {speak_date(claim.due_on, situation.now.date())} {what}{source}，{waiting}会主动通知您。"


def _step_due(claim: Claim, situation: Situation) -> list[str]:
    """The company's own date for the present step; where it is past, that the post was reminded (by the daily sweep)."""
    services, today = situation.services, situation.now.date()
    due = services.stages.due(claim, services.deadlines)
    if claim.delay and claim.delay.until >= today:
        return [_new_date(claim, claim.delay, today)]
    if due is None or due.on == claim.due_on:
        return []
    if due.on < today:
        who = "已指定专人跟进" if claim.handler else "已列为经办岗的超期任务"
        return [f"这一步按公司的服务目标该在 {speak_date(due.on, today)} 办完，慢了，很抱歉；{who}。"]
    return [f"这一步计划 {speak_date(due.on, today)} 前办完（公司服务目标）。"]


def _new_date(claim: Claim, delay: Delay, today: date) -> str:
    legal = "，法定期限不变" if claim.due_on else ""
    return f"这一步比计划慢，很抱歉。原因：{delay.reason.rstrip('。')}。改为最晚 {speak_date(delay.until, today)} 办完{legal}。"


def _paused(claim: Claim, situation: Situation) -> bool:
    """Waiting for documents stops the thirty days only (解释二第十五条)."""
    rule = situation.services.deadlines.rules.get(claim.due_rule)
    stops = rule is not None and PauseReason.CLAIM_DOCUMENTS in rule.pauses
    return stops and claim.stage is ClaimStage.AWAITING_DOCUMENTS


def _advance_due(claim: Claim, situation: Situation) -> bool:
    """More than sixty days since the documents were complete and no amount is fixed (保险法第二十五条)."""
    if claim.documents_complete_on is None or claim.stage in _AMOUNT_FIXED:
        return False
    received = datetime.combine(claim.documents_complete_on, time(), situation.now.tzinfo)
    return situation.services.deadlines.due("D-L07", received).internal_due < situation.now.date()


def _post_of(claim: Claim) -> str:
    return claim.steps[-1].post if claim.steps else POST
