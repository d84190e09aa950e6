"""A clause asked for by its name or its number ("免赔额条款原文", "第七条怎么写", "第几条写了免责"): its words, quoted.

With product, version and article, a cover never without its exclusions, and no word on what it means for a case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.insurance.policy import InsurancePolicy
from bot.insurance.terms import Clause, Terms
from bot.services.answer_coverage import all_exclusions_button, own_policies
from bot.services.assistant import AssistantServices
from bot.services.knowledge_entry import lines_named
from bot.services.quote_terms import EXCLUSIONS_QUOTED, list_exclusions, quote
from bot.services.reply import TO_HUMAN, Choice, Reply, intend
from bot.services.understanding import Understood
from bot.text.normalise import normalise
from bot.text.numerals import parse_number

_DIGITS = "零一二三四五六七八九"
_NUMBER = r"第 ?(\d{1,2}|[一二三四五六七八九十]{1,3}) ?条"
_ARTICLE = re.compile(_NUMBER)
_ASKS = re.compile(
    rf"{_NUMBER}|第几条|哪(?:一|几)?条|原文|原话|白纸黑字|条款.{{0,4}}(?:内容|怎么(?:写|说|规定)|是什么|在哪|写的|呢|[?？]|$)"
    r"|(?:看|查|找|要|给|发|念|读|贴).{0,10}条款|(?:条款|合同|保单)(?:里|上|中|里面|上面)?.{0,8}(?:怎么写|怎么规定|写在|写的|写了)"
)
# What is no wish to read a clause, though it names one: a dispute about it, or the meaning of a word that stands in it.
_OTHERWISE = re.compile(
    r"法》? ?第|意思|概念|一回事|区别|定义|解释|怎么理解|霸王|不服|不认|没(?:人)?(?:给我|跟我|向我)?(?:讲|说|念|解释|提示|看)|凭什么|不合理|看不懂|骗"
)
_BUTTON = "clause:"
_PRODUCTS_QUOTED = 3
_OFFERED = ("HMM", "CIW", "ACC", "MCV")


@dataclass(frozen=True)
class _Topic:
    """A kind of clause: how customers name it, and its lines in a product's terms (none when there is no such clause)."""

    zh: str
    named: re.Pattern[str]
    lines: Callable[[Terms], Sequence[str]]


def _quoted(clause: Clause) -> str:
    return f"· {clause.article}（{clause.title}）：“{clause.text}”"


def _titled(*titles: str) -> Callable[[Terms], Sequence[str]]:
    return lambda terms: [_quoted(clause) for clause in terms.clauses if clause.title in titles]


_TOPICS: Mapping[str, _Topic] = {
    "exclusions": _Topic("责任免除", re.compile(r"免责|责任免除|除外|不保的|不赔的|免除责任"), list_exclusions),
    "waiting": _Topic("等待期", re.compile(r"等待期|观察期"), _titled("等待期")),
    "deductible": _Topic("免赔额", re.compile(r"免赔|免培"), _titled("免赔额")),
    "cooling_off": _Topic("犹豫期", re.compile(r"犹豫期|冷静期"), _titled("犹豫期")),
    "period": _Topic("保险期间", re.compile(r"保险期间|保险期限|保障期|保多少年|保多久"), _titled("保险期间")),
    "premium": _Topic("保险费", re.compile(r"保险?费|交费|缴费|宽限期"), _titled("保险费")),
    "duties": _Topic("投保人、被保险人的义务", re.compile(r"义务|告知|通知"), lambda t: [_quoted(d) for d in t.duties]),
    "coverages": _Topic(
        "保险责任",
        re.compile(r"保险责任|保障责任|保障范围|保障内容|责任条款|保什么|保哪些"),
        lambda terms: quote(terms, terms.coverages, terms.exclusions),
    ),
}


@dataclass(frozen=True)
class _Wanted:
    """`what`: a topic, an article (第七条) or a cover's title."""

    what: str
    lines: Callable[[Terms], Sequence[str]]
    key: str = ""


@dataclass(frozen=True)
class AnsweredClause:
    """`asks`: the product is not known yet; the next short message names it."""

    reply: Reply
    asks: bool = False


def answer_clause(said: Understood, using: AssistantServices) -> AnsweredClause | None:
    """The clause that `said` asks for, from the own policy once proved, else from the product; None for no such wish."""
    today = said.received_at.date()
    sold = using.clauses.current(today)
    wanted = _pressed(said) if said.chosen else _wanted(normalise(said.text), sold)
    if wanted is None or not sold:
        return None
    about = _own(said, using) or _named(said, sold)
    if not about:
        return AnsweredClause(_which_product(wanted, sold), asks=True)
    return AnsweredClause(_quote_all(wanted, about, today))


def _wanted(text: str, sold: Sequence[Terms]) -> _Wanted | None:
    if not _ASKS.search(text) or _OTHERWISE.search(text):
        return None
    number = _ARTICLE.search(text)
    if number:
        return _article(number[1])
    topic = next((key for key, topic in _TOPICS.items() if topic.named.search(text)), None)
    if topic:
        return _topic(topic)
    titles = {cover.title for terms in sold for cover in terms.coverages if cover.title in text}
    return _cover(max(titles, key=len)) if titles else None


def _topic(key: str) -> _Wanted:
    return _Wanted(_TOPICS[key].zh, _TOPICS[key].lines, key)


def _cover(title: str) -> _Wanted:
    def lines(terms: Terms) -> Sequence[str]:
        covers = [cover for cover in terms.coverages if cover.title == title]
        return quote(terms, covers, terms.exclusions) if covers else []

    return _Wanted(title, lines, f"cover/{title}")


def _article(written: str) -> _Wanted:
    """第7条 and 第七条 are one; 第二条 holds 第二条第一款."""
    number = int(parse_number(written) or 0)
    article = f"第{_in_chinese(number)}条"

    def lines(terms: Terms) -> Sequence[str]:
        covers = [cover for cover in terms.coverages if cover.clause.startswith(article)]
        if covers:
            return quote(terms, covers, terms.exclusions)
        others = [
            f"· 【责任免除】{item.clause}：“{item.text}”"
            for item in terms.exclusions
            if item.clause.startswith(article)
        ]
        return [*others, *(_quoted(clause) for clause in terms.clauses if clause.article.startswith(article))]

    return _Wanted(article, lines, f"article/{number}")


def _in_chinese(number: int) -> str:
    """1 to 99 as articles are numbered: 十, 十五, 四十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def _pressed(said: Understood) -> _Wanted | None:
    """What the button `_clause_button` stands for."""
    document = said.first("document")
    if document is None or not document.value.startswith(_BUTTON):
        return None
    key = document.value.removeprefix(_BUTTON).rpartition(":")[0]
    kind, _, name = key.partition("/")
    if name:
        return _article(name) if kind == "article" else _cover(name)
    return _topic(key)


def _clause_button(title: str, wanted: _Wanted, product_code: str) -> Choice:
    value = f"{_BUTTON}{wanted.key}:{product_code}"
    return Choice(title, "/ask_coverage" + json.dumps({"document": value}, ensure_ascii=False))


def _own(said: Understood, using: AssistantServices) -> Sequence[tuple[Terms, InsurancePolicy | None]]:
    """The proved customer's own contracts that the message may mean: live before ended."""
    policies = sorted(own_policies(said, using)[0], key=lambda policy: not policy.status.is_live)
    own = [(using.clauses.of(policy), policy) for policy in policies]
    named = _names([terms for terms, _ in own], said)
    chosen = [pair for pair in own if pair[0] in named] if named is not None else own
    return chosen[:_PRODUCTS_QUOTED]


def _named(said: Understood, sold: Sequence[Terms]) -> Sequence[tuple[Terms, InsurancePolicy | None]]:
    return [(terms, None) for terms in (_names(sold, said) or ())][:_PRODUCTS_QUOTED]


def _names(among: Sequence[Terms], said: Understood) -> list[Terms] | None:
    """Those that the message names, by product, else by line of business; None when it names neither."""
    if said.chosen:
        document = said.first("document")
        code = document.value.rpartition(":")[2] if document else ""
        return [terms for terms in among if terms.product_code == code]
    text = normalise(said.text)
    known = {terms: _longest(text, (terms.product_name, *terms.also)) for terms in among}
    longest = max(known.values(), default=0)
    if longest:
        return [terms for terms, length in known.items() if length == longest]
    lines = lines_named(said)
    return [terms for terms in among if terms.line.value in lines] if lines else None


def _longest(text: str, names: Sequence[str]) -> int:
    return max((len(name) for name in names if name.lower() in text), default=0)


def _which_product(wanted: _Wanted, sold: Sequence[Terms]) -> Reply:
    offered = [terms for code in _OFFERED for terms in sold if terms.product_code == code]
    choices = tuple(_clause_button(terms.product_name, wanted, terms.product_code) for terms in offered)
    text = f"各产品的“{wanted.what}”写法不一样。您要看哪一款？直接说险种也行；要看您自己那份的，先查保单核对身份。"
    return Reply(text, (*choices, intend("查我的保单", "query_policy"), TO_HUMAN))


def _quote_all(wanted: _Wanted, about: Sequence[tuple[Terms, InsurancePolicy | None]], today: date) -> Reply:
    parts = []
    for terms, policy in about:
        whose = f"您的保单 {terms.product_name}（保单号 {policy.policy_no}）" if policy else f"“{terms.product_name}”"
        lines = wanted.lines(terms)
        parts.append(
            f"{whose}，条款版本 {terms.version}，{wanted.what}" + ("原文：" if lines else "：这一版没有这一条。")
        )
        parts.extend(lines)
    parts.append("这是条款的原话；遇到具体的事，是否赔付以核定结果为准。")
    only = about[0][0] if len(about) == 1 else None
    more = (all_exclusions_button(only.code),) if only and len(only.exclusions) > EXCLUSIONS_QUOTED else ()
    return Reply("\n".join(parts), (*more, intend("查我的保单", "query_policy"), TO_HUMAN))
