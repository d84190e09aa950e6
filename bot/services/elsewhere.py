"""What was filed, or only begun, on another channel ("刚才打电话投诉的那个怎么样了"): which words say so, and of what.

Words only: who may hear of it is decided by whoever looks it up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CLAIM, COMPLAINT, CHANGE = "claim", "complaint", "change_beneficiary"  # beside the kinds of requests
CHANNELS = {"ivr": "电话", "wechat": "微信", "web": "网页"}  # as customers call them
LONGEST = 36  # characters; a longer message tells a story of its own
_WAYS = (
    ("ivr", r"电话(?:里头?|上|中)?|热线(?:里|上)?|打\s*(?:过来|9\d{4})"),
    ("wechat", r"微信(?:里|上)?|公众号(?:里|上)?|小程序(?:里|上)?"),
    ("web", r"网页(?:里|上)?|网站(?:里|上)?|官网(?:里|上)?|网上"),
    ("", r"(?:别的|其他|另(?:外)?一个)渠道|另外?一边"),
)
_WAY = "(?:" + "|".join(pattern for _, pattern in _WAYS) + ")"
_DEED = r"(?:(?<![海举汇日快])报案?|投诉|反映|申请|登记|提交|办理?|改|填|弄|约|立|挂失|留言?|开)"
_DONE = re.compile(
    rf"{_WAY}[^，。,!！?？]{{0,8}}?{_DEED}(?:好|上)?(?:过|的)"
    rf"|{_WAY}[^，。,!！?？]{{0,10}}?的(?:那|这)?(?:个|件)?(?:事|案|业务|申请|投诉)"
    rf"|(?!网上){_WAY}[^，。,!！?？]{{0,6}}?(?:说|讲)(?:过)?的(?:那|这|事)"
)
_SAID = re.compile(rf"{_WAY}[^，。,!！?？]{{0,8}}?(?:{_DEED}|[说讲](?:过|了|要|想))")
_ASKS = re.compile(
    r"到(?:哪|什么)|哪一?步|进[度展]|(?:怎么?|咋)样|如何了|(?:[好完成了过上]|下来|通过|批|处理|解决)(?:了)?(?:没有?|吗|么)(?![^，。?？]*(?:收费|扣))"
    r"|(?:有|没|出)(?:个)?(?:结果|消息|回复|下文|动静|回音)|(?:什么|啥)(?:情况|状态)|查(?:一下|下|查)|编号(?:是)?(?:多少|几)"
)
# Somebody else spoke, or nothing was filed there.
_NOT_OURS = re.compile(r"中介|销售|推销|冒牌|冒充|真假|真的假的|骗|电话的|投保(?!人)|[再重]新?拨|回拨|[拨打]回来")
_OTHERS = re.compile(
    r"(?<![给跟和向找打在])(?:你们|有人|对方|业务员|客服|代理人|中介|自称|骗子|朋友|别人|同事|[他她]们?)[^，。给跟向]{0,6}(?:打|电话|微信|网)"
)
_ASKED_ONLY = re.compile(rf"{_WAY}[^，。]{{0,6}}?(?:问|咨询|看|听|买|(?<!提)交|付)(?:到|见)?(?:了|的|过|到)")
_WANTS_NOW = re.compile(
    rf"(?:想|要|能|可以|可不可以|怎么|怎样|如何|咋)(?:在|从|用|通过|打)?{_WAY}|怎么(?:弄|办理?|申请|操作|投诉)[?？]?$"
)
# What is done to a matter has a journey of its own.
_DOES = re.compile(
    r"补(?:充|交|材料|资料|传|件|完)|作废|撤(?:销|回|案|诉)?|取消|不(?:想|要|办|退|改|投诉)了?|异议|不同意|转?人工|举报|[要再]投诉"
)
_NUMBER = re.compile(r"[CSTEP]?\d{8,}")
_KINDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(words), kinds)
    for words, kinds in (
        (r"投诉|反映", (COMPLAINT,)),
        (r"报(?:过|了|的|上)?(?:案|险)|理赔|赔款|案子|案件|事故|立案|出险", (CLAIM,)),
        (r"受益人", (CHANGE,)),
        (r"投保人", ("change_policyholder",)),
        (r"退保", ("surrender_policy",)),
        (r"贷款|借款", ("policy_loan",)),
        (r"复效", ("reinstate_policy",)),
        (r"发票", ("request_invoice",)),
        (r"电子保单", ("request_e_policy",)),
        (r"补发|纸质保单|挂失", ("reissue_policy", "cancel_loss_report")),
        (r"减保|加保|保额|附加险", ("change_contract",)),
        (r"年金|生存金|满期|红利", ("collect_benefit",)),
        (r"回电|回个?电话", ("request_callback", "move_callback")),
        (r"缴费|扣款|续期|银行卡|卡号|账户", ("change_payment", "change_benefit_account", "claim_payee")),
        (r"手机号?|号码|地址|住址|邮箱|联系方式", ("change_contact",)),
        (r"查勘", ("book_survey",)),
        (r"救援|拖车|代驾", ("request_roadside_service",)),
    )
)
_REPORTED = re.compile(rf"{_WAY}[^，。,!！?？]{{0,8}}?报(?:过|了|的|案)")
_HALF = re.compile(
    r"(?:说|讲|聊|报案?|填|办|弄|写|登记)(?:到|了)?一半|断(?:了|掉|线)|掉线|没(?:有)?(?:报|说|填|办|弄|讲|写|登记)(?:完|好|成)"
)
_EARLIER = re.compile(r"刚才|刚刚|刚|昨天|前天|上午|早上|上次|之前|前面")
_ON = re.compile(r"接着|继续")
_BROKE = re.compile(r"断(?:了|掉|线)|掉线")


@dataclass(frozen=True)
class Elsewhere:
    """`channel`: a key of CHANNELS, "" where none was named. `kinds`: what it may be; () where no words say."""

    channel: str
    kinds: tuple[str, ...]

    @property
    def zh(self) -> str:
        """Where, for "没有查到在…办的"."""
        return f"{CHANNELS[self.channel]}里" if self.channel else "别的渠道"


def filed_elsewhere(text: str) -> Elsewhere | None:
    """What the message asks after that its customer filed on another channel; None where it asks for something else."""
    if _NUMBER.search(re.sub(r"打\s*9\d{4}", "打", text)) or _WANTS_NOW.search(text) or _is_other(text):
        return None
    asked = _ASKS.search(text) and _SAID.search(text)
    return _meant(text) if asked or _DONE.search(text) else None


def begun_elsewhere(text: str) -> Elsewhere | None:
    """What the message wants to go on with that broke off before it was filed ("刚才电话里报案说到一半断了")."""
    if not _HALF.search(text) or _is_other(text):
        return None
    earlier, goes_on = bool(_EARLIER.search(text)), bool(_ON.search(text))
    if names_channel(text):
        return _meant(text) if earlier or goes_on else None
    return _meant(text) if earlier and goes_on and not _BROKE.search(text) else None


def begun_here(text: str) -> bool:
    """ "接着刚才没填完的", where no other channel is named."""
    return begun_elsewhere(text) is not None and not names_channel(text)


def said_elsewhere(text: str) -> bool:
    """Something was done or told on another channel, whatever is asked of it."""
    return bool(_SAID.search(text) or _DONE.search(text))


def names_channel(text: str) -> bool:
    return bool(re.search(_WAY, text))


def _is_other(text: str) -> bool:
    """A story, somebody else's words, or what has a journey of its own."""
    others = (_OTHERS, _ASKED_ONLY, _NOT_OURS, _DOES)
    return len(text) > LONGEST or any(pattern.search(text) for pattern in others)


def _meant(text: str) -> Elsewhere:
    channel = next((name for name, pattern in _WAYS if re.search(pattern, text)), "")
    kinds = next((kinds for words, kinds in _KINDS if words.search(text)), ())
    return Elsewhere(channel, (CLAIM,) if not kinds and _REPORTED.search(text) else kinds)
