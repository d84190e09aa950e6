"""What a complainant is told: first the person, then the number, then dates."""

from __future__ import annotations

from datetime import date, datetime

from bot.insurance.complaint import ComplainantRole, Complaint
from bot.services.deadlines import speak_date
from bot.services.send_files import where_to_send

_FEELINGS = {
    "sales": "觉得被误导了，换谁都会着急",
    "claims": "理赔上受了委屈，着急是应该的",
    "attitude": "遇到这样的态度，谁都不舒服",
    "surrender": "退保办得不顺，确实让人窝火",
    "premium": "钱扣得不明不白，一定要弄清楚",
    "policy_servicing": "事情办得不顺，给您添麻烦了",
    "salesperson_misconduct": "业务员做出这样的事，我们一定查清楚",
    "privacy": "被这样打扰，确实不应该",
}
_NOT_WELL = "让您有这样的经历，很抱歉"
CALL_REGULATOR = "您也可以随时拨打 12378。"


def feeling(kind: str) -> str:
    return _FEELINGS.get(kind, _NOT_WELL)


def received_on(complaint: Complaint, today: date) -> str:
    return f"{speak_date(complaint.received_at.date(), today)}收到"


def decision_dates(complaint: Complaint, today: date) -> str:
    """情况清楚的最晚 … 复杂的最晚 …: natural days, which no holiday moves. One that was extended has one date."""
    clocks, due = complaint.clocks, complaint.statutory_due
    if due is None and complaint.is_open:
        return "鉴定或调解期间不计入处理期限，结束后会把新的日期告诉您。"
    if due and due > clocks.decide_by:
        return f"最晚 {speak_date(due, today)} 作出处理并告知您。"
    return (
        f"情况清楚的最晚 {speak_date(clocks.decide_by, today)} 作出处理并告知您；复杂的最晚 "
        f"{speak_date(clocks.decide_by_complex, today)}，会先说明原因。"
    )


def company_date(complaint: Complaint, day: date, today: date) -> str:
    """A date that counts working days, with 暂估 where the holidays of its year are not published yet."""
    estimated = "（节假日安排未公布，暂估）" if complaint.clocks.is_estimated(day) else ""
    return f"{speak_date(day, today)}{estimated}"


def registered_text(complaint: Complaint, now: datetime) -> str:
    """The number and the dates of a new complaint."""
    today, at = now.date(), complaint.received_at
    lines = [
        f"{feeling(complaint.kind)}。我已经登记投诉，编号 {complaint.complaint_no}，"
        f"收到时间 {speak_date(at.date(), today)} {at.hour}:{at:%M}。",
        f"受理情况 {company_date(complaint, complaint.clocks.acceptance_target, today)}前告诉您。"
        f"{decision_dates(complaint, today)}",
        CALL_REGULATOR,
    ]
    return "\n".join(lines)


def joined_text(complaint: Complaint, now: datetime) -> str:
    """Words that went into a complaint already open, while a person takes over."""
    today = now.date()
    kept = f"{feeling(complaint.kind)}。您刚才说的已记进投诉 {complaint.complaint_no}（{received_on(complaint, today)}），不会让您从头再说。"
    if not complaint.is_open:
        verified = complaint.decisions and complaint.decisions[-1].verifying
        way_on = "可以选择调解、仲裁或诉讼" if verified else "可以申请核查，30 天内给您核查决定"
        return f"{kept}\n这件已有处理决定；对决定有异议，{way_on}。{CALL_REGULATOR}"
    return f"{kept}\n{decision_dates(complaint, today)}\n{CALL_REGULATOR}"


def merged_text(complaint: Complaint, now: datetime, channel: str, *, restarted: bool) -> str:
    today = now.date()
    if restarted:
        return (
            f"新的情况已经记进投诉 {complaint.complaint_no}，编号不变。\n"
            f"处理期限从今天收到新材料起重新计算：{decision_dates(complaint, today)}\n"
            f"{where_to_send(f'补材料 {complaint.complaint_no}', channel)}；录音请先留好原件。"
        )
    return (
        f"好，和投诉 {complaint.complaint_no} 合并处理，编号和期限都不变：{decision_dates(complaint, today)}\n"
        f"有了新情况随时在这里补充。{CALL_REGULATOR}"
    )


def verification_text(complaint: Complaint, now: datetime) -> str:
    assert complaint.verify_by is not None
    return (
        f"核查申请收到了，编号还是 {complaint.complaint_no}。上级机构会核查处理的过程、时限和结果，"
        f"最晚 {speak_date(complaint.verify_by, now.date())} 作出核查决定并告知您。\n"
        f"也可以选择调解、仲裁或诉讼。{CALL_REGULATOR}"
    )


def supplemented_text(complaint: Complaint, now: datetime, channel: str) -> str:
    """The end of the questions: what happens by when, and how to add more."""
    today, clocks = now.date(), complaint.clocks
    lines = [
        f"都记进投诉 {complaint.complaint_no} 了，不会让您再说一遍。",
        f"投诉专员会核实，最晚 {speak_date(clocks.decide_by, today)} 给您处理意见；"
        f"要补材料的话，{company_date(complaint, clocks.supplement_by, today)}前一次说清。",
    ]
    if clocks.answer_or_progress_by:
        lines[1] += f"处理完之前，{company_date(complaint, clocks.answer_or_progress_by, today)}前先答复或说明进展。"
    lines.append(f"{where_to_send(f'补材料 {complaint.complaint_no}', channel)}；录音请先留好原件。")
    lines.append("对处理结果不满意，还可以申请核查、调解、仲裁或诉讼。")
    return "\n".join(lines)


def role_text(role: ComplainantRole) -> str:
    """What somebody who complains for another may be asked for; missing papers stop nothing (art 14)."""
    if not role.papers:
        return ""
    return f"您是{role.zh}，请备好{role.papers}，投诉专员联系时再交；现在没有也不影响登记。"


def group_text(joint_count: int) -> str:
    """Art 12: representatives for a talk in person."""
    return "几位一起投诉的，要当面谈请推选代表，最多 5 位。" if joint_count > 1 else ""


def how_long_text(complaint: Complaint, now: datetime) -> str:
    """ "要多久": both clocks of this very complaint, the law's and ours."""
    today, clocks = now.date(), complaint.clocks
    lines = [
        f"投诉 {complaint.complaint_no} 的日期：受理情况 {company_date(complaint, clocks.acceptance_target, today)}前告诉您，这是公司的时限。",
        f"处理结果是法定期限：{decision_dates(complaint, today)}",
    ]
    return "\n".join(lines)
