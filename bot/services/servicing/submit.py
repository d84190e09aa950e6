"""The end of a transaction: what is shown, or the row, the number, the papers, the date, and a person where one is needed."""

from __future__ import annotations

from collections.abc import Callable

from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Situation
from bot.services.ports import UnitOfWork
from bot.services.reply import HAND_IN, TO_HUMAN, Denial, Reply, intend
from bot.services.servicing.journey import journey_of
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.make_request import make_request, person_reason
from bot.services.servicing.papers import Paper, list_papers
from bot.services.servicing.transaction import CONSENT, POLICY, Case, Transaction
from bot.services.verify_identity import current_identity

_EXPIRED = "身份核验已过期，这次没有提交。请再说一次“{}”，我们重新核对。"
_AFTER = (intend("没别的事了", "goodbye"), TO_HUMAN)


def submitter_of(transaction: Transaction) -> Callable[[Situation], tuple[Reply, ...]]:
    """What writes at the end of that transaction's conversation."""

    def submit(situation: Situation) -> tuple[Reply, ...]:
        services, case = situation.services, case_of(situation)
        if transaction.shows:
            return _show(transaction, case)
        papers = services.papers.get(transaction.papers_of(case), ())
        try:
            with services.unit_of_work() as work:
                request = make_request(work, transaction, case, papers)
                _record_consent(work, transaction, situation)
                work.commit()
        except IdentityRequiredError:
            return (_expired(transaction, case),)
        except NotAllowedError as error:
            denied = Denial(transaction.kind, case.get(POLICY), str(error.data["why"]))
            refused = Reply(f"{error.data['reason']}这次没有提交。", (TO_HUMAN,), denied=denied)
            if not error.data.get("hand_off"):
                return (refused,)
            return (refused, *hand_off_journey(journey_of(transaction), situation, "needs_person"))
        after = (HAND_IN, *_AFTER) if request.status is RequestStatus.WAITING_FOR_PAPERS else _AFTER
        said: tuple[Reply, ...] = (Reply(_done_text(transaction, case, request, papers), after),)
        said += transaction.afterwards(case, request)
        why = person_reason(case, transaction)
        if why:
            journey, number = journey_of(transaction), request.request_no
            said += hand_off_journey(
                journey, situation, "needs_person", number, transaction.priority(case), because=why
            )
        return said

    return submit


def _expired(transaction: Transaction, case: Case) -> Reply:
    denied = Denial(transaction.kind, case.get(POLICY), "not_proved")
    return Reply(_EXPIRED.format(transaction.zh), denied=denied)


def _show(transaction: Transaction, case: Case) -> tuple[Reply, ...]:
    """A query: nothing is written, but who was shown a policy is audited."""
    assert transaction.shows is not None
    if transaction.policies is None:
        return transaction.shows(case)
    with case.situation.services.unit_of_work() as work:
        identity = current_identity(work, case.situation.conversation_id, case.situation.now)
        if identity.party is None or identity.level < transaction.level:
            return (_expired(transaction, case),)
        work.audit.append(
            "policy.shown",
            subject=case.get(POLICY),
            actor=identity.party.party_id,
            at=case.situation.now,
            detail={"kind": transaction.kind},
        )
        work.commit()
    return transaction.shows(case)


def _record_consent(work: UnitOfWork, transaction: Transaction, situation: Situation) -> None:
    if transaction.consent is None or situation.get(CONSENT) != "同意":
        return
    work.consents.add(
        conversation_id=situation.conversation_id,
        party_id="",
        kind=transaction.consent.kind,
        version=situation.services.privacy.version,
        granted=True,
        at=situation.now,
    )


def _done_text(transaction: Transaction, case: Case, request: ServiceRequest, papers: tuple[Paper, ...]) -> str:
    at, done = case.situation.now, transaction.is_done_at_once(case)
    lines = [
        f"{transaction.zh}{'已办好' if done else '已受理'}，编号 {request.request_no}"
        f"（{at.month} 月 {at.day} 日 {at:%H:%M} 收到）。"
    ]
    if request.papers:
        lines.append("请把这些材料一次备齐：\n" + list_papers(papers))
        if request.status is RequestStatus.WAITING_FOR_PAPERS:  # else a person speaks from here on
            lines.append(f"拍好照在这里就能传，说“补材料 {request.request_no}”。")
    if request.due_on and not done and not transaction.promise.appointment:
        start = "材料齐了的话，" if request.papers else ""
        by_when = f"最晚 {speak_date(request.due_on, case.today)}"
        lines.append(f"{start}{by_when} {_promise(transaction, request)}，短信通知您。")
    extra = transaction.what_next(case, request)
    if extra:
        lines.append(extra)
    lines.append("凭编号随时可以在这里问进度。")
    return "\n".join(lines)


def _promise(transaction: Transaction, request: ServiceRequest) -> str:
    if request.status is not RequestStatus.WITH_PERSON:
        return transaction.promise.word
    return "答复您是否受理" if request.due_rule == "D-P01" else "由人工给您答复"
