"""个人信息权利 (F23; 个人信息保护法 art 44-50): to read, copy, correct, delete, withdraw consent, have a decision explained."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Situation, Step
from bot.services.reply import Reply, choose
from bot.services.servicing.transaction import Case, Promise, Questions, Transaction
from bot.services.understanding import Understood

WHAT, WHICH = "privacy_what", "privacy_which"
READ, CORRECT, DELETE, WITHDRAW, EXPLAIN = "查阅或复制", "更正补充", "删除", "撤回同意", "解释自动化决定"
_WORDS = (
    (WITHDRAW, re.compile(r"撤回|收回|取消(?:授权|同意)|不同意|停止共享|停止使用|关闭|关掉")),
    (DELETE, re.compile(r"删|注销|清除|清理|抹|移走")),
    (EXPLAIN, re.compile(r"自动|算法|机器(?:决定|审核)|画像|为什么.{0,6}(?:推荐|拒|评分)|解释")),
    (CORRECT, re.compile(r"更正|改正|补充|有误|不对|错了|写错")),
    (READ, re.compile(r"查阅|复制|查看|导出|一份|清单|哪些(?:资料|信息|数据)|存了|看看|来源|给了(?:谁|哪)")),
)
_DEAD = re.compile(r"去世|过世|死者|已故|亡|不在了|遗属")
_NOTES = {
    DELETE: "合同还有效的，履行合同要用，先不能删；合同结束但法定保存期没到的（身份和交易资料至少 10 年），会停止使用、只保存，到期再删。",
    WITHDRAW: "撤回之前的处理仍然有效；理赔、保全必需的信息撤回后，那一项可能办不下去，我们会先告诉您。",
    CORRECT: "姓名、证件的更正要核对证明材料；手机、地址、邮箱说“改联系方式”可以当场改。",
}


def _start(situation: Situation) -> Opening:
    if _DEAD.search(situation.said.text):
        words = "亲人去世的，近亲属可以为了正当利益申请查阅、复制、更正、删除（个人信息保护法第四十九条），要核对亲属关系，我请人工来办。"
        return Opening((Reply(words),), ended=Ended((), hand_off="needs_person"))
    what = _what_in(situation.said.text)
    return Opening((Reply("这是您的权利，可以在线申请。"),), {WHAT: what} if what else {})


def _what_in(text: str) -> str:
    """The rights that the words name, "" for none: "全删了，撤回同意" are two."""
    found = [what for what, words in _WORDS if words.search(text)]
    plain = [what for what in found if what not in (READ, CORRECT)] or found[:1]
    return "、".join(plain)


def _read_what(said: Understood, _: Situation) -> Reading:
    if _DEAD.search(said.text):
        return Ended((Reply("亲属的信息要核对关系证明，我请人工来办。"),), hand_off="needs_person")
    what = said.text if said.text in _ALL else _what_in(said.text)
    return Accepted(what) if what else NotAnAnswer()


_ALL = (READ, CORRECT, DELETE, WITHDRAW, EXPLAIN)
_QUESTIONS = {
    READ: "要查阅或复制哪些信息？比如保单资料、理赔资料、通话录音，或者“全部”。",
    CORRECT: "哪一项不对，应该是什么？",
    DELETE: "要删除哪些信息？",
    WITHDRAW: "要撤回哪一项同意？比如人脸、征信、病历授权、给第三方共享。",
    EXPLAIN: "是哪一个由系统自动作出的决定要解释？",
}


def _ask_which(situation: Situation) -> Ask:
    kinds = situation.get(WHAT).split("、")
    notes = "\n".join(_NOTES[what] for what in kinds if what in _NOTES)
    question = _QUESTIONS[kinds[0]] if len(kinds) == 1 else "每一项分别是哪些内容？一起说就行，比如“全部”。"
    return Ask(f"{notes}\n{question}".strip(), "text")


def _what_next(case: Case, _: ServiceRequest) -> str:
    lines = ["不能照您要求办的部分，会书面说明理由和依据；您不认可，可以投诉或起诉。"]
    if READ in case.get(WHAT):
        lines.insert(0, "复制件发到您登记的手机或邮箱，打开要再核一次身份。")
    return "\n".join(lines)


TRANSACTION = Transaction(
    kind="privacy_request",
    zh="个人信息申请",
    intents=("privacy_request",),
    post="保全",
    level=IdentityLevel.L2,
    start=_start,
    questions=Questions(wish=re.compile(r"本人|要求|删掉|给我|撤回|收回|不同意|移走|注销")),
    steps=(
        Step(WHAT, "申请", lambda _: Ask("您要办哪一项？", "choice", tuple(map(choose, _ALL))), _read_what),
        Step(WHICH, "内容", _ask_which, read_words(2, 500), free_text=True, story=True),
    ),
    promise=Promise(clocks=("D-I01",)),
    what_next=_what_next,
)  # fmt: skip
