"""撤案 (F23): what it means first; not after a decision; the number stays and the loss may be reported again."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.claim import Claim, ClaimStage, ClaimStep
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import read_words, says_none
from bot.services.journeys.journey import Accepted, Ask, Ended, Reading, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import Case, Promise, Questions, Refusal, Transaction
from bot.services.understanding import Understood

REASON = "cancel_claim_reason"
NOT_TOLD = "未说明"
_POST = "报案受理岗"
_PRESSED = re.compile(
    r"(?:业务员|查勘员?|定损员?|修理厂|你们|客服|理赔员|对方|肇事)[^，。]{0,8}(?:让|叫|逼|劝|催|要求)[^，。]{0,4}撤|逼我|给(?:我)?好处|不撤就"
)
_THIRD_PARTIES = frozenset({LineOfBusiness.MOTOR, LineOfBusiness.LIABILITY})


def _refuses(claim: Claim, _: Situation) -> Refusal | None:
    number = claim.claim_no
    if claim.stage is ClaimStage.WITHDRAWN:
        return Refusal(
            f"案件 {number} 已经撤了，不用再撤。要重新报，随时可以。", choices=(intend("重新报案", "report_claim"),)
        )
    if claim.stage.is_decided:
        return Refusal(
            f"案件 {number} 已经是“{claim.stage.zh}”，结果出来以后不能再撤案。不同意结果的，可以申请复核；别的情况请人工看。",
            choices=(intend("申请复核", "dispute_claim"), TO_HUMAN),
        )
    return None


_CLAIM = OwnClaim("撤案", _refuses)


def _hurts_others(claim: Claim) -> bool:
    report = claim.report
    return report.line in _THIRD_PARTIES and bool(report.injured_count or report.injured.startswith("有"))


def _person(case: Case) -> str:
    """Somebody hurt may claim directly (保险法第六十五条): a person looks before their way is closed."""
    claim = _CLAIM.chosen(case.situation)
    return "案件里有人受伤，撤案前由理赔员核对伤者的赔偿" if claim and _hurts_others(claim) else ""


def _ask_reason(situation: Situation) -> Ask:
    claim = _CLAIM.chosen(situation)
    years = 5 if claim and claim.report.line is LineOfBusiness.LIFE else 2
    text = (
        "撤案前请先知道：这件案子到此为止，不再核定赔款；报案号会保留，以后还能重新报。"
        f"申请赔款的时效照常走（{years} 年，从知道出险那天算起），事故材料请留好。查勘过也不收费。\n为什么要撤？不想说就回“不想说”。"
    )
    titles = ("损失小，不索赔了", "报错了或重复报案", "对方已经赔了", "不想说")
    return Ask(text, "text", tuple(map(choose, titles)))


def _read_reason(said: Understood, situation: Situation) -> Reading:
    if _PRESSED.search(said.text):
        words = "撤不撤由您自己决定，谁也不能替您定。这次没有提交，我请人工单独跟您核实；材料先别交给别人。"
        return Ended((Reply(words),), hand_off="needs_person")
    if says_none(said.text) or re.search(r"不想说|不方便说|没(?:有)?(?:什么)?原因|没为什么", said.text):
        return Accepted(NOT_TOLD)
    return read_words(2, 200)(said, situation)


def _withdraw(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    chosen = _CLAIM.chosen(case.situation)
    if chosen is None or _person(case):
        return
    claim = work.claims.get(chosen.claim_no)
    assert claim is not None
    step = ClaimStep(ClaimStage.WITHDRAWN, request.requested_at, _POST, f"客户撤案（{request.request_no}）")
    note = f"客户撤案的原因：{case.get(REASON)}"
    changed = replace(
        claim, stage=ClaimStage.WITHDRAWN, steps=(*claim.steps, step), notes=(*claim.notes, note), contact_by=None
    )
    work.claims.save(changed)
    work.audit.append(
        "claim.withdrawn",
        subject=claim.claim_no,
        actor=request.applicant_id,
        at=request.requested_at,
        detail={"request": request.request_no},
    )


def _what_next(case: Case, request: ServiceRequest) -> str:
    number = dict(request.fields)["案件"]
    if request.due_on and _person(case):
        return "核对完之前案子照常办。"
    return f"案件 {number} 现在是“已撤案”，报案号保留。以后要索赔，随时可以重新报案，请别超过上面说的时效。"


TRANSACTION = Transaction(
    kind="cancel_claim",
    zh="撤案",
    intents=("cancel_claim",),
    post="理赔",
    level=IdentityLevel.L2,
    opening="可以撤，先核对您是这件案子的本人。",
    questions=Questions(wish=re.compile(r"撤(?:掉|了|销)?吧|帮我|不要了|我要撤|给我撤|撤掉"), offer="现在就撤案"),
    refuses=_CLAIM.refusal,
    person=_person,
    facts=lambda case: (_CLAIM.fact(case),),
    steps=(
        _CLAIM.step(),
        Step(REASON, "原因", _ask_reason, _read_reason, free_text=True, story=True),
    ),
    promise=Promise(working_days="claim.cancel_days"),
    effect=_withdraw,
    done_at_once=lambda case: not _person(case),
    confirm_title="确认撤案",
    what_next=_what_next,
)  # fmt: skip
