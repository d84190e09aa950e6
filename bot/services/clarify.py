"""When a message is not understood: what it may mean, as choices, and a person. Twice in a row: a person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.understanding import Understood
from bot.text.typed_choice import MEANING

# What a choice says for an intent, in the customer's words.
MEANINGS: Mapping[str, str] = {
    "ask_product": "了解产品或价格", "ask_application": "能不能投保", "ask_term": "问一个保险名词",
    "verify_salesperson": "核实业务员身份", "ask_branch": "网点和电话", "ask_value_added": "保单的附加服务",
    "account_help": "APP 或账号问题", "query_policy": "查我的保单", "ask_coverage": "问保障范围",
    "request_e_policy": "要电子保单", "request_invoice": "开发票", "reissue_policy": "补发保单",
    "change_beneficiary": "改受益人", "change_contact": "改手机或地址", "change_personal_data": "改姓名、证件等资料",
    "change_policyholder": "换投保人", "change_contract": "改保额、期限或附加险", "change_payment": "改扣款卡或缴费方式",
    "pay_premium": "交保费或续保", "reinstate_policy": "恢复失效的保单", "surrender_policy": "退保",
    "policy_loan": "保单贷款", "collect_benefit": "领生存金、满期金或红利", "contact_servicer": "找业务员或换业务员",
    "report_claim": "报案", "query_claim": "查理赔进度", "ask_claim_documents": "理赔要什么材料",
    "ask_claim_process": "理赔怎么办", "supplement_claim": "补交理赔资料", "dispute_claim": "对理赔结果有异议",
    "cancel_claim": "撤销报案", "request_roadside_service": "叫拖车、搭电等救援", "file_complaint": "投诉",
    "query_complaint": "查投诉进度", "withdraw_complaint": "撤回投诉", "ask_complaint_channel": "问投诉渠道",
    "report_misconduct": "举报违法违规", "give_feedback": "表扬或建议", "privacy_request": "个人信息或停止营销电话",
    "request_callback": "约人回电话",
}  # fmt: skip
OFFERED = 3
_MONEY = re.compile(r"钱|款|到账|打款|返")
_MONEY_MEANINGS = (("理赔款", "query_claim"), ("生存金或分红", "collect_benefit"), ("退保退款", "surrender_policy"))


def asks_for_money(text: str) -> bool:
    """A short question about money that does not say which."""
    return bool(_MONEY.search(text)) and len(text) <= 20


def offer_meanings(said: Understood) -> Reply:
    """The two or three likely meanings as buttons; for money that has not come, which money."""
    if asks_for_money(said.text):
        choices = tuple(intend(title, intent) for title, intent in _MONEY_MEANINGS)
        return Reply("您说的钱，我不太确定是哪一笔：", (*choices, TO_HUMAN), MEANING, "choice")
    likely = [name for name, _ in said.ranking if name in MEANINGS][:OFFERED]
    choices = tuple(intend(MEANINGS[name], name) for name in likely)
    if not choices:
        choices = tuple(intend(MEANINGS[name], name) for name in ("report_claim", "query_policy", "file_complaint"))
    return Reply("我想确认一下，您是要办下面哪一件？也可以换个说法再说一次。", (*choices, TO_HUMAN), MEANING, "choice")
