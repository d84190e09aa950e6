"""补材料 of a complaint (F04), a report of wrongdoing (F17) or a request (D03): real files, a receipt, one list of what is
still missing. Claims have their own transaction, for their papers are asked for by kind of claim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Accepted, Opening, Situation
from bot.services.ports import UnitOfWork
from bot.services.receive_papers import HandIn, receive_papers
from bot.services.reply import Reply
from bot.services.servicing.hand_in import FILES, basket_of, files_step
from bot.services.servicing.own_matter import (
    HANDS_IN,
    MATTER,
    OwnMatter,
    chosen,
    code_in,
    matter_steps,
    named,
    number_in,
)
from bot.services.servicing.papers import Paper
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, ConsentQuestion, Refusal, Transaction

_ABOUT = "编号"
_UNSEEN = "照片里可能带着拍摄地点和手机型号，介意的话先截图，传截图。"


def _start(situation: Situation) -> Opening:
    """The number that the first words name, and the code beside it."""
    number, words = number_in(situation.said.text), Reply("可以，在这里直接把照片、截图或 PDF 发上来。")
    if not number:
        return Opening((words,))
    reading = named(number, code_in(situation.said.text), situation)
    if isinstance(reading, Accepted):
        return Opening((words,), {MATTER: reading.value, **reading.also})
    return Opening((Reply(reading.reason, denied=reading.denied),))


def _papers(situation: Situation) -> Sequence[Paper]:
    matter = chosen(situation)
    known = {paper.name: paper for papers in situation.services.papers.values() for paper in papers}
    return [known.get(name, Paper(name)) for name in matter.wanted] if matter else ()


def _left(case: Case) -> tuple[str, ...]:
    sent = basket_of(case.situation).documents
    return tuple(paper.name for paper in _papers(case.situation) if paper.name not in sent)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    matter, basket = chosen(case.situation), basket_of(case.situation)
    sent = tuple((name, f"{basket.count(name)} 个文件") for name in basket.documents)
    return ((_ABOUT, matter.number if matter else ""), *sent, ("还缺", "、".join(_left(case)) or "没有了"))


def _refuses(case: Case) -> Refusal | None:
    matter = chosen(case.situation)
    if matter is None:
        return Refusal("没有对上这个编号的业务，我请人工帮您看。", hand_off=True)
    return None if matter.is_open else Refusal(f"{matter.number} 已经是“{matter.stage}”，不再收材料。")


def _is_restricted(case: Case) -> bool:
    matter = chosen(case.situation)
    return matter is not None and matter.restricted


def _hand_in(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    matter, situation = chosen(case.situation), case.situation
    assert matter is not None
    came = HandIn(
        matter_no=matter.number,
        given=basket_of(situation).given,
        wanted=matter.wanted,
        conversation_id=situation.conversation_id,
        request_no=request.request_no,
        at=situation.now,
        actor=request.applicant_id,
        unnamed=matter.restricted,
    )
    receive_papers(work, came, situation.services.deadlines, situation.services.limits)


def _what_next(case: Case, request: ServiceRequest) -> str:
    """Read from the stored matter, so that a turn tried again says the same."""
    number = dict(request.fields)[_ABOUT]
    with case.situation.services.reading() as work:
        files = [file for file in work.files.of_matter(number) if file.request_no == request.request_no]
        due = found.due_on if number.startswith("S") and (found := work.requests.get(number)) else None
    receipts = "\n".join(f"· {file.document} {file.file_no}（{file.received_at:%H:%M} 收到）" for file in files)
    lines = [f"回执，{number}：\n{receipts}"]
    matter = chosen(case.situation)
    if matter and matter.wanted:
        listed = "\n".join(f"· {paper.spoken}" for paper in _papers(case.situation))
        lines.append(f"还缺 {len(matter.wanted)} 样：\n{listed}\n备齐了再说“补材料 {number}”。")
    elif matter:
        by = f"最晚 {speak_date(due, case.today)} 有结果。" if due else ""
        lines.append(f"没有缺的材料了，现在是“{matter.stage}”。{by}{_of_complaint(matter)}")
    lines.append("原件请留好。")
    return "\n".join(lines)


def _of_complaint(matter: OwnMatter) -> str:
    return "投诉的处理期限一直在走，不因为补材料停下来。" if matter.number.startswith("T") else ""


def _warning(situation: Situation) -> str:
    matter = chosen(situation)
    return _UNSEEN if matter and matter.restricted else ""


TRANSACTION = Transaction(
    kind=HANDS_IN,
    zh="补材料",
    intents=("supplement_claim",),
    words=re.compile(r"[STst]\d{14}|投诉|举报|保全|查询码"),
    post="综合",
    level=IdentityLevel.L0,
    questions=NEVER_ONLY_ASKED,
    start=_start,
    refuses=_refuses,
    restricted=_is_restricted,
    anonymous=_is_restricted,
    facts=_facts,
    steps=(*matter_steps(), files_step(_papers, _warning)),
    consent=ConsentQuestion(
        "C2", "材料里可能有证件、病历、银行卡这类敏感个人信息，只用于办这一件事，加密保存。您同意我们收吗？",
        "不同意就不在线收了。您可以带到柜台或寄给我们；这次没有提交。", before=FILES,
    ),
    effect=_hand_in,
    done_at_once=True,
    what_next=_what_next,
)  # fmt: skip
