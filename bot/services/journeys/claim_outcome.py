"""What people decided on a claim, said back to its claimant: result, computation, clause, dates, and what can be done now."""

from __future__ import annotations

from datetime import date

from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.settlement import Decision, Settlement
from bot.services.deadlines import speak_date
from bot.services.reply import Choice, choose, intend
from bot.services.speak_money import money

AGREE, PAYEE, PAPER = "@switch:agree_settlement", "@switch:claim_payee", "@switch:claim_paper"


def describe_outcome(claim: Claim, today: date) -> list[str]:
    """Lines for the proved claimant alone; none before a decision. The assistant concludes nothing of its own."""
    one = claim.settlement
    if one is None:
        return []
    if one.decision is Decision.DENY:
        lines = ["核定结果：不予赔付。"]
    else:
        lines = [f"核定结果：{one.decision.zh}，金额 {money(one.amount)}。", computation(one)]
    lines.append(f"依据：{one.clause}。")
    if one.reason:
        lines.append(f"理由：{one.reason.rstrip('。')}。")
    return [*lines, *_dates(one, today), *_ways(claim)]


def computation(one: Settlement) -> str:
    """The sheet 赔款计算书 in the chat."""
    rows = "\n".join(f"· {line.item} {_signed(one, place)}" for place, line in enumerate(one.lines))
    return f"计算：\n{rows}\n合计 {money(one.amount)}。"


def _signed(one: Settlement, place: int) -> str:
    amount = one.lines[place].amount
    return f"减 {money(-amount)}" if amount < 0 else money(amount)


def _dates(one: Settlement, today: date) -> list[str]:
    lines = [f"{speak_date(one.decided_at.date(), today)} 由理赔人员核定。"]
    if one.notice_on:
        lines.append(f"书面通知 {speak_date(one.notice_on, today)} 已发出。")
    elif one.notice_by:
        lines.append(f"写明理由的书面通知最晚 {speak_date(one.notice_by, today)} 发出（保险法第二十四条）。")
    if one.agreed_at:
        lines.append(f"您 {speak_date(one.agreed_at.date(), today)} 同意了这个金额。")
    if one.paid_on:
        lines.append(f"赔款 {speak_date(one.paid_on, today)} 已支付。")
    elif one.pay_by:
        lines.append(f"最晚 {speak_date(one.pay_by, today)} 支付（保险法第二十三条，合同约定更早的按合同）。")
    return lines


def _ways(claim: Claim) -> list[str]:
    if claim.stage is ClaimStage.AWAITING_AGREEMENT:
        return ["同意的，点“同意这个金额”，同意后 10 天内支付；不同意可以申请复核。"]
    if claim.settlement and claim.settlement.decision is Decision.DENY:
        return ["不同意可以申请复核，也可以投诉、申请调解、仲裁或起诉，或拨打 12378。"]
    return []


def next_choices(claim: Claim) -> tuple[Choice, ...]:
    """The buttons under an outcome; a claim that was disagreed with comes along by its number."""
    disagree = intend("不同意，申请复核", "dispute_claim", claim_no=claim.claim_no)
    if claim.settlement is None:
        return ()
    paper = choose("下载核定结果说明", PAPER)
    if claim.stage is ClaimStage.AWAITING_AGREEMENT:
        return (choose("同意这个金额", AGREE), disagree, paper)
    if claim.stage is ClaimStage.PAYING:
        return (choose("登记收款账户", PAYEE), paper)
    return (disagree, paper) if claim.settlement.decision is not Decision.PAY else (paper,)
