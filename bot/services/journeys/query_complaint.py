"""投诉进度 as a conversation (F16)."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.insurance.complaint import DECIDED, Complaint, ComplaintStage
from bot.insurance.triage import TriageOutcome
from bot.services.deadlines import speak_date
from bot.services.follow_complaint import POST, may_be_verified, report_overdue
from bot.services.handle_complaint import remedies
from bot.services.journeys.complaint_text import CALL_REGULATOR
from bot.services.journeys.find_complaint import denial_of, finding_steps, found
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Journey, Opening, Situation
from bot.services.journeys.repeat_complaint import NUMBER, SUPPLEMENT, finish_same, what_is_added
from bot.services.reply import HAND_IN, TO_HUMAN, Choice, Reply, intend

COMPLAINT, TOLD = "complaint_query_no", "complaint_query_told"
_MOST_SHOWN = 3
_NEXT = {
    ComplaintStage.AWAITING_SUPPLEMENT: "等您补充材料，期间处理期限照常走。",
    ComplaintStage.MEDIATING: "调解期间不计入处理期限。",
}

_APPRAISED = "正在请外部机构鉴定或评估，这段时间不计入处理期限；有结果就接着算，会把新的日期告诉您。"


def _any(_: Complaint) -> bool:
    return True


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Stage, dates and who has it; one that is past the limit of the law goes to the supervisor without being asked."""
    chosen = found(situation, COMPLAINT, _any, proof="status")
    if not chosen:
        text = "没有查到可以给您看的投诉：投诉编号和当时留的手机要对得上。要请投诉专员帮您找吗？"
        denied = denial_of(situation.get(COMPLAINT))
        return (Reply(text, (TO_HUMAN, intend("登记新的投诉", "file_complaint")), denied=denied),)
    added = _add_told(chosen, situation)
    if added:
        return added
    replies = [Reply(describe_complaint(complaint, situation)) for complaint in chosen[:_MOST_SHOWN]]
    late = next((one for one in chosen[:_MOST_SHOWN] if one.is_overdue(situation.now.date())), None)
    if late:
        with situation.services.unit_of_work() as work:
            reply = report_overdue(
                work,
                late,
                situation.conversation_id,
                situation.said.message_id,
                situation.now,
                situation.services.back_at(situation.now, POST),
            )
            work.commit()
        return (*replies, reply)
    return (*replies, Reply("还需要什么？", _choices(chosen)))


def _opening(situation: Situation) -> Opening:
    """Words that are to be added are kept until it is known whose complaint it is."""
    told = what_is_added(situation.said)
    words = (Reply("您说的先记着，找到那件投诉就加进去。"),) if told else ()
    return Opening(words, {TOLD: told} if told else {})


def _add_told(chosen: tuple[Complaint, ...], situation: Situation) -> tuple[Reply, ...]:
    """What the opening words added, into the one complaint that it can be about."""
    told, running = situation.get(TOLD), [one for one in chosen if one.is_open]
    if not told or len(running) != 1:
        return ()
    about = replace(situation, answers={**situation.answers, NUMBER: running[0].complaint_no})
    ended = finish_same(about, told, new_facts=True)
    if not ended.hand_off:
        return ended.replies
    return (*ended.replies, *hand_off_journey(JOURNEY, about, ended.hand_off, running[0].complaint_no))


def _choices(chosen: tuple[Complaint, ...]) -> tuple[Choice, ...]:
    running = [one for one in chosen if one.is_open]
    if len(running) == 1:
        return (add_to(running[0], "补充情况"), HAND_IN, intend("撤回投诉", "withdraw_complaint"), TO_HUMAN)
    if running:
        return (HAND_IN, intend("撤回投诉", "withdraw_complaint"), TO_HUMAN)
    decided = [one for one in chosen if may_be_verified(one)]
    return (add_to(decided[0], "对结果有异议，申请核查"), TO_HUMAN) if decided else (TO_HUMAN,)


def add_to(complaint: Complaint, title: str) -> Choice:
    """A choice that opens the complaint's journey on this complaint."""
    choice = json.dumps({"choice": f"{SUPPLEMENT}{complaint.complaint_no}"})
    return Choice(title, f"/file_complaint{choice}")


def describe_complaint(complaint: Complaint, situation: Situation) -> str:
    """What F16 shows: stage, receipt, due date, post, last notice; an apology and 12378 when it is late."""
    today = situation.now.date()
    received = speak_date(complaint.received_at.date(), today)
    lines = [f"投诉 {complaint.complaint_no}：{complaint.stage.zh}，{received}收到，由{POST}岗的投诉专员负责。"]
    if complaint.last_notice and complaint.last_notice_at:
        notified = speak_date(complaint.last_notice_at.date(), today)
        lines.append(f"最近一次通知：{notified}，{complaint.last_notice}。")
    if complaint.merged_into:
        lines.append(f"已并入投诉 {complaint.merged_into}，在那一件里办理。")
        return "\n".join(lines)
    choice = complaint.triages[-1] if complaint.triages else None
    if choice and choice.outcome is not TriageOutcome.ACCEPT:
        lines.append(f"审查意见：{choice.outcome.zh}。理由：{choice.reason}。")
    lines += _missing(complaint)
    lines += _decision(complaint)
    lines.append(_what_follows(complaint, situation))
    return "\n".join(lines)


def _missing(complaint: Complaint) -> list[str]:
    if not complaint.missing or not complaint.is_open:
        return []
    listed = "\n".join(f"· {item}" for item in complaint.missing)
    why = complaint.notices[-1].note.rstrip("。")
    return [f"还要您补 {len(complaint.missing)} 样（{why}）：\n{listed}"]


def _decision(complaint: Complaint) -> list[str]:
    if not complaint.decisions:
        return []
    made = complaint.decisions[-1]
    lines = (
        ("核查决定" if made.verifying else "处理决定", made.result),
        ("认定的事实", made.facts),
        ("依据", made.basis),
    )
    return [f"{title}：{text.rstrip('。')}。" for title, text in lines]


def _what_follows(complaint: Complaint, situation: Situation) -> str:
    today, clocks = situation.now.date(), complaint.clocks
    if complaint.stage is ComplaintStage.WITHDRAWN:
        return "已经按您的要求终止处理；需要的话可以再投诉。"
    if complaint.decisions and complaint.stage in DECIDED:
        return remedies(complaint)
    if complaint.stage in DECIDED:
        return "已经有处理决定。对决定有异议，收到决定起 30 天内可以书面申请核查，在这里写就可以。"
    due = complaint.statutory_due
    if due is None:
        return _NEXT[ComplaintStage.MEDIATING] if complaint.stage is ComplaintStage.MEDIATING else _APPRAISED
    if due < today:
        return (
            f"应该在 {speak_date(due, today)}前答复您，我们晚了，很抱歉。我现在就报给主管督办，由专人跟您说明。"
            f"{CALL_REGULATOR}"
        )
    follows = _NEXT.get(complaint.stage, "")
    if complaint.stage is ComplaintStage.VERIFYING:
        return f"最晚 {speak_date(due, today)} 作出核查决定并告知您。"
    if clocks.decide_by_special:
        return f"情况特别复杂，经审批已再延期，最晚 {speak_date(due, today)} 作出处理并告知您。"
    if complaint.is_extended:
        return f"情况复杂，已延期，最晚 {speak_date(due, today)} 作出处理并告知您。"
    return (
        f"{follows}最晚 {speak_date(due, today)} 作出处理并告知您；"
        f"复杂的最晚 {speak_date(clocks.decide_by_complex, today)}，会先说明原因。"
        "不认可决定的，收到起 30 天内可以申请核查，由上级机构再查一遍。"
    )


JOURNEY = Journey(
    form="complaint_status_form",
    zh="查投诉进度",
    intent="query_complaint",
    post=POST,
    cancelled="好的，不查了。",
    opening=_opening,
    carries=(TOLD,),
    steps=finding_steps(COMPLAINT, "要查哪一件？", _any, proof="status"),
)
