"""What a customer may do at any point of a journey, and how we recognise it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.complaints.engine import Verdict
from bot.insurance.hand_off import Priority
from bot.services.journeys.claim_injuries import answers_who_is_hurt
from bot.services.journeys.journey import Journey, Situation, Step
from bot.services.recall import asks_for_own_matters, asks_if_done
from bot.services.screen_message import screen_message
from bot.services.understanding import Understood
from bot.text.normalise import fold
from bot.text.repairs import calls_wrong

# Journeys that another one may be left for: intent → 中文 verb phrase.
OTHER_JOURNEYS = {
    "report_claim": "报案",
    "file_complaint": "登记投诉",
    "change_beneficiary": "改受益人",
    "query_policy": "查保单",
    "query_claim": "查理赔进度",
    "query_complaint": "查投诉进度",
    "withdraw_complaint": "撤回投诉",
    "reinstate_policy": "办复效",
    "policy_loan": "办保单贷款",
    "collect_benefit": "领取生存金或红利",
    "request_e_policy": "要电子保单",
    "request_invoice": "开发票",
    "contact_servicer": "找服务人员",
    "verify_salesperson": "核实业务员",
    "report_misconduct": "举报",
    "privacy_request": "办个人信息的事",
    "give_feedback": "登记表扬或建议",
    "request_callback": "约回电",
    "change_personal_data": "改客户资料",
    "change_policyholder": "换投保人",
    "change_contract": "改合同",
    "change_payment": "改缴费方式",
    "pay_premium": "查缴费",
    "supplement_claim": "补交资料",
    "cancel_claim": "撤案",
    "dispute_claim": "申请理赔复核",
    "surrender_policy": "退保",
    "change_contact": "改联系方式",
    "reissue_policy": "补发保单",
    "request_roadside_service": "叫救援",
}
_PERSON = re.compile(
    r"(转|找|要|接|叫|换|给我)[^，。？]{0,4}(人工|真人|客服人员|接线员)|^(人工|人工客服|真人)[\s!！。]*$|不要机器人"
)
# What nobody said is told, not wished for ("没人跟我讲过").
_NOBODY_TOLD = re.compile(r"没(?:有)?人(?:跟|给|向|和)?我?(?:讲|说|告诉|介绍|解释|通知)")
_CANCEL = re.compile(
    r"^(?:(?:等等|等一下|等下|那|哎呀?|唉)[，,\s]*)?(算了|取消|不办了|不报了|不弄了|先不|退出|不想办了)[^，。？]{0,10}$"
)
# "不用了，找到了，取消": after words that ask for nothing more ("航班晚点，取消" tells what happened).
_CANCEL_LAST = re.compile(
    r"^(?:(?:好了?|好的|行了?|那|嗯|不用了?|不要了|没事了?|找到了|解决了|谢谢|谢了)[，,。\s]*){1,4}"
    r"(?:算了|取消|不办了|不弄了|先不办了)吧?[。.!！\s]*$"
)
# "麻烦死了不查了": a sigh and the wish, nothing else ("保费不退了" tells what happened).
_CANCEL_SIGHING = re.compile(
    r"^(?:(?:太?麻烦(?:死了?|了)?|烦(?:死了?|死人)?|真?累|唉|哎|那|我|就|先|还是|好了|懒得|等等|等一下)[，,。!！\s]*){0,4}"
    r"不(?:查|办|弄|测|填|搞|报|退|撤|看)了[吧啊呀]?[。.!！~\s]*$"
)
# "不改邮箱了": the wish itself is taken back.
_CANCEL_WISH = re.compile(
    r"^(?:那|我|就|先|还是)*不(?:想)?(?:改|办|换|领|借|贷|开|退|补|交)(?:这个|那个)?[\u4e00-\u9fff]{1,6}了[吧啊呀]?[。.!！~\s]*$"
)
# "不用了 车又打着了 取消救援".
_CANCEL_NAMED = re.compile(
    r"^(?:(?:不用了?|不要了|没事了?|好了|找到了|解决了|修好了|车?又?打着了|行了|那)[，,。\s]*){0,4}(?:不用|取消|撤销|撤掉)(?:这个|这次)?"
    r"(?:救援|代驾|拖车|挂失|补发|办理|申请|预约|贷款|退保|来了?|叫了?|派了?)(?:了|吧)*[。.!！\s]*$"
    r"|^(?:那|我|还是|先)*(?:不要|不|先不|别)(?:想)?(?:退|办|贷|借|改|领|弄)(?:保|款)?(?:了|吧)+[，,\s]*(?:我)?(?:再|先)?(?:想想|考虑|看看|商量)[^，。]{0,6}$"
    r"|^(?:那|我|还是|先)*(?:不|先不|别)(?:想)?(?:退|办|贷|借|改|领)(?:保|款)?(?:了|吧)*[，,\s]*[\u4e00-\u9fff]{0,4}(?:也|都)(?:不|别)[\u4e00-\u9fff]{0,5}$"
)
_SECRET = re.compile(
    r"(?:密码|口令|cvv2?|安全码)[^，。,\n0-9A-Za-z]{0,4}(?=[A-Za-z@#$%^&*!._-]*\d)[0-9A-Za-z@#$%^&*!._-]{3,32}",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^(?:返回|退回|后退|往回|回上一步)[。.!！\s]*$|^(?:返回|回到|退回|倒回)?[上前](?:一|面那?一?)(?:题|步|个|项|问)(?:.{0,3}(?:错|改|重).{0,4})?[。.!！\s]*$"
)
_DISAGREES = re.compile(r"不同意|不认可|不接受|不服|有异议|太少|少了")
_IN_GENERAL = re.compile(r"一般|通常|平时|正常(?:情况)?|规定")
_STOP_WORDS = re.compile(
    r"不(想|用|再)?(办|弄|报|查|改|搞|填|投诉)|取消|算了|退出|停|放弃|主意|先不|不要了|拉倒|改天|以后再"
)
_COMPLAINS_INSTEAD = re.compile(
    r"^(?:算了|不(?:报|办|查|改|弄|退)了?|不用了|取消)[，,。！!\s]*(?:我)?(?:就|现在|直接)?(?:要|想)?投诉"
)
_COMPLAINS_TOO = re.compile(
    r"(?<!不)(?<!没)(?:要|想|得|就|去|来|现在|马上)投诉(?!电话|渠道|热线|流程|方式)|投诉(?:你|他|她|这|那)|(?:登记|记|提)(?:个|一个|一下)?投诉"
)
# What the customer has not written down is no wish to hear it again.
_NOT_NOTED = re.compile(r"没记(?:下|住|着)|没抄")
_AGAIN = re.compile(r"^(再说一遍|再说一次|没听清|没看清|重复一遍|什么|啥)[？?。!！\s]*$")
_QUESTION = re.compile(
    r"[?？]|吗|呢$|么$|怎么|什么|多少|哪里|哪儿|能不能|可不可以|要不要|是不是|多久|几天|咋|啥|几点.{0,4}(?:班|门|营业)|[行可好能]不(?:行|可以|好|能)?[啊呀]?$"
)
_QUESTION_INTENTS = re.compile(
    r"^(ask_|query_|verify_|bot_challenge|account_help|contact_servicer|request_invoice|request_e_policy)"
)
# "改受益人要收费吗" in the middle of changing one asks about it and is answered, not taken for a wish.
_GENERAL_QUESTION = re.compile(r"收费|多久|几天|生效|什么时候|要不要钱|需要什么|为什么|安全吗")
_ASKS_ITSELF = re.compile(r"(?:多少|多久|几天|吗|怎么|什么时候|划算)[^，。]{0,6}[啊呀呢吗?？]*$")
_PLAIN_QUESTION = re.compile(
    r"(多久|几天|几点.{0,4}(?:班|门|营业)|收费|什么时候|怎么|为什么|能不能|要不要).*[?？啊呀呢]*$|[?？]\s*$"
)
POINTING = re.compile(
    r"^(?:不是[，,]?)?(?:是|就|要|用|办|看|选|换)?[\u4e00-\u9fff]{2,6}(?:那|这)一?(?:个|份|张|款|单)(?:吧|的)?[。.!！]?$"
)
POINTED_AT = re.compile(
    r"^(?:不是[，,]?)?(?:是|就|要|用|办|看|选|换|退|贷)?([\u4e00-\u9fff]{2,6})(?:那|这)一?(?:个|份|张|款|单)"
)
_CORRECTION = re.compile(r"更正|改一下|不是.{1,12}是|^(?:那|我|要不|算了)*还是.{1,12}吧[。！!]?$")


_NOTHING_TO_CHANGE = re.compile(
    r"^(?:没有?|无|没了|没有?了|没有?(?:别的|其他的?|要改的?|什么要改的?|补充的?)了?|不用改了?|不改了?)[。.!！\s]*$"
)
PAY_NOBODY = (
    "不行，钱不要转给任何个人，业务员也不能经手（保险销售行为管理办法第三十二条）。只走官方渠道；已经转了的，马上打 110 或 96110，"
    "要登记下来查，说“举报”。"
)
_TO_A_PERSON = re.compile(
    r"^(?!.*(?:材料|资料|单据|发票|照片|文件|合同|保单|证件|电话)).*(?:转|打|汇|付|交|还)(?:钱|账|款)?(?:给|到)[^，。]{0,3}(?:业务员|代理人|客户经理|销售|他|她)[^，。]{0,6}(?:行|可以|成|吗|好不好|[?？])"
)
NO_SECRETS = "密码、安全码不要发给任何人，我们不会问，也不会用。刚才发出来的，请马上改掉。"
TRUST = (
    "您谨慎是对的。我是公司的智能客服，客服热线印在您的保单首页，可以先打电话核实再来。"
    "我不会问您的密码，也不会让您转账。"
)
_DOUBTS = re.compile(
    r"(?:是不是|是|不会是|该不会是?|别是).{0,3}(?:骗子|骗人的?|诈骗|假的|钓鱼)|真的假的|靠不靠谱|套我.{0,4}信息"
)
ROBOT = "我是机器人客服，不是真人。需要真人的话，随时说“转人工”。"
_ASKS_RESULT = re.compile(r"(吗|没有?|么|没呢)[?？。!！\s]*$|[?？]")
_JUST_NOW = re.compile(r"刚才|刚刚|方才")
_YES_WORD = (
    r"(?:(?:我)?(?:确认|确定|同意)(?:提交|补充|变更|办理|报案|无误)?|提交|(?:是|对)(?:的|滴|啊|呀|呢|了)?|没错|没问题|没毛病|无误|核对无误|正确"
    r"|(?:信息|内容|资料|上面的?|这些)?(?:都|全)(?:是)?(?:对|没错|没问题)(?:的|了)?|就这样|就是这样|可以(?:的|了|提交)?|好(?:的|滴|啊|嘞)?|行|成|中|嗯+|恩|哦|ok|yes|y)"
)
# "吧" after a wish is a wish ("提交吧"), after a judgement it is a question ("没问题吧").
_PLAIN_YES = re.compile(
    rf"(?:{_YES_WORD}[\s,，、。.!！~]*){{1,4}}(?:(?<=提交)吧|(?<=确认)吧|(?<=可以)吧|(?<=行)吧|(?<=好)吧|了)?[\s。.!！~]*"
)


def screen(journey: Journey, situation: Situation, asked: str = "") -> Verdict:
    """What the complaint and crisis rules say. In the middle of a journey the classifier's guess at a sentence is worth
    little, so a rule may also fire as if the message had the journey's own intent."""
    rules, said = situation.services.complaint_rules, situation.said
    # Not by what a doubtful message might mean: in a journey the open question tells more than the classifier.
    calm = answers_who_is_hurt(asked, said.text)
    said = replace(said, ranking=(), intent="inform" if calm else said.intent)
    verdict = screen_message(rules, said)
    return verdict if verdict.hand_off else screen_message(rules, replace(said, intent=journey.intent))


def cannot_type(situation: Situation) -> bool:
    """What an older customer, or one who cannot see or type, reports is taken down first; a person is one word away."""
    said = replace(situation.said, intent="", ranking=())
    return screen_message(situation.services.complaint_rules, said).priority is Priority.ELDERLY


def doubts_us(said: Understood) -> bool:
    """ "你们是不是骗子" to a question for personal data: caution, no complaint."""
    return not said.chosen and len(said.text) <= 20 and bool(_DOUBTS.search(said.text))


def wants_person(said: Understood) -> bool:
    means = said.means("request_human") and (said.chosen or not _NOBODY_TOLD.search(said.text))
    return means or bool(not said.chosen and _PERSON.search(said.text))


def complains_instead(said: Understood) -> bool:
    """ "算了我要投诉你们": what stops is the journey, not the customer."""
    return not said.chosen and bool(_COMPLAINS_INSTEAD.search(said.text))


def complains_too(said: Understood) -> bool:
    """ "你们态度太差我要投诉" in the middle of something else; a question about complaining is none."""
    return not said.chosen and bool(_COMPLAINS_TOO.search(said.text)) and not _QUESTION.search(said.text)


def cancels(said: Understood) -> bool:
    """Stop for good: only on words that say so, for what was told is worth keeping ("车开不了了" stops nothing)."""
    if said.chosen:
        return said.intent == "cancel"
    stops = said.means("cancel", at_least=0.6) and len(said.text) <= 24 and bool(_STOP_WORDS.search(said.text))
    return stops or any(
        words.match(said.text.strip())
        for words in (_CANCEL_NAMED, _CANCEL, _CANCEL_LAST, _CANCEL_SIGHING, _CANCEL_WISH)
    )


def tells_secret(said: Understood) -> bool:
    """A password or the digits on the back of a card, which nobody asked for."""
    return not said.chosen and bool(_SECRET.search(said.text))


def pays_a_person(said: Understood) -> bool:
    """ "转给业务员行不行": money to a person, asked about in the middle of something."""
    return not said.chosen and bool(_TO_A_PERSON.search(said.text))


def goes_back(said: Understood) -> bool:
    """ "上一题点错了": the answer just given is to be given again."""
    return not said.chosen and bool(_BACK.match(said.text.strip()))


def disagrees(said: Understood) -> bool:
    return not said.chosen and bool(_DISAGREES.search(said.text))


def asks_in_general(said: Understood) -> bool:
    """How it usually is, not how one's own matter stands."""
    return bool(_IN_GENERAL.search(said.text))


def asks_again(said: Understood) -> bool:
    if _NOT_NOTED.search(said.text):
        return False
    return (
        said.interlude == "asks_again"
        or said.means("repeat", at_least=0.6)
        or bool(not said.chosen and _AGAIN.match(said.text.strip()))
    )


def asks_for_result(said: Understood) -> bool:
    """A question, so that a story ("之前提交的申请没人理") is not taken for "提交成功了吗"."""
    return not said.chosen and len(said.text) <= 30 and bool(_ASKS_RESULT.search(said.text))


def asks_what_was_filed(said: Understood) -> bool:
    """About what was just filed, or about everything that was, or about a request by its number."""
    if said.chosen:
        return False
    return (
        asks_if_done(said)
        or asks_for_own_matters(said.text)
        or (asks_for_result(said) and bool(_JUST_NOW.search(said.text)))
    )


def confirms(said: Understood) -> bool:
    """A plain yes to a card and nothing else: "好的，等一下" and "是的，不过有人受伤" submit nothing."""
    return not said.chosen and bool(_PLAIN_YES.fullmatch(fold(said.text).strip().lower()))


def changes_nothing(said: Understood) -> bool:
    """ "没有了" to a card: nothing is to be changed, and nothing was confirmed."""
    return not said.chosen and bool(_NOTHING_TO_CHANGE.match(said.text.strip()))


def corrects(said: Understood) -> bool:
    """It says an earlier answer again, or that it was wrong."""
    if said.chosen:
        return False
    told = said.is_repair or calls_wrong(said.text) or bool(_CORRECTION.search(said.text))
    return told or said.means("correct_answer", at_least=0.5)


def is_digression(said: Understood) -> bool:
    """A question about something else: it reads like one and its intent is one that asks."""
    if said.chosen:
        return bool(_QUESTION_INTENTS.match(said.intent))
    if _ASKS_ABOUT_A_TERM.match(said.text.strip()):
        return True
    if said.intent == "change_beneficiary" and _GENERAL_QUESTION.search(said.text):
        return True
    asks = bool(_QUESTION_INTENTS.match(said.intent)) and said.confidence >= 0.35
    # Without a question word a short message is an answer ("能开" is no wish for an invoice).
    return asks and (bool(_QUESTION.search(said.text)) or (said.confidence >= 0.8 and len(said.text) >= 6))


def is_question(said: Understood) -> bool:
    """It reads like a question, whatever it is about."""
    return bool(_QUESTION.search(said.text))


def asks_about_it(said: Understood, journey: Journey) -> bool:
    """A short question about the very thing that is being done: "退保几天到账啊" to "为什么退"."""
    asks = said.intent == journey.intent and len(said.text) <= 12
    return asks and not said.chosen and bool(_ASKS_ITSELF.search(said.text))


def plainly_asks(said: Understood) -> bool:
    """A question by its form, whatever it is about: it gets an answer or the offer of a person, not "没听明白"."""
    return not said.chosen and len(said.text) >= 5 and bool(_PLAIN_QUESTION.search(said.text))


def points(said: Understood) -> bool:
    """ "传承那个", "年金那份吧": words that only point to one of several."""
    return not said.chosen and bool(POINTING.match(said.text.strip()))


SURE, SURE_WITH_BESIDES = 0.6, 0.45  # that it is another wish; who says that it is one is asked sooner
# "宽限期是多久", "复效是什么", "退保损失大不大": answered, and wishes for nothing.
_ASKS_ABOUT_A_TERM = re.compile(
    r"(?:什么(?:叫|是)|啥(?:叫|是))?[^我你您，。？?]{2,8}?(?:"
    r"(?:一般|到底|通常)?(?:是(?:什么|啥)(?:意思|东西|概念)?|(?:什么|啥)(?:意思|概念))|期(?:一般|到底|通常)?(?:是|有)?(?:多久|几天|多少天|多长(?:时间)?)"
    r"|([大多高亏低])不\1|划不划算|合不合适|有(?:什么|啥)(?:用|区别|影响|损失|坏处|好处))[啊呀呢]*[?？。]*$"
    r"|(?:什么|啥)(?:叫|是)[^我你您，。？?]{2,8}[啊呀呢]*[?？。]*$"
)
_BESIDES = re.compile(
    r"(?:对了|还有|另外|顺便|再有|我还|还有(?:件|个)事)[，,\s]*(?:我)?(?:还|也)?(?:要|想|得)|(?:(?:对了|还有|另外|顺便)[，,\s]*)?(?:再|还|也)(?:帮|给|替)我"
)


def starts_other_journey(said: Understood, own_intent: str) -> bool:
    return (
        not points(said)
        and not _ASKS_ABOUT_A_TERM.match(said.text.strip())
        and said.intent in OTHER_JOURNEYS
        and said.intent != own_intent
        and said.means(said.intent, at_least=SURE_WITH_BESIDES if _BESIDES.match(said.text.strip()) else SURE)
    )


def wishes_beside(said: Understood, journey: Journey) -> bool:
    """ "对了，我还想改一下缴费方式" to whatever is asked: another wish, and said to be one. What a complainant or a reporter of
    misconduct says is part of the matter."""
    if said.chosen or journey.restricted or journey.intent == "file_complaint":
        return False
    return bool(_BESIDES.match(said.text.strip())) and starts_other_journey(said, journey.intent)


def named_step(journey: Journey, situation: Situation) -> Step | None:
    """The answered question that the customer names ("地点不对", "电话写错了", "身份证号输错了")."""
    text = situation.said.text.replace("名字", "姓名")
    named = [s for s in journey.steps if situation.get(s.slot) and _names(s, text)]
    # "新姓名写错了" means the new name, though it says 姓名 too.
    return max(
        named,
        key=lambda step: len(step.label or step.called) if (step.label or step.called) in text else 0,
        default=None,
    )


def _names(step: Step, text: str) -> bool:
    name = step.label or step.called
    return bool(name) and (name in text or (len(name) > 2 and name[-2:] in text))
