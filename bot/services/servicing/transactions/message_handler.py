"""给经办人留言 (E30): a message to whoever handles the claim, with a receipt and the day of the answer.

The claims post reads and answers it among its requests; the text that tells of the answer holds none of it. No legal date moves.
"""

from __future__ import annotations

import re

from bot.insurance.claim import Claim
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.claim_answers import show_words
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Ask, Situation, Step
from bot.services.reply import TO_HUMAN, intend
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Refusal, Transaction

MESSAGE = "handler_message"


def _refuses(claim: Claim, _: Situation) -> Refusal | None:
    if not claim.is_over:
        return None
    ways = (intend("对结果有异议", "dispute_claim"), TO_HUMAN)
    return Refusal(f"案件 {claim.claim_no} 已经是“{claim.stage.zh}”，没有人在经办了。", choices=ways)


_CLAIM = OwnClaim("留言", _refuses)


def _what_next(_: Case, request: ServiceRequest) -> str:
    return (
        f"答复到了会发短信告诉您，内容打开在线客服说“{request.request_no} 到哪一步了”看。"
        "留言不改变案件的办理期限；着急的随时转人工。"
    )


TRANSACTION = Transaction(
    kind="message_handler",
    zh="给经办人留言",
    intents=("request_callback", "supplement_claim", "give_feedback", "contact_servicer"),
    words=re.compile(r"留言|留个?(?:话|言)|捎(?:句|个)?话|(?:跟|和|给|让|告诉)(?:经办|理赔|查勘|定损)(?:员|人|的人)?.{0,6}(?:说|讲|转告|带)"),
    post="理赔",
    level=IdentityLevel.L2,
    opening="可以，您写下来，我交给经办的人。",
    questions=NEVER_ONLY_ASKED,
    refuses=_CLAIM.refusal,
    facts=lambda case: (_CLAIM.fact(case),),
    steps=(
        _CLAIM.step(),
        Step(MESSAGE, "留言", lambda _: Ask("您想跟经办的人说什么？要问的、要说明的都可以。", "text"), read_words(4, 500),
             free_text=True, story=True, shows_as=show_words),
    ),
    promise=Promise(working_days="claim.message_days", word="答复"),
    what_next=_what_next,
)  # fmt: skip
