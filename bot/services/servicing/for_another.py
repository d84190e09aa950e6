"""Who asks for somebody else ("我替我妈退保"): only the person whose right it is can prove who he is (business flows 1)."""

from __future__ import annotations

import re

from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose
from bot.services.servicing.who_may import Permission
from bot.services.understanding import Understood

FOR_ANOTHER, WHOSE = "service_for_another", "service_whose"
MINE, THEIRS = "投保人是我本人", "是他（她）自己的保单"
MY_CLAIM, THEIR_CLAIM = "是我本人的案子", "是他（她）自己的案子"
_KIN = (
    r"(?:妈妈?|爸爸?|爹|娘|母亲|父亲|父母|爸妈|爷爷|奶奶|姥姥|姥爷|外公|外婆|公公|婆婆|岳父|岳母|老公|老婆|爱人|丈夫|妻子|媳妇|老伴|儿子|女儿|"
    r"孩子|家人|家里人|哥哥?|姐姐?|弟弟?|妹妹?|朋友|同事|邻居|舅舅?|叔叔?|姑姑?|姨)"
)
_FOR = re.compile(
    rf"(?:替|帮|代)(?:我|俺)?(?:家)?{_KIN}(?:的)?[^，。]{{0,6}}(?:退|贷|借|领|取|改|换|复效|减保|补发|挂失|开发票|撤案|撤|补交|复核)"
    rf"|(?:替|帮|代)(?:我|俺)?(?:家)?{_KIN}(?:办|弄|申请)"
)


_MINE = re.compile(
    r"(?<!不是)(?:我本人|我自己|我(?:才|就)?是投保人|我(?:的)?名下|投保人(?:就)?是我(?!妈|爸|爹|娘|老|爱|儿|女|哥|姐|弟|妹|奶|爷|外|公|婆)|我(?:的)?名字|我买的|我投的|我交的)"
)
_THEIRS = re.compile(
    r"(?:他|她|老人|妈|爸|妈妈|爸爸|本人)自己的?|(?:他|她|我妈|我爸|我老公|我老婆|我爱人)(?:的|本人|名下)|不是我|是(?:我)?(?:妈|爸|老公|老婆|爱人|他|她)"
)


def speaks_for_another(said: Understood) -> bool:
    return not said.chosen and bool(_FOR.search(said.text))


def whose_step(kind: str, zh: str, *, claim: bool = False) -> Step:
    """Asked before anybody proves anything: otherwise the speaker's own policy is dealt with."""

    def ask(_: Situation) -> Ask:
        if claim:
            return Ask(
                "先问一句：是您本人的案子，还是您家里人自己的？", "choice", (choose(MY_CLAIM), choose(THEIR_CLAIM))
            )
        return Ask("先问一句：这份保单的投保人是您本人，还是您家里人自己？", "choice", (choose(MINE), choose(THEIRS)))

    def read(said: Understood, situation: Situation) -> Reading:
        text = said.text
        if text in (MINE, MY_CLAIM) or _MINE.search(text):
            return Accepted("本人")
        if text not in (THEIRS, THEIR_CLAIM) and not _THEIRS.search(text):
            return NotAnAnswer()
        by_letter = situation.services.who_may.by_agent("claim" if claim else kind) is Permission.PERSON
        agents = "本人不方便的，可以写授权委托书，点“转人工”由同事办。" if by_letter else "这项不能代办。"
        words = f"{zh}要本人来办：请本人用登记的手机在这里核对身份，或者带身份证到柜台。{agents}这次什么都没有提交。"
        return Ended((Reply(words, (TO_HUMAN,)),))

    return Step(WHOSE, "", ask, read, needed=lambda situation: bool(situation.get(FOR_ANOTHER)), counted=False)
