"""Templates and the words that enum codes have on screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.console.times import CHINA, day, moment, month
from bot.conversations.messages import Sender
from bot.documents.plots import draw, svg
from bot.insurance.complaint_list import Tone
from bot.insurance.hand_off import Owner, Priority
from bot.insurance.identity import IdentityLevel
from bot.services.figures.report import Chart
from bot.text.masking import mask_policy_no

__all__ = ["CHINA", "HERE", "Pages", "moment", "phone_groups", "protect"]

HERE = Path(__file__).resolve().parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    # Not no-referrer: with it a browser sends `Origin: null` with a form, and the form would be refused as foreign.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
# A customer's file: should a browser show it all the same, it may do nothing at all.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
PRIORITIES = {
    Priority.INJURY_OR_DEATH: "人身伤亡",
    Priority.FUND_SAFETY: "资金安全",
    Priority.COMPLAINT: "投诉",
    Priority.ELDERLY: "老年客户",
    Priority.VIP: "重要客户",
    Priority.NORMAL: "一般",
}
TONES = {Tone.LATE.value: "p0", Tone.NEAR.value: "p2", Tone.CALM.value: "", Tone.OVER.value: "soft"}
LEVELS = {
    IdentityLevel.L0: "未核实身份",
    IdentityLevel.L1: "仅核实手机号",
    IdentityLevel.L2: "已核实身份",
    IdentityLevel.L3: "已实人核验",
}
SENDERS = {Sender.CUSTOMER: "客户", Sender.BOT: "机器人", Sender.HUMAN: "坐席", Sender.SYSTEM: "系统"}
_LAST_PAGE = 10_000
OWNERS = {Owner.BOT.value: "机器人服务中", Owner.QUEUE.value: "等待接手", Owner.HUMAN.value: "人工服务中"}


class Pages:
    """Renders templates; everything a template inserts is escaped."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            moment=moment, day=day, month=month, spell=phone_groups, masked_policy=mask_policy_no, plot=plot
        )
        self._templates.globals.update(
            priorities=PRIORITIES, tones=TONES, levels=LEVELS, senders=SENDERS, owners=OWNERS
        )

    def show(self, template: str, *, status: int = 200, **values: object) -> web.Response:
        text = self._templates.get_template(template).render(now=self._clock(), waited=self._waited, **values)
        return web.Response(text=text, status=status, content_type="text/html")

    def refuse(self, status: int, sentence: str) -> web.Response:
        return self.show("refused.html", status=status, sentence=sentence)

    def _waited(self, since: datetime) -> str:
        minutes = max(0, int((self._clock() - since).total_seconds() // 60))
        return f"{minutes} 分钟" if minutes < 60 else f"{minutes // 60} 小时 {minutes % 60} 分"


def as_pdf(name: str, content: bytes) -> web.Response:
    """A document to download under that name; no cache keeps it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=content, content_type="application/pdf", headers=headers)


def plot(chart: Chart) -> Markup:
    """The chart as markup; `svg` has escaped what it holds."""
    return Markup(svg(draw(chart)))


def asked_page(request: web.Request) -> int:
    """The page of a list that the address asks for, from 1; 1 where it says no number."""
    return page_of(request.query.get("page", "1"))


def page_of(asked: str) -> int:
    """As `asked_page`, of what a form or an address says."""
    return max(1, min(int(asked), _LAST_PAGE)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def phone_groups(phone: str) -> str:
    """138 0000 0001; anything that is not an 11-digit number stays as it is."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 and phone.isdigit() else phone


async def protect(request: web.Request, response: web.StreamResponse) -> None:
    """An `on_response_prepare` signal: stricter headers for the console than a page for everybody needs."""
    if request.path.startswith(("/desk", "/demo")):
        response.headers.update(HEADERS)
        if "/files/" in request.path:
            response.headers["Content-Security-Policy"] = FILE_POLICY
        if "/static/" in request.path:
            response.headers["Cache-Control"] = "no-cache"
