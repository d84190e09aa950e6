"""What is offered beside an answer about buying: somebody who calls, and the self-check; and who asks for these in words."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.services.reply import Choice, Reply, choose
from bot.services.servicing.transactions.sales_enquiry import SALES_WISH
from bot.services.understanding import Understood

ENQUIRY, SELF_CHECK = "sales_enquiry", "self_check"
_BUYING = ("ask_product", "ask_application")
_WANTS_A_CHECK = re.compile(
    r"自测|测一测|测一下|测测|风险(?:测评|评估|自查)|(?:家里|我们?家?)(?:都)?(?:有|缺)(?:哪些|什么)(?:风险|保障)|缺什么保障"
)


def wanted(said: Understood) -> str:
    """The journey that a message about buying asks for in so many words: its key, or ""."""
    if said.chosen or said.intent not in _BUYING:
        return ""
    if _WANTS_A_CHECK.search(said.text):
        return SELF_CHECK
    return ENQUIRY if SALES_WISH.search(said.text) else ""


def with_offer(said: Understood, replies: list[Reply]) -> list[Reply]:
    """The same replies; the last one of an answer about buying also offers what a salesperson and the self-check do."""
    if said.intent not in _BUYING or not replies:
        return replies
    *before, last = replies
    offers: tuple[Choice, ...] = (choose("请销售人员联系我", f"@switch:{ENQUIRY}"),)
    if said.intent == "ask_product":
        offers = (*offers, choose("做个风险自测", f"@switch:{SELF_CHECK}"))
    return [*before, replace(last, choices=(*last.choices, *offers))]
