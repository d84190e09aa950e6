""" "刚才报的案成功了吗": what this conversation has already filed, read from the stored rows."""

from __future__ import annotations

import re

from bot.services.assistant import AssistantServices
from bot.services.reply import Reply
from bot.services.understanding import Understood

_ASKS = re.compile(
    r"(刚才|刚刚|之前|前面|方才).{0,12}(成功|提交|登记|报上|好了|办|收到|有没有)|提交(成功|上去|好)了?(吗|没|么)|(成功|报上)了?(吗|没有?|么)[?？]?$"
)


def asks_whether_filed(text: str) -> bool:
    return bool(_ASKS.search(text))


def recall(said: Understood, using: AssistantServices) -> Reply | None:
    """What was filed here, or None when the message does not ask that."""
    if not asks_whether_filed(said.text):
        return None
    with using.reading() as work:
        claims = work.claims.of_conversation(said.conversation_id)
        complaints = work.complaints.of_conversation(said.conversation_id)
        changes = work.endorsements.of_conversation(said.conversation_id)
        requests = work.requests.of_conversation(said.conversation_id)
    lines = [f"报案已经成功，报案号 {claim.claim_no}，现在是“{claim.stage.zh}”。" for claim in claims]
    lines += [f"投诉已经登记，编号 {item.complaint_no}，现在是“{item.stage.zh}”。" for item in complaints]
    lines += [f"受益人变更申请已经收到，编号 {item.endorsement_no}，现在是“{item.status.zh}”。" for item in changes]
    lines += [
        f"申请已经收到，编号 {item.request_no}，现在是“{item.status.zh}”。" for item in requests if not item.restricted
    ]
    if not lines:
        return Reply("这个会话里还没有提交成功的业务。没有拿到编号，就是还没提交，需要的话我们接着办。")
    return Reply("\n".join(lines))
