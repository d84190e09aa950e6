"""When a meaning is in doubt: the best guess is unlikely, the second about as likely, it may be none of ours, or it is refused
though it speaks of us. No Rasa here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.nlu.settings import number_between, refuse_unknown_keys
from bot.text.normalise import normalise

OUT_OF_SCOPE = "out_of_scope"
EMERGENCY = "emergency"  # help is not held up by a question

# What only an insurer's customer says. Beside a health office, a court, a bank the classifier sees their business and refuses; then
# it is better to ask. Words that these have too (保险, 报销, 赔偿, 发票) say nothing.
_OURS = re.compile(
    r"保单|投保|理赔|退保|续保|受益人|被保|保险合同|保额|保费|复效|核保|拒赔|税优|重疾|百万医疗|惠民保"
    r"|(?:交强|三者|车损|车|寿|健康|医疗|意外|年金|万能|分红|两全|家财|雇主|责任|旅行|旅游|运费|碎屏|宠物|住院|防癌|团)险"
    r"|你们(?:会不会|能不能|会|能|还|也|到底)?不?(?:认|赔|报|收|保)|给你们|你[们家]的?(?:保?险)"
)


@dataclass(frozen=True)
class FallbackSettings:
    """Keys of `AmbiguityFallback`: least probability of the best intent, least distance to the second, and the probability of
    being out of scope from which on a guess is not trusted (a wrong answer about somebody else's business sounds like ours).
    `ours`: the probability of the likeliest other meaning from which on a refusal is not trusted where the words are ours."""

    threshold: float
    margin: float
    foreign: float
    ours: float

    # On the development sets: asks back at 7 % of messages, and every other of those guesses would have been wrong.
    DEFAULTS = {"threshold": 0.5, "margin": 0.2, "foreign": 0.12, "ours": 0.02}  # noqa: RUF012 - read only; Rasa wants a dict of the defaults

    @classmethod
    def parse(cls, config: Mapping[str, object]) -> FallbackSettings:
        """Defaults overlaid with `config`. Raises ConfigurationError for an unknown key or a value outside 0 to 1."""
        name = "AmbiguityFallback"
        refuse_unknown_keys(name, config, cls.DEFAULTS)
        merged = {**cls.DEFAULTS, **config}
        return cls(
            threshold=number_between(name, merged, "threshold", 0, 1),
            margin=number_between(name, merged, "margin", 0, 1),
            foreign=number_between(name, merged, "foreign", 0, 1),
            ours=number_between(name, merged, "ours", 0, 1),
        )


def is_doubtful(ranking: Sequence[tuple[str, float]], settings: FallbackSettings, text: str = "") -> bool:
    """Whether to ask back; `ranking` holds intents with probabilities, best first. Nothing to choose from is no doubt.

    `text`: the message, which may be no sentence at all, and whose words may be only ours.
    """
    if not ranking:
        return False
    (name, best), (_, second) = (*ranking, ("", 0.0))[:2]
    if best < settings.threshold or best - second < settings.margin or looks_like_code(text) or asks_why(text):
        return True
    if name == OUT_OF_SCOPE:
        return second >= settings.ours and bool(_OURS.search(normalise(text)))
    return name != EMERGENCY and dict(ranking).get(OUT_OF_SCOPE, 0.0) > settings.foreign


# What it asks about was said before, where the classifier does not look: 为什么 alone is no refused claim.
_WHY = re.compile(r"[\W_]*那?(?:为什么|为啥|为何|咋回事|怎么回事|什么原因)[呢呀啊嘛\W_]*")


def asks_why(text: str) -> bool:
    """为什么？ and nothing else."""
    return bool(_WHY.fullmatch(normalise(text)))


_CODE = re.compile(r"^[^\u4e00-\u9fff@]*[/／\\{}<>=_\[\]][^\u4e00-\u9fff@]*$")


def looks_like_code(text: str) -> bool:
    """A command, a tag, a slot: no customer's sentence, whatever the classifier makes of its letters."""
    return bool(_CODE.match(text))
