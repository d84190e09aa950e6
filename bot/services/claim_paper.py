"""What people decided on a claim, as a paper for its claimant. The formal notice of a denial is the claims post's own."""

from __future__ import annotations

from datetime import datetime

from bot.insurance.claim import Claim
from bot.insurance.party import Party
from bot.insurance.settlement import Decision, Settlement
from bot.services.paper import Paper
from bot.services.speak_money import money

_WAYS = (
    "不同意可以申请复核，由没有办过这件案子的人重新看。",
    "也可以向公司投诉，对答复不满意的申请核查；申请调解、仲裁或起诉；或拨打 12378。",
)
_NOTE = "本件由客服系统按登记的核定结果生成。核对真伪：转人工或拨打客服热线，报案件号和首页的验证码。"
_FORMAL = "拒绝赔偿通知书由理赔岗另行发出，写明理由（保险法第二十四条）。"


def claim_paper(claim: Claim, settlement: Settlement, reader: Party, code: str, now: datetime) -> Paper:
    """Title, facts, computation, reasons and ways on."""
    denied = settlement.decision is Decision.DENY
    lines = (
        ("案件号", claim.claim_no),
        ("索赔人", reader.name),
        ("险种", claim.report.line.zh),
        ("核定结果", settlement.decision.zh if denied else f"{settlement.decision.zh}，{money(settlement.amount)}"),
        ("核定时间", f"{settlement.decided_at:%Y-%m-%d}"),
        ("依据", settlement.clause),
        ("出具时间", f"{now:%Y-%m-%d %H:%M}"),
    )
    sections = (
        ("赔款计算", tuple(_computed(settlement))),
        ("理由", (settlement.reason,) if settlement.reason else ()),
        ("日期", tuple(_dates(settlement))),
        ("您可以怎么做", _WAYS if settlement.decision is not Decision.PAY else ()),
        ("说明", (*((_FORMAL,) if denied else ()), _NOTE)),
    )
    title = "理赔核定结果说明（不予赔付）" if denied else "赔款计算书"
    return Paper(title, lines, tuple(section for section in sections if section[1]), code)


def _computed(settlement: Settlement) -> list[str]:
    if not settlement.lines:
        return []
    rows = [f"{line.item}：{'减 ' if line.amount < 0 else ''}{money(abs(line.amount))}" for line in settlement.lines]
    return [*rows, f"合计：{money(settlement.amount)}"]


def _dates(settlement: Settlement) -> list[str]:
    dates = (
        ("书面通知最晚发出", settlement.notice_by),
        ("书面通知已发出", settlement.notice_on),
        ("索赔人同意", settlement.agreed_at.date() if settlement.agreed_at else None),
        ("最晚支付（保险法第二十三条）", settlement.pay_by),
        ("已支付", settlement.paid_on),
    )
    return [f"{label}：{day:%Y-%m-%d}" for label, day in dates if day]
