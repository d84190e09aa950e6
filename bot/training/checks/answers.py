"""Answers of data/knowledge: each with its source and date, under a number of its own, and one default for each intent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from bot.services.load_knowledge import KnowledgeError, check_answers_text
from bot.training.checks.wording import place
from bot.training.finding import Finding, error
from bot.training.lined_corpus import LinedCorpus
from bot.training.pieces import Answer

_NEEDED = {
    "id": "写编号“意图.名字”，全库不重",
    "intent": "写它答的意图，data/intents.yml 里有的",
    "title": "写标题，会当按钮给客户看",
    "answer": "写答案：先结论，再理由，再下一步",
    "source": "写出处：哪部法规第几条，或“公司服务规则”",
    "as_of": "写核对的日期，如 2026-11-22",
}
_NAMED = ("intent", "next")
_ZH = {"id": "编号", "intent": "意图", "title": "标题", "answer": "答案", "source": "出处", "as_of": "日期"}


def check_answers(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors only: an answer without a source is a claim of nobody's."""
    found = list(_flaws(corpus))
    yield from found
    told = {each.file for each in found}
    for name, text in corpus.knowledge.items():
        if name not in told:
            yield from _refused(name, text, corpus.intents)


def _refused(name: str, text: str, intents: frozenset[str]) -> Iterator[Finding]:
    """What else keeps the product from reading the file: it would not start."""
    try:
        check_answers_text(text, name, intents)
    except KnowledgeError as flaw:
        data = flaw.data
        if data["key"] not in _NAMED:  # an intent that there is not is the contract's matter
            yield error(
                "answer.refused",
                (name, int(str(data["line"]))),
                f"答案“{data['entry']}”的 {data['key']}：{data['problem']}",
                "照手册“加一条知识”里的写法改；多出来的键删掉，或者看看是不是拼错了",
                id=data["entry"],
                key=data["key"],
                problem=data["problem"],
            )


def _flaws(corpus: LinedCorpus) -> Iterator[Finding]:
    first: dict[str, Answer] = {}
    for answer in corpus.answers:
        name = answer.fields.get("id", "").strip()
        for key, remedy in _NEEDED.items():
            if not answer.fields.get(key, "").strip():
                yield error(
                    f"answer.no_{key}",
                    answer.place(key),
                    f"答案“{name or answer.fields.get('title', '')}”没有写{_ZH[key]}（{key}）",
                    remedy,
                    id=name,
                )
        yield from _bad_date(answer, name)
        before = first.setdefault(name, answer)
        if name and before is not answer:
            yield error(
                "answer.same_id",
                answer.place("id"),
                f"编号“{name}”用了两次，{place(before.place('id'))}已经有了",
                "换一个编号",
                id=name,
                other=list(before.place("id")),
            )
    yield from _defaults(corpus)


def _bad_date(answer: Answer, name: str) -> Iterator[Finding]:
    text = answer.fields.get("as_of", "").strip()
    if not text:
        return
    try:
        date.fromisoformat(text)
    except ValueError:
        yield error(
            "answer.bad_date",
            answer.place("as_of"),
            f"答案“{name}”的日期“{text}”不是一天",
            "写成 2026-11-22 的样子",
            id=name,
            as_of=text,
        )


def _defaults(corpus: LinedCorpus) -> Iterator[Finding]:
    shelves: dict[str, list[Answer]] = defaultdict(list)
    for answer in corpus.answers:
        shelves[answer.fields.get("intent", "")].append(answer)
    for intent, shelf in shelves.items():
        defaults = [each for each in shelf if each.is_default]
        if len(defaults) == 1 or intent not in corpus.intents:
            continue  # an intent that there is not is the contract's matter
        where = defaults[1].where if defaults else shelf[0].where
        told = "、".join(each.fields.get("id", "") for each in defaults)
        yield error(
            "answer.defaults",
            where,
            f"意图“{intent}”的默认答案应有且只有一个，现在有 {len(defaults)} 个{f'：{told}' if told else ''}",
            "默认答案的 when 空着、不写 lines；多的写上 when，没有的补一个",
            intent=intent,
            defaults=[each.fields.get("id", "") for each in defaults],
        )
