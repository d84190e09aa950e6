""" "刚才报的案成功了吗", "我办的事到哪了", "S… 到哪一步了": what has been filed, read from the stored rows."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.services.assistant import AssistantServices
from bot.services.deny_access import record_refusals
from bot.services.describe_change import progress_text
from bot.services.elsewhere import filed_elsewhere
from bot.services.list_matters import Matter, open_by_code, own_matters, request_matter
from bot.services.reply import HAND_IN, TO_HUMAN, Choice, Denial, Reply, choose, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.normalise import fold

_ASKS = re.compile(
    r"(刚才|刚刚|之前|前面|方才).{0,12}(成功|提交|登记|报上|好了|办|收到|有没有)|提交(成功|上去|好)了?(吗|没|么)|^(?:现在|都|到底|已经)?(?:提交|报上|登记上)了?(?:没有?|吗|么)[?？]?$|(成功|报上)了?(吗|没有?|么)[?？]?$"
)
_PROGRESS = r"(?:到(?:哪|什么)|哪一步|进度|怎么样|咋样|办好|办完|好了|结果|什么情况|状态|多久)"
_OWN = re.compile(
    rf"(?:我|俺|咱)?(?:在你们这)?(?:之前|以前|上次|前几天)?(?:办|申请|登记|提交)(?:理|过)?的?(?:那个|那件|这个)?(?:事情?|业务|东西|申请|手续)?(?:都|现在|到底)?(?:办|处理|进行)?{_PROGRESS}"
    r"|我的?办理(?:进度|记录|情况)?$|(?:查|看)(?:一下|下|看|查)?我?(?:的|所有)?(?:办理|申请|办)(?:的)?(?:业务|事)?(?:的)?(?:进度|记录)|我.{0,3}(?:都)?办(?:了|过)(?:哪些|什么)(?:业务|事)"
)
# Those have journeys of their own.
_ELSEWHERE = re.compile(r"理赔|赔款|报案|案子|投诉|报销|退保|贷款|复效|受益人|保单号")
_NUMBER = re.compile(r"(?<![A-Z0-9])S(\d{14})(?!\d)")
_CODE = re.compile(r"(?<!\d)(\d{4} ?\d{4})(?!\d)")
_SHOWN = 6
PROVE_AND_LIST: Choice = choose("核对身份，查以前办的", "@switch:own_matters")


# "现在算办成了吗", "这个提交上去没有": about what is being done, whatever it is.
_DONE = re.compile(
    r"^(?:那|我?这个?|我的?|现在|这样|就|都|到底|算不?算|是不是|算|是|已经)*(?:办|提交|登记|申请|改|弄|搞|录|交|填)(?:成功?|好|完|上去?|进去|妥)?了?"
    r"(?:吗|没有?|么|没呢|了没有?|是吧|对吧)[?？。！!啊呀呢]*$"
)


def asks_whether_filed(text: str) -> bool:
    return bool(_ASKS.search(text) or _DONE.match(text.strip())) and not filed_elsewhere(text)


def asks_if_done(said: Understood) -> bool:
    """ "成了没": about what is being done, in words that no pattern has."""
    return said.interlude == "asks_if_done" and not filed_elsewhere(said.text)


def asks_for_own_matters(text: str) -> bool:
    """About everything that was filed, or how far the request of a number is."""
    if find_request_no(text):
        return bool(re.search(_PROGRESS + r"|查|吗|[?？]", text))
    return len(text) <= 30 and bool(_OWN.search(text)) and not _ELSEWHERE.search(text) and not filed_elsewhere(text)


def find_request_no(text: str) -> str:
    """The number of a service request in a message, or ""."""
    found = _NUMBER.search(re.sub(r"[\s-]", "", fold(text).upper()))
    return f"S{found.group(1)}" if found else ""


def recall(said: Understood, using: AssistantServices) -> Reply | None:
    """What was filed, or None when the message does not ask that. What is refused is audited."""
    told = _recall(said, using)
    if told is None:
        return None
    record_refusals((told,), said, using)
    return replace(told, denied=None)  # a journey that passes it on would record it again


def _recall(said: Understood, using: AssistantServices) -> Reply | None:
    number = find_request_no(said.text)
    if number:
        return _one(number, said, using)
    if asks_for_own_matters(said.text):
        return list_own(said, using)
    return _just_filed(said, using) if asks_whether_filed(said.text) or asks_if_done(said) else None


def list_own(said: Understood, using: AssistantServices) -> Reply:
    """Number, stage, last action and due date of all that is this customer's."""
    with using.reading() as work:
        found = own_matters(work, said.conversation_id, said.received_at)
        proved = current_identity(work, said.conversation_id, said.received_at).party is not None
    after = (*(() if proved else (PROVE_AND_LIST,)), TO_HUMAN, intend("没别的事了", "goodbye"))
    if not found:
        here = (
            "没有查到您名下办过的业务。" if proved else "这个会话里还没有提交过业务。以前办的，核对身份后可以一起查。"
        )
        return Reply(here, after)
    today = said.received_at.date()
    more = f"\n一共 {len(found)} 件，先列最近的 {_SHOWN} 件。" if len(found) > _SHOWN else ""
    return Reply("您办的事：\n" + "\n".join(each.spoken(today) for each in found[:_SHOWN]) + more, after)


def _one(number: str, said: Understood, using: AssistantServices) -> Reply:
    with using.reading() as work:
        own = [each for each in own_matters(work, said.conversation_id, said.received_at) if each.number == number]
    code = _CODE.search(said.text.replace(number, " "))
    if not own and code:
        with using.unit_of_work() as work:
            request = open_by_code(work, number, code.group(1).replace(" ", ""), said.received_at, using.pepper)
            work.commit()
        own = [request_matter(request)] if request else []
    if own:
        return Reply(own[0].in_full(said.received_at.date()), (*ways_on(own[0]), TO_HUMAN))
    return Reply(
        f"编号 {number} 要核对是您本人办的才能看：请先核对身份。匿名举报请把编号和 8 位查询码一起发来。",
        (PROVE_AND_LIST, TO_HUMAN),
        denied=Denial("request", number, "not_proved"),
    )


def ways_on(matter: Matter) -> tuple[Choice, ...]:
    """What its customer may do about it next."""
    if matter.declined:
        return (intend("我要投诉", "file_complaint"),)
    if matter.hidden:
        return (PROVE_AND_LIST,)
    return (HAND_IN,) if matter.missing else ()


def _just_filed(said: Understood, using: AssistantServices) -> Reply:
    with using.reading() as work:
        claims = work.claims.of_conversation(said.conversation_id)
        complaints = work.complaints.of_conversation(said.conversation_id)
        changes = work.endorsements.of_conversation(said.conversation_id)
        filed = work.requests.of_conversation(said.conversation_id)
    # A report of wrongdoing is not shown to whoever sits at the screen: its number and code ask for it.
    requests = [request_matter(each) for each in filed if not each.restricted]
    lines = [f"报案已经成功，报案号 {claim.claim_no}，现在是“{claim.stage.zh}”。" for claim in claims]
    lines += [f"投诉已经登记，编号 {item.complaint_no}，现在是“{item.stage.zh}”。" for item in complaints]
    lines += [progress_text(item, said.received_at) for item in changes]
    lines += [f"{item.what}的申请已经收到，编号 {item.number}，现在是“{item.stage}”。" for item in requests]
    if not lines:
        return Reply("这个会话里还没有提交成功的业务。没有拿到编号，就是还没提交，需要的话我们接着办。")
    return Reply("\n".join(lines))
