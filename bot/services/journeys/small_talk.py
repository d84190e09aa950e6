"""Words that keep company and answer nothing: a greeting, thanks, "等一下", a compliment. They are heard, and the open question stays."""

from __future__ import annotations

import re

from bot.services.journeys import controls
from bot.services.understanding import DOUBT, Understood
from bot.text.repair_groups import CODES

_BEFORE = r"(?:(?:好的?|嗯+|行|那|哦+|哎|请|先|不好意思|麻烦)[，,\s]*){0,3}"
_AFTER = r"[啊呀哈啦吧哦嘛了呢~\s]*[。.!！?？~]*"
_CUSTOMER_SERVICE = r"(?:[，,\s]*(?:客服|小助手|机器人))?"
_GREETS = re.compile(
    rf"(?:(?:你好|您好|哈喽|嗨|hello|hi|早上好|上午好|中午好|下午好|晚上好|在吗|在不在|在么|有人吗|有人在吗|还在吗){_CUSTOMER_SERVICE}[啊呀哈]*[，,。!！?？~\s]*){{1,3}}",
    re.IGNORECASE,
)
_THANKS = re.compile(
    rf"{_BEFORE}(?:谢谢|谢了|多谢|感谢|太感谢|辛苦|麻烦(?=你|您|了|大家))(?:谢谢|你们?|您|了|啦|大家)*{_CUSTOMER_SERVICE}{_AFTER}"
)
_FAMILY = r"(?:我)?(?:家里?人?|老公|老婆|爱人|儿子|女儿|爸爸?|妈妈?|朋友|同事)"
_LOOKS_FOR_IT = (
    r"(?:我|让我|容我)?(?:先|得|要|去|来|再)*(?:"
    r"(?:找|拿|看|想|问|查|翻|取)(?:一下|一会儿?|下|找|看|想|问|查|翻|去|过来|出来)*"
    r"|(?:找|拿|翻|取)(?:一下|找|翻|个)*(?:我的)?(?:保单|合同|证件|身份证|银行卡|行驶证|单子|手机|眼镜|笔)"
    rf"|问(?:一下|问|下)*{_FAMILY})(?:再(?:说|告诉你|回你))?"
)
_FOR_HOW_LONG = r"(?:(?:半|一|两|三|五|十|几|\d{1,2})(?:个)?(?:分钟|秒钟?|小时|会儿?|刻钟))?"
_AT_ONCE = r"(?:马上|这就|就来|就好|很快|立马|别急)"
_WAITS = re.compile(
    rf"{_BEFORE}(?:"
    rf"(?:(?:你|您)?(?:先|再|稍微?)*等(?:等|一下下?|一会儿?|会儿?|下|我)*|慢着|稍[候后]|且慢)(?:一下|一会儿?|会儿?|下)?{_FOR_HOW_LONG}"
    rf"(?:[啊哈吧]*[，,\s]*{_LOOKS_FOR_IT})?"
    # Without a word of waiting it is one when it says that he will be at once, or goes to fetch something.
    rf"|{_AT_ONCE}[啊哈吧]*[，,\s]*(?:{_LOOKS_FOR_IT})?"
    rf"|(?:我|让我|容我)(?:先|得|要|去|来|再)*(?:(?:找|翻|想)(?:一?下|找|翻|想|一想)+|去(?:找|拿|取|翻)(?:一?下)?(?:我的)?"
    rf"(?:保单|合同|证件|身份证|银行卡|卡|行驶证|单子|手机|眼镜|笔)?){_AFTER}"
    rf"){_AFTER}"
)
_LAUGHS = re.compile(r"(?:哈哈+|嘻嘻+)[。.!！~]*")
_PRAISES = re.compile(rf"(?:你|您)(?:们)?(?:真是?|好|太|挺|可真)(?:棒|聪明|厉害|贴心|专业|快|不错|好){_AFTER}")
_ASKS_WHO = re.compile(
    rf"(?:那)?(?:你|您)(?:叫|是|姓)(?:什么(?:名字|名)?|啥(?:名字|名)?|谁|何方神圣){_AFTER}|怎么称呼(?:你|您){_AFTER}"
)
_PASTIMES = r"写诗|作诗|画画|跳舞|唱歌|唱戏|做饭|下棋|打牌|打游戏|讲故事|讲笑话|陪我(?:聊天|聊聊|说说话)|聊天|说(?:方言|英语|粤语)|谈恋爱|算命|看星座"
_CHATS = re.compile(
    rf"(?:(?:你|您)?(?:能|会)?(?:给我|跟我)?(?:讲|说|唱)[个首段](?:笑话|故事|歌)|(?:你|您)?吃(?:过)?(?:饭|早饭|午饭|晚饭)?了(?:吗|没有?)"
    rf"|(?:今天|外面)(?:的)?天气(?:真|很|挺|好|还)?(?:好|不错|热|冷|差)|(?:你|您)(?:今年|现在)?(?:几岁|多大(?:年纪|岁数)?|无聊|累不累|睡了)"
    rf"|(?:你|您)(?:会不会|能不能|会|能|喜欢|爱)(?:{_PASTIMES}))(?:了|吗|吧|呀|么)*{_AFTER}"
)
_ANSWERS = (
    (_ASKS_WHO, controls.ROBOT),
    (_CHATS, "这个我不擅长，保险的事我在行。"),
    (_WAITS, "好，不着急，您慢慢来。"),
    (_THANKS, "不客气。"),
    (_GREETS, "您好，我在。"),
    (_PRAISES, "谢谢夸奖。"),
    (_LAUGHS, "好的。"),
)
_BY_INTENT = {"greet": "您好，我在。", "thank": "不客气。"}
_BY_INTERLUDE = {
    "waits": "好，不着急，您慢慢来。",
    "chats": "这个我不擅长，保险的事我在行。",
    "asks_who": controls.ROBOT,
    "greets": "您好，我在。",
    "thanks": "不客气。",
}
# Who waits may say for how long and name his people; a value of these is an answer.
_VALUES = CODES | {"amount", "date", "phone", "plate_no", "email", "location", "illness", "policy_no"}
_POLITE = ("greets", "thanks")
_WAITED = "等了"  # "等了二十分钟" tells how it was
_ASKS_FOR_ANYBODY = re.compile(r"有(?:没得?|莫得|冇)?人|人(?:没|莫)得|在不在线?")
_OPINIONS = ("chats", "thanks")  # to who asks how it was, they are the answer
_FEW, _SURE = 10, 0.8  # characters, probability
_MAY_ANSWER = re.compile(r"没|无|不(?!在)|是|对|能|可以|同意|确认|有|\d")


def answer_small_talk(said: Understood, own_intent: str = "") -> str:
    """What is said back; "" where the message is, or may hold, anything else. To who asks how it was, a compliment is the answer."""
    if said.chosen or (own_intent == "give_feedback" and _PRAISES.fullmatch(said.text.strip())):
        return ""
    text = said.text.strip()
    by_words = next((answer for words, answer in _ANSWERS if words.fullmatch(text)), "")
    return by_words or _by_intent(said, text)


def answer_interlude(said: Understood, own_intent: str = "") -> str:
    """The same by the reader of interludes, which guesses: for what would be kept as a story in free words, or not be understood. ""
    where the message holds a value, asks something, or may be yes or no besides."""
    kind = said.interlude
    if said.chosen or said.of_type(*_VALUES) or (own_intent == "give_feedback" and kind in _OPINIONS):
        return ""
    if kind == "waits" and _WAITED in said.text:
        return ""
    if (kind == "waits" and controls.is_question(said)) or (
        kind in _POLITE and _MAY_ANSWER.search(_ASKS_FOR_ANYBODY.sub("", said.text))
    ):
        return ""
    if kind in ("chats", "greets") and _is_business(said):  # "昨晚我家被偷了"
        return ""
    return _BY_INTERLUDE.get(kind, "")


def _is_business(said: Understood) -> bool:
    """The classifier is sure that it is about something that we do or know, be it one of two ("你们几点上班")."""
    if _is_ours(said.intent) and said.means(said.intent, at_least=controls.SURE):
        return True
    likeliest = [each for each in said.ranking if each[0] != DOUBT][:2]
    return all(_is_ours(intent) for intent, _ in likeliest) and sum(each for _, each in likeliest) >= _SURE


def _is_ours(intent: str) -> bool:
    return intent in controls.OTHER_JOURNEYS or intent.startswith(("ask_", "query_"))


def _by_intent(said: Understood, text: str) -> str:
    """What the classifier is sure of, in few words that hold no value and neither yes nor no."""
    if said.entities or len(text) > _FEW or _MAY_ANSWER.search(text):
        return ""
    return next((answer for intent, answer in _BY_INTENT.items() if said.means(intent, at_least=_SURE)), "")


def chats(said: Understood) -> bool:
    """It is surely about nothing of ours ("给我讲个笑话", "今天天气真好"): understood, but who goes on so gets a person too, only later
    than one who is not understood."""
    return not said.chosen and said.means("out_of_scope", at_least=0.9)
