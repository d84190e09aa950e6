"""What an answer rests on, in plain words under it: a law by its article, practice as practice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

# Practice is ours to explain and the customer's own clauses were not read: neither may look like a law.
_IN_PLAIN_WORDS: Mapping[str, str] = {
    "公司服务规则": "公司服务规则",
    "行业通行做法": "行业一般做法，以合同为准",
    "公共服务信息": "公开的公共服务信息",
    "您的保单条款": "各产品写法不同，以您的保单条款为准",
}
_SAYS_THE_CONTRACT_DECIDES = re.compile(
    r"(?:条款|合同|保单|保险单)[^。；\n]{0,4}为准|条款和核定结果为准|看(?:您的)?条款"
)
# Small talk rests on nothing that a customer would look up.
_NOTHING_TO_CITE = frozenset(("ask_capabilities", "give_feedback", "out_of_scope"))


def cite(answer: str, sources: Iterable[str], as_of: date, intent: str) -> str:
    """The line "依据：…（date）", without what the answer says already; "" when nothing is left."""
    told = dict.fromkeys(words for source in sources if (words := _plain(source, answer, intent)))
    return f"依据：{'；'.join(told)}（{as_of.isoformat()}）" if told else ""


def _plain(source: str, answer: str, intent: str) -> str:
    if source not in _IN_PLAIN_WORDS:
        return source
    if intent in _NOTHING_TO_CITE:
        return ""
    if _SAYS_THE_CONTRACT_DECIDES.search(answer):
        return {"行业通行做法": "行业一般做法"}.get(source, source)
    return _IN_PLAIN_WORDS[source]
