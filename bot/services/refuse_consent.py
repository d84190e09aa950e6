""" "我不同意改受益人": the insured says no to a change. Not the wish to make one, however much it sounds like it."""

from __future__ import annotations

import re

_REFUSES = re.compile(r"(?:不同意|不答应|不许|反对|拒绝)[^，。？?]{0,8}(?:改|变更|换)[^，。？?]{0,8}受益人")
_OF_OTHERS = re.compile(
    r"[吗？?]|怎么|如果|要是|(?:他|她|对方|老公|老婆|爸|妈|被保险人|被保人)[^，。]{0,4}(?:不同意|不答应|反对)"
)


def refuses_change(text: str) -> bool:
    """The speaker's own refusal, not a question about somebody else's."""
    return bool(_REFUSES.search(text)) and not _OF_OTHERS.search(text)
