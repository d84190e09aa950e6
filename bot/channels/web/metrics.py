"""GET /metrics for Prometheus: requests by route, events of the log, turns, and what waits. Only with the key, and only where there is one:
how busy the desk is is nobody's business outside."""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.channels.errors import RefusedRequestError
from bot.event_metrics import EventMetrics

log = logging.getLogger(__name__)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LASTS = ("/api/chat/stream", "/api/chat/messages")  # they wait for news, which says nothing of how fast we are


@dataclass(frozen=True)
class MetricsDeps:
    """`gauges`: name → what it is now, asked at each scrape (in a thread: some read the store). `readiness`: part → whether
    it is there, as `/readyz` says it."""

    key: str
    readiness: Callable[[], Awaitable[Mapping[str, bool]]]
    gauges: Mapping[str, Callable[[], float]] = field(default_factory=dict)


def attach(app: web.Application, deps: MetricsDeps) -> None:
    """Count from now on; outermost, whenever it is called: what the other middlewares refuse counts too."""
    metrics = _Metrics(deps)
    app.middlewares.insert(0, metrics.count)
    app.add_routes([web.get("/metrics", metrics.show, allow_head=False)])
    app.on_startup.append(metrics.listen)
    app.on_cleanup.append(metrics.stop)


class _Metrics:
    def __init__(self, deps: MetricsDeps) -> None:
        self._deps = deps
        self._registry = CollectorRegistry()
        self._events = EventMetrics(self._registry)
        self._requests = Counter(
            "bot_http_requests", "Requests", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "bot_http_seconds",
            "Requests that do not wait for news",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._gauges = {
            name: Gauge(f"bot_{name}", name.replace("_", " "), registry=self._registry) for name in deps.gauges
        }
        self._ready = Gauge("bot_ready", "What answers, as /readyz says it", ("part",), registry=self._registry)

    @web.middleware
    async def count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        began, status = time.perf_counter(), 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        except asyncio.CancelledError:
            status = 499  # the client left, as nginx writes it
            raise
        finally:
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "none"  # never the address: it may hold a token
            self._requests.labels(request.method if resource else "any", route, status).inc()
            if route not in _LASTS:
                self._seconds.labels(route).observe(time.perf_counter() - began)

    async def show(self, request: web.Request) -> web.Response:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            key.strip().encode(errors="surrogateescape"), self._deps.key.encode()
        ):
            error = RefusedRequestError("token_invalid" if key else "token_missing")
            raise web.HTTPUnauthorized(text=error.sentence, headers={"WWW-Authenticate": "Bearer"})
        for name, read in self._deps.gauges.items():
            self._gauges[name].set(await asyncio.to_thread(_read, name, read))
        for part, is_there in (await self._deps.readiness()).items():
            self._ready.labels(part).set(is_there)
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def listen(self, _: web.Application) -> None:
        logging.getLogger().addHandler(self._events)

    async def stop(self, _: web.Application) -> None:
        logging.getLogger().removeHandler(self._events)


def _read(name: str, gauge: Callable[[], float]) -> float:
    """NaN where it cannot be read: the store may be what is down, and the other figures tell so."""
    try:
        return gauge()
    except Exception as error:  # whatever a gauge asks may fail in its own way
        log.error("metrics.unreadable", extra={"data": {"gauge": name, "error": type(error).__name__}})
        return math.nan
