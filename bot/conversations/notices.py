"""What a customer is told that no turn says: the greeting, that the assistant is away, and what becomes of the queue."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversations.messages import OfferedChoice, Reply, Sender, StoredMessage

GREETING = Reply(
    "您好，我是智能客服，是机器人，不是真人。\n报案、查保单、投诉、改受益人都可以在这里办，直接说您的事就行；随时可以转人工。",
    (
        OfferedChoice("报案", "/report_claim"),
        OfferedChoice("查保单", "/query_policy"),
        OfferedChoice("投诉", "/file_complaint"),
        OfferedChoice("改受益人", "/change_beneficiary"),
        OfferedChoice("转人工", "/request_human"),
    ),
)
WAITING = Reply("系统繁忙，您的消息已收到，正在排队处理，不用重复发送；办理结果以收到编号为准。")


def is_told(later: Sequence[StoredMessage]) -> bool:
    """Whether the customer was told about the message now at the head of its conversation.

    `later`: what the log holds after that message. It has no answer yet, so every reply of the bot there belongs to an
    earlier message, and so does a notice before it; a notice after the last of them is this message's own. The log
    itself is the memory: a restart neither repeats the notice nor forgets it.
    """
    for message in reversed(later):
        if message.sender is Sender.BOT:
            return False
        if message.sender is Sender.SYSTEM and message.text == WAITING.text:
            return True
    return False


BACK = Reply("好，不转人工了，我接着帮您。已经登记的照样有人办，编号不变。要办什么，直接说。")
STAYS_IN_QUEUE = Reply(
    "这件事要由同事跟您说，所以还排着队，没有取消。您可以接着留言，同事会看到；着急请打保单首页的客服热线。"
)
