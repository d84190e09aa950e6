"""The bank account of whoever gets the money: the person's own, never another's (销售办法 art 32; business flows 0.1)."""

from __future__ import annotations

import re

from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Understood
from bot.text.identifiers import passes_luhn
from bot.text.normalise import fold

ORIGINAL = "原缴费账户"
_SOMEBODY = (
    r"(?:别人|他人|其他人|老公|老婆|爱人|先生|太太|丈夫|妻子|儿子|女儿|孩子|小孩|[我他她]?[爸妈]|父亲|母亲|父母|亲戚|朋友|同事|"
    r"业务员|代理人|客户经理|中介|公司|单位|对公)"
)
_OTHERS = re.compile(
    rf"{_SOMEBODY}[^，。,]{{0,8}}(?:卡|账户|账号|户头|名下|微信|支付宝)|(?:打|转|汇|付|给)[到给]?(?:我)?{_SOMEBODY}"
)
OTHERS_ACCOUNT = (
    "钱只能打到您本人名下的账户，不能打到别人的（保险销售行为管理办法第三十二条），这是防止被冒领。请给一张您本人的卡。"
)


def read_own_account(said: Understood, _: Situation) -> Reading:
    """The customer's own card, or the account the premium comes from."""
    if _OTHERS.search(said.text):
        return Rejected(OTHERS_ACCOUNT)
    if re.search(r"原(来的?|缴费|扣款)?(账户|卡|路)|原来|原路", said.text):
        return Accepted(ORIGINAL)
    return read_own_card(said, _)


def read_own_card(said: Understood, _: Situation) -> Reading:
    """The customer's own card, where the account that paid the premium may be somebody else's."""
    if _OTHERS.search(said.text):
        return Rejected(OTHERS_ACCOUNT)
    entity = said.first("bank_card")
    digits = entity.value if entity else re.sub(r"\D", "", fold(said.text))
    if 12 <= len(digits) <= 19:
        doubt = "" if passes_luhn(digits) else "这个卡号的校验位对不上，请再看一眼卡面；没错就接着往下。"
        return Accepted(f"本人银行卡 尾号{digits[-4:]}", remark=doubt)
    return Rejected("银行卡号一般是 16 到 19 位，请再核对一下。") if digits else NotAnAnswer()
