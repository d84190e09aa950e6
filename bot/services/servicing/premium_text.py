"""What is due on a policy and what happens when it is not paid (F09; 保险法 art 36, D-P08), as text for the customer."""

from __future__ import annotations

from datetime import date, datetime

from bot.calendars.clocks import SHANGHAI
from bot.insurance.policy import PolicyStatus
from bot.services.deadlines import speak_date
from bot.services.servicing.transaction import Case
from bot.services.speak_money import money

OFFICIAL_WAYS = (
    "交费只走官方渠道：官方App或公众号“续期缴费”、银行代扣、柜台、转账到公司账户（备注保单号）。"
    "不要转给任何个人，包括业务员。"
)


def grace_end(case: Case) -> date | None:
    """The last day on which a missed premium of insurance of persons keeps the contract going; None where there is none."""
    policy = case.policy
    if policy is None or policy.next_due is None or policy.group or not policy.line.about_people:
        return None
    if len(policy.instalments) < 2 or not policy.status.is_live:
        return None
    if policy.grace_until:
        return policy.grace_until
    agreed = datetime.combine(policy.next_due.due_on, datetime.min.time(), SHANGHAI)
    return case.situation.services.deadlines.due("D-P08", agreed).internal_due


def missed_text(case: Case) -> str:
    """Until when it may be paid, and what follows when it is not."""
    until, due = grace_end(case), case.policy.next_due if case.policy else None
    if until is None or due is None:
        return ""
    day = speak_date(until, case.today)
    overdue = due.due_on < case.today
    first = f"宽限期到 {day}，还有 {(until - case.today).days} 天" if overdue else f"到期没交，宽限期到 {day}"
    return (
        f"{first}（合同约定更长的按合同），期间出险仍按合同处理，可以扣减欠交的保费；"
        "过了还没交，合同效力中止，2 年内可以申请复效。"
    )


def due_text(case: Case) -> str:
    """The next premium, exactly, or why there is none."""
    policy = case.policy
    assert policy is not None
    due = policy.next_due
    if policy.status is PolicyStatus.SUSPENDED:
        since = f"从 {speak_date(policy.suspended_on, case.today)} 起" if policy.suspended_on else ""
        return f"这份保单{since}效力中止，直接交保费不能恢复，要先办复效。"
    if due is None or len(policy.instalments) < 2:
        return _renewal_text(case)
    amount = money(due.amount)
    if due.due_on < case.today:
        return f"{speak_date(due.due_on, case.today)} 那期 {amount} 还没有交。{missed_text(case)}"
    return f"下一次交费：{speak_date(due.due_on, case.today)}，{amount}，{policy.pay_mode}。{missed_text(case)}"


def _renewal_text(case: Case) -> str:
    policy = case.policy
    assert policy is not None
    if policy.expires_on is None or policy.expires_on.year - policy.effective_on.year > 1:
        return f"这份保单的保费已经交清，不用再交（{policy.pay_mode}）。"
    text = f"这份保单一次交清，保障到 {speak_date(policy.expires_on, case.today)}，期间没有保费要交。不会没有您同意就自动续保。"
    opens = policy.expires_on.toordinal() - case.limits.whole("premium.renewal_opens_days")
    if policy.line.value == "accident" and opens > case.today.toordinal():
        text += f"续保最早 {speak_date(date.fromordinal(opens), case.today)} 起可以交下一期的保费。"
    return text
