"""我的办理 (B08): everything filed by the proved person, in one list."""

from __future__ import annotations

from bot.insurance.identity import IdentityLevel
from bot.services.recall import list_own
from bot.services.servicing.transaction import Transaction

TRANSACTION = Transaction(
    kind="own_matters",
    zh="查我办的事",
    intents=(),
    post="综合",
    level=IdentityLevel.L2,
    opening="可以，理赔、投诉、保全、各种申请一起查。",
    shows=lambda case: (list_own(case.situation.said, case.situation.services),),
)
