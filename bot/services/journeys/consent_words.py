"""Is it a yes? Consent is written down only from words that say so and nothing else (保险法 art 41; 解释三 art 10)."""

from __future__ import annotations

import re
from enum import Enum

from bot.services.understanding import Understood
from bot.text.normalise import fold

AGREE, DECLINE = "同意", "不同意"


class Answer(Enum):
    """What the insured's message is; UNCLEAR is asked again."""

    AGREE = "agree"
    DECLINE = "decline"
    PRESSED = "pressed"
    QUESTION = "question"
    UNCLEAR = "unclear"


_SPACE = re.compile(r"[\s。.!！~,，、;；:：“”\"']+")
_YES = re.compile(
    r"(?:是的?|对|嗯+|好的?|行|可以|没问题)?(?:吧|啊|的)?(?:那么?)?(?:我|本人|我本人)?(?:就|也)?(?:已经?)?(?:完全|确认|确定|明确|自愿|愿意|表示|当然)?同意"
    r"(?:(?:这个|这次|该|上述|进行|把)?(?:受益人)?(?:变更|更改|修改|更换|改)(?:受益人)?)?(?:了|的)?(?:同意)?(?:吧|呗|啊|啦|呀|哦|嘛)?(?:谢谢)?"
)
_PRESSED = re.compile(
    r"逼|强迫|胁迫|威胁|强制我|被迫|恐吓|骗我|骗(?:了)?我|不敢不|不得不|打我|动手|怕他|怕她|害怕|非要我|非让我|硬要|要挟|抢了?我|控制我"
)
_NOT_PRESSED = re.compile(
    r"(?:没有?|没有?人|没有?谁|不是|并非|并没有?)(?:人|谁|他|她)?(?:在|来)?(?:逼|强迫|胁迫|威胁|骗|被迫|被逼)"
)
_QUESTION = re.compile(
    r"[?？]|吗|呢|么(?!样的)|什么|啥|怎么|咋|为何|凭什么|哪|谁|多少|多久|几天|是不是|能不能|要不要|会不会|影响|后果|意思"
)
_DOUBLE_NO = re.compile(r"不是(?:说)?不|没(?:有)?说?不同意|并非不|不会不|不是我不")
_DECLINED = re.compile(
    r"不同意|同意不了|不能同意|不会同意|没(?:有)?同意|不愿|不答应|不接受|不认可|反对|拒绝|不行|不可以|不准|不许|不让|别改|不要(?:改|变|换|动)|不想(?:改|变|换)|不改|不变更|不换"
)
_PLAIN_NO = re.compile(r"(?:我)?(?:不|不了|不要|不想|不干|否|没门|休想)")
_UNSURE = re.compile(r"不清楚|不知道|不懂|不明白|不确定|拿不准|想想|考虑|犹豫|商量|问问|看看再|回头再")
_ABOUT_EFFECT = re.compile(
    r"影响|后果|会怎(?:么)?样|(?:同意|变更|受益人|这|那)[^，。]{0,6}意思|^是?(?:什么|啥)意思|怎么回事|什么情况|有什么|会不会|变了什么|吃亏|损失"
)
_ABOUT_REFUSING = re.compile(r"不同意.{0,6}(?:会|怎|行|可以|呢|影响)|必须|一定要|能不能不|可以不|可不可以不|非得")
_ABOUT_TIME = re.compile(r"多久|几天|什么时候|截止|过期|最晚|来得及")
_ABOUT_UNDOING = re.compile(r"(?:反悔|后悔|撤|再改|改回)")


# Separate consents (个保法 art 29) are given on buttons and in few words; a yes to the question is one too.
_WORD = r"(?:(?:那么?)?我?(?:就|也)?同意(?:记录|的|了)?|我?愿意|可以(?:的|记录|记)?|好的?|行|嗯+|是的?|没问题|ok|记吧|记录吧)(?:吧|啊|呗|呀|哦)?"
_PLAINLY = re.compile(rf"{_WORD}(?:[\s,，、。.!！~]*{_WORD})?[\s。.!！~]*")


def agrees_plainly(text: str) -> bool:
    """A yes of a closed list and nothing else, to a consent whose question is asked once and can be answered by 可以."""
    return bool(_PLAINLY.fullmatch(fold(text).strip().lower()))


def declines_plainly(text: str) -> bool:
    """Words that refuse consent; "没有变化" answers another question than that, and a question is no refusal."""
    folded = fold(text)
    if _QUESTION.search(folded) or _DOUBLE_NO.search(folded) or _UNSURE.search(folded):
        return False
    return bool(_DECLINED.search(folded) or _PLAIN_NO.fullmatch(_SPACE.sub("", folded)))


def hear_answer(said: Understood) -> tuple[Answer, str]:
    """The answer and what to say to it. Pressure goes before everything, refusals before agreement."""
    text = fold(said.text)
    bare = _SPACE.sub("", text)
    if said.chosen or bare in (AGREE, DECLINE):
        return _chosen(said.choice or bare)
    if _PRESSED.search(_NOT_PRESSED.sub("", text)):
        return Answer.PRESSED, "要不要同意只由您自己决定，您现在没有同意任何变更，原受益人不变。我请人工单独跟您谈。"
    if _QUESTION.search(text):
        return Answer.QUESTION, _explain(text)
    if _UNSURE.search(text):
        return Answer.UNCLEAR, "不急着定：72 小时内都可以再来，不确认就不会变更。拿不准可以先转人工问清楚。"
    if _DOUBLE_NO.search(text):
        return Answer.UNCLEAR, "请明确回“同意”或“不同意”。"
    if _DECLINED.search(text) or _PLAIN_NO.fullmatch(bare):
        return Answer.DECLINE, ""
    if _YES.fullmatch(bare):
        return Answer.AGREE, ""
    return Answer.UNCLEAR, "请明确回“同意”或“不同意”。"


def _chosen(value: str) -> tuple[Answer, str]:
    if value == AGREE:
        return Answer.AGREE, ""
    return (Answer.DECLINE, "") if value == DECLINE else (Answer.UNCLEAR, "请明确回“同意”或“不同意”。")


def _explain(text: str) -> str:
    """What consent does, for the questions that come with it; "" leaves the question to the knowledge base."""
    if _ABOUT_REFUSING.search(text):
        return "可以不同意：不同意就不变更，原受益人照旧，您的保障不受影响。"
    if _ABOUT_UNDOING.search(text):
        return "同意以后您也可以再改：您是被保险人，本人随时可以申请变更受益人。"
    if _ABOUT_TIME.search(text):
        return "确认码从短信发出起 72 小时内有效，过了就不变更。"
    if _ABOUT_EFFECT.search(text):
        return "同意的话，身故保险金改由新受益人领取；您的保障和保费都不变，以后您本人还可以再改。不同意就不变更。"
    return ""
