"""Where a complaint goes that is not made here (B03): by post, e-mail and fax, or face to face at an outlet."""

from __future__ import annotations

import re

from bot.insurance.branch import BranchDirectory, BranchService, ComplaintIntake
from bot.services.answer_question import tell
from bot.services.assistant import AssistantServices
from bot.services.find_branch import ASK_CITY, answer_with_branches
from bot.services.locate import Place, locate
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.served import Served
from bot.services.understanding import Understood

_FACE_TO_FACE = re.compile(r"当面|面对面|现场|接待|上门|亲自|柜台|网点|营业厅|门店|哪里去|去哪")
_WRITTEN = re.compile(r"写信|信函|书面|邮寄|寄|邮箱|邮件|e-?mail|传真|地址|邮编", re.IGNORECASE)
_REGULATOR = re.compile(r"12378|监管|银保监|金融监管|消协|12315|法院|仲裁|调解")
_GENERAL = "complaint_channel.default"
_AFTER = (intend("我要投诉", "file_complaint"), TO_HUMAN)


def tell_addresses(said: Understood, using: AssistantServices) -> Served | None:
    """The published ways; None where the question is about something else (how long, the regulator)."""
    directory = using.branches
    if directory.intake is None or _REGULATOR.search(said.text):
        return None
    found = using.knowledge.find(said)
    general = bool(found) and found[0].id == _GENERAL
    place = locate(said, directory)
    if _FACE_TO_FACE.search(said.text) and not _WRITTEN.search(said.text):
        return _face_to_face(place, said, using)
    if _WRITTEN.search(said.text):
        return Served((Reply(_written(directory.intake, directory), _AFTER),))
    if general:
        return Served((Reply(tell(found).text), Reply(_written(directory.intake, directory), _AFTER)))
    return None


def _face_to_face(place: Place, said: Understood, using: AssistantServices) -> Served:
    if place == Place():
        words = f"当面投诉到办“{BranchService.COMPLAINTS.value}”的网点，营业时间里都接待，带上身份证和保单号就行。{ASK_CITY}"
        return Served((Reply(words, _AFTER),), asks=True)
    return answer_with_branches(place, (BranchService.COMPLAINTS,), said, using)


def _written(intake: ComplaintIntake, directory: BranchDirectory) -> str:
    return (
        "不在这里投诉，也可以这样：\n"
        f"· 写信：{intake.post}\n"
        f"· 邮件：{intake.email}\n"
        f"· 传真：{intake.fax}\n"
        f"· 电话：{intake.phone}\n"
        f"· 当面：{intake.reception}，按网点的营业时间接待\n"
        "写清姓名、电话、保单号、事情经过和要求，附上证件复印件。收到就登记编号。\n"
        f"依据：银行业保险业消费投诉处理管理办法第八条；{directory.source}（{directory.as_of.isoformat()}）"
    )
