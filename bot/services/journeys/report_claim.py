"""报案 as a conversation (F01): the person first, then six short questions, one card, one number."""

from __future__ import annotations

import re

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.services.deadlines import speak_date, speak_moment
from bot.services.journeys.fields import (
    EVENT_DAY,
    is_filler,
    read_event_time,
    read_name,
    read_phone,
    read_plate,
    read_words,
    says_none,
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
from bot.text.masking import mask_free_text, mask_plate

LINE, INJURED, EVENT_AT, PLACE = "claim_line", "claim_injured", "claim_event_at", "claim_place"
CAUSE, PLATE, OTHER, DRIVABLE = "claim_cause", "claim_plate", "claim_other_party", "claim_drivable"
INSURED, HOSPITAL, HEALTH_CONSENT = "claim_insured", "claim_hospital", "claim_health_consent"
PHONE, SAME_EVENT = "claim_phone", "claim_same_event"

_MOTOR_WORDS = re.compile(r"车|追尾|刮|蹭|撞|碰瓷|肇事|剐|爆胎")
_PERSON_WORDS = re.compile(r"摔|骨折|住院|手术|看病|确诊|烫|割|晕|病|崴|扭|咬|人没了|去世|走了|身故|生病|受伤")
_PROPERTY_WORDS = re.compile(r"漏水|淹|着火|火灾|失火|被偷|入室|家里|仓库|店里|厂房|玻璃碎")
_GRAVE = re.compile(r"死|身亡|身故|去世|走了|没了|昏迷|抢救|重伤|大出血|被困|没呼吸|ICU", re.IGNORECASE)
_HURT = re.compile(r"受伤|伤|疼|痛|流血|骨折|晕|住院|医院|崴|扭了|烫|割|咬|摔(?:倒|伤|断|下|了?一?跤)")
_OTHERS = re.compile(r"对方|被|后车|前车|货车|肇事|司机|(?<!其)他|她")
_OWN = re.compile(r"我|本人|自己")
_PLATE = re.compile(r"[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青蒙桂宁新藏][A-Z]·?[A-Z0-9]{5,6}(?![A-Z0-9])")
_UNHURT = re.compile(r"没(有)?人?(受)?伤|人(都)?没(啥|什么)?(事|伤)|无人受伤")
_NOBODY_HURT = re.compile(r"^(没|没有|无|莫得)人?[的呢啊吧。]*$|没(有)?(人)?(受)?伤|人(都)?没事|没事|无人|都好|安全|就车")
_LINE_CHOICES = (
    choose("车险", "motor"),
    choose("看病或意外受伤", "accident"),
    choose("家里或店里的财产", "property"),
    choose("其他", "liability"),
)


def _opening(situation: Situation) -> Opening:
    said = situation.said
    answers: dict[str, str] = {}
    line = _line_from(said)
    if line:
        answers[LINE] = line
    if len(said.text) >= 4 and not said.chosen and _tells_what_happened(said.text):
        answers[CAUSE] = said.text[:500]
    if _GRAVE.search(said.text):
        verdict = screen_message(situation.services.complaint_rules, said)
        return Opening((Reply(verdict.say or _GRAVE_WORDS),), answers, Ended((), hand_off="crisis"))
    hurt = _HURT.search(said.text) and not _NOBODY_HURT.search(said.text)
    first = "先看人。" if line in ("", "motor", "accident") else ""
    if _UNHURT.search(said.text):
        answers[INJURED] = "无人受伤"
        first = "人没事就好。"
    if hurt:
        answers[INJURED] = "有人受伤"
        first += "受伤的人如果头晕、流血或疼得厉害，先打 120，别随意挪动；在路上请人到护栏外，打开双闪。"
    if hurt and line == "motor":
        first += "有人受伤的交通事故还要报 122，保护好现场。\n"
    return Opening((Reply(f"{first}我来帮您报案，大约一分钟；您说的信息只用于办理这次报案。"),), answers)


_GRAVE_WORDS = (
    "先看人：现场还有危险请马上打 120，有火情打 119，交通事故打 122。"
    "后面的事由专人陪您办，我现在就转过去，您联系我们的时间已经记下。"
)


def _tells_what_happened(text: str) -> bool:
    return bool(_MOTOR_WORDS.search(text) or _PERSON_WORDS.search(text) or _PROPERTY_WORDS.search(text)) and not re.match(
        r"^.{0,4}(报案|理赔|我要报案|要理赔).{0,3}$", text
    )


def _line_from(said: Understood) -> str:
    entity = said.first("line_of_business")
    if entity:
        return entity.value
    if said.first("plate_no") or _MOTOR_WORDS.search(said.text):
        return "motor"
    if _PROPERTY_WORDS.search(said.text):
        return "property"
    return "accident" if _PERSON_WORDS.search(said.text) else ""


def _read_line(said: Understood, _: Situation) -> Reading:
    if said.text in {line.value for line in LineOfBusiness}:
        return Accepted(said.text)
    line = _line_from(said)
    return Accepted(line) if line else NotAnAnswer()


def _read_injured(said: Understood, _: Situation) -> Reading:
    text = said.text
    if _NOBODY_HURT.search(text) and not _GRAVE.search(text):
        return Accepted("无人受伤")
    if _GRAVE.search(text) or text == "情况危急":
        return Ended((Reply(_GRAVE_WORDS),), hand_off="crisis")
    if _HURT.search(text) or said.means("affirm"):
        return Accepted(
            "有人受伤" if len(text) <= 6 else text[:100],
            remark="请先照顾伤者：头晕、流血或疼得厉害就打 120；有人受伤的交通事故还要报 122。就诊的病历、发票和费用清单请都留好。",
        )
    return Accepted("无人受伤") if said.means("deny") else NotAnAnswer()


def _read_cause(said: Understood, situation: Situation) -> Reading:
    return read_words(2, 500)(said, situation)


def _read_place(said: Understood, _: Situation) -> Reading:
    entity = said.first("location")
    text = entity.value if entity and (said.aside or len(said.text) > 40) else said.text.strip()
    if is_filler(text):
        return NotAnAnswer()
    return Accepted(re.sub(r"^(就?在|地点是?|是在)", "", text)) if 2 <= len(text) <= 80 else NotAnAnswer()


def _read_plate(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if said.aside and _is_others(said, "plate_no") else read_plate(said, situation)


def _read_phone(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if said.aside and _is_others(said, "phone") else read_phone(said, situation)


def _is_others(said: Understood, entity_type: str) -> bool:
    """A plate or phone told in passing after words for the other party: "被一辆车牌京B67890的货车追尾"."""
    entity = said.first(entity_type)
    if entity is None:
        return False
    before = said.text[: entity.start]
    others = max((found.end() for found in _OTHERS.finditer(before)), default=-1)
    return others > max((found.end() for found in _OWN.finditer(before)), default=-1)


def _show_words(value: str, _: Situation) -> str:
    """The customer's own words with phones, id numbers and plates masked, cut to a line."""
    masked = _PLATE.sub(lambda found: mask_plate(found.group()), mask_free_text(value))
    return masked if len(masked) <= 60 else masked[:58] + "…"


def _read_other(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text) or re.search(r"单方|自己撞|自己蹭|跑了|逃逸", said.text):
        return Accepted("没有对方" if not re.search(r"跑|逃", said.text) else "对方已离开现场，请报 122")
    return read_words(2, 100)(said, situation)


def _read_drivable(said: Understood, _: Situation) -> Reading:
    if re.search(r"不能|开不了|动不了|不行|没法|打不着", said.text) or said.means("deny"):
        return Accepted("不能行驶", remark="需要拖车的话，报完案告诉我“要拖车”。")
    if re.search(r"能|可以|没问题", said.text) or said.means("affirm"):
        return Accepted("能行驶")
    return NotAnAnswer()


def _read_insured(said: Understood, situation: Situation) -> Reading:
    policy = said.first("policy_no")
    if policy:
        return Accepted(policy.value)
    return Accepted("不清楚") if says_none(said.text) else read_name(said, situation)


def _read_hospital(said: Understood, situation: Situation) -> Reading:
    if re.search(r"没(有)?(去|就诊|看)|还没", said.text) or says_none(said.text):
        return Accepted("还没就诊")
    entity = said.first("hospital")
    return Accepted(entity.value) if entity else read_words(2, 60)(said, situation)


def _read_consent(said: Understood, _: Situation) -> Reading:
    if said.means("deny") or re.search(r"不同意|不愿意|不想", said.text):
        return Accepted("不同意", remark="没关系，健康方面的信息就不在这里记，报案照样登记。")
    if said.means("affirm") or "同意" in said.text:
        return Accepted("同意")
    return NotAnAnswer()


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


def describe_reported(claim: Claim) -> str:
    """One line for "刚才报的案成功了吗"."""
    state = ClaimStage(claim.stage).zh
    return f"刚才的报案已经成功，报案号 {claim.claim_no}，现在是“{state}”。"


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
        Step(LINE, "", lambda _: Ask("这次是哪一类的事情？", "choice", _LINE_CHOICES), _read_line, ("line_of_business",), counted=False),
        Step(
            INJURED, "伤情", lambda _: Ask(
                "有人受伤吗？", "choice", (choose("没人受伤", "没有人受伤"), choose("有人受伤"), choose("情况危急"))
            ), _read_injured, needed=_about_injury,
        ),
        Step(EVENT_AT, "时间", _ask_when, read_event_time, ("date", "time"),
             shows_as=lambda value, s: speak_moment(value, s.now.date())),
        Step(PLACE, "地点", lambda _: Ask("在什么地方发生的？说到路名、小区或单位就行。", "text"), _read_place,
             ("location",)),
        Step(CAUSE, "经过", lambda _: Ask("请用一两句话说说经过和损失。", "text"), _read_cause, free_text=True,
             shows_as=_show_words),
        Step(PLATE, "车牌", lambda _: Ask("出险的车牌号是？记不清可以回“没有”。", "text"), _read_plate, ("plate_no",),
             _motor, shows_as=show_plate),
        Step(OTHER, "对方", lambda _: Ask("有对方车辆或人吗？有的话给我车牌或电话，没有就回“没有”。", "text"), _read_other,
             needed=_motor, shows_as=_show_words, alone=True),
        Step(DRIVABLE, "车况", lambda _: Ask("您的车还能开吗？", "choice", (choose("能开", "能行驶"), choose("不能开", "不能行驶"))),
             _read_drivable, needed=_motor),
        Step(INSURED, "出险人或保单", lambda _: Ask("出险的人（被保险人）姓名是？有保单号也可以直接给我，都不清楚就回“不知道”。", "text"),
             _read_insured, ("policy_no",), _personal),
        Step(HEALTH_CONSENT, "", lambda _: Ask(
                "下面要记就诊医院，属于健康信息，只用于这次理赔。您同意记录吗？不同意也能报案。", "choice",
                (choose("同意"), choose("不同意")),
            ), _read_consent, needed=_personal),
        Step(HOSPITAL, "就诊医院", lambda _: Ask("在哪家医院看的？还没去就回“还没去”。", "text"), _read_hospital, ("hospital",),
             _health_agreed),
        Step(PHONE, "联系电话", lambda _: Ask("理赔人员用哪个手机号联系您？", "phone"), _read_phone, ("phone",),
             shows_as=show_phone),
        Step(SAME_EVENT, "", _ask_same, _read_same, needed=_has_similar, counted=False),
    ),
)  # fmt: skip
