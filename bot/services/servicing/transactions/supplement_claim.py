"""补交资料 (F03): real files for an own claim, a receipt, and one list of what is still missing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.claim import Claim
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Situation
from bot.services.ports import UnitOfWork
from bot.services.receive_papers import HandIn, receive_papers
from bot.services.reply import TO_HUMAN, intend
from bot.services.servicing.claim_papers import ClaimPaper
from bot.services.servicing.hand_in import FILES, basket_of, files_step
from bot.services.servicing.own_claim import OwnClaim, wanted_papers
from bot.services.servicing.transaction import Case, ConsentQuestion, Questions, Refusal, Transaction


def _refuses(claim: Claim, _: Situation) -> Refusal | None:
    if not claim.is_over:
        return None
    return Refusal(
        f"案件 {claim.claim_no} 已经是“{claim.stage.zh}”，不再收材料。对结果有不同意见，可以申请复核，带新材料。",
        choices=(intend("申请复核", "dispute_claim"), TO_HUMAN),
    )


_CLAIM = OwnClaim("补资料", _refuses)


def _papers(situation: Situation) -> Sequence[ClaimPaper]:
    claim = _CLAIM.chosen(situation)
    return wanted_papers(claim, situation) if claim else ()


def _left(case: Case) -> tuple[str, ...]:
    sent = basket_of(case.situation).documents
    return tuple(paper.name for paper in _papers(case.situation) if paper.name not in sent)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    basket = basket_of(case.situation)
    sent = tuple((name, f"{basket.count(name)} 个文件") for name in basket.documents)
    return (_CLAIM.fact(case), *sent, ("还缺", "、".join(_left(case)) or "没有了"))


def _hand_in(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    """The files become the claim's; all there, its clock runs on."""
    chosen, basket = _CLAIM.chosen(case.situation), basket_of(case.situation)
    assert chosen is not None
    came = HandIn(
        matter_no=chosen.claim_no,
        given=basket.given,
        wanted=[paper.name for paper in wanted_papers(chosen, case.situation)],
        conversation_id=case.situation.conversation_id,
        request_no=request.request_no,
        at=case.situation.now,
        actor=request.applicant_id,
    )
    receive_papers(work, came, case.situation.services.deadlines, case.situation.services.limits)


def _what_next(case: Case, request: ServiceRequest) -> str:
    """Read from the stored claim, so that a turn tried again says the same."""
    with case.situation.services.reading() as work:
        claim = work.claims.get(dict(request.fields)["案件"])
        files = work.files.of_matter(claim.claim_no) if claim else ()
    assert claim is not None
    own = [file for file in files if file.request_no == request.request_no]
    receipts = "\n".join(f"· {file.document} {file.file_no}（{file.received_at:%H:%M} 收到）" for file in own)
    lines = [f"回执，案件 {claim.claim_no}：\n{receipts}"]
    if claim.missing_documents:
        listed = "\n".join(f"· {paper.spoken}" for paper in wanted_papers(claim, case.situation))
        lines.append(f"还缺 {len(claim.missing_documents)} 样：\n{listed}\n备齐了再说“补交资料”。")
    elif claim.documents_complete_on == request.requested_at.date():
        lines.append(f"要的材料都收齐了，案件现在是“{claim.stage.zh}”。{_due(claim, case)}")
    lines.append("原件请留好，要寄的话理赔员会告诉您地址。")
    return "\n".join(lines)


def _due(claim: Claim, case: Case) -> str:
    rule = case.situation.services.deadlines.rules.get(claim.due_rule)
    if claim.due_on is None or rule is None:
        return ""
    return f"最晚 {speak_date(claim.due_on, case.today)} 核定并通知您（{rule.article}），等您补资料的天数没有算在内。"


TRANSACTION = Transaction(
    kind="supplement_claim",
    zh="补交资料",
    intents=("supplement_claim",),
    post="理赔",
    level=IdentityLevel.L2,
    opening="可以，在这里直接把照片或文件发上来。",
    questions=Questions(wish=re.compile(r"我再补|帮我补|要补|补两|补一|补几|发给你|传给你"), offer="现在就传"),
    refuses=_CLAIM.refusal,
    facts=_facts,
    steps=(_CLAIM.step(), files_step(_papers)),
    consent=ConsentQuestion(
        "C2", "材料里会有病历、证件、银行卡这类敏感个人信息，只用于办这件理赔，加密保存。您同意我们收吗？",
        "不收这些资料就没法在线办。您可以带原件到柜台交，或转人工；这次没有提交。", before=FILES,
    ),
    effect=_hand_in,
    done_at_once=True,
    what_next=_what_next,
)  # fmt: skip
