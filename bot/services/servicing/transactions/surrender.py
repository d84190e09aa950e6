"""退保与犹豫期退保 (F11): the value and the loss of cover first, one neutral alternative, never an obstacle."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from bot.insurance.amounts import accident_cash_value, cooling_off_refund, pro_rata_refund, surrender_value
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, LineOfBusiness, PolicyStatus, is_compulsory_motor
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_words, says_none
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Situation, Step
from bot.services.reply import Reply, choose
from bot.services.servicing.accounts import give_up_account, others_account, read_own_account
from bot.services.servicing.open_request import open_requests, takes_from_value
from bot.services.servicing.transaction import Case, ConsentQuestion, Promise, Refusal, Transaction
from bot.services.servicing.wish import told_in_closed_words
from bot.services.speak_money import money
from bot.services.understanding import Understood

REASON, CARD, KNOWN = "surrender_reason", "surrender_card", "surrender_known"
ELDERLY = 60
_AGENCY = re.compile(
    r"(?:有人|人家|别人|中介|公司|律所|网上|抖音|快手|微信上?)[^。]{0,12}(?:帮|代|替)(?:我|人|忙)?[^。]{0,6}退|代理退保|代办退保|全额退[^。]{0,8}(?:收|手续费|服务费|提成)"
)
_OBJECTS = re.compile(
    r"(?:老公|老婆|爱人|丈夫|妻子|他|她|投保人|我爸|我妈|前夫|前妻)[^。]{0,8}(?:要|想|非要|偷偷)退(?:保|掉|了)?[^。]{0,6}(?:我)?(?:不同意|不想(?:让)?(?:他|她|退)|不愿意(?:他|她|退|让)|不让|不肯|怎么(?:拦|阻止)|拦)"
)
_LOOKS_ONLY = re.compile(
    r"^(?:我)?(?:不|没(?:想|打算)?|先不|暂时不)(?:是|想|打算|要)?退(?:保)?[，,\s]*(?:就|只|只是|先)?(?:是)?(?:想)?(?:问|看|查|了解)"
)
_SEVERAL = re.compile(r"(?:[二两三四五六七八]|几)份(?:保单)?(?:都|全)|(?:都|全部?)退|所有(?:的)?保单")
_TAKES_BACK = re.compile(
    r"后悔(?:退|办退|申请退)|退(?:保)?(?:了)?(?:又)?后悔|(?<!要)不(?:想)?退(?:保)?了|^(?:我|保单)?(?:也)?不(?:想)?退(?:保)?(?:$|[，,。\s].{0,8}也不)|也不(?:想)?退(?:保)?(?:了)?$|别退了|退保[^。]{0,4}(?:先)?别(?:办|弄|退)?(?:了|吧)"
    r"|(?:撤回|取消|撤销|停)(?:掉)?(?:我的?|这个|刚才的?|那个)?退保(?:申请)?"
)
_DO_NOT_PLEAD = re.compile(
    r"(?:别|不要|不用|少)(?:再)?(?:劝|啰嗦|废话|墨迹|磨叽|挽留|问那么多)|就是要退|坚持退|必须退|直接退"
)
_WHY_NOT = re.compile(
    r"为(?:啥|什么|何)[^，。]{0,4}(?:不能|不让|不给|不可以)[^，。]{0,2}退|不让我退|凭(?:什么|啥)不[^，。]{0,2}退"
)
_HOW_MUCH = re.compile(r"(?:能|可以|会)?退(?:回)?(?:给我)?(?:多少|几个?钱)|多少钱")
# Insurance of persons of a year or less: no cash value table, the unused premium comes back.
_SHORT = frozenset({LineOfBusiness.ACCIDENT, LineOfBusiness.HEALTH})
_LUMP = frozenset({LineOfBusiness.MOTOR, LineOfBusiness.PROPERTY, LineOfBusiness.LIABILITY, LineOfBusiness.TRAVEL})


def in_cooling_off(policy: InsurancePolicy, case: Case) -> bool:
    return policy.cooling_off_until is not None and case.today <= policy.cooling_off_until


def _start(situation: Situation) -> Opening:
    """Who is offered a surrender by others is warned first (销售办法 art 39); his own is open to him as ever."""
    said = situation.said
    running = _running(situation)
    if running and not said.chosen and _TAKES_BACK.search(said.text):
        words = f"您在办的退保编号 {running.request_no}，我马上请同事看能不能停下，结果由同事告诉您，编号已经带过去了。"
        return Opening(ended=Ended((Reply(words),), hand_off="needs_person"))
    if not said.chosen and _TAKES_BACK.search(said.text) and len(said.text) <= 14:
        return Opening(ended=Ended((Reply("好，不退。什么都没有提交，需要时再跟我说。"),)))
    if not said.chosen and _OBJECTS.search(said.text):
        words = (
            "退保由投保人申请，不用被保险人同意；被保险人想把保障留下来的，可以跟投保人商量付给他相当于现金价值的钱，接着当投保人"
            "（保险法司法解释三第十七条）。您是哪一方、保单到哪一步了，由同事跟您看，我现在转过去。"
        )
        return Opening(ended=Ended((Reply(words),), hand_off="needs_person"))
    if not said.chosen and _AGENCY.search(said.text):
        answer, own = (
            situation.services.knowledge.answer(replace(said, ranking=())),
            choose("自己退保", "@switch:surrender_policy"),
        )
        return Opening((replace(answer, choices=(*answer.choices, own)),), ended=Ended(()))
    opening = TRANSACTION.opening
    if not said.chosen and _LOOKS_ONLY.search(said.text):
        opening = "好，只看能退多少，不会给您退。核对身份后算给您看，看完说“先不退”就行。"
    elif not said.chosen and _SEVERAL.search(said.text):
        opening = "可以退，一份一份来：先办一份，办完说“再退一份”接着办下一份。我先帮您看能退多少，再由您决定。"
    return told_in_closed_words(opening, TRANSACTION.all_steps, situation)


def _running(situation: Situation) -> ServiceRequest | None:
    """The newest surrender of this conversation that is being worked on."""
    with situation.services.reading() as work:
        made = work.requests.of_conversation(situation.conversation_id)
    return next((one for one in reversed(made) if one.kind == TRANSACTION.kind and one.status.is_open), None)


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.pledged or policy.status is PolicyStatus.LOST:
        return Refusal(
            f"这份保单现在是“{'质押中' if policy.pledged else policy.status.zh}”，退保要先由人工核对。", hand_off=True
        )
    asked = next(iter(open_requests(case, TRANSACTION.kind)), None)
    if asked:
        return Refusal(
            f"这份保单的退保已经申请过，编号 {asked.request_no}，正在办。要催、要改或不退了，我请人工帮您。",
            hand_off=True,
        )
    if policy.group:
        return Refusal("团体保单由单位统一办理退保，个人的部分我请人工帮您看。", hand_off=True)
    if policy.insured_event_on is not None:
        return Refusal("这份保单有保险事故记录，能不能退、怎么退要由人工核对。", hand_off=True)
    if is_compulsory_motor(policy):
        return Refusal(
            "交强险只有三种情形可以退：车辆被依法注销登记、办理停驶、经公安机关证实丢失（交强险条例第十六条）。属于这三种的，我请人工帮您办。",
            hand_off=True,
        )
    return None


def _refund(case: Case) -> Decimal | None:
    """What a surrender of today pays out; None where only the final account can say."""
    policy = case.policy
    assert policy is not None
    if in_cooling_off(policy, case):
        paid = sum((item.amount for item in policy.instalments if item.paid_on), start=policy.premium * 0)
        return cooling_off_refund(paid or policy.premium)
    if policy.line in _LUMP and policy.expires_on:
        return pro_rata_refund(policy.premium, policy.effective_on, policy.expires_on, case.today)
    if policy.line in _SHORT and policy.expires_on and not policy.cash_value:
        return accident_cash_value(policy.premium, policy.effective_on, policy.expires_on, case.today)
    return None if takes_from_value(case) else surrender_value(policy.cash_value, policy.loan_balance)


def _terms(case: Case) -> str:
    policy, back = case.policy, _refund(case)
    assert policy is not None
    if back is None:
        pending = takes_from_value(case)
        return (
            f"过了犹豫期，退的是现金价值。这份保单还有正在办的业务（编号 {pending.request_no if pending else ''}），会从现金价值里扣，"
            "能退多少由人工核算后告诉您；保障从退保起就没有了。"
        )
    if in_cooling_off(policy, case) and (until := policy.cooling_off_until):
        return (
            f"这份保单还在犹豫期（到 {speak_date(until, case.today)}），退保退还已交保费 {money(back)}。"
            "退了以后保障当天就没有了。"
        )
    if policy.line in _LUMP and policy.expires_on:
        return f"按没有用完的天数折算，退保大约退 {money(back)}（保险法第五十四条，以核算为准）。退了以后保障就没有了。"
    if policy.line in _SHORT and policy.expires_on and not policy.cash_value:
        return f"按没有用完的天数折算，退保大约退 {money(back)}（以条款和核算为准）。退了以后保障就没有了。"
    owed = f"，已扣除保单贷款 {money(policy.loan_balance)}" if policy.loan_balance else ""
    told = f"过了犹豫期，退的是现金价值，今天约 {money(back)}{owed}（以核算为准），可能少于交过的保费；保障从退保起就没有了。"
    if not policy.cash_value:  # nothing to pay up or to borrow from
        return told
    return f"{told}\n如果是暂时交不上保费，也可以改成减额缴清或保单贷款；要退照样给您退。"


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    """Beside the button stands what it costs."""
    if case.policy is None:
        return ()
    back = _refund(case)
    sum_back = f"约 {money(back)}（以核算为准）" if back is not None else "人工核算后告诉您"
    return (("退还", sum_back), ("退保以后", "这份保单的保障就没有了"))


def _what_next(case: Case, _: ServiceRequest) -> str:
    paid_by = ""
    if case.policy and case.policy.line.about_people and not case.policy.group:
        due = case.situation.services.deadlines.due("D-P11", case.situation.now).internal_due
        paid_by = f"钱最晚 {speak_date(due, case.today)} 退到您确认的账户（保险法第四十七条，30 日内），到账会发短信。"
    return f"{paid_by or '钱会退到您确认的账户，到账会发短信。'}被保险人如果想保留保障，可以在办完前联系我们。"


def _read_reason(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text) or said.text.strip() in ("不想说", "没原因", "不说"):
        return Accepted("未说明")
    if re.search(r"\d{12,19}", re.sub(r"\s", "", said.text)):  # an account, or somebody else's: never a reason
        return others_account(said, situation) or NotAnAnswer()
    if re.search(
        r"为(?:啥|什么|何)[^，。]{0,4}(?:不|要|得)|[?？]|吗$|多少|怎么|几天|多久|哪天|什么时候|还能|能不能|有没有|是不是|会不会|可不可以|[好行能来保]不[?？。\s]*$|没[?？\s]*$|先问|问一下",
        said.text,
    ):
        return NotAnAnswer()
    return read_words(2, 100)(said, situation)


_AFTERWARDS = (
    (
        re.compile(r"(?:再|重新)(?:买|投|保)(?:回来)?[^，。]{0,4}(?:吗|不|么|[?？])|还能(?:再)?(?:买|投)"),
        "退了可以再投保，不过要重新健康告知，按到时候的年龄和费率算，等待期也重新算，不一定还能买到同样的。",
    ),
    (re.compile(r"退(?:了|保)(?:以)?后?[^，。]{0,4}(?:还)?有?(?:没有)?保障"), "没有了，保障从退保起就没有了。"),
    (
        re.compile(r"(?:只|先)?退(?:一半|一部分|一点|部分)"),
        "可以只减一部分保额，叫减保，说“减保”就换过去办；剩下的保障还在。",
    ),
)


def _answers(case: Case) -> str:
    """Who is impatient is not argued with; who asks for the sum before a policy is chosen hears what it waits for."""
    text = case.situation.said.text
    if len(text) <= 20 and (told := next((words for asked, words in _AFTERWARDS if asked.search(text)), "")):
        return told
    if _DO_NOT_PLEAD.search(text):
        return "不劝您，这就办。"
    if _WHY_NOT.search(text):
        return "能退，没有不让您退；我先算出能退多少，是为了让您看清楚再定。"
    return "选好是哪一份，马上算给您看。" if case.policy is None and _HOW_MUCH.search(text) and len(text) <= 14 else ""


def _person(case: Case) -> str:
    age = case.party.age_on(case.today) if case.party else None
    if age is not None and age >= ELDERLY:
        return "客户 60 岁以上，办理前由人工电话确认"
    if takes_from_value(case):
        return "有正在办的保单贷款或减保，退保金额先核对"
    return "有保单贷款，先核对欠款" if case.policy and case.policy.loan_balance else ""


TRANSACTION = Transaction(
    kind="surrender_policy",
    zh="退保",
    intents=("surrender_policy",),
    post="保全",
    level=IdentityLevel.L3,
    opening="可以退，入口一直在这里。我先帮您看能退多少，再由您决定。",
    policies=lambda policy: policy.status.is_live or policy.status is PolicyStatus.SUSPENDED,
    refuses=_refuses,
    person=_person,
    terms=_terms,
    start=_start,
    answers=_answers,
    steps=(
        Step(REASON, "退保原因", lambda _: Ask("方便说一下为什么退吗？只用于改进服务，不想说就回“不想说”。", "text", (choose("不想说"),)),
             _read_reason, free_text=True),
        Step(CARD, "退款账户", lambda _: Ask("退款要到投保人本人名下的账户。退回原缴费账户，还是另给一张本人的银行卡？", "text",
             (choose("原缴费账户"),)), read_own_account, ("bank_card",), gives_up=give_up_account),
    ),
    consent=ConsentQuestion(
        "C3", "退款要用到您的银行账户信息，属于敏感个人信息，只用于这次退款。您同意吗？",
        "没有账户信息就没法在线退款。您可以带身份证到柜台办，或转人工；这次没有提交。",
    ),
    promise=Promise(clocks=("D-P11", "D-P03")),
    confirm_title="知悉损失，确认退保",
    facts=_facts,
    what_next=_what_next,
)  # fmt: skip
