"""理赔异议 (F23): a review by somebody who has not handled the case, with its date, and the ways beyond it.

Where people have released an assessed loss (定损) and decided nothing yet, it is that amount which is disagreed with: then
the review is a second assessment. What is a complaint in the grounds is registered as one too: its clocks are those of 投诉办法, the review's are ours.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.complaints.engine import Verdict
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import ServiceRequest
from bot.services.assess_loss import disagree_with_assessment, disagreements, disputed_or_open, open_assessment
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_words, says_none
from bot.services.journeys.file_complaint import receive
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.screen_message import complains, screen_message
from bot.services.servicing.own_claim import OwnClaim
from bot.services.servicing.transaction import Case, Promise, Questions, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood

POINT, GROUNDS, EVIDENCE = "dispute_point", "dispute_grounds", "dispute_evidence"
_WISH = re.compile(
    r"申请|复核|复议|重新(?:核|定|算|看|审)|帮我|要求|^(?!.*(?:如果|要是|万一|怎么|找谁|哪)).*(?:不服|异议|不同意|不认)"
)
_POINTS = (
    ("不予赔付的决定", re.compile(r"拒赔|不(?:予)?赔|不给赔|拒绝|决定|既往|告知|免责|条款")),
    ("责任比例", re.compile(r"责任|比例|主次|认定")),
    ("定损", re.compile(r"定损|修|配件|损失|车")),
    ("赔款金额", re.compile(r"金额|钱|少|扣|算|多少|免赔|比例赔")),
    ("其他", re.compile(r"其他|别的|都不是")),
)


def _refuses(claim: Claim, situation: Situation) -> Refusal | None:
    number = claim.claim_no
    if not claim.stage.is_decided and claim.stage is not ClaimStage.ASSESSING and open_assessment(claim) is None:
        return Refusal(
            f"案件 {number} 现在是“{claim.stage.zh}”，还没有结果，没有可以复核的决定。对办理过程不满意，可以直接投诉。",
            choices=(intend("查理赔进度", "query_claim"), intend("我要投诉", "file_complaint"), TO_HUMAN),
        )
    asked = _asked_before(number, situation)
    if asked is None:
        return None
    by_when = f"最晚 {speak_date(asked.due_on, situation.now.date())} 答复。" if asked.due_on else ""
    return Refusal(
        f"案件 {number} 的复核已经申请过，编号 {asked.request_no}，{by_when}有新材料可以说“补交资料”，要催我请人工帮您。",
        choices=(TO_HUMAN,),
    )


def _asked_before(claim_no: str, situation: Situation) -> ServiceRequest | None:
    """The open request for the same claim."""
    with situation.services.reading() as work:
        same = disagreements(work, claim_no)
    return next((each for each in same if each.idempotency_key != situation.key), None)


_CLAIM = OwnClaim("复核", _refuses)


def _of_assessment(situation: Situation) -> bool:
    """What is disagreed with is the assessed loss; no question is put for the point then."""
    claim = _CLAIM.chosen(situation)
    return claim is not None and disputed_or_open(claim) is not None


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    claim = _CLAIM.chosen(case.situation)
    latest = disputed_or_open(claim) if claim else None
    return (_CLAIM.fact(case), *((("不同意的是", f"定损金额 {money(latest.amount)}"),) if latest else ()))


def _person(case: Case) -> str:
    """A second assessment is a task with a date; a decision already made is gone through with a person."""
    return "" if _of_assessment(case.situation) else "对理赔结果有异议，由非原经办人复核"


def _keep_disagreement(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    claim = _CLAIM.chosen(case.situation)
    if claim and open_assessment(claim):
        at = case.situation.now
        disagree_with_assessment(work, claim.claim_no, case.get(GROUNDS), request.applicant_id, at)


def _read_point(said: Understood, _: Situation) -> Reading:
    found = next((name for name, words in _POINTS if said.text == name or words.search(said.text)), "")
    return Accepted(found) if found else NotAnAnswer()


def _ask_grounds(situation: Situation) -> Ask:
    hints = {
        "不予赔付的决定": "通知书上引用的是哪一条，您为什么不认可",
        "赔款金额": "哪一项少了，您算出来是多少",
        "定损": "哪一项低了，有没有别家的报价",
        "责任比例": "您认为该怎么分，依据是什么",
    }
    point = "定损" if _of_assessment(situation) else situation.get(POINT)
    hint = hints.get(point, "哪一点不同意，为什么")
    return Ask(f"请说说理由：{hint}。", "text")


def _read_evidence(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text) or re.search(r"^没|暂时没|不用|没有", said.text) or said.means("deny"):
        return Accepted("没有")
    return read_words(2, 300)(said, situation)


def _complaint_in(case: Case) -> Verdict:
    """What the rules say of the grounds, read as words about a decision."""
    situation = case.situation
    said = replace(situation.said, text=case.get(GROUNDS), intent="dispute_claim", chosen=False, ranking=())
    return screen_message(situation.services.complaint_rules, said)


def _complaint_beside(case: Case, request: ServiceRequest) -> tuple[Reply, ...]:
    verdict = _complaint_in(case)
    if not complains(verdict):
        return ()
    said = replace(case.situation.said, text=case.get(GROUNDS), intent="file_complaint", chosen=False)
    _, registered = receive(replace(case.situation, said=said, key=f"{request.idempotency_key}:complaint"), verdict)
    return (Reply("您说的也是投诉，同时登记，由理赔之外的人处理："), registered)


def _what_next(case: Case, _: ServiceRequest) -> str:
    claim = _CLAIM.chosen(case.situation)
    if claim and disputed_or_open(claim):
        return (
            "由没有经办过这件案子的人重新定损，结果出来会发短信，您还可以同意或不同意。这期间别先修，修了的留好旧件和清单。\n"
            "重新定损后还谈不拢，可以商量一起请有资质的公估或鉴定机构来评；对服务不满意可以投诉，也可以拨打 12378。"
        )
    years = 5 if claim and claim.report.line is LineOfBusiness.LIFE else 2
    return (
        "复核由没有经办过这件案子的人做，结果会写明依据和计算。有新材料，随时说“补交资料”或交给接待的同事。\n"
        "复核后还不同意：① 投诉，15 天内决定，复杂的 30 天；不服的 30 天内申请核查 ② 申请调解，或向 12378 反映 "
        f"③ 仲裁（有约定的）或起诉。索赔时效 {years} 年，从知道出险那天算起，复核期间照常走。"
    )


TRANSACTION = Transaction(
    kind="dispute_claim",
    zh="理赔复核",
    intents=("dispute_claim",),
    post="理赔",
    level=IdentityLevel.L2,
    opening="对结果不同意，可以申请复核，由没有办过这件案子的人重新看。",
    questions=Questions(wish=_WISH, offer="申请复核", first=True),
    refuses=_CLAIM.refusal,
    person=_person,
    facts=_facts,
    steps=(
        _CLAIM.step(),
        Step(POINT, "不同意的是", lambda _: Ask("不同意的是哪一点？", "choice", tuple(choose(name) for name, _ in _POINTS)),
             _read_point, needed=lambda situation: not _of_assessment(situation), takes_complaints=True),
        Step(GROUNDS, "理由", _ask_grounds, read_words(4, 1000), free_text=True, story=True, takes_complaints=True, grows=True,
             shows_as=lambda value, _: value if len(value) <= 80 else value[:78] + "…"),
        Step(EVIDENCE, "证据", lambda _: Ask("手上有什么新的证据，比如报价单、病历、鉴定？先说是什么，没有就回“没有”。", "text", (choose("没有"),)),
             _read_evidence, free_text=True, story=True, takes_complaints=True),
    ),
    promise=Promise(clocks=("D-C01",), working_days="dispute.review_days"),
    effect=_keep_disagreement,
    afterwards=_complaint_beside,
    what_next=_what_next,
)  # fmt: skip
