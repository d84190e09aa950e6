"""Where photos and files can be sent: not by phone, and a PDF not by WeChat."""

from __future__ import annotations

_PHONE, _PAGE = "ivr", "web"


def can_send_files(channel: str) -> bool:
    """Whether a picture can be sent in a conversation of that channel."""
    return channel != _PHONE


def send_elsewhere(words: str) -> str:
    """To who is on the phone. `words`: what begins it elsewhere."""
    return f"电话里收不了照片。请在网页客服或微信里说“{words}”，会列出还缺什么，拍照就能传；也可以交到柜台。"


def where_to_send(words: str, channel: str, *, anew: bool = False) -> str:
    """A clause that says how to send more. `words`: what is said there to begin it. `anew`: this conversation waits for a person
    now, so that they must be said in another one."""
    if channel == _PAGE:
        return (
            f"截图、单据的照片和 PDF，点“新会话”，说“{words}”就能传"
            if anew
            else f"截图、单据的照片和 PDF 在这里就能传，说“{words}”"
        )
    if can_send_files(channel) and not anew:
        return f"截图和单据的照片在这里就能传，说“{words}”；PDF 要在网页客服里传"
    return f"截图、单据的照片要在网页客服里传，说“{words}”"
