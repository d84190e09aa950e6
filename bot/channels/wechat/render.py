"""Our messages as WeChat shows them: plain text, buttons as words to send back, cut and joined by UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversations.contacts import NOWHERE, Part, Place
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


def parts_of(
    messages: Sequence[StoredMessage], told: Place = NOWHERE, most_bytes: int | None = None
) -> tuple[Part, ...]:
    """As few texts as hold what is not told yet, in order. `messages` follow `told.seq`; the texts of a message that is
    longer than one stand alone, but for the end of the last."""
    most = MOST_BYTES if most_bytes is None else most_bytes
    found: list[Part] = []
    before = told
    for message in messages:
        text = render(message).rstrip()
        pieces = list(_cut(text, min(before.chars, len(text)), most))
        *firsts, (last, _) = pieces
        joined = f"{found[-1].text}\n\n{last}" if found and not firsts else ""
        end = Place(message.seq)
        if joined and len(joined.encode()) <= most:
            found[-1] = Part(joined, end)
        else:
            found += [Part(piece, Place(before.seq, chars)) for piece, chars in firsts]
            found.append(Part(last, end))
        before = end
    return tuple(found)


def _cut(text: str, at: int, most_bytes: int) -> Iterator[tuple[str, int]]:
    """Pieces from one character on, each with the number of the character after it; cut at the ends of lines where there
    are any, never inside a character."""
    while len(text[at:].encode()) > most_bytes:
        head = text[at:].encode()[:most_bytes].decode("utf-8", "ignore") or text[at]
        line = head.rfind("\n")
        end = at + (line if line > len(head) // 2 else len(head))
        piece = text[at:end].rstrip()
        while text[end : end + 1] == "\n":
            end += 1
        yield piece, end
        at = end
    yield text[at:], len(text)
