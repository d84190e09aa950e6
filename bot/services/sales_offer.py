"""What is offered beside an answer: about buying somebody who calls and the self-check, about services what one's own
policies have; and who asks for these in so many words."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.services.reply import Choice, Reply, choose
from bot.services.servicing.transactions.sales_enquiry import SALES_WISH
from bot.services.understanding import Understood

ENQUIRY, SELF_CHECK, OWN_SERVICES = "sales_enquiry", "self_check", "own_value_added"
_BUYING = ("ask_product", "ask_application")
_WANTS_A_CHECK = re.compile(
    r"自测|测一测|测一下|测测|风险(?:测评|评估|自查)|(?:家里|我们?家?)(?:都)?(?:有|缺)(?:哪些|什么)(?:风险|保障)|缺什么保障"
)
_OWN_SERVICES = re.compile(
    r"(?:还|我).{0,10}(?:剩|有)(?:多少|几)次|(?:剩|用了|用掉)(?:了)?(?:多少|几)次|我的?(?:保单)?(?:都)?(?:有|享有|能享受)(?:哪些|什么|啥)(?:权益|增值|服务)|(?:查|看)(?:一下|下|看)?我的?(?:权益|增值服务)"
)


def wanted(said: Understood) -> str:
    """The journey that a question asks for in so many words: the kind of its transaction, or ""."""
    if said.intent == "ask_value_added" and not said.chosen and _OWN_SERVICES.search(said.text):
        return OWN_SERVICES
    if said.chosen or said.intent not in _BUYING:
        return ""
    if _WANTS_A_CHECK.search(said.text):
        return SELF_CHECK
    return ENQUIRY if SALES_WISH.search(said.text) else ""


def with_offer(said: Understood, replies: list[Reply]) -> list[Reply]:
    """The same replies; the last one of an answer about buying or services also offers what comes next."""
    if said.intent not in (*_BUYING, "ask_value_added") or not replies:
        return replies
    *before, last = replies
    if said.intent == "ask_value_added":
        own = choose("查我的增值服务", f"@switch:{OWN_SERVICES}")
        return [*before, replace(last, choices=(*last.choices, own))]
    offers: tuple[Choice, ...] = (choose("请销售人员联系我", f"@switch:{ENQUIRY}"),)
    if said.intent == "ask_product":
        offers = (*offers, choose("做个风险自测", f"@switch:{SELF_CHECK}"))
    return [*before, replace(last, choices=(*last.choices, *offers))]
