"""The bank account of whoever gets the money: the person's own, never another's (销售办法 art 32; business flows 0.1)."""

from __future__ import annotations

import re

from bot.services.journeys.journey import Accepted, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Understood
from bot.text.identifiers import passes_luhn
from bot.text.spoken_runs import longest_number

ORIGINAL = "原缴费账户"
_KEPT = re.compile(r"尾号 ?(\d{4})$")  # how an account stands in an answer
REFUSED = "refused_account"  # the last digits of a number that was called somebody else's
_SOMEBODY = (
    r"(?:别人|他人|其他人|老公|老婆|媳妇|老伴|爱人|对象|先生|太太|丈夫|妻子|儿子|女儿|闺女|姑娘|孩子|小孩|娃|[我他她俺]?(?:爸爸?|妈妈?|爹|娘)|父亲|母亲|父母|"
    r"哥哥?|姐姐?|弟弟?|妹妹?|儿媳妇?|女婿|婆婆|公公|岳[父母]|侄[子女]?|外甥女?|舅舅?|叔叔?|姨|姑姑?|嫂子|姐夫|男朋友|女朋友|男友|女友|亲戚|朋友|同事|"
    r"业务员|代理人|客户经理|中介|公司|单位|对公)"
)
_ACCOUNT = r"(?:卡|账户|账号|户头|名下|微信|支付宝)"
_OTHERS = re.compile(
    rf"{_SOMEBODY}[^，。,]{{0,8}}{_ACCOUNT}|(?:打|转|汇|付|给|退)[到给]?(?:我)?{_SOMEBODY}"
    rf"|(?:户主|卡主|户名|持卡人)[^，。,]{{0,4}}{_SOMEBODY}|(?:卡|户|账户)[^，。,]{{0,3}}(?:主|名)?不是(?:我|本人)|不是(?:我|本人)(?:自己)?的(?:卡|账户)"
    rf"|(?:卡|账户)(?:其实)?是(?:我|俺)?{_SOMEBODY}|\d{{12,19}}[，, ]*(?:这)?(?:是)?(?:我|俺)?{_SOMEBODY}|^(?:这|那)?(?:张)?(?:是)?(?:我|俺)?{_SOMEBODY}的[。.!！]*$"
)
# Of an account that stands already; "用途改成给孩子交学费" says nothing of it.
_DISOWNS = re.compile(
    rf"{_SOMEBODY}(?:自己)?(?:的|名下)[^，。,]{{0,2}}{_ACCOUNT}|(?:户主|卡主|户名|持卡人)[^，。,]{{0,4}}(?:{_SOMEBODY}|不是)"
    rf"|(?:卡|账户)(?:其实)?是(?:我|俺)?{_SOMEBODY}|卡不是(?:我|本人)|^(?:这|那)(?:张)?(?:是)?(?:我|俺)?{_SOMEBODY}的[。.!！]*$"
)
OTHERS_ACCOUNT = (
    "钱只能打到您本人名下的账户，不能打到别人的（保险销售行为管理办法第三十二条），这是防止被冒领。请给一张您本人的卡。"
)
STILL_OTHERS = "尾号 {tail} 这张您说过是别人的，不能用。请换一张您本人名下的；真要用这张，说“人工”，由同事核实户名。"
_KNOWN_BANKS = (
    r"(?:中国)?(?:工商|农业|建设|交通|邮政储蓄|招商|浦发|民生|兴业|光大|中信|广发|平安|华夏|北京|上海)银行|中国银行|浙商银行|[中工建农交招]行"
    r"|邮储(?:银行)?|邮政|招商|民生|兴业|光大|浦发|中信|广发|平安"
)
_ANY_BANK = r"[\u4e00-\u9fff]{2,12}(?:银行|信用社|农商行|农信)"


def read_own_account(said: Understood, situation: Situation) -> Reading:
    """The customer's own card, or the account the premium comes from."""
    refused = others_account(said, situation)
    if refused:
        return refused
    if re.search(r"原(来的?|缴费|扣款)?(账户|卡|路)|原来|原路", said.text):
        return Accepted(ORIGINAL)
    return read_own_card(said, situation)


def read_own_card(said: Understood, situation: Situation) -> Reading:
    """The customer's own card, where the account that paid the premium may be somebody else's."""
    refused = others_account(said, situation)
    if refused:
        return refused
    digits = _digits(said)
    if 12 <= len(digits) <= 19:
        doubt = "" if passes_luhn(digits) else "这个卡号的校验位对不上，请再看一眼卡面；没错就接着往下。"
        return Accepted(f"本人银行卡 尾号{digits[-4:]}", remark=doubt)
    return Rejected("银行卡号一般是 16 到 19 位，请再核对一下。") if digits else NotAnAnswer()


def others_account(said: Understood, situation: Situation) -> Accepted | Rejected | None:
    """The refusal of an account that is somebody else's; its number stays refused when it comes again without the words.

    None for an account that nothing speaks against.
    """
    digits, known = _digits(said), situation.get(REFUSED)
    if _OTHERS.search(said.text):
        if not 12 <= len(digits) <= 19:
            return Rejected(OTHERS_ACCOUNT)
        return Accepted("", remark=OTHERS_ACCOUNT, also={REFUSED: digits[-4:]})
    return Rejected(STILL_OTHERS.format(tail=known)) if known and digits[-4:] == known else None


def give_up_account(said: Understood, situation: Situation) -> Accepted | None:
    """ "那是我爱人的卡" when the number stands already: it is taken back, and stays refused. For `Step.gives_up`."""
    if not _DISOWNS.search(said.text):
        return None
    tails = [tail.group(1) for value in situation.answers.values() if (tail := _KEPT.search(value))]
    return Accepted("", remark=OTHERS_ACCOUNT, also={REFUSED: tails[-1]} if tails else {})


def read_bank(said: Understood, _: Situation) -> Reading:
    """Which bank keeps the account; said by the way, only one that everybody knows."""
    found = re.findall(_KNOWN_BANKS, said.text) or ([] if said.aside else re.findall(_ANY_BANK, said.text))
    if found:
        return Accepted(re.sub(r"^(?:我的?|是|在|用|开户行)+", "", found[-1]))
    return NotAnAnswer() if said.aside or len(said.text) > 12 else Rejected("请写开户银行的名字，比如“建设银行”。")


def _digits(said: Understood) -> str:
    entity = said.first("bank_card")
    return entity.value if entity else longest_number(said.text)
