"""What no customer types and somebody sends all the same: words, JSON of the chat and of the hotline, XML of WeChat."""

from __future__ import annotations

import json
import random
import time
import uuid

_PIECES = (
    "\x00", "\x08", "\x1b[2J", "\u202e", "\u2066", "\ufeff", "\ufffe", "\u2028", "\ud800", "\udfff", "👨‍👩‍👧‍👦", "🇨🇳", "é́́́", "／", "/", "／inform{",
    '/inform{"policy_no": "P1"}', "' OR 1=1 --", "'; DROP TABLE policies; --", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "{{7*7}}", "${jndi:ldap://x}", "%s%n", "../../etc/passwd", "]]>", "&lt;", "&#0;", "]]", "\r\n\r\n", "{" * 40, "[" * 40, "9" * 300, "-0", "NaN",
    "我要报案", "京A12345", "13900000000", "转人工", "确认", "查保单", "尾号", "一二三", "  ", "\t", "。。。", "Ａ１２３", "ﷺ", "𠮷",
)  # fmt: skip
_REPEATED = (
    "一遍",
    "说什么",
    "能不能",
    "不是",
    "对",
    "哦不",
    "尾号",
    "一",
    "幺",
    "我要",
    "转人工",
    "三个",
    "double",
    "a ",
    "@",
    "1-",
)
ENTITIES = {
    "a file (XXE)": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "a billion laughs": '<!DOCTYPE x [<!ENTITY z "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("zihgfedcb", "ihgfedcba", strict=True))
    + "]>",
    "an outside DTD": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}
_ODD_VALUES: tuple[object, ...] = (None, True, -1, 1e308, 10**40, [], {}, [[]], "", "x" * 3000)


def fuzzed_words() -> str:
    """Some pieces in any order, or a few of them again and again."""
    if random.random() < 0.1:
        return "".join(random.choices(_REPEATED, k=2)) * random.randrange(10, 200) + random.choice(_PIECES)
    return "".join(random.choices(_PIECES, k=random.randrange(1, 8)))


def fuzzed_json(channel: str, words: str, *, odd: bool) -> bytes:
    """A message of the chat, or an event of a call; when it is `odd`, a field may be of another kind, or the JSON none."""
    body: dict[str, object] = {"id": str(uuid.uuid4()), "text": words}
    if channel == "hotline":
        body["type"] = "speech"
        if odd:
            body |= random.choice(
                (
                    {},
                    {"type": "start", "from": words},
                    {"type": "dtmf", "digits": words},
                    {"confidence": random.choice(_ODD_VALUES)},
                    {"alternatives": [words, fuzzed_words()] * random.randrange(8)},
                    {"type": random.choice(("no_input", "barge_in", "no_input", "barge_in", "hangup", words))},
                )
            )
    if odd and random.random() < 0.3:
        body[random.choice((*body, words, "payload", "choice"))] = random.choice(_ODD_VALUES)
    text = json.dumps(body)
    if odd and random.random() < 0.1:
        text = random.choice(
            (text[: random.randrange(len(text))], "[" * 20_000, '{"a":' * 5_000, text + text, "null", "")
        )
    return text.encode()


def fuzzed_xml(words: str, sender: str, *, odd: bool) -> str:
    """A message of WeChat's, as its server would post it, or not; now and then from somebody who is called `words`."""
    safe = words.encode("utf-8", "replace").decode()
    head = ""
    if odd and random.random() < 0.2:
        head, safe = random.choice([*ENTITIES.values()]), random.choice(("&a;", "&c;", safe))
        content = safe
    else:
        content = f"<![CDATA[{safe}]]>"
    kind = random.choice(("text", "text", "text", "voice", "image", "event", "x", "")) if odd else "text"
    sender = sender if random.random() < 0.95 or not odd else safe
    xml = (
        f"{head}<xml><ToUserName>gh</ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>{int(time.time())}</CreateTime>"
        f"<MsgType>{kind}</MsgType><Content>{content}</Content><Recognition>{content}</Recognition><Event>{content}</Event>"
        f"<EventKey>{content}</EventKey><MediaId>m</MediaId><MsgId>{random.randrange(10**18)}</MsgId></xml>"
    )
    return xml[: random.randrange(len(xml))] if odd and random.random() < 0.1 else xml
