"""What no message of the assistant may hold, whatever the dialogue (docs: voice; business flows 0.5 and 0.7)."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.channels.ivr.speech import sentences_of
from tests.stack import Answer

_VAGUE = re.compile(r"尽快|近期|相关部门|稍后会有人|过几天")
_VERDICT = re.compile(
    r"(?<!能不)(?<!是否)(?<![功性只才])(?:能|可以|肯定|一定|应该|会)赔(?!偿|款)|(?<!能)(?:不能|不会|肯定不|一定不)赔(?!偿|款)|赔不了"
)
_FOR_THE_EYE = re.compile(r"点下面|点[一“右左]下?|发上来|MB|jpg|页面|https?:|[*#_`]|上面的?(?:一件|按钮)|下方")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」")
_PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")


def says_nothing_vague(answer: Answer) -> str:
    """Dates and names instead of 尽快."""
    return _found(_VAGUE, answer.text)


def gives_no_verdict(answer: Answer) -> str:
    """Whether a loss is paid is decided by people; the assistant cites the clause."""
    return _found(_VERDICT, _QUOTED.sub("", answer.text))


def asks_one_question(answer: Answer) -> str:
    """One question a turn."""
    questions = re.findall(r"[^。！？?\n]*[？?]", _QUOTED.sub("", answer.text))
    return " / ".join(questions) if answer.slot and len(questions) > 1 else ""


def echoes_no_phone(answer: Answer) -> str:
    return _found(_PHONE, answer.text)


def echoes_no_id_number(answer: Answer) -> str:
    return _found(_ID_NUMBER, answer.text)


def says_nothing_twice(answer: Answer) -> str:
    """The same message twice in one answer: an action that ran in circles."""
    texts = [message.text for message in answer.messages]
    return next((text for text in texts if texts.count(text) > 1), "")


def sounds_unlike_speech(answer: Answer) -> str:
    """By phone nothing can be pressed, sent or looked at."""
    heard = "".join(sentence for message in answer.messages for sentence in sentences_of(message.text))
    return _found(_FOR_THE_EYE, heard)


RULES: tuple[Callable[[Answer], str], ...] = (
    says_nothing_vague,
    gives_no_verdict,
    asks_one_question,
    echoes_no_phone,
    echoes_no_id_number,
    says_nothing_twice,
)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return text[max(0, match.start() - 12) : match.end() + 12] if match else ""
