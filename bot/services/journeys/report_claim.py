"""报案 as a conversation (F01): the person first, then a few short questions, one card, one number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.insurance.claim import Claim
from bot.insurance.hand_off import Priority
from bot.services.deadlines import speak_moment
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.journeys import claim_answers as answers
from bot.services.journeys import claim_contact as contact
from bot.services.journeys import claim_health as health
from bot.services.journeys import claim_injuries as injuries
from bot.services.journeys import claim_same_event as same_event
from bot.services.journeys import claim_slots as slots
from bot.services.journeys import claim_story as story
from bot.services.journeys.claim_known import ask_plate, known_car, known_reporter
from bot.services.journeys.claim_plan import plan_of, says_it_is_short, unless_left_out
from bot.services.journeys.claim_result import build_report, done_text, person_reasons, supplemented_text
from bot.services.journeys.fields import EVENT_AT, EVENT_DAY, read_event_time, show_phone, show_plate
from bot.services.journeys.finish import labelled_answers
from bot.services.journeys.journey import (
    Ask,
    Ended,
    Journey,
    Opening,
    Situation,
    Step,
)
from bot.services.locate import institution_at
from bot.services.ports import UnitOfWork
from bot.services.reply import Choice, Reply, choose, intend
from bot.services.report_claim import ReportClaim, report_claim
from bot.services.screen_message import screen_message

_LINE_CHOICES = (
    choose("车险", "motor"),
    choose("看病或意外受伤", "accident"),
    choose("家里或店里的财产", "property"),
    choose("其他", "liability"),
)
_INJURED_CHOICES = (
    choose("没人受伤", "没有人受伤"),
    choose("1 人受伤", "1人受伤"),
    choose("2 人受伤", "2人受伤"),
    choose("3 人或更多", "3人受伤"),
    choose("情况危急"),
)
_DRIVABLE_CHOICES = (choose("能开", "能行驶"), choose("不能开，还在现场"), choose("不能开，已经拖走", "不能行驶"))


def _opening(situation: Situation) -> Opening:
    said = situation.said
    line = story.line_from(said)
    told = ({slots.LINE: line} if line else {}) | story.story_of(said, line)
    if injuries.is_grave(said.text) and not slots.is_theft(said.text):
        verdict = screen_message(situation.services.complaint_rules, said)
        told |= {slots.CAUSE: said.text[: story.MOST]}  # whatever it says, the person taking over reads it
        return Opening((Reply(verdict.say or injuries.GRAVE_WORDS),), told, Ended((), hand_off="crisis"))
    if int(told.get(slots.INJURED_COUNT) or 0) >= slots.MANY:
        return Opening((), told, injuries.too_many(told))
    told = known_reporter(situation) | known_car(situation, line) | told
    hurt = slots.someone_hurt(replace(situation, answers=told))
    first = _first_words(told.get(slots.CAUSE, ""), line, hurt=hurt)
    safe = "人没事就好。" if told.get(slots.INJURED) == slots.NOBODY else ""
    words = f"{safe}{first}我来帮您报案，大约一分钟；您说的信息只用于办理这次报案。"
    return Opening((Reply(words),), told)


def _first_words(event: str, line: str, *, hurt: bool) -> str:
    """The person first where somebody may be hurt; of a stolen car or a burnt-out fridge what helps there."""
    if hurt and injuries.in_hospital(event):
        return "人已经在医院就好，先安心治疗，盼着早日康复。"
    if hurt and line in ("", "motor", "accident", "liability", "property"):
        care = "先看人。受伤的人如果头晕、流血或疼得厉害，先打 120，别随意挪动。"
        road = "在路上请人到护栏外，打开双闪；有人受伤还要报 122，保护好现场。\n" if line == "motor" else ""
        return care + road
    if slots.is_theft(event):
        return "请先打 110 报警，拿到报警回执。"
    if slots.is_fire(event):
        return "还有火情先打 119，人先撤到安全的地方。"
    if line == "motor" and slots.may_hurt(event) and not injuries.UNHURT.search(event):
        return "先看人。"
    return "" if line else "有人受伤或还有危险，先打 120、119 或 122。"


def _ask_when(situation: Situation) -> Ask:
    day = situation.get(EVENT_DAY)
    if day:
        spoken = speak_moment(day, situation.now.date())
        return Ask(f"{spoken}大约几点发生的？说不准就说上午、下午或晚上。", "text")
    return Ask("事情是什么时候发生的？比如“今天早上八点二十”。", "datetime")


def _ask_cause(situation: Situation) -> Ask:
    if situation.get(slots.LINE) == "property":
        return Ask("请用一两句话说说经过、损坏了什么，是不是还在扩大。", "text")
    if slots.motor(situation):
        known = situation.get(EVENT_AT) and situation.get(slots.PLACE)
        example = "变道时和一辆白车蹭了，右前门凹了" if known else "今天早上八点二十，在学院桥变道时和一辆白车蹭了"
        return Ask(f"请用一两句话说说经过，比如“{example}”。", "text")
    return Ask("请用一两句话说说经过和损失。", "text")


def _ask_other(situation: Situation) -> Ask:
    if slots.other_party_told(situation):
        return Ask("对方的车牌或电话有吗？没记下就回“没有”。", "text")
    return Ask("有对方车辆或人吗？有的话给我车牌或电话，没有就回“没有”。", "text")


def _ask_police(situation: Situation) -> Ask:
    theft = slots.is_theft(situation.get(slots.CAUSE))
    text = "报警（110）了吗？有回执编号可以一起告诉我。" if theft else "报警了吗？有编号可以一起告诉我。"
    return Ask(text, "choice", (choose("已经报警", "已报警"), choose("还没报", "没报警"), choose("跳过")))


def _asks(text: str, kind: str = "text", *choices: Choice) -> Callable[[Situation], Ask]:
    return lambda _: Ask(text, kind, choices)


def _told(slot: str) -> Callable[[Situation], bool]:
    """A line that has no question of its own: shown and changed on the card once it was told."""
    return lambda situation: bool(situation.get(slot))


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Write the report once, read the number from the row; what needs a person is handed over with the number."""
    same = situation.get(slots.SAME_EVENT)
    report = build_report(situation)
    command = ReportClaim(
        report=report,
        conversation_id=situation.conversation_id,
        key=situation.key,
        at=situation.now,
        supplements="" if same == slots.NEW_EVENT else same,
        event_id=plan.id if (plan := plan_of(situation)) else "",
        institution=institution_at(report.place, situation.services.branches),
    )
    with situation.services.unit_of_work() as work:
        claim = report_claim(work, command, situation.services.deadlines)
        _keep_consents(work, situation)
        to_person = _hand_over(work, claim, situation)
        work.commit()
    text = done_text(claim, situation) if claim.idempotency_key == situation.key else supplemented_text(claim)
    if to_person:
        return (Reply(text), *to_person)
    return (Reply(text, (intend("要准备什么材料", "ask_claim_documents"), intend("没别的事了", "goodbye"))),)


def _unfinished(situation: Situation) -> str:
    """A person takes over before anything was written: said plainly, so that nobody believes the loss is reported."""
    if not situation.get(slots.CAUSE):
        return ""
    with situation.services.reading() as work:
        if work.claims.by_key(situation.key):
            return ""
    told = ["经过"]
    told += ["时间"] if situation.get(EVENT_AT) or situation.get(EVENT_DAY) else []
    told += [name for slot, name in ((slots.PLACE, "地点"), (slots.PHONE, "电话")) if situation.get(slot)]
    return f"报案还没有登记，由理赔专员跟您联系时替您登记；您说的{'、'.join(told)}已经转过去，不用重说。"


def _keep_consents(work: UnitOfWork, situation: Situation) -> None:
    """C2, the separate consent to health data; the privacy notice C1 is told and kept by the engine."""
    if situation.get(slots.HEALTH_CONSENT):
        work.consents.add(
            conversation_id=situation.conversation_id, party_id="", kind="C2", version=situation.services.privacy.version,
            granted=situation.get(slots.HEALTH_CONSENT) == "同意", at=situation.now,
        )  # fmt: skip


def _hand_over(work: UnitOfWork, claim: Claim, situation: Situation) -> tuple[Reply, ...]:
    reasons = person_reasons(situation)
    if not reasons:
        return ()
    many_hurt = situation.get(slots.INJURED_COUNT).isdigit() and int(situation.get(slots.INJURED_COUNT)) >= slots.MANY
    reply = hand_off(
        work,
        HandOffRequest(
            conversation_id=situation.conversation_id,
            message_id=situation.said.message_id,
            reason="needs_person",
            post=JOURNEY.post,
            at=situation.now,
            back_at=situation.services.back_at(situation.now, JOURNEY.post),
            priority=Priority.INJURY_OR_DEATH if many_hurt else Priority.NORMAL,
            detail="；".join(reasons),
            slots={"正在办理": JOURNEY.zh, **labelled_answers(JOURNEY, situation)},
            reference_no=claim.claim_no,
        ),
    )
    return (Reply("这类情况由理赔专员接着跟您办，报案已经登记好了，您说的都会带过去。"), reply)


JOURNEY = Journey(
    form="claim_form",
    zh="报案",
    intent="report_claim",
    post="理赔",
    carries=(EVENT_DAY, slots.VISIT_ON, slots.ADMITTED),
    desk_labels=slots.DESK_LABELS,
    goes_on=True,
    unfinished=_unfinished,
    opening=_opening,
    card_title="请核对：",
    cancelled="好的，这次先不报案，没有提交任何内容。出险后请及时报案，需要时再跟我说；有人受伤请先打 120。",
    steps=(
        Step(slots.LINE, "", _asks("这次是哪一类的事情？", "choice", *_LINE_CHOICES), answers.read_line,
             ("line_of_business",), counted=False),
        Step(slots.INJURED, "伤情", _asks("有人受伤吗？有的话也说说几个人。", "choice", *_INJURED_CHOICES), injuries.read_injured,
             needed=slots.asks_injury, shows_as=injuries.show_injured, closed=True),
        Step(slots.INJURED_COUNT, "", _asks(
                "一共几个人受伤？说个大概的数就行。", "choice", choose("1 个人"), choose("2 个人"), choose("3 个人或更多", "3 个人"),
            ), injuries.read_count, needed=slots.asks_count),
        Step(slots.CAUSE, "经过", _ask_cause, answers.read_cause, free_text=True, story=True, shows_as=answers.show_words),
        Step(EVENT_AT, "时间", _ask_when, read_event_time, ("date", "time"),
             shows_as=lambda value, s: speak_moment(value, s.now.date())),
        Step(slots.PLACE, "地点", _asks("在什么地方发生的？说到路名、小区或单位就行。"),
             says_it_is_short(answers.read_place),
             ("location",), slots.has_place, free_text=True, restated=answers.PLACE_WORDS),
        Step(slots.PLATE, "车牌", ask_plate, answers.read_own_plate, ("plate_no",),
             slots.motor, shows_as=show_plate),
        Step(slots.OTHER, "对方", _ask_other, answers.read_other_party,
             needed=unless_left_out("other_party", slots.OTHER, slots.crashed), shows_as=answers.show_words,
             free_text=True, alone=True),
        Step(slots.DRIVABLE, "车况", _asks("您的车还能开吗？不能开的话，停在哪里也说一下。", "choice", *_DRIVABLE_CHOICES),
             answers.read_drivable, needed=unless_left_out("drivable", slots.DRIVABLE, slots.crashed), closed=True),
        Step(slots.VEHICLE_AT, "车在哪", _asks("车现在停在哪里？不清楚就回“跳过”。", "text", choose("还在现场", slots.ON_SCENE)),
             answers.read_vehicle_at, needed=unless_left_out("vehicle_at", slots.VEHICLE_AT, slots.stands_still), alone=True,
             restated=answers.PLACE_WORDS),
        Step(slots.POLICE, "报警", _ask_police, answers.read_police,
             needed=unless_left_out("police", slots.POLICE, slots.asks_police), alone=True),
        Step(slots.INSURED, "出险人或保单", _asks(
                "出险的人（被保险人）姓名是？有保单号也可以直接给我，都不清楚就回“不知道”。"
            ), answers.read_insured, ("policy_no",), slots.personal),
        Step(slots.HEALTH_CONSENT, "", _asks(
                "下面要记就诊医院，属于健康信息，只用于这次理赔。您同意记录吗？不同意也能报案。", "choice",
                choose("同意"), choose("不同意"),
            ), health.read_consent, needed=slots.personal),
        Step(slots.HOSPITAL, "就诊", health.ask_hospital, health.read_hospital, ("hospital",), slots.health_agreed,
             free_text=True, shows_as=health.show_hospital, alone=True),
        Step(slots.SPREADING, "损失", _asks(
                "损失还在扩大吗？比如还在漏水、冒烟。", "choice", choose("没有，已经停了", "已控制住"), choose("还在扩大"), choose("不清楚"),
            ), answers.read_spreading, needed=slots.asks_spreading),
        Step(slots.PHONE, "联系电话", contact.ask_contact, contact.read_contact, ("phone",), shows_as=show_phone,
             alone=True),
        Step(slots.REPORTER, "报案人", _asks("怎么称呼您？不想说就回“跳过”。"), contact.read_reporter_name,
             needed=_told(slots.REPORTER), shows_as=contact.show_reporter, counted=False),
        Step(slots.DRIVER, "驾驶人", contact.ask_driver, contact.read_driver,
             needed=unless_left_out("driver", slots.DRIVER, contact.asks_driver), shows_as=contact.show_driver, counted=False, alone=True),
        Step(slots.RELATION, "与被保险人关系", contact.ask_relation, contact.read_relation,
             needed=unless_left_out("relation", slots.RELATION, contact.asks_relation), counted=False, alone=True),
        Step(slots.SAME_EVENT, "是否新事故", same_event.ask_same, same_event.read_same, needed=same_event.has_similar, shows_as=same_event.show_same, counted=False),
    ),
)  # fmt: skip
