"""举报 (F17): taken down in a restricted row, anonymous or not; where money is in danger, first what to do now.

The accused and the accused's line never learn of it: only the compliance post reads the row and the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.complaints.rule import Post
from bot.insurance.hand_off import Priority
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import read_phone, read_words, says_none
from bot.services.journeys.file_complaint import receive
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Rejected, Situation, Step
from bot.services.list_matters import inquiry_code
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose
from bot.services.report_to_compliance import REPORT, report_to_compliance
from bot.services.screen_message import screen_message
from bot.services.send_files import where_to_send
from bot.services.servicing.journey import journey_of
from bot.services.servicing.transaction import Case, Questions, Transaction
from bot.services.understanding import Understood
from bot.text import surnames
from bot.text.masking import mask_phone

ACCUSED, FACTS, WHEN, AMOUNT = "report_accused", "report_facts", "report_when", "report_amount"
EVIDENCE, OWN_MONEY, CONTACT, FEEDBACK = "report_evidence", "report_own_money", "report_contact", "report_feedback"
SHORTEST = 6  # characters of what happened
_NOTED = "这个记下了。"
ANONYMOUS, UNKNOWN = "匿名", "不清楚"
_SURNAME = rf"(?:{surnames.COMPOUND}|[{surnames.COMMON}])"
_POSITION = r"(?:业务员|代理人|客户经理|销售|经理|主任|员工|理赔员|查勘员)"
_NAMED = re.compile(
    rf"({_POSITION})(?:叫|是|名叫)?({_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=收|骗|吞|拿|挪|卷|把|给|让|说|在|叫|冒|伪|代|，|,|。|$)"
)
# Somebody and where he works, and no word of what he did ("上海分公司王大拿").
_ONLY_WHO = re.compile(
    rf"^(?:就)?(?:是|叫)?(?:你们)?(?:[\u4e00-\u9fff]{{2,8}}(?:公司|支公司|分公司|中支|营业部|机构|网点)的?)?[ ，,]*(?:{_POSITION}|一个)*[ ，,]*"
    rf"(?:{_SURNAME}(?:[\u4e00-\u9fff]{{1,2}}|某+))?[ ，,]*(?:[\u4e00-\u9fff]{{2,8}}(?:公司|支公司|分公司|中支|营业部|机构|网点)的?)?{_POSITION}?$"
)
_ONLY_EVIDENCE = re.compile(
    r"(?:我?(?:手上|这)?有|就)?(?:(?:微信|聊天|转账|通话|支付宝|银行|手机|电话)*的?(?:截图|截屏|记录|录音|录像|凭证|回单|收据|流水|合同|照片|视频)[、，, 和]*)+"
)
_NAMELESS = re.compile(r"匿名|不留(?:姓?名|名字)|不想留姓?名|不实名|别写我的?名字")
ACTS_FOR_CUSTOMER = "crisis.salesperson_acts"  # the rule that tells him that he may not
STOP_PAYING = (
    "先保住钱：不要再付款，不要按对方说的操作，留好转账和聊天记录。请打保单首页的官方客服热线核实；"
    "已经转出去的，马上打 110 或 96110，并联系您的银行止付。"
)
_OTHER_ROUTES = "您也可以向金融监管局反映（12378）；涉嫌犯罪的打 110，反诈专线 96110。"
_BARE = re.compile(
    rf"^[^，。]{{0,6}}(?:举报|检举|揭发)(?:[^，。]{{0,5}}|(?:你们|你|公司|的|一个|某个|一位|有个|个|{_POSITION}|人|内部|一下)+)$"
)
_OWN = re.compile(
    r"我(?:的|妈的?|爸的?)?(?:交的)?(?:钱|保费|现金|存款)|(?:收|骗|吞|拿|挪用|卷)(?:走)?了?我|我(?:已经)?(?:转|付|交|给)(?:了|过|给)"
)


def _start(situation: Situation) -> Opening:
    said = situation.said
    verdict = screen_message(situation.services.complaint_rules, said)
    if any(rule.id == ACTS_FOR_CUSTOMER for rule in verdict.fired):  # who wants to act for a customer reports nobody
        return Opening(ended=Ended((Reply(verdict.say, (TO_HUMAN,)),)))
    replies = [Reply("可以举报，可以匿名。由合规监察受理，不归被举报人管的部门查，也不会告诉对方是谁举报的。")]
    told: dict[str, str] = {}
    if not said.chosen and _NAMELESS.search(said.text):
        told[CONTACT] = ANONYMOUS
    if not said.chosen and len(said.text) >= 8 and not _BARE.match(_NAMELESS.sub("", said.text).strip("，,。 ")):
        told[FACTS] = said.text[:2000]
        if _OWN.search(said.text):
            told[OWN_MONEY] = "有"
        if accused := _accused_in(said.text):
            told[ACCUSED] = accused
    if _money_in_danger(replace(situation, answers=told)):
        replies.insert(0, Reply(STOP_PAYING))
    return Opening(tuple(replies), told)


def _accused_in(text: str) -> str:
    """Who is named in the first sentence ("你们业务员王五收了我妈两万"), "" for nobody."""
    found = _NAMED.search(text)
    return "".join(found.groups("")) if found else ""


def _money_in_danger(situation: Situation) -> bool:
    words = "。".join(situation.get(slot) for slot in (FACTS, ACCUSED, WHEN) if situation.get(slot))
    said = replace(situation.said, text=words, intent="report_misconduct", chosen=False)
    return screen_message(situation.services.complaint_rules, said).priority is Priority.FUND_SAFETY


def _read_facts(said: Understood, situation: Situation) -> Reading:
    if not said.aside and not situation.get(ACCUSED) and _ONLY_WHO.match(said.text.strip(" 。.!！")):
        return Accepted("", remark=_NOTED, also={ACCUSED: said.text.strip()})
    if not said.aside and len(said.text) < SHORTEST and (told := _instead(said)):
        return told
    reading = read_words(SHORTEST, 2000)(said, situation)
    if isinstance(reading, Accepted) and not situation.get(ACCUSED) and (accused := _accused_in(said.text)):
        reading = replace(reading, also={ACCUSED: accused})
    return reading if said.aside else _warned(reading, FACTS, situation)


def _instead(said: Understood) -> Accepted | None:
    """What a bare day, sum or "没有证据" answers, whichever question is open: none of them is a name or a place."""
    text = said.text.strip(" 。.!！")
    if re.fullmatch(r"(?:也|我)?(?:没有?|无)(?:什么)?(?:证据|凭证|材料|录音|截图)", text):
        return Accepted("", remark=_NOTED, also={EVIDENCE: "没有"})
    if _ONLY_EVIDENCE.fullmatch(text):
        return Accepted("", remark=_NOTED, also={EVIDENCE: said.text.strip()})
    for kind, slot in (("amount", AMOUNT), ("date", WHEN), ("phone", CONTACT)):
        entity = said.first(kind)
        if entity and len(text) - len(entity.text) <= 3:
            value = f"{entity.value} 元" if kind == "amount" else entity.value if kind == "phone" else text
            return Accepted("", remark=_NOTED, also={slot: value})
    return None


def _read_accused(said: Understood, situation: Situation) -> Reading:
    if not said.aside and (told := _instead(said)) and CONTACT not in told.also:  # a phone may be the accused's
        return told
    return _warned(read_words(1, 200, none_as=UNKNOWN)(said, situation), ACCUSED, situation)


def _warned(reading: Reading, slot: str, situation: Situation) -> Reading:
    """With what to do now, where this answer is the first that says that money is in danger."""
    if not isinstance(reading, Accepted) or _money_in_danger(situation):
        return reading
    then = replace(situation, answers={**situation.answers, slot: reading.value})
    return replace(reading, remark=STOP_PAYING) if _money_in_danger(then) else reading


def _read_when(said: Understood, situation: Situation) -> Reading:
    told = None if said.aside else _instead(said)
    if told and WHEN not in told.also:
        return told
    name = said.first("person_name")
    if name and name.text == said.text.strip(" 。.!！"):  # a person is no place
        return NotAnAnswer() if situation.get(ACCUSED) else Accepted("", remark=_NOTED, also={ACCUSED: name.value})
    return _warned(read_words(1, 200, none_as=UNKNOWN)(said, situation), WHEN, situation)


def _read_evidence(said: Understood, situation: Situation) -> Reading:
    told = None if said.aside else _instead(said)
    if told and EVIDENCE not in told.also:
        return told
    return read_words(1, 300, none_as="没有")(said, situation)


def _read_amount(said: Understood, _: Situation) -> Reading:
    entity = said.first("amount")
    if entity:
        return Accepted(f"{entity.value} 元")
    if says_none(said.text) or re.search(r"没有?(?:涉及|钱)|不涉及|说不清", said.text):
        return Accepted(UNKNOWN)
    if re.search(r"[几多]?[十百千万]", said.text):
        return Accepted(said.text[:40])
    return Rejected("请说个大概的数，比如“两万左右”；不知道就回“不清楚”。") if len(said.text) <= 10 else NotAnAnswer()


def _read_own_money(said: Understood, _: Situation) -> Reading:
    if re.search(r"没有|不是我|没受|无关|别人的|没$|^否|^不", said.text) or said.means("deny"):
        return Accepted("没有")
    if re.search(r"^有|我的|是的?$|^是|受影响|^对|^嗯|我家|我妈|我爸", said.text):  # "确认" says nothing of it
        return Accepted("有", remark=STOP_PAYING)
    return NotAnAnswer()


def _read_contact(said: Understood, situation: Situation) -> Reading:
    if (
        "证据" in said.text or "材料" in said.text
    ):  # another question's answer, said again: nobody becomes anonymous by it
        return NotAnAnswer()
    if ANONYMOUS in said.text or says_none(said.text) or re.search(r"不留|不想留|不愿|保密", said.text):
        return Accepted(ANONYMOUS)
    if said.text.strip() in ("留手机号", "留电话", "实名", "可以留"):
        return Rejected("好的，请把手机号发给我。")
    return read_phone(said, situation)


def _read_feedback(said: Understood, _: Situation) -> Reading:
    if re.search(r"什么|怎么|吗|哪|[?？]", said.text):
        return NotAnAnswer()
    if re.search(r"不用|不要|不需要|不必", said.text) or said.means("deny"):
        return Accepted("不用")
    if re.search(r"要|需要|告诉我|反馈|好|可以|行|是", said.text) or said.means("affirm"):
        return Accepted("要")
    return NotAnAnswer()


def _is_anonymous(situation: Situation) -> bool:
    return situation.get(CONTACT) == ANONYMOUS


def _show_contact(value: str, _: Situation) -> str:
    return value if value == ANONYMOUS else mask_phone(value)


def _short(value: str, _: Situation) -> str:
    return value if len(value) <= 60 else value[:58] + "…"


def _priority(case: Case) -> Priority:
    danger = case.get(OWN_MONEY) == "有" or _money_in_danger(case.situation)
    return Priority.FUND_SAFETY if danger else Priority.COMPLAINT


def _complaint_beside(case: Case, request: ServiceRequest) -> tuple[Reply, ...]:
    """Own money is a consumer complaint with clocks of its own; the report's number does not appear in it."""
    if case.get(OWN_MONEY) != "有":
        return ()
    said = replace(case.situation.said, text=case.get(FACTS), intent="file_complaint", chosen=False)
    verdict = screen_message(case.situation.services.complaint_rules, said)
    _, registered = receive(replace(case.situation, said=said, key=f"{request.idempotency_key}:complaint"), verdict)
    return (Reply("这里面有您自己的钱，我同时登记一件投诉，由销售之外的人处理："), registered)


def _what_next(case: Case, request: ServiceRequest) -> str:
    code = inquiry_code(request.request_no, case.situation.services.pepper)
    lines = ["您是匿名的，我们不留您的联系方式。"] if _is_anonymous(case.situation) else []
    lines.append(f"查询码 {code[:4]} {code[4:]}，以后凭编号和查询码来问进展。")
    if case.get(FEEDBACK) == "要" and not _is_anonymous(case.situation):
        lines.append("有了结果，合规监察会打您留的电话告诉您；多久能有结果，由他们跟您说明。")
    number = request.request_no  # this conversation waits for a person now: files are taken in another one
    begins, channel = f"补材料 {number} {code[:4]} {code[4:]}", case.situation.said.channel
    lines.append(f"手上有证据的：{where_to_send(begins, channel, anew=True)}。")
    return "\n".join([*lines, _OTHER_ROUTES])


def add_report(work: UnitOfWork, case: Case, told: Mapping[str, str], *, key: str) -> None:
    """A report that comes out of another transaction, in its own restricted row, once per `key`. `told`: slot → text."""
    fields = tuple((step.label, told[step.slot]) for step in TRANSACTION.steps if step.slot in told)
    report_to_compliance(work, case.situation.conversation_id, fields, case.situation.now, key=key)


def pass_on(situation: Situation, told: Mapping[str, str], key: str) -> tuple[Reply, ...]:
    """Put the conversation of such a report into the compliance queue."""
    with situation.services.reading() as work:
        report = work.requests.by_key(key)
    about = replace(situation, answers=told)
    number = report.request_no if report else ""
    return hand_off_journey(journey_of(TRANSACTION), about, "needs_person", number, Priority.FUND_SAFETY)


TRANSACTION = Transaction(
    kind=REPORT,
    zh="举报",
    intents=("report_misconduct",),
    post=Post.COMPLIANCE.value,
    level=IdentityLevel.L0,
    restricted=True,
    start=_start,
    questions=Questions(wish=re.compile(r"我要|举报(?:一|个|他|她|你|有人)|收了|骗了")),
    anonymous=lambda case: _is_anonymous(case.situation),
    priority=_priority,
    person=lambda case: "举报由合规监察受理" + ("，涉及资金安全" if _priority(case) is Priority.FUND_SAFETY else ""),
    steps=(
        Step(FACTS, "经过", lambda _: Ask("请说说发生了什么，知道多少说多少。", "text"), _read_facts, free_text=True, story=True, shows_as=_short, grows=True),
        Step(ACCUSED, "被举报人", lambda _: Ask("举报的是谁？姓名、所在机构、电话，知道哪项说哪项。", "text", (choose(UNKNOWN),)),
             _read_accused, free_text=True, story=True),
        Step(WHEN, "时间地点", lambda _: Ask("大概什么时候、在哪里发生的？", "text", (choose(UNKNOWN),)),
             _read_when, free_text=True, story=True),
        Step(AMOUNT, "金额", lambda _: Ask("涉及多少钱？", "text", (choose(UNKNOWN),)), _read_amount, ("amount",)),
        Step(EVIDENCE, "证据", lambda _: Ask("手上有什么证据，比如转账记录、聊天、录音？先留着，登记好了在这里就能传照片和 PDF。", "text",
             (choose("没有"),)), _read_evidence, free_text=True, story=True),
        Step(OWN_MONEY, "自己的钱受影响", lambda _: Ask("您自己的钱受影响了吗？", "choice", (choose("有"), choose("没有"))), _read_own_money),
        Step(CONTACT, "联系方式", lambda _: Ask("想匿名，还是留个手机号方便核实？", "text", (choose(ANONYMOUS), choose("留手机号"))),
             _read_contact, ("phone",), shows_as=_show_contact),
        Step(FEEDBACK, "要不要反馈", lambda _: Ask("查完要不要告诉您结果？", "choice", (choose("要"), choose("不用"))), _read_feedback,
             needed=lambda situation: not _is_anonymous(situation)),
    ),
    afterwards=_complaint_beside,
    what_next=_what_next,
)  # fmt: skip
