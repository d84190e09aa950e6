"""What a caller's short words mean to the call itself, before any turn: yes and no, say it again, go on."""

from __future__ import annotations

import re

LONGEST = 30  # characters; more than that is no short word
# What a voice says without meaning it, and what separates words.
_BESIDE = re.compile(r"[，,、。！!？?；;：:…\s]|嗯+|呃|啊|哦|噢|唉|哎|那个|喂")
# No token of a repeated group begins with two others in a row: a text is read in one way only, or a long one takes hours.
_YES = re.compile(
    r"(?:对头|对|是的?|没有?错|要得|[oO][kK]|正确|好的?|可以|行|没问题|就是(?:这个)?|就这个|确认)+(?:的|了|呀|吧|嘛)*"
)
_NO = re.compile(r"(?:不对|不是|不是的|错了|听错了?|没有|没|不|不行|念错了?)+(?:的|了|呀|吧)*")
# These are read in several ways (一遍 is 一 and 遍 too), so by `_is_made_of` and not by a repeated group.
_AGAIN_WORDS = (
    "你 您 请 麻烦 能不能 可不可以 可以 能 刚才 刚刚 我 没 不 有 太 怎么 是 清楚 听清 听到 听见 听懂 听明白 听不 见 到 懂 明白 清 "
    "说的什么 说什么 讲的什么 讲什么 什么 再 重新 重 说 讲 念 读 重复 一遍 一下 一次 一 遍 好吗 好不好 行吗 吗 吧 呗 了 呢 谢谢 "
    "慢一点 慢点 大声一点 大声点 再来"
)
_AGAIN = tuple(_AGAIN_WORDS.split())
_ASKS = re.compile(
    r"再(?:说|讲|念|读|来)|重(?:新)?(?:说|讲|念)|重复一[遍下次]|^(?:你|您|请)*重复$|[没不](?:太|怎么|有)?听|听不|(?:说|讲)的?什么|^什么$|慢一?点|大声"
)
_GO_ON = re.compile(r"(?:请?继续|接着(?:说|讲|听)?|往下(?:说|讲)?|还有呢|然后呢?)(?:吧|说|讲|听)?")


def is_yes(text: str) -> bool:
    """嗯，对。 / 是的是的 / 对对对; a bare 嗯 too."""
    plain = _plain(text)
    return bool(_YES.fullmatch(plain)) if plain else "嗯" in text


def is_no(text: str) -> bool:
    """不，不对 / 错了."""
    return bool(_NO.fullmatch(_plain(text)))


def asks_again(text: str) -> bool:
    """Only that: "没听明白怎么赔" and "重复扣款怎么办" are questions for the dialogue."""
    plain = _plain(text)
    if not plain:
        return bool(re.search(r"啊[？?]|喂", text)) or text.strip("？?！!。 ") == "啊"
    return len(plain) <= LONGEST and _is_made_of(plain, _AGAIN) and bool(_ASKS.search(plain))


def goes_on(text: str) -> bool:
    return bool(_GO_ON.fullmatch(_plain(text)))


def _plain(text: str) -> str:
    return _BESIDE.sub("", text)


def _is_made_of(text: str, words: tuple[str, ...]) -> bool:
    """Whether the text is nothing but such words; a place is looked at once, in however many ways it is reached."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            reached.update(at + len(word) for word in words if text.startswith(word, at))
    return len(text) in reached
