"""The front desk: the one process that customers and agents reach. `python -m bot.front_desk`."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.bootstrap import FrontDeskParts, build_front_desk_parts, build_unit_of_work, prepare_desk, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.channels import web as web_channel
from bot.channels.ivr import channel as ivr
from bot.channels.web import metrics
from bot.channels.web.channel import WebDeps, attach
from bot.channels.web.identity import SiteIdentity
from bot.channels.web.limits import Limits
from bot.channels.web.metrics import MetricsDeps
from bot.channels.web.readiness import Readiness
from bot.channels.web.tokens import Tokens
from bot.channels.wechat import channel as wechat
from bot.channels.wechat.crypto import Seal
from bot.channels.wechat.intake import MenuKey
from bot.channels.wechat.render import MORE, parts_of
from bot.console import app as console
from bot.console.offers import Offers
from bot.conversations import notices
from bot.conversations.delivery import Deliverer
from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed, share_news
from bot.conversations.retry import RetryPolicy
from bot.documents.paper_pdf import print_paper
from bot.documents.report_pdf import print_report
from bot.errors import BotError
from bot.event_log import start_event_log
from bot.services.intent_names import load_intent_names
from bot.services.offer_work import OfferRules
from bot.services.quality.load_rubric import load_rubric
from bot.services.queue_place import PlaceRules
from bot.services.sweep_due_dates import SweepReport
from bot.serving import allow_many_connections, ready_to_serve
from bot.settings import Settings, read_settings

log = logging.getLogger(__name__)
LOG_THREADS = 32
NEXT_REQUEST = (
    30.0  # seconds for a request's line and headers to be whole, first byte or not; its body has bounds of its own
)
STATIC = Path(web_channel.__file__).parent / "static"


def china_now() -> datetime:
    return datetime.now(SHANGHAI)


@dataclass(frozen=True)
class DeskOptions:
    """What a benchmark or a test may want otherwise; an installation takes it as it is."""

    limits: Limits = field(default_factory=Limits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Callable[[], datetime] = china_now
    grace: float = 5.0  # seconds for turns in flight when the process ends
    sweep_every: float = 900.0  # seconds between looks whether the day is swept; the first at the start


def build_app(settings: Settings, parts: FrontDeskParts, options: DeskOptions | None = None) -> web.Application:
    """The whole front desk; the dispatcher lives as long as the application runs."""
    options = options or DeskOptions()
    feed = Feed()
    dispatcher = Dispatcher(
        parts.message_log,
        parts.assistant,
        feed,
        people=parts.people,
        clock=options.clock,
        retry=options.retry,
        guard=parts.guard,
        desks=parts.desks,
        server_of=parts.assistant.server_of,
    )
    readiness = Readiness(parts.message_log, parts.assistant.is_ready, parts.actions_ready)
    app = web.Application()
    attach(
        app,
        WebDeps(
            log=parts.message_log,
            feed=feed,
            wake=dispatcher.wake,
            tokens=Tokens(settings.secrets.token_key),
            greeting=notices.GREETING,
            clock=options.clock,
            readiness=readiness,
            print_document=parts.print_document,
            take_file=parts.take_file,
            limits=options.limits,
            static_dir=STATIC,
            notice=settings.privacy_notice,
            banner=parts.banner,
            proxies=settings.trusted_proxies,
            origins=settings.widget_origins,
            identity=SiteIdentity(settings.widget_key),
            customers=parts.site_customers if settings.widget_key else None,
        ),
    )
    console.attach(
        app,
        console.ConsoleDeps(
            unit_of_work=parts.unit_of_work,
            reading=build_unit_of_work(settings, reading=True),
            log=parts.message_log,
            feed=feed,
            settings=settings,
            clock=options.clock,
            named_customers=parts.named_customers,
            recent_texts=parts.recent_texts,
            deadlines=parts.sweep.deadlines,
            objection=parts.guard.why,
            complaint_rules=parts.complaint_rules,
            cite=parts.cite_rule,
            disasters=parts.banner.disasters,
            questionnaires=parts.questionnaires,
            limits=parts.limits,
            claim_rules=parts.claim_rules,
            print_paper=print_paper,
            print_report=print_report,
            rubric=load_rubric(settings.data_dir / "quality" / "rubric.yml"),
            intent_names=load_intent_names(settings.data_dir / "intents.yml"),
            settle_tasks=parts.sweep.settle,
            suggest=parts.suggest,
            models=parts.models,
            back_at=parts.back_at,
            delivered=parts.called.delivered,
        ),
    )
    deliverer = _attach_wechat(app, settings, parts, dispatcher, feed, options)
    if settings.ivr_key:
        ivr.attach(
            app,
            ivr.IvrDeps(
                key=settings.ivr_key,
                id_key=settings.secrets.pepper,
                log=parts.message_log,
                calls=parts.calls,
                feed=feed,
                wake=dispatcher.wake,
                hand_off=parts.call_desk.put_through,
                hung_up=parts.call_desk.hung_up,
                clock=options.clock,
                destinations=settings.ivr_destinations,
                grammar=settings.ivr_grammar,
            ),
        )
    if settings.metrics_key:
        gauges = _gauges(dispatcher, deliverer, feed, parts, options.clock)
        metrics.attach(app, MetricsDeps(settings.metrics_key, readiness, gauges))
    _keep_alive(app, feed, dispatcher, deliverer, parts, options)
    return app


def _attach_wechat(
    app: web.Application,
    settings: Settings,
    parts: FrontDeskParts,
    dispatcher: Dispatcher,
    feed: Feed,
    options: DeskOptions,
) -> Deliverer | None:
    """The official account's door, where one is set up."""
    account, api = settings.wechat, parts.wechat
    if account is None or api is None:
        return None
    deliverer = Deliverer(
        parts.contacts,
        feed,
        owns=lambda conversation_id: conversation_id.startswith(wechat.PREFIX),
        cut=parts_of,
        send=api.send_text,
        clock=options.clock,
        retry=options.retry,
        more=MORE,
        desks=parts.desks,
    )
    wechat.attach(
        app,
        wechat.WeChatDeps(
            seal=Seal(account.app_id, account.token, account.aes_key),
            log=parts.message_log,
            unit_of_work=parts.unit_of_work,
            contacts=parts.contacts,
            deliverer=deliverer,
            feed=feed,
            wake=dispatcher.wake,
            take_file=parts.take_file,
            media=api.media,
            greeting=notices.GREETING,
            clock=options.clock,
            id_key=settings.secrets.pepper,
            menu={
                choice.payload.removeprefix("/"): MenuKey(choice.title, choice.payload)
                for choice in notices.GREETING.choices
            },
            to_their_agents=account.to_their_agents,
        ),
    )
    return deliverer


def _gauges(
    dispatcher: Dispatcher,
    deliverer: Deliverer | None,
    feed: Feed,
    parts: FrontDeskParts,
    clock: Callable[[], datetime],
) -> dict[str, Callable[[], float]]:
    """What is true now, for whoever watches the desk."""

    def waiting_for_a_person() -> float:
        with parts.unit_of_work() as work:
            return len(work.hand_offs.waiting())

    def oldest_unanswered_seconds() -> float:
        longest = parts.message_log.conversations_with_pending()[:1]
        pending = parts.message_log.next_pending(longest[0]) if longest else None
        return max(0.0, (clock() - pending.received_at).total_seconds()) if pending else 0.0

    gauges: dict[str, Callable[[], float]] = {
        "assistant_down": lambda: float(dispatcher.assistant_is_down),
        "conversations_in_work": lambda: dispatcher.conversations_in_work,
        "oldest_unanswered_seconds": oldest_unanswered_seconds,
        "pages_listening": lambda: feed.all_watchers,
        "waiting_for_a_person": waiting_for_a_person,
    }
    if deliverer is not None:
        gauges |= {
            "wechat_messages_unsent": parts.contacts.count_unsent,
            "wechat_customers_unreachable": parts.contacts.count_unreachable,
            "wechat_passive_only": lambda: float(deliverer.passive_only),
            "wechat_account_paused": lambda: float(deliverer.account_paused),
        }
    return gauges


def _keep_alive(
    app: web.Application,
    feed: Feed,
    dispatcher: Dispatcher,
    deliverer: Deliverer | None,
    parts: FrontDeskParts,
    options: DeskOptions,
) -> None:
    async def lifecycle(_: web.Application) -> AsyncIterator[None]:
        if parts.desks is not None:
            share_news(feed, parts.desks)
        await dispatcher.start()
        if deliverer is not None:
            await deliverer.start()
        rules = OfferRules.of(parts.limits, lambda post, now: parts.back_at(now, post) is None)
        offers = Offers(
            parts.unit_of_work, feed, rules, PlaceRules.of(parts.limits), options.clock, parts.called.may_push
        )
        chores = [
            asyncio.create_task(sweep_daily(parts.sweep, options.clock, options.sweep_every)),
            asyncio.create_task(offers.keep_offering()),
        ]
        yield
        for chore in chores:
            chore.cancel()
        await asyncio.wait(chores)
        await dispatcher.stop(options.grace)
        if deliverer is not None:
            await deliverer.stop()
        if parts.desks is not None:
            parts.desks.close()
        await parts.close()

    async def let_waiters_go(_: web.Application) -> None:
        feed.close()

    app.cleanup_ctx.append(lifecycle)
    app.on_shutdown.append(let_waiters_go)  # before aiohttp waits for open requests: a long poll would hold it up


async def sweep_daily(sweep: Callable[[datetime], SweepReport], clock: Callable[[], datetime], every: float) -> None:
    """Sweep at the start and on each new day, until cancelled. That a day is swept once is the store's to keep."""
    while True:
        try:
            report = await asyncio.to_thread(sweep, clock())
        except BotError as error:
            log.warning("sweep.postponed", extra={"data": {"code": error.code}})
        else:
            if report.ran:
                log.info("sweep.done", extra={"data": {**asdict(report), "day": report.day.isoformat()}})
        await asyncio.sleep(every)


async def serve(
    app: web.Application,
    settings: Settings,
    stopped: asyncio.Event | None = None,
    listening: Callable[[int], None] = lambda _: None,
) -> None:
    """Listen until SIGINT or SIGTERM, or until `stopped` is set; then end in order. `listening` is told the port."""
    stopped = stopped or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    # Calls of the log mostly wait; with the default of a few threads, writers that queue would hold up every reader.
    loop.set_default_executor(ThreadPoolExecutor(LOG_THREADS, "log"))
    # No access log: addresses are enough to follow a customer. Compressed bodies stay compressed and are refused.
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, shutdown_timeout=5, keepalive_timeout=NEXT_REQUEST
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        port = runner.addresses[0][1]  # the one that was given when the settings say 0
        log.info("front_desk.listening", extra={"data": {"host": settings.host, "port": port}})
        listening(port)
        await stopped.wait()
    finally:
        await runner.cleanup()
        log.info("front_desk.ended")


def main() -> None:
    """`python -m bot.front_desk [PLACE]`: the desk of that place, counted from 0; each on its own port."""
    start_event_log()
    settings = read_settings()
    place = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    settings = replace(settings, port=settings.port + place)
    prepare_store(settings, china_now().date())
    prepare_desk(settings, china_now())
    app = build_app(settings, build_front_desk_parts(settings))
    ready_to_serve()
    allow_many_connections()
    asyncio.run(serve(app, settings))


if __name__ == "__main__":
    main()
