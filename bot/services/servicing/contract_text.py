"""What each change of a contract means for the customer, before it is confirmed (F08): effect, price, from when."""

from __future__ import annotations

from bot.services.deadlines import speak_date
from bot.services.servicing.transaction import Case

_TERMS = {
    "加保": "加保相当于追加一份：要被保险人健康告知、签字，由核保人员决定，要补保费。结果出来前保障照旧。",
    "减保": "",  # said with the new sum, when the amounts are known
    "保险期间": "保险期间多数不能中途改，短期的财产险、旅行险可以在出发或到期前批改，由人工按条款看。",
    "缴费期限": "缴费期限多数产品不能中途改，条款写明可以的才行，由人工按产品规则看。",
    "减额缴清": "减额缴清：以后不再交保费，用现金价值换成一份保额变小的合同，保障继续，一般不能再改回来。减多少由人工算好给您看。",
    "展期": "展期：用现金价值换一份保额不变、保障期变短的定期保障，以后不再交保费。到哪天由人工算好给您看。",
    "自动垫缴": "自动垫缴：到期没交时用现金价值垫，保障继续，垫的钱要付利息；现金价值垫完，合同效力中止。条款有这一项的才能办，由人工看。",
    "批改": "车险和财产险可以中途批改，有差价的按没用完的天数多退少补，从批单写明的时间起生效。",
    "其他改动": "能不能改看条款，由人工看过答复您；改完出批单才生效，之前照旧。",
}


def terms_of(what: str, case: Case) -> str:
    """The consequence of a matter of change_contract. Raises KeyError for an unknown one."""
    policy = case.policy
    assert policy is not None
    if what not in ("加附加险", "退附加险"):
        return _TERMS[what]
    starts = speak_date(policy.next_anniversary(case.today), case.today)
    if what == "加附加险":
        return f"附加险一般从下一个保单周年日 {starts} 起加，要健康告知和核保，由人工办。"
    return f"从下一个保单周年日 {starts} 起退掉附加险，主险继续；以后再加要重新核保。不想退了，那天之前都可以撤回。"
