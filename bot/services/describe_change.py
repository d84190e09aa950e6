"""What a customer reads after asking for a change of beneficiaries, and about one that is under way."""

from __future__ import annotations

from datetime import datetime

from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.policy import InsurancePolicy
from bot.services.deadlines import Deadlines, speak_date


def done_text(
    change: BeneficiaryChange, policy: InsurancePolicy, insured_phone: str, deadlines: Deadlines, now: datetime
) -> str:
    """Number and time of receipt, its effect (解释三 art 10), who acts next, the papers and the dates (D-P01..03)."""
    at = f"{speak_date(change.requested_at.date(), now.date())} {change.requested_at:%H:%M}"
    waiting = change.status is EndorsementStatus.WAITING_FOR_CONSENT
    lines = [f"申请已受理，编号 {change.endorsement_no}（{at} 收到）。"]
    if waiting and change.consent_by:
        until = f"{speak_date(change.consent_by.date(), now.date())} {change.consent_by:%H:%M}"
        lines.append(
            f"被保险人的手机 {insured_phone} 会收到确认短信，72 小时内（{until} 前）有效，请本人打开在线客服确认。"
            "没有同意之前，原受益人不变；同意后，通知到我们的时间按上面收到的时间算（司法解释（三）第十条）。"
        )
    else:
        lines.append("按司法解释（三）第十条，变更从您表示时起生效；通知到我们的时间就是上面收到的时间。")
    lines.append(_papers(change, waiting))
    lines.append(_dates(policy, waiting, deadlines, now))
    return "\n".join(lines)


def _papers(change: BeneficiaryChange, waiting: bool) -> str:
    missing = "、".join(change.unidentified)
    lines = [
        "要交的材料：",
        f"· 变更申请书（{'您和被保险人签名' if waiting else '您签名'}）",
        "· 新受益人的身份证件" + (f"（还差{missing}的身份证件，补齐才能出具批单）" if missing else ""),
        "· 新受益人与被保险人的关系证明",
        "点“转人工”发照片，或带到柜台都可以。",
    ]
    return "\n".join(lines)


def _dates(policy: InsurancePolicy, waiting: bool, deadlines: Deadlines, now: datetime) -> str:
    if policy.group:  # the rule binds for individual insurance only
        return "这是团体保单，批单要和投保单位核对后出具，没有统一的法定时限，办到哪一步可以点“转人工”问保全岗。"
    accept, notice, finish = (
        speak_date(deadlines.due(rule, now).internal_due, now.date()) for rule in ("D-P01", "D-P02", "D-P03")
    )
    when = "今天同意并交齐" if waiting else "今天交齐"
    return f"{when}的话，{accept}前核完材料，{finish}前出具批单，短信通知您；材料有缺，{notice}前一次告诉您缺什么。"


def progress_text(change: BeneficiaryChange, now: datetime) -> str:
    """One line about a request: number, state as of now, and what is next."""
    change = change.as_of(now)
    line = f"受益人变更申请 {change.endorsement_no} 已经收到，现在是“{change.status.zh}”"
    today = now.date()
    if change.status is EndorsementStatus.WAITING_FOR_CONSENT and change.consent_by:
        line += f"，确认码 {speak_date(change.consent_by.date(), today)} {change.consent_by:%H:%M} 前有效"
    elif change.status is EndorsementStatus.ACCEPTED and change.finish_by:
        late = change.finish_by < today
        line += (
            f"，批单应在 {speak_date(change.finish_by, today)} 前出具，已过期限，请点“转人工”，由保全岗今天核对"
            if late
            else f"，材料齐的话批单最晚 {speak_date(change.finish_by, today)} 出具"
        )
    elif change.status is EndorsementStatus.ACCEPTED and change.unidentified:
        line += f"，还差{'、'.join(change.unidentified)}的身份证件"
    return f"{line}。{change.closed_reason}"
