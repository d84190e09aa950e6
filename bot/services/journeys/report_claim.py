"""报案 as a conversation (F01): the person first, then six short questions, one card, one number."""

from __future__ import annotations

import re

from bot.insurance.claim import Claim, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.services.deadlines import speak_date, speak_moment
from bot.services.journeys.claim_answers import (
    GRAVE,
    GRAVE_WORDS,
    HURT,
    NOBODY_HURT,
    UNHURT,
    line_from,
    read_cause,
    read_consent,
    read_drivable,
    read_hospital,
    read_injured,
    read_insured,
    read_line,
    read_other,
    read_own_phone,
    read_own_plate,
    read_place,
    show_words,
    tells_what_happened,
)
from bot.services.journeys.fields import (
    EVENT_DAY,
    read_event_time,
    show_phone,
    show_plate,
)
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    Journey,
    NotAnAnswer,
    Opening,
    Reading,
    Situation,
    Step,
)
from bot.services.reply import Reply, choose, intend
from bot.services.report_claim import ReportClaim, report_claim, similar_claims
from bot.services.screen_message import screen_message
from bot.services.understanding import Understood

LINE, INJURED, EVENT_AT, PLACE = "claim_line", "claim_injured", "claim_event_at", "claim_place"
CAUSE, PLATE, OTHER, DRIVABLE = "claim_cause", "claim_plate", "claim_other_party", "claim_drivable"
INSURED, HOSPITAL, HEALTH_CONSENT = "claim_insured", "claim_hospital", "claim_health_consent"
PHONE, SAME_EVENT = "claim_phone", "claim_same_event"

_LINE_CHOICES = (
    choose("车险", "motor"),
    choose("看病或意外受伤", "accident"),
    choose("家里或店里的财产", "property"),
    choose("其他", "liability"),
)


def _opening(situation: Situation) -> Opening:
    said = situation.said
    answers: dict[str, str] = {}
    line = line_from(said)
    if line:
        answers[LINE] = line
    if len(said.text) >= 4 and not said.chosen and tells_what_happened(said.text):
        answers[CAUSE] = said.text[:500]
    if GRAVE.search(said.text):
        verdict = screen_message(situation.services.complaint_rules, said)
        return Opening((Reply(verdict.say or GRAVE_WORDS),), answers, Ended((), hand_off="crisis"))
    hurt = HURT.search(said.text) and not NOBODY_HURT.search(said.text)
    first = "先看人。" if line in ("", "motor") or (line == "accident" and hurt) else ""
    if UNHURT.search(said.text):
        answers[INJURED] = "无人受伤"
        first = "人没事就好。"
    if hurt:
        answers[INJURED] = "有人受伤"
    if hurt and line in ("", "motor", "accident"):
        first += "受伤的人如果头晕、流血或疼得厉害，先打 120，别随意挪动。"
    if hurt and line == "motor":
        first += "在路上请人到护栏外，打开双闪；有人受伤还要报 122，保护好现场。\n"
    return Opening((Reply(f"{first}我来帮您报案，大约一分钟；您说的信息只用于办理这次报案。"),), answers)


def _read_same(said: Understood, situation: Situation) -> Reading:
    if said.text.startswith("C20") or re.search(r"补充|同一|就是那|是的", said.text) or said.means("affirm"):
        found = _similar(situation)
        return Accepted(found[0].claim_no if found else "新事故")
    if re.search(r"新|不是|另", said.text) or said.means("deny"):
        return Accepted("新事故")
    return NotAnAnswer()


def _motor(situation: Situation) -> bool:
    return situation.get(LINE) == "motor"


def _personal(situation: Situation) -> bool:
    return situation.get(LINE) in ("health", "critical_illness", "accident", "life", "annuity", "travel", "group")


def _has_place(situation: Situation) -> bool:
    return situation.get(LINE) not in ("health", "critical_illness")


def _about_injury(situation: Situation) -> bool:
    return situation.get(LINE) in ("motor", "accident", "liability", "property", "travel")


def _health_agreed(situation: Situation) -> bool:
    return _personal(situation) and situation.get(HEALTH_CONSENT) == "同意"


def _has_similar(situation: Situation) -> bool:
    return bool(situation.get(PHONE)) and bool(_similar(situation))


def _similar(situation: Situation) -> list[Claim]:
    if not situation.get(EVENT_AT):
        return []
    with situation.services.reading() as work:
        return [c for c in similar_claims(work, build_report(situation)) if c.idempotency_key != situation.key]


def _ask_same(situation: Situation) -> Ask:
    found = _similar(situation)[0]
    day = speak_moment(found.report.event_at, situation.now.date())
    text = f"查到已有一个相近的报案 {found.claim_no}（{day}，{found.report.place}）。这次是补充它，还是另一起新事故？"
    return Ask(text, "choice", (choose("补充这个报案", found.claim_no), choose("是新的事故", "新事故")))


def _ask_when(situation: Situation) -> Ask:
    day = situation.get(EVENT_DAY)
    if day:
        spoken = speak_moment(day, situation.now.date())
        return Ask(f"{spoken}大约几点发生的？说不准就说上午、下午或晚上。", "text")
    return Ask("事情是什么时候发生的？比如“今天早上八点二十”。", "datetime")


def build_report(situation: Situation) -> LossReport:
    """The loss report from the slots; a missing plate, policy or name stays empty."""
    insured = situation.get(INSURED)
    by_number = bool(re.match(r"^[A-Z]?\d{6,}", insured))
    plate = situation.get(PLATE)
    return LossReport(
        line=LineOfBusiness(situation.get(LINE) or "liability"),
        event_at=situation.get(EVENT_AT),
        place=situation.get(PLACE),
        cause=situation.get(CAUSE),
        injured=situation.get(INJURED),
        reporter_phone=situation.get(PHONE),
        policy_no=insured if by_number else "",
        insured_name="" if by_number or insured == "不清楚" else insured,
        plate_no="" if plate == "无" else plate,
        other_party=situation.get(OTHER),
        drivable=situation.get(DRIVABLE),
        hospital=situation.get(HOSPITAL),
    )


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Write the report once and read the number from the row."""
    same = situation.get(SAME_EVENT)
    command = ReportClaim(
        report=build_report(situation),
        conversation_id=situation.conversation_id,
        key=situation.key,
        at=situation.now,
        supplements=same if same.startswith("C") else "",
    )
    with situation.services.unit_of_work() as work:
        claim = report_claim(work, command, situation.services.deadlines)
        work.consents.add(
            conversation_id=situation.conversation_id, party_id="", kind="C1", version="2026-11", granted=True,
            at=situation.now,
        )  # fmt: skip
        if situation.get(HEALTH_CONSENT):
            work.consents.add(
                conversation_id=situation.conversation_id, party_id="", kind="C2", version="2026-11",
                granted=situation.get(HEALTH_CONSENT) == "同意", at=situation.now,
            )  # fmt: skip
        work.commit()
    return (Reply(_done_text(claim, situation, bool(command.supplements)), (
        intend("要准备什么材料", "ask_claim_documents"), intend("没别的事了", "goodbye"),
    )),)  # fmt: skip


def _done_text(claim: Claim, situation: Situation, supplemented: bool) -> str:
    today = situation.now.date()
    if supplemented:
        return f"已补充到报案 {claim.claim_no}，经办的同事会看到。还要补什么，随时在这里说。"
    lines = [f"报案成功，报案号 {claim.claim_no}。"]
    if not claim.matched:
        which = "保单号或车牌" if claim.report.line is LineOfBusiness.MOTOR else "保单号"
        lines.append(f"还没对上保单，状态是“待核单”，不影响报案；找到{which}后告诉我就行。")
    lines.append(f"理赔人员会打 {show_phone(claim.report.reporter_phone, situation)} 跟您联系，说明查勘和索赔事项。")
    if claim.due_on:
        lines.append(
            f"资料交齐后作出核定，情形复杂的最长 30 天（按今天收齐计，{speak_date(claim.due_on, today)}前），结果会通知您。"
        )
    if claim.report.line is LineOfBusiness.MOTOR:
        lines.append("请留好现场全景、车牌和受损处的照片；赔款到账前，不要先答应放弃向对方索赔。")
    elif claim.report.line.about_people:
        lines.append("病历、发票、费用清单等单据请都留好。")
    else:
        lines.append("受损的东西先拍照、别急着扔，购买凭证和维修发票请都留好。")
    lines.append("凭报案号随时可以在这里查进度。")
    return "\n".join(lines)


JOURNEY = Journey(
    form="claim_form",
    zh="报案",
    intent="report_claim",
    post="理赔",
    carries=(EVENT_DAY,),
    opening=_opening,
    card_title="请核对：",
    cancelled="好的，这次先不报案，没有提交任何内容。出险后请及时报案，需要时再跟我说；有人受伤请先打 120。",
    steps=(
        Step(LINE, "", lambda _: Ask("这次是哪一类的事情？", "choice", _LINE_CHOICES), read_line, ("line_of_business",), counted=False),
        Step(
            INJURED, "伤情", lambda _: Ask(
                "有人受伤吗？", "choice", (choose("没人受伤", "没有人受伤"), choose("有人受伤"), choose("情况危急"))
            ), read_injured, needed=_about_injury,
        ),
        Step(EVENT_AT, "时间", _ask_when, read_event_time, ("date", "time"),
             shows_as=lambda value, s: speak_moment(value, s.now.date())),
        Step(PLACE, "地点", lambda _: Ask("在什么地方发生的？说到路名、小区或单位就行。", "text"), read_place,
             ("location",), _has_place, free_text=True),
        Step(CAUSE, "经过", lambda _: Ask("请用一两句话说说经过和损失。", "text"), read_cause, free_text=True,
             shows_as=show_words),
        Step(PLATE, "车牌", lambda _: Ask("出险的车牌号是？记不清可以回“没有”。", "text"), read_own_plate, ("plate_no",),
             _motor, shows_as=show_plate),
        Step(OTHER, "对方", lambda _: Ask("有对方车辆或人吗？有的话给我车牌或电话，没有就回“没有”。", "text"), read_other,
             needed=_motor, shows_as=show_words, alone=True),
        Step(DRIVABLE, "车况", lambda _: Ask("您的车还能开吗？", "choice", (choose("能开", "能行驶"), choose("不能开", "不能行驶"))),
             read_drivable, needed=_motor),
        Step(INSURED, "出险人或保单", lambda _: Ask("出险的人（被保险人）姓名是？有保单号也可以直接给我，都不清楚就回“不知道”。", "text"),
             read_insured, ("policy_no",), _personal),
        Step(HEALTH_CONSENT, "", lambda _: Ask(
                "下面要记就诊医院，属于健康信息，只用于这次理赔。您同意记录吗？不同意也能报案。", "choice",
                (choose("同意"), choose("不同意")),
            ), read_consent, needed=_personal),
        Step(HOSPITAL, "就诊医院", lambda _: Ask("在哪家医院看的？还没去就回“还没去”。", "text"), read_hospital, ("hospital",),
             _health_agreed),
        Step(PHONE, "联系电话", lambda _: Ask("理赔人员用哪个手机号联系您？", "phone"), read_own_phone, ("phone",),
             shows_as=show_phone),
        Step(SAME_EVENT, "", _ask_same, _read_same, needed=_has_similar, counted=False),
    ),
)  # fmt: skip
