"""投诉 as a conversation (F15): heard first, registered with the first sentence, then three questions at most."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.complaints.engine import Verdict
from bot.insurance.complaint import Complaint
from bot.services.deadlines import speak_date
from bot.services.file_complaint import ComplaintDetails, FileComplaint, add_details, file_complaint
from bot.services.journeys.fields import read_phone, read_words, says_none, show_phone
from bot.services.journeys.journey import Accepted, Ask, Ended, Journey, NotAnAnswer, Opening, Reading, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.screen_message import screen_message
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

NUMBER, FACTS, REQUEST = "complaint_no", "complaint_facts", "complaint_request"
REFERENCE, PHONE = "complaint_reference", "complaint_phone"
_BARE = re.compile(r"^[^，。]{0,4}(投诉|申诉)[^，。]{0,6}$")
_KIND_WORDS = {
    "sales": "觉得被误导了，换谁都会着急",
    "claims": "理赔上受了委屈，着急是应该的",
    "attitude": "遇到这样的态度，谁都不舒服",
    "surrender": "退保办得不顺，确实让人窝火",
    "premium": "钱扣得不明不白，一定要弄清楚",
    "policy_servicing": "事情办得不顺，给您添麻烦了",
    "salesperson_misconduct": "业务员做出这样的事，我们一定查清楚",
    "privacy": "被这样打扰，确实不应该",
}


def _opening(situation: Situation) -> Opening:
    """Register at once, whatever the message says: the number is the first thing a complainant gets."""
    said = situation.said
    verdict = screen_message(situation.services.complaint_rules, said, age=_age(situation))
    complaint = register(situation, verdict, situation.key)
    replies = (Reply(registered_text(complaint, situation.now)),)
    answers = {NUMBER: complaint.complaint_no}
    if not _BARE.match(said.text) and not said.chosen and len(said.text) >= 12:
        answers[FACTS] = said.text[:2000]
    if verdict.hand_off:
        more = Reply("等的时候，如果方便，请留下保单号或投保人的姓名；没有也不影响登记。")
        first = (Reply(verdict.say),) if verdict.say else ()
        return Opening((*first, *replies, more), answers, Ended((), hand_off="complaint_rule"))
    return Opening(replies, answers)


def _age(situation: Situation) -> int | None:
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
    return party.age_on(situation.now.date()) if party else None


def register(situation: Situation, verdict: Verdict, key: str) -> Complaint:
    """Write the complaint that this message makes, once per `key`."""
    with situation.services.unit_of_work() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        complaint = file_complaint(
            work,
            FileComplaint(
                facts=situation.said.text[:2000] or "（客户点选了投诉，经过待补充）",
                verdict=verdict,
                conversation_id=situation.conversation_id,
                key=key,
                at=situation.now,
                complainant_party_id=identity.party.party_id if identity.party else "",
                complainant_name=identity.party.name if identity.party else "",
                phone=identity.phone,
            ),
            situation.services.deadlines,
        )
        work.commit()
    return complaint


def registered_text(complaint: Complaint, now: datetime) -> str:
    """The number and the dates, for the complainant."""
    today = now.date()
    feeling = _KIND_WORDS.get(complaint.kind, "让您有这样的经历，很抱歉")
    clocks = complaint.clocks
    estimated = "（节假日安排未公布，日期为暂估）" if clocks.estimated else ""
    return (
        f"{feeling}。我已经登记投诉，编号 {complaint.complaint_no}，收到时间 {complaint.received_at:%m} 月 {complaint.received_at:%d} 日 "
        f"{complaint.received_at:%H:%M}。\n"
        f"按规定，情况清楚的最晚 {speak_date(clocks.decide_by, today)} 作出处理并告知您；复杂的最晚 "
        f"{speak_date(clocks.decide_by_complex, today)}，会先说明原因{estimated}。\n"
        "您也可以随时拨打 12378。"
    )


def _read_facts(said: Understood, situation: Situation) -> Reading:
    """Facts are kept the moment they are told; a rule that fires on them hands over at once."""
    reading = read_words(6, 2000)(said, situation)
    if not isinstance(reading, Accepted) or said.aside:
        return reading
    verdict = screen_message(situation.services.complaint_rules, replace(said, intent="file_complaint"))
    with situation.services.unit_of_work() as work:
        details = ComplaintDetails(facts=reading.value, verdict=verdict)
        add_details(work, situation.get(NUMBER), details, situation.now, situation.services.deadlines)
        work.commit()
    if verdict.hand_off:
        return Ended((Reply("都记下了。这件事由投诉专员直接跟您谈，我现在就转过去。"),), hand_off="complaint_rule")
    return reading


def _read_request(said: Understood, situation: Situation) -> Reading:
    return read_words(2, 500, none_as="请公司核实后答复")(said, situation)


def _read_reference(said: Understood, _: Situation) -> Reading:
    entity = said.first("policy_no", "claim_no", "complaint_no")
    if entity:
        return Accepted(entity.value)
    if says_none(said.text):
        return Accepted("无", remark="没有也没关系，我们会在系统里查。")
    plate = said.first("plate_no")
    return Accepted(plate.value) if plate else NotAnAnswer()


def _read_phone(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text):
        return Accepted("无", remark="没关系，处理结果会留在这个会话里，凭投诉编号可以查。")
    return read_phone(said, situation)


def _show_phone(value: str, situation: Situation) -> str:
    return value if value == "无" else show_phone(value, situation)


def _no_phone(situation: Situation) -> bool:
    with situation.services.reading() as work:
        return not current_identity(work, situation.conversation_id, situation.now).phone


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Add the details to the row that the first sentence made."""
    details = ComplaintDetails(
        facts=situation.get(FACTS),
        request=situation.get(REQUEST),
        reference_no="" if situation.get(REFERENCE) == "无" else situation.get(REFERENCE),
        phone="" if situation.get(PHONE) == "无" else situation.get(PHONE),
    )
    with situation.services.unit_of_work() as work:
        complaint = add_details(work, situation.get(NUMBER), details, situation.now, situation.services.deadlines)
        work.commit()
    today = situation.now.date()
    text = (
        f"都记进投诉 {complaint.complaint_no} 了，不会让您再说一遍。投诉专员会核实，"
        f"最晚 {speak_date(complaint.clocks.decide_by, today)} 给您处理意见；需要您补材料的话，会在 "
        f"{speak_date(complaint.clocks.supplement_by, today)} 前一次说清。\n"
        "对处理结果不满意，还可以申请核查、调解、仲裁或诉讼。"
    )
    return (Reply(text, (TO_HUMAN, intend("没别的事了", "goodbye"))),)


JOURNEY = Journey(
    form="complaint_form",
    zh="登记投诉",
    intent="file_complaint",
    post="投诉回访",
    carries=(NUMBER,),
    opening=_opening,
    card_title="请核对要补进投诉的内容：",
    confirm_title="确认补充",
    cancelled="好的，先说到这里。投诉已经登记，编号不变，不补充也会按期处理；想撤回可以说“撤回投诉”。",
    steps=(
        Step(FACTS, "经过", lambda _: Ask("请说说事情的经过：什么时候、谁、发生了什么。", "text"), _read_facts, free_text=True,
             shows_as=lambda value, _: value if len(value) <= 60 else value[:58] + "…"),
        Step(REQUEST, "诉求", lambda _: Ask("您希望我们怎么解决？", "text"), _read_request, free_text=True),
        Step(REFERENCE, "相关单号", lambda _: Ask("有相关的保单号或报案号吗？没有就回“没有”。", "text", (choose("没有"),)), _read_reference,
             ("policy_no", "claim_no")),
        Step(PHONE, "联系电话", lambda _: Ask("投诉专员用哪个电话联系您？", "phone"), _read_phone, ("phone",), _no_phone,
             shows_as=_show_phone),
    ),
)  # fmt: skip
