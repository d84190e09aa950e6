"""Our messages as WeChat shows them: plain text, buttons as words to send back, cut and joined by UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversations.delivery import Part
from bot.conversations.messages import StoredMessage

MOST_BYTES = 1900  # of a text; WeChat refuses beyond about 2,047, and `MORE` must still fit
MORE = "\n（还有内容没发完，回复任意字接着看）"


def render(message: StoredMessage) -> str:
    """A button is pressed by sending its words."""
    if not message.choices:
        return message.text
    if message.input and message.input.kind in ("choice", "confirm"):
        titles = "\n".join(f"· {choice.title}" for choice in message.choices)
        return f"{message.text}\n（直接回复下面的字）\n{titles}"
    titles = "、".join(f"“{choice.title}”" for choice in message.choices)
    return f"{message.text}\n（也可以回复{titles}）"


def parts_of(messages: Sequence[StoredMessage], most_bytes: int = MOST_BYTES) -> tuple[Part, ...]:
    """As few texts as hold them all, in order."""
    found: list[Part] = []
    for message in messages:
        parts = list(_cut(render(message), most_bytes))
        joined = f"{found[-1].text}\n\n{parts[0]}" if found and len(parts) == 1 else ""
        if joined and len(joined.encode()) <= most_bytes:
            found[-1] = Part(joined, message.seq)
            continue
        found += [Part(part, None) for part in parts[:-1]]
        found.append(Part(parts[-1], message.seq))
    return tuple(found)


def _cut(text: str, most_bytes: int) -> Iterator[str]:
    """At the ends of lines where there are any, never inside a character."""
    while len(text.encode()) > most_bytes:
        head = text.encode()[:most_bytes].decode("utf-8", "ignore")
        at = head.rfind("\n")
        at = at if at > len(head) // 2 else len(head)
        yield text[:at].rstrip()
        text = text[at:].lstrip("\n")
    yield text
