"""Pages of other sites that may carry the widget: which origins may use the chat API from a browser (CORS, WHATWG Fetch)."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

ORIGINS: web.AppKey[frozenset[str]] = web.AppKey("widget_origins", frozenset)
# The chat API, the page that the widget takes its markup from, and its files. Never the desk.
_OPEN = ("/api/chat/", "/static/")
_ASKED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Message-Id, X-File-Name, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}


def is_embedded(request: web.Request) -> bool:
    """Whether a page of an allowed site asks for something that the widget needs."""
    return is_open(request.path) and request.headers.get("Origin") in request.app[ORIGINS]


def is_open(path: str) -> bool:
    return path == "/" or path.startswith(_OPEN)


@web.middleware
async def answer_preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """OPTIONS with a method to come is the browser asking; anything else goes its way."""
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers and is_embedded(request):
        return web.Response(status=204, headers=_ASKED)
    return await handler(request)


async def allow_embedding(request: web.Request, response: web.StreamResponse) -> None:
    """An `on_response_prepare` signal: the headers without which a browser hides the answer from the site's page."""
    if not request.app[ORIGINS] or not is_open(request.path):
        return
    response.headers.add("Vary", "Origin")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if is_embedded(request):
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
