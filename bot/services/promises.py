"""A customer asks what the company promises: the table, and nothing for who says that a promise was not kept (H13)."""

from __future__ import annotations

import re

from bot.services.assistant import AssistantServices
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.served import Served
from bot.services.understanding import Understood

_LONGEST = 24  # characters; a longer message tells of a case of its own
_ASKED = re.compile(r"服务(?:承诺|标准)|时[效限]承诺|承诺.{0,6}(?:时[效限]|期限|几天|多久|多长时间)|承诺书")
_BROKEN = re.compile(r"(?<![是能有])[没不]|未|骗|违反|投诉|业务员|收益|当初|之前")


def tell_promises(said: Understood, using: AssistantServices) -> Served | None:
    """The promises; None for who asks something else, or says that one was not kept."""
    text = said.text.strip()
    if said.chosen or len(text) > _LONGEST or not _ASKED.search(text) or _BROKEN.search(text) or not using.promises:
        return None
    lines = [f"· {group.zh}：{'；'.join(each.spoken for each in group.promises)}" for group in using.promises]
    words = "\n".join(("我们承诺的办理时间：", *lines, "超过了可以投诉，也可以拨打 12378。"))
    return Served((Reply(words, (intend("我要投诉", "file_complaint"), TO_HUMAN)),))
