"""What holds for every request to the front desk, whichever page or API it is for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.errors import RefusedRequestError
from bot.channels.web.embed import is_embedded
from bot.conversations.errors import ConversationNotFoundError, MessageConflictError, UnknownChoiceError
from bot.errors import BotError, StoreUnavailableError
from bot.services.open_document import DocumentGoneError
from bot.services.take_file import FileRefusedError

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_CODED: dict[type[BotError], str] = {
    ConversationNotFoundError: "conversation_not_found",
    MessageConflictError: "message_conflict",
    UnknownChoiceError: "unknown_choice",
    DocumentGoneError: "document_gone",
    StoreUnavailableError: "temporarily_unavailable",
}
_TRY_AGAIN = 2  # seconds, after which the store may be back
_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """An `on_response_prepare` signal, since a stream has sent its headers long before a middleware sees it again."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/"):
        response.headers.setdefault(
            "Cache-Control", "no-cache"
        )  # ask every time, so that a new page has its new script
    response.headers.popall("Server", None)


def refusal(error: RefusedRequestError) -> web.Response:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.json_response({"code": error.reason, "message": error.sentence}, status=error.status, headers=headers)


@web.middleware
async def coded_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal and failure under /api/ becomes `{code, message}`; nothing of the request reaches the log."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except RefusedRequestError as error:
        return refusal(error)
    except BotError as error:
        reason = (
            str(error.data["reason"]) if isinstance(error, FileRefusedError) else _CODED.get(type(error), "internal")
        )
        away = reason == "temporarily_unavailable"
        if reason == "internal" or away:
            log.error("request.failed", extra={"data": {"error": type(error).__name__}})
        return refusal(RefusedRequestError(reason, retry_after=_TRY_AGAIN if away else 0))
    except web.HTTPException as error:
        if error.status not in _STATUS:
            raise
        response = refusal(RefusedRequestError(_STATUS[error.status]))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception as error:  # the border: a defect becomes a coded answer, never a stack trace on a page
        log.exception("request.failed", extra={"data": {"error": type(error).__name__}})
        return refusal(RefusedRequestError("internal"))


@web.middleware
async def same_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page sends in a customer's browser. A client that is no browser sends no Origin."""
    if request.method not in _SAFE and is_cross_site(request.headers, request.host) and not is_embedded(request):
        if not request.path.startswith("/api/"):
            raise web.HTTPForbidden(text="不接受来自其他网站的请求。")
        raise RefusedRequestError("cross_site")
    return await handler(request)


def is_cross_site(headers: Mapping[str, str], host: str) -> bool:
    """Whether the page that sent this came from elsewhere than `host` (name and port)."""
    origin = headers.get("Origin")
    if origin is None:
        return headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site")
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True
