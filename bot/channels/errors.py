"""Refusals of the chat API: one code, one status and one Chinese sentence each. docs/openapi.yml lists them too."""

from __future__ import annotations

from bot.errors import BotError

# code: (HTTP status, what the customer reads)
CATALOGUE = {
    "bad_json": (400, "请求格式不正确。"),
    "bad_encoding": (400, "请求编码不受支持。"),
    "body_incomplete": (400, "请求没有发送完整，请重试。"),
    "not_an_object": (400, "请求格式不正确，应为 JSON 对象。"),
    "unknown_key": (400, "请求中有不认识的字段。"),
    "bad_id": (400, "消息编号应为 UUID。"),
    "text_or_choice": (400, "请发送文字，或者选择一个选项。"),
    "empty_text": (400, "请输入内容后再发送。"),
    "control_characters": (400, "内容中有无法处理的字符，请修改后再发送。"),
    "unknown_choice": (400, "这个选项已失效，请直接用文字告诉我。"),
    "bad_event": (400, "来电事件的内容不正确。"),
    "bad_query": (400, "查询参数不正确。"),
    "bad_file_name": (400, "文件名里有无法处理的字符，请改个名字再传。"),
    "file_empty": (400, "这个文件是空的，请重新选一个。"),
    "file_broken": (400, "这个文件打不开，可能没有存完整，请重新拍一张或换一个文件。"),
    "token_missing": (401, "缺少会话凭证，请重新开始对话。"),
    "token_invalid": (401, "会话凭证无效，请重新开始对话。"),
    "token_expired": (401, "会话已过期，请重新开始对话。"),
    "identity_invalid": (401, "登录状态已失效，请重新登录后再打开对话。"),
    "cross_site": (403, "不接受来自其他网站的请求。"),
    "conversation_not_found": (404, "会话不存在，请重新开始对话。"),
    "document_gone": (404, "这个下载链接已经用过或者过期了，请在对话里再要一次。"),
    "not_found": (404, "没有这个地址。"),
    "method_not_allowed": (405, "不支持这种请求方式。"),
    "message_conflict": (409, "同一消息编号的内容不一致，请作为新消息发送。"),
    "file_not_asked_for": (409, "现在没有要您传文件。要补交理赔资料，请先在对话里说“补交资料”。"),
    "too_many_files": (409, "这次传的文件已经满了，请先提交这些，再接着补。"),
    "text_too_long": (413, "内容超过 2000 字，请分几条发送。"),
    "body_too_large": (413, "请求内容过大。"),
    "file_too_large": (413, "文件超过 10MB，请压缩一下，或分成几个再传。"),
    "file_type": (415, "只能传照片（jpg、png、heic）或 PDF，其他格式请先转一下。"),
    "rate_limited": (429, "发送得太快了，请稍后再试。"),
    "too_many_waiting": (429, "打开的页面太多了，请关闭一些再试。"),
    "internal": (500, "系统出了问题，您的这次请求没有办成，请稍后再试。"),
    "temporarily_unavailable": (503, "系统暂时无法保存消息，请稍后再发一次。"),
}


class RefusedRequestError(BotError):
    """A request the API does not serve. `reason` is a key of CATALOGUE, `retry_after` whole seconds or 0."""

    code = "refused_request"

    def __init__(self, reason: str, *, retry_after: int = 0) -> None:
        self.reason = reason
        self.retry_after = retry_after
        self.status, self.sentence = CATALOGUE[reason]
        super().__init__(reason=reason, status=self.status)
