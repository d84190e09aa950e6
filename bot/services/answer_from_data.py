"""Questions that our own tables answer better than a general entry: by intent, then by words alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.services.answer_question import tell
from bot.services.assistant import AssistantServices
from bot.services.complaint_addresses import tell_addresses
from bot.services.contingency import plans_on, speak_papers
from bot.services.find_branch import find_branch
from bot.services.knowledge_entry import lines_named
from bot.services.promises import tell_promises
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.served import Served
from bot.services.understanding import Understood

_Serve = Callable[[Understood, AssistantServices], Served | None]

# Where papers are handed in is a question for an outlet, whatever else the message is about.
_OUTLET = r"(?:网点|柜台|柜面|门店|营业厅|服务大厅|营业部)"
_ABOUT_OUTLETS = re.compile(
    rf"(?:哪个|哪家|哪些|哪里的?|最近的?|附近的?).{{0,4}}{_OUTLET}|{_OUTLET}.{{0,10}}(?:收|几点|地址|在哪|开门|周末)"
    r"|(?:材料|资料|单子|发票).{0,6}(?:送|交|递|拿)(?:到|去|给)?(?:哪里|哪儿|哪个地方|什么地方)"
)
TERM = "ask_term"
_MEANING = re.compile(
    r"(?:是(?:什么|啥)(?:意思|东西|概念)?|(?:什么|啥)(?:意思|概念))[啊呀呢]*[?？。]*$|^(?:什么|啥)(?:叫|是)"
)
_ASKS_BACK = re.compile(r"(?<=[。！\n])[^。！？\n]*？\s*$")


def _papers_at_outlets(said: Understood, using: AssistantServices) -> Served | None:
    return find_branch(said, using) if _ABOUT_OUTLETS.search(said.text) else None


def _claim_papers(said: Understood, using: AssistantServices) -> Served | None:
    return shorter_list(said, using, anywhere=not said.of_type("location")) or _papers_at_outlets(said, using)


def shorter_list(said: Understood, using: AssistantServices, *, anywhere: bool = False) -> Served | None:
    """The papers of a plan in force for the line, cause and place in the words; `anywhere`: where no place is named."""
    day, lines = said.received_at.date(), lines_named(said)
    for plan in plans_on(day, using):
        line = next((each.value for each in plan.papers if each.value in lines), "")
        if line and (anywhere or plan.reaches(said.text)) and plan.is_about(said.text):
            after = (intend("报案", "report_claim"), TO_HUMAN)
            return Served((Reply(speak_papers(plan, line, day), after),))
    return None


_BY_INTENT: Mapping[str, _Serve] = {
    "ask_branch": find_branch,
    "ask_complaint_channel": tell_addresses,
    "ask_claim_process": _papers_at_outlets,
    "ask_claim_documents": _claim_papers,
}


def answer_from_data(said: Understood, using: AssistantServices) -> Served | None:
    """What our tables say to `said`; None leaves it to the knowledge."""
    serve = _BY_INTENT.get(said.intent)
    return (serve(said, using) if serve else None) or tell_promises(said, using)


def _explanation(said: Understood, using: AssistantServices) -> Reply | None:
    """ "复效是什么" asks what the word means, though it sounds like the wish for one."""
    if not _MEANING.search(said.text.strip()):
        return None
    found = using.knowledge.find(replace(said, intent=TERM, ranking=()))
    return tell(found) if found and not found[0].is_default else None


def answer_in_between(said: Understood, using: AssistantServices) -> Reply:
    """The answer to a question in the middle of a journey: it asks nothing back, the journey's own question is open."""
    served = answer_from_data(said, using)
    answer = (
        served.replies[0] if served and not served.asks else _explanation(said, using) or using.knowledge.answer(said)
    )
    return replace(answer, text=_ASKS_BACK.sub("", answer.text).rstrip())
