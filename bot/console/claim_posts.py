"""Writing down something about a claim from a form of its sheet: checked, warned of, once, and back to the sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.auth import Session
from bot.console.deps import ConsoleDeps
from bot.console.pages import Pages
from bot.console.wording import warning
from bot.insurance.claim import Claim
from bot.services.approve_claim import NotToApproveError, OpinionMissingError
from bot.services.assess_loss import HandledBeforeError
from bot.services.decide_claim import ClaimStepError
from bot.services.look_after_claim import CareFlawError
from bot.services.ports import UnitOfWork
from bot.services.review_documents import ReviewFlawError
from bot.services.reviewed_papers import ReviewMissingError


@dataclass(frozen=True)
class ClaimPost:
    """What was sent: of which case, which form, the words that the claimant will read, and what is wrong with it."""

    number: str
    form_id: str
    shown: str = ""
    flaw: str = ""


async def write_down(
    deps: ConsoleDeps, pages: Pages, session: Session, post: ClaimPost, write: Callable[[UnitOfWork], Claim]
) -> web.StreamResponse:
    """Carry it out and go back to the sheet; refusals say why, and what was refused may be sent again."""
    if post.flaw:
        return pages.refuse(400, f"{post.flaw}。")
    if post.shown and (warned := await warning(session, deps.objection, post.shown, "索赔的人")):
        return pages.refuse(422, warned)
    try:
        async with session.only_once(post.form_id) as new:
            if new:
                await asyncio.to_thread(_carry_out, deps, write)
    except LookupError:
        return pages.refuse(404, "没有这个编号的业务。")
    except (ReviewFlawError, CareFlawError, OpinionMissingError) as error:
        return pages.refuse(400, f"{error.data['flaw']}。")
    except (NotToApproveError, HandledBeforeError) as error:
        return pages.refuse(403, f"{error.data['why']}。")
    except ReviewMissingError:
        return pages.refuse(409, "现在的资料还没有审核完（8 项），先审核再核赔、核定。")
    except ClaimStepError as error:
        return pages.refuse(409, f"案件现在是“{error.data['stage']}”，不能这样登记。")
    return web.Response(status=303, headers={"Location": f"/desk/cases/{post.number}"})


def _carry_out(deps: ConsoleDeps, write: Callable[[UnitOfWork], Claim]) -> None:
    with deps.unit_of_work() as work:
        write(work)
        work.commit()
