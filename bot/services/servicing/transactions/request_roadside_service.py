"""救援、代驾 (F20): safety first, then where and what; what it costs is said before anything is ordered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.insurance.hand_off import Priority
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_by
from bot.services.journeys.fields import is_filler, read_plate, read_words, show_plate
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.transaction import Case, ConsentQuestion, Promise, Questions, Transaction
from bot.services.servicing.wish import told_in_closed_words
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_phone

SAFE, KIND, PLACE, PLATE = "roadside_safe", "roadside_kind", "roadside_place", "roadside_plate"
PROBLEM, TO, WHEN = "roadside_problem", "roadside_to", "roadside_when"
TOW, DRIVER = "拖车", "代驾"
ALL_SAFE, HURT, WEAK = "人都安全", "有人受伤或被困", "有老人、孩子或宠物"
# The entity's normal forms (data/entities.yml) and the words for each; the first that fits.
_KINDS = (
    (DRIVER, "designated_driver", re.compile(r"代驾|代开|喝(?:了|多|酒)|酒后|不能开车")),
    ("搭电", "jump_start", re.compile(r"搭[个把]?电|没电|电瓶|亏电|打不着|充个?电|蓄电池")),
    ("换胎", "tyre", re.compile(r"换[个备]?胎|爆胎|轮胎|没气|瘪|扎了|备胎|打个?气|补胎")),
    ("送油", "fuel", re.compile(r"送[点个]?油|没油|油(?:耗|表|用)|尿素")),
    ("送水", "water", re.compile(r"送[点个]?水|开锅|水温|冷却液")),
    ("开锁", "unlocking", re.compile(r"开锁|钥匙|锁(?:车里|死|住)|反锁|打不开")),
    ("脱困", "extrication", re.compile(r"脱困|陷|掉(?:进|沟)|卡(?:在|住)|拽|拉一[把下]|吊|悬空")),
    (TOW, "towing", re.compile(r"拖|抛锚|趴窝|熄火|动不了|开不了|走不了|冒烟|没动力")),
    ("其他", "other", re.compile(r"其他|别的|不知道|说不清")),
)
_CRASH = re.compile(
    r"(?<!没)(?<!没有)(?<!未)(?:追尾|撞(?:了|上|到)|被撞|翻车|刮(?:了|蹭)|出(?:了)?(?:车祸|事故)|碰(?:了|上|到))"
)
_NO_CRASH = re.compile(r"没(?:有)?(?:撞|碰|刮|出事故|追尾)|不用报案|不是事故|没出事|不打算走保险")
_SAFE = re.compile(r"没(?:有)?(?:人)?(?:受伤|事)|安全|都好|没事|在护栏外|只有我")
_SAFE_TOLD = re.compile(r"(?:人|大家|我们?)(?:都)?(?:没事|没受伤|都好|平安|安全)|没(?:有)?人受伤")
_HURT = re.compile(
    r"(?<!没)(?<!没有)(?<!没有人)(?<!没人)(?<!无人)受伤(?!的?话)|(?<!没)(?<!没有)流血|晕|昏|骨折|起不来|不舒服|呼吸"
)
_STUCK = re.compile(
    r"被困|出不来|锁在(?:车)?里.{0,4}(?:人|娃|孩子|狗|猫)|(?:人|娃|孩子|狗|猫)[^，。]{0,6}锁在|还在车(?:里|上)"
)
_WEAK = re.compile(r"孩子|小孩|娃|宝宝|老人|孕妇|狗|猫|宠物|残疾")
_HIGHWAY = re.compile(r"应急车道|高速|快速路|高架|隧道|匝道|环线|绕城")
_DRIVES = re.compile(
    r"(?:自己|我|慢慢|直接)[^，。]{0,3}开(?:车)?(?:回|走|到|去|吧|行|成)|(?:能|可以|还能|敢)[^，。]{0,2}(?:自己)?开(?:车|回|走)|没(?:怎么)?喝(?:多|几|醉)|(?:只|就|才)喝(?:了)?(?:一|两|半|几)|喝得?不多|酒醒了|不远.{0,4}开"
)
DO_NOT_DRIVE = "喝了酒就别开，喝多喝少、路远路近都一样：酒后驾车违法（道路交通安全法第二十二条、第九十一条），伤到人后果更重。车停好，人坐车外安全的地方等代驾。"
_FIRST = "先看人：打开双闪，放好三角牌，人到护栏外或路边安全处等；在高速上再打 12122。"
_HELP = Ended(
    (
        Reply(
            "先救人：有人受伤打 120，交通事故打 122（高速 12122），有人被困打 119 或 110，不要挪动伤者。我马上请人工跟您说话。"
        ),
    ),
    hand_off="crisis",
)


def _start(situation: Situation) -> Opening:
    said = situation.said
    if not said.chosen and _CRASH.search(said.text) and not _NO_CRASH.search(said.text):
        words = "出了事故先报案：由查勘员安排拖车，费用更清楚。有人受伤先打 120 和 122，别移动伤者；没伤的拍好照片，把车挪到安全处。"
        only = intend("不是事故，只要救援", "request_roadside_service")
        return Opening(ended=Ended((Reply(words, (intend("现在报案", "report_claim"), only, TO_HUMAN)),)))
    told = told_in_closed_words("", (_KIND_STEP,), situation).answers
    if told.get(KIND) == DRIVER:
        return Opening((Reply("喝了酒千万别开，车先停好。我来帮您登记代驾。"),), told)
    tells = bool(told.get(KIND)) and not said.chosen and len(said.text) >= 6
    told = {**told, PROBLEM: said.text[:200]} if tells else told
    return Opening((Reply(_FIRST),), told)


def _is_driver(situation: Situation) -> bool:
    return situation.get(KIND) == DRIVER


def _read_safe(said: Understood, _: Situation) -> Reading:
    text = said.text
    if said.aside:
        if _HURT.search(text):
            return _HELP
        return Accepted(ALL_SAFE) if _SAFE_TOLD.search(text) else NotAnAnswer()
    # Before "我没事": somebody else may be hurt.
    if _HURT.search(text) or _STUCK.search(text) or text == HURT:
        return _HELP
    if re.search(r"不安全|危险|害怕", text):
        return Rejected(f"{_FIRST}到了安全的地方告诉我；有人受伤或被困就直接说。")
    if _SAFE.search(text) or said.means("affirm"):
        return Accepted(ALL_SAFE)
    if _WEAK.search(text):
        return Accepted(WEAK)
    return Rejected("请先告诉我人怎么样：都安全，还是有人受伤、被困。") if len(text) <= 8 else NotAnAnswer()


def _read_kind(said: Understood, _: Situation) -> Reading:
    said = replace(said, text=_UNWANTED.sub("", said.text))
    entity = next((each for each in said.of_type("roadside_service") if each.text in said.text), None)
    named = (name for name, value, _ in _KINDS if (entity and entity.value == value) or said.text == name)
    kinds = _KINDS[:-1] if said.aside else _KINDS  # "别的" says something only as an answer
    found = next(named, "") or next((name for name, _, words in kinds if words.search(said.text)), "")
    return Accepted(found) if found else NotAnAnswer()


_THING = r"(?:代驾|拖车|搭电|换胎|送油|开锁|救援)"
_UNWANTED = re.compile(
    rf"{_THING}[^，。]{{0,2}}(?:不用|不要|取消|不需要)了?|(?:不用|不要|不叫|不需要|别叫|不是(?:要|叫)?|取消){_THING}"
)
_GOES_TO = re.compile(r"(?:到|去|往|回|送)$")
_BROKE_DOWN = re.compile(r"开到[^，。]{2,16}(?:没电|抛锚|爆胎|熄火|动不了|趴窝|坏)")
_NOW = re.compile(r"(?:就)?(?:现在|马上|立刻|这就)(?:就)?(?:要|来|走)?(?:吧)?[。.!！]?")
_END_OF_PLACE = re.compile(r"[，。,；;\s]|抛锚|没电|打不着|爆胎|坏了|动不了|熄火|趴窝|开不了|走不了|叫拖|要拖|需要")
OFF_THE_ROAD = "高速、快速路和应急车道上，人都到护栏外等，别在车里也别站在车道上；高速打 12122。"
_SENT_TO = re.compile(
    r"(?:送|拖|拉|运|(?<!车)(?<!我)开(?!到[^，。]{2,12}(?:没电|抛锚|爆胎|熄火|动不了|趴窝|坏)))(?:我)?(?:到|去|往|回)([\u4e00-\u9fffA-Za-z0-9\s号\-]{2,60})"
)
_NO_PLACE = re.compile(
    r"打不着|没电|亏电|爆胎|抛锚|动不了|熄火|冒烟|^(?:我)?(?:要|想|叫|帮我?|快)[^，。]{0,8}(?:拖车|代驾|救援|搭电|送油)?$"
)


def _is_something_else(said: Understood) -> bool:
    """Only a phone number or a plate: neither a place nor a time."""
    entity = said.first("phone", "plate_no", "id_number")
    return entity is not None and len(said.text.strip()) - len(entity.text) <= 3


def _read_to(said: Understood, situation: Situation) -> Reading:
    text = said.text.strip(" 。.!！")
    sent = _SENT_TO.search(text)
    if said.aside:
        return Accepted(sent.group(1)[:100]) if sent else NotAnAnswer()
    if said.first("location") is None and _NO_PLACE.search(text):
        return NotAnAnswer()
    if re.fullmatch(r"(?:送|开|拉)?(?:我)?(?:回|到)?(?:我)?(?:自己)?家(?:里)?(?:吧)?", text):
        return Accepted("家（地址由人工电话确认）")
    if _is_something_else(said) or re.search(r"[?？]|吗|[行成]不", text):
        return NotAnAnswer()
    return read_words(2, 100)(said, situation)


def _read_problem(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if _is_something_else(said) else read_words(2, 200)(said, situation)


def _read_place(said: Understood, _: Situation) -> Reading:
    text = said.text.strip()
    stands = _BROKE_DOWN.search(text)  # "开到望京桥下没电了": where it stands
    places = [each for each in said.of_type("location") if stands or not _GOES_TO.search(said.text[: each.start])]
    entity = next(iter(places), None)
    if said.aside and (entity is None or (_SENT_TO.search(text) and not stands)):  # where the car goes, not where it is
        return NotAnAnswer()
    if _NOW.fullmatch(text):
        return Accepted("", remark="这个记下了。", also={WHEN: "现在"})
    if not said.aside and entity is None and (_NO_PLACE.search(text) or re.fullmatch(r"\d+", text)):
        return NotAnAnswer()
    if said.aside and entity:  # "在北京朝阳区来广营桥下": as far as the place is told
        place = _END_OF_PLACE.split(text[max(text.find(entity.text), 0) :])[0].strip()
        return _on_the_road(Accepted(place or entity.value), said.text)
    if is_filler(text) or len(text) < 2 or _is_something_else(said) or re.search(r"[?？]|吗|[行成]不", text):
        return NotAnAnswer()
    if re.search(r"不知道|不清楚|看不出", text):
        return Rejected("看看路边的里程牌、路口名或店名；手机地图上的位置念给我也行。")
    return _on_the_road(Accepted(re.sub(r"^(?:我|车)?(?:就)?(?:停)?在(?=..)", "", text)[:200]), text)


def _on_the_road(reading: Accepted, text: str) -> Accepted:
    return replace(reading, remark=OFF_THE_ROAD) if _HIGHWAY.search(text) else reading


def _read_plate(said: Understood, situation: Situation) -> Reading:
    if said.first("plate_no") is None and re.search(r"^(?:我|车)?(?:停)?在..|[路街桥]|大道|小区|号院", said.text):
        return NotAnAnswer()  # a place, said again
    if re.search(r"没上牌|新车|临牌|临时牌|(?:车牌|牌照|牌号)[^，。]{0,3}(?:不知道|不清楚|记不|忘了|没记)", said.text):
        return Accepted("无")
    return read_plate(said, situation)


def _read_when(said: Understood, situation: Situation) -> Reading:
    if re.search(r"现在|马上|立刻|这就|越快|尽快|赶紧", said.text):
        return Accepted("现在")
    if _is_something_else(said):
        return NotAnAnswer()
    if said.first("date", "time") or re.search(
        r"分钟|小时|钟头|点|今晚|明[天早晚]|一会儿?|等下|中午|晚上|下午|上午", said.text
    ):
        return read_words(2, 40)(said, situation)
    return Rejected("什么时候要？说“现在”，或者说个时间，比如“晚上十点”。") if len(said.text) <= 8 else NotAnAnswer()


def _answers(case: Case) -> str:
    """Whoever has drunk and would rather drive hears that he must not, whatever was asked."""
    return DO_NOT_DRIVE if _is_driver(case.situation) and _DRIVES.search(case.situation.said.text) else ""


def _entitled(case: Case) -> InsurancePolicy | None:
    """The live motor policy of that plate, where the proved phone is its policyholder's or insured's own."""
    situation = case.situation
    if situation.get(PLATE) in ("", "无"):
        return None
    with situation.services.reading() as work:
        phone = current_identity(work, situation.conversation_id, situation.now).phone
        for policy in work.policies.by_plate(situation.get(PLATE)):
            people = [work.parties.get(party_id) for party_id in (policy.policyholder_id, *policy.insured_ids)]
            if policy.status.is_live and phone and phone in [party.phone for party in people if party]:
                return policy
    return None


def costs(policy: InsurancePolicy | None) -> str:
    """What is honest to say of the price: a rider quoted where there is one, else that it costs money."""
    if policy is None:
        return "有没有免费次数要看保单的救援特约，人工核对；自费的派车前先报价，您同意再派"
    rider = next((cover for cover in policy.coverages if "救援" in cover.title or "代驾" in cover.title), None)
    if rider is None:
        return f"您的保单 {policy.policy_no} 里没有救援、代驾的约定，按自费办，派车前先报价，您同意再派"
    return f"保单 {policy.policy_no} 有“{rider.title}”（{rider.clause}），约定的次数和里程里不收费，超出的先报价"


def _facts(case: Case) -> Sequence[tuple[str, str]]:
    return (("费用", f"{costs(_entitled(case))}；过路费、配件、油料自费"),)


def _is_staffed(case: Case) -> bool:
    hours, now = case.situation.services.hours, case.situation.now
    on_duty = case.situation.services.deadlines.calendar.is_working_day(now.date())
    return on_duty and hours.opens <= now.time() < hours.closes


def _called_by(case: Case) -> datetime:
    """Until when somebody rings up: minutes while people are there, else when they are there again."""
    services, now = case.situation.services, case.situation.now
    if _is_staffed(case):
        return now + timedelta(minutes=services.limits.whole("roadside.call_minutes"))
    return services.hours.slot_from(now, now, services.deadlines.calendar) + services.hours.window


def _priority(case: Case) -> Priority:
    """A motorway, somebody locked in, children or animals: danger, though nobody is hurt yet."""
    told = "。".join(case.get(slot) for slot in (PLACE, PROBLEM, SAFE))
    danger = _HIGHWAY.search(told) or _STUCK.search(told) or _WEAK.search(told)
    return Priority.INJURY_OR_DEATH if danger and not _is_driver(case.situation) else Priority.NORMAL


def _what_next(case: Case, request: ServiceRequest) -> str:
    at = replace(
        case, situation=replace(case.situation, said=replace(case.situation.said, received_at=request.requested_at))
    )
    by, phone = speak_by(_called_by(at), request.requested_at), mask_phone(dict(request.fields).get("联系电话", ""))
    lines = []
    if _is_staffed(at):
        lines.append(f"人工 {by} 前打 {phone}，核对权益、报价，您同意再派车；救援公司的电话和到达时间由他们告诉您。")
    else:
        spoken = case.situation.services.hours.spoken
        lines.append(
            f"现在不是人工值班的时间（{spoken}），最晚 {by} 打 {phone}。等不了就别等：高速上打 12122，"
            "其他路段可以自己叫正规救援，先问清价钱，发票留好；费用怎么算以保单约定为准。"
        )
    lines.append(
        "喝过酒的人不要再碰车。"
        if _is_driver(case.situation)
        else "车上有人不舒服马上打 120。在安全的地方等，别站在车道上。"
    )
    return "\n".join(lines)


_KIND_STEP = Step(
    KIND, "救援项目",
    lambda _: Ask("要哪一种？", "choice", tuple(choose(name) for name, _, _ in _KINDS)),
    _read_kind, ("roadside_service",), closed=True,
)  # fmt: skip

TRANSACTION = Transaction(
    kind="request_roadside_service",
    zh="救援",
    intents=("request_roadside_service",),
    post="理赔",
    level=IdentityLevel.L1,
    start=_start,
    questions=Questions(
        wish=re.compile(r"叫|派|来|帮|给我|现在|快|急|救命|拖|送|要"), offer="现在叫救援",
        answers_itself=frozenset({"request_roadside_service.drunk", "request_roadside_service.accident_first"}),
    ),
    person=lambda _: "救援派车由人工安排",
    priority=_priority,
    facts=_facts,
    answers=_answers,
    before=(
        Step(SAFE, "", lambda _: Ask("人都安全吗？", "choice", (choose(ALL_SAFE), choose(HURT), choose(WEAK))),
             _read_safe, needed=lambda situation: not _is_driver(situation), called="人员", closed=True),
        _KIND_STEP,
        Step(PLACE, "位置", lambda _: Ask("车在哪里？路名、方向、里程牌或旁边的店，越具体越好。", "text"), _read_place, ("location",),
             free_text=True, story=True, restated=re.compile(r"^(?:车|人|我)?(?:停)?在|[路街桥村镇]|广场|大厦|小区")),
        Step(PLATE, "车牌", lambda _: Ask("车牌号是多少？新车没上牌就回“没有”。", "text"), _read_plate, ("plate_no",), shows_as=show_plate),
        Step(PROBLEM, "情况", lambda _: Ask("车是什么情况，还能启动吗？", "text"), _read_problem,
             needed=lambda situation: not _is_driver(situation), free_text=True, story=True),
        Step(TO, "送到", lambda _: Ask("要送到哪里？", "text"), _read_to, ("location",),
             needed=lambda situation: situation.get(KIND) in (DRIVER, TOW), free_text=True, story=True),
        Step(WHEN, "时间", lambda _: Ask("什么时候要？", "text", (choose("现在"),)), _read_when, needed=_is_driver),
    ),
    consent=ConsentQuestion(
        "C6", "位置、车牌和电话要给救援公司，只用于这次救援。您同意吗？",
        "不给这些就没法派车，这次没有提交。高速上可以打 12122，其他路段可以自己叫正规救援；也可以转人工。",
    ),
    promise=Promise(appointment=lambda case: _called_by(case).date()),
    what_next=_what_next,
)  # fmt: skip
