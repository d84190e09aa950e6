"""What customers say between two answers, at any place of any errand, and what the answer must hold."""

from __future__ import annotations

from collections.abc import Mapping

Aside = tuple[str, str]  # what is said, a pattern of what must be answered
Asides = Mapping[str, tuple[Aside, ...]]
QUESTION, GREETING, THANKS, STATUS, REPEAT, WAIT, CHAT = (
    "提问",
    "问候",
    "道谢",
    "问办没办",
    "再说一遍",
    "等一下",
    "闲聊",
)
SECOND, BESIDES, REPAIR = "另一件事", "顺便一件", "更正"
_ANYTHING = ""


def _all(*said: str, answer: str = _ANYTHING) -> tuple[Aside, ...]:
    return tuple((each, answer) for each in said)


ASIDES: Asides = {
    QUESTION: (
        ("等待期是什么意思", "等待期"),
        ("什么是免赔额", "自己承担|免赔额"),
        ("犹豫期几天", "15 ?[天日]"),
        ("宽限期是多久", "60 ?[天日]"),
        ("现金价值是什么", "现金价值"),
        ("你们几点上班", r"\d+[:：点]|上班|工作日|小时"),
        ("理赔一般要多久", r"\d+ ?(?:日|天|个工作日)"),
        ("投诉电话是多少", "12378"),
        ("受益人是什么意思", "受益人"),
    ),
    GREETING: _all("你好", "在吗", "您好", "你好，在吗", "有人吗"),
    THANKS: _all("谢谢", "好的谢谢", "辛苦了", "谢谢你啊", "麻烦你了"),
    STATUS: _all(
        "刚才提交成功了吗", "提交了吗", "现在提交成功没有", answer="还没|没有提交|没有查到|已经登记|已登记|编号"
    ),
    REPEAT: _all("再说一遍", "没听清", "没看清，再说一遍", "你刚才问什么", "刚才问的什么来着"),
    WAIT: _all("等一下", "稍等", "等等，我找一下", "你等我一会儿", "先等等，我去拿", "稍等一下啊"),
    CHAT: _all("今天天气真好", "你吃饭了吗", "你是机器人吗", "你真聪明", "给我讲个笑话", "怎么称呼你呀", "哈哈哈"),
    SECOND: _all(
        "我还要开张发票", "对了，我还想改一下缴费方式", "还有件事，我要查理赔进度", answer="开发票|发票|缴费方式|理赔"
    ),
}
WISHES = ("，对了再帮我开张发票", "，顺便帮我查下理赔进度", "，另外我还要开发票")  # at the end of an answer
LATER = "记下了|办完.{0,4}接着|接下来"  # what is said of them
# Of the benchmark, and not to be tuned on: what its figure says of other customers depends on that.
OTHER_ASIDES: Asides = {
    QUESTION: (
        ("免赔额是啥意思", "免赔额|自己承担"),
        ("责任免除是什么", "责任免除|不赔|免责"),
        ("你们周末上班吗", "周|工作日|小时|上班"),
        ("保险事故之后多久内要报案", r"\d+ ?(?:小时|[天日])|及时"),
        ("理赔款多久到账", r"\d+ ?(?:日|天|个工作日)"),
        ("退保损失大不大", "现金价值|损失"),
        ("复效是什么", "复效"),
    ),
    GREETING: _all("哈喽", "您好啊", "在不在", "早上好", "喂"),
    THANKS: _all("多谢", "非常感谢", "谢谢您的耐心", "感谢感谢", "太谢谢了"),
    STATUS: _all(
        "这个提交上去没有", "登记成功了吗", "现在算办成了吗", answer="还没|没有提交|没有查到|已经登记|已登记|编号"
    ),
    REPEAT: _all("麻烦再讲一遍", "没看懂，再说一下", "你问的啥"),
    WAIT: _all("等我两分钟", "稍候", "我去拿一下证件", "马上，我翻翻", "等会儿哈"),
    CHAT: _all("你今年多大了", "你好可爱", "外面下雨了", "唱首歌吧", "你会写诗吗"),
    SECOND: _all("我还想打印一张发票", "再帮我约个回电", "我还想补发一张保单", answer="发票|回电|补发"),
}
