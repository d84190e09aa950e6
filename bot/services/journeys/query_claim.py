"""理赔进度 as a conversation (F02): own report and phone show the stage, identity L2 shows all own claims."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.claim import Claim, ClaimStage
from bot.services.clarify import asks_for_money, offer_meanings
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import says_none
from bot.services.journeys.identity_steps import identity_steps, phone_steps
from bot.services.journeys.journey import Accepted, Ask, Ended, Journey, Opening, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

CLAIM = "claim_no"
WITHOUT = "没有报案号"

NEXT_STEP = {
    ClaimStage.REPORTED: "等待理赔人员联系您，说明索赔事项",
    ClaimStage.AWAITING_REGISTRATION: "核对保单后立案",
    ClaimStage.REGISTERED: "安排查勘或收集资料",
    ClaimStage.SURVEYING: "查勘完成后定损",
    ClaimStage.ASSESSING: "确定损失金额",
    ClaimStage.AWAITING_DOCUMENTS: "等您补齐下面的资料，补齐后继续核定",
    ClaimStage.ADJUDICATING: "计算赔款并审核",
    ClaimStage.DECIDED: "把核定结果和依据通知您",
    ClaimStage.AWAITING_AGREEMENT: "等您确认赔付协议",
    ClaimStage.PAYING: "赔款支付到约定账户",
    ClaimStage.CLOSED: "案件已经办完",
    ClaimStage.DENIED: "不予赔付通知书会写明理由；不认可可以提出异议",
    ClaimStage.WITHDRAWN: "已按您的要求撤案；以后要索赔请注意时效",
}


def own_claims(situation: Situation) -> Sequence[Claim]:
    """Claims reported in this very conversation, and those of the proved person."""
    with situation.services.reading() as work:
        found = list(work.claims.of_conversation(situation.conversation_id))
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.party:
            found += work.claims.of_party(identity.party.party_id)
    return list({claim.claim_no: claim for claim in found}.values())


def _opening(situation: Situation) -> Opening:
    """ "那个钱怎么还没到" names no claim: ask which money before asking for a claim number."""
    text = situation.said.text
    if (
        situation.said.chosen
        or not asks_for_money(text)
        or re.search(r"赔|案|报销|事故|住院", text)
        or own_claims(situation)
    ):
        return Opening()
    return Opening(ended=Ended((offer_meanings(situation.said),), unclear=True))


def _ask_claim(situation: Situation) -> Ask:
    mine = own_claims(situation)
    if mine:
        choices = tuple(choose(f"{c.claim_no}（{c.stage.zh}）", c.claim_no) for c in mine[:5])
        return Ask("要查哪一个？", "choice", choices)
    return Ask("请告诉我报案号，C 开头。没有报案号就回“没有”，我核对身份后帮您找。", "text", (choose(WITHOUT),))


def _read_claim(said: Understood, _: Situation) -> Reading:
    entity = said.first("claim_no")
    typed = re.fullmatch(r"[Cc]?\s*\d[\d\s]{7,}", said.text.strip())
    if entity or typed:
        number = entity.value if entity else re.sub(r"\s", "", said.text).upper()
        return Accepted(number if number.startswith("C") else f"C{number}")
    if says_none(said.text) or said.text == WITHOUT:
        return Accepted(WITHOUT)
    return Rejected("报案号是 C 加一串数字，比如 C20261123000017。没有就回“没有”。")


def _unknown(situation: Situation) -> bool:
    return len(own_claims(situation)) != 1


def _foreign(situation: Situation) -> bool:
    """A number was given that is not among the own claims, so a phone must prove the right to see it."""
    number = situation.get(CLAIM)
    return number not in ("", WITHOUT) and number not in [claim.claim_no for claim in own_claims(situation)]


def _by_identity(situation: Situation) -> bool:
    return situation.get(CLAIM) == WITHOUT


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Tell the stage, what comes next and by when; who may not see the claim learns nothing about it."""
    mine = own_claims(situation)
    number = situation.get(CLAIM)
    chosen = [claim for claim in mine if claim.claim_no == number or number in ("", WITHOUT)]
    with situation.services.reading() as work:
        if not chosen and number not in ("", WITHOUT):
            proved = current_identity(work, situation.conversation_id, situation.now).phone
            claim = work.claims.get(number)
            if claim and proved and claim.report.reporter_phone == proved:
                chosen = [claim]
    if not chosen:
        text = "没有查到可以给您看的案子：报案号和报案时留的手机要对得上。要请理赔岗的同事帮您找吗？"
        return (Reply(text, (TO_HUMAN, intend("重新报案", "report_claim"))),)
    replies = [Reply(describe_claim(claim, situation)) for claim in chosen[:3]]
    return (
        *replies,
        Reply(
            "还需要什么？", (intend("补交资料", "supplement_claim"), intend("对结果有异议", "dispute_claim"), TO_HUMAN)
        ),
    )


def describe_claim(claim: Claim, situation: Situation) -> str:
    """Stage, since when, next step, due date by rule, missing documents (F02)."""
    today = situation.now.date()
    since = claim.steps[-1].at.date() if claim.steps else claim.reported_at.date()
    lines = [
        f"案件 {claim.claim_no}：{claim.stage.zh}（{speak_date(since, today)}起）。",
        f"下一步：{NEXT_STEP[claim.stage]}。",
    ]
    if claim.missing_documents:
        lines.append("还缺：" + "、".join(claim.missing_documents) + "。")
    finished = claim.stage in (ClaimStage.CLOSED, ClaimStage.DENIED, ClaimStage.WITHDRAWN)
    if claim.due_on and not finished:
        if claim.due_on < today:
            lines.append(f"这个案子过了{speak_date(claim.due_on, today)}的时限，很抱歉，请点“转人工”让理赔岗马上跟进。")
        else:
            lines.append(f"最晚 {speak_date(claim.due_on, today)} 有结果，会主动通知您。")
    return "\n".join(lines)


JOURNEY = Journey(
    form="claim_status_form",
    zh="查理赔进度",
    intent="query_claim",
    post="理赔",
    opening=_opening,
    cancelled="好的，不查了。",
    steps=(
        Step(CLAIM, "", _ask_claim, _read_claim, ("claim_no",), _unknown, counted=False),
        *phone_steps("为了保护您的信息，要核对报案时留的手机。", _foreign),
        *identity_steps("帮您找案子，", _by_identity),
    ),
)
