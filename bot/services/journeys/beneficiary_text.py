"""Beneficiaries as customers type them: "儿子王小宇60%，李梅40", "孩子60他妈40", "平分"; and as one slot's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary
from bot.services.understanding import Understood
from bot.text.normalise import fold
from bot.text.numerals import parse_number

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲家封芮储靳邴松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全"
    "班仰秋仲伊宫宁仇栾暴甘祖武符刘景詹束龙叶幸司韶黎溥印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳"
    "逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘"
    "匡国文寇广禄阙东欧沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖仉"
)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?|[一二三四五六七八九]成半?|一半|百分之[零一二三四五六七八九十百]+)\s*%?")
_EQUAL = re.compile(r"平分|平均|均分|一人一半|各一半|各占一半|对半")
_ORDER = re.compile(r"第?([一二三1-9])顺位|(第二|其次|然后才)")
_FILLER = re.compile(
    r"(把|将|受益人|改成|改为|改|换成|换|写|填|给|都|全部|全|各|占|份额|比例|是|的|和|跟|与|及|还有|加上|添加|增加|一个|我要|我想|想|就|吧|了|名字|叫|姓名|他|她|我|剩下|其余|留给)+"
)


@dataclass
class _Draft:
    name: str = ""
    relationship: str = ""
    share: Decimal | None = None
    order: int = 1


def parse_beneficiaries(
    said: Understood, known: Sequence[Beneficiary], proposed: Sequence[Beneficiary] = ()
) -> tuple[Beneficiary, ...] | str:
    """The people a message names, or a sentence saying what is missing.

    `known` are people named before (the present beneficiaries and the proposal so far): "孩子60他妈40" means them.
    `proposed` is the proposal so far: "各一半" alone is about it.
    """
    text = fold(said.text)
    if re.search(r"法定", text):
        return (Beneficiary(LEGAL_HEIRS, "其他", 1, Decimal(100)),)
    drafts = _scan(text, said)
    if not drafts and proposed and _EQUAL.search(text):
        return _with_shares([_Draft(p.name, p.relationship, None, p.order) for p in proposed], equal=True)
    if not drafts:
        return "没看出要写谁。请写受益人的姓名、跟被保险人的关系和份额，比如“王小宇，子女，60%；李梅，配偶，40%”。"
    filled = [_match_known(draft, known) for draft in drafts]
    nameless = next((draft for draft in filled if not draft.name), None)
    if nameless:
        return f"请把{nameless.relationship or '受益人'}的姓名也告诉我，只写关系以后容易有争议。"
    unrelated = next((draft for draft in filled if not draft.relationship), None)
    if unrelated:
        return f"{unrelated.name}是被保险人的什么人？请连姓名一起说，比如“{unrelated.name}，子女”。"
    return _with_shares(filled, equal=bool(_EQUAL.search(text)))


def _scan(text: str, said: Understood) -> list[_Draft]:
    """Walk the message; a new person begins when a name or relation comes that the last one already has."""
    marks: list[tuple[int, str, str]] = [(e.start, "relationship", e.value) for e in said.of_type("relationship")]
    covered = [(e.start, e.end) for e in said.of_type("relationship")]
    for found in _ORDER.finditer(text):
        marks.append((found.start(), "order", _order(found)))
        covered.append(found.span())
    for found in _SHARE.finditer(text):
        if not any(start <= found.start() < end for start, end in covered):
            marks.append((found.start(), "share", found.group(1)))
            covered.append(found.span())
    marks += [(start, "name", name) for start, name in _names(text, covered)]
    drafts: list[_Draft] = []
    for _, kind, value in sorted(marks):
        if not drafts or (kind in ("name", "relationship") and getattr(drafts[-1], kind)):
            drafts.append(_Draft())
        if kind == "share":
            drafts[-1].share = _percent(value)
        elif kind == "order":
            drafts[-1].order = int(value)
        else:
            setattr(drafts[-1], kind, value)
    return [draft for draft in drafts if draft.name or draft.relationship]


def _names(text: str, covered: Sequence[tuple[int, int]]) -> list[tuple[int, str]]:
    blanked = list(text)
    for start, end in covered:
        blanked[start:end] = " " * (end - start)
    rest = _FILLER.sub(lambda found: " " * len(found.group()), "".join(blanked))
    return [
        (run.start(), run.group())
        for run in re.finditer(r"[\u4e00-\u9fff·]{2,4}", rest)
        if run.group()[0] in _SURNAMES and not _EQUAL.search(run.group())
    ]


def _order(found: re.Match[str]) -> str:
    return {"一": "1", "二": "2", "三": "3"}.get(found.group(1) or "二", found.group(1) or "2")


def _percent(text: str) -> Decimal:
    if text == "一半":
        return Decimal(50)
    if "成" in text:
        tenths = parse_number(text.split("成")[0]) or 0
        return Decimal(str(tenths)) * 10 + (5 if text.endswith("半") else 0)
    if text.startswith("百分之"):
        return Decimal(str(parse_number(text[3:]) or 0))
    return Decimal(text)


def _match_known(draft: _Draft, known: Sequence[Beneficiary]) -> _Draft:
    """Complete a name by its known relationship, or the only known person of a relationship by name."""
    by_name = [person for person in known if person.name == draft.name]
    if by_name and not draft.relationship:
        draft.relationship = by_name[-1].relationship
    alike = list({person.name: person for person in known if person.relationship == draft.relationship}.values())
    if not draft.name and len(alike) == 1:
        draft.name = alike[0].name
    return draft


def _with_shares(drafts: Sequence[_Draft], *, equal: bool) -> tuple[Beneficiary, ...]:
    people = [Beneficiary(d.name, d.relationship, d.order, d.share or Decimal(0)) for d in drafts]
    for order in {person.order for person in people}:
        group = [index for index, person in enumerate(people) if person.order == order]
        open_ones = [index for index in group if not people[index].share]
        if equal or len(open_ones) == len(group):
            shares = _equal_shares(len(group))
            for index, share in zip(group, shares, strict=True):
                people[index] = replace(people[index], share=share)
        elif len(open_ones) == 1:
            rest = 100 - sum((people[index].share for index in group), Decimal(0))
            people[open_ones[0]] = replace(people[open_ones[0]], share=max(rest, Decimal(0)))
    return tuple(people)


def _equal_shares(count: int) -> list[Decimal]:
    """Equal to the cent, the first one takes what is left over: 33.34, 33.33, 33.33."""
    each = (Decimal(100) / count).quantize(Decimal("0.01"))
    return [100 - each * (count - 1), *([each] * (count - 1))]


def to_slot(people: Sequence[Beneficiary]) -> str:
    return ";".join(f"{p.name}|{p.relationship}|{p.order}|{p.share}|{p.id_number}" for p in people)


def from_slot(text: str) -> tuple[Beneficiary, ...]:
    people = []
    for part in filter(None, text.split(";")):
        name, relationship, order, share, id_number = part.split("|")
        people.append(Beneficiary(name, relationship, int(order), Decimal(share), id_number))
    return tuple(people)


def spoken(people: Sequence[Beneficiary]) -> str:
    """王小宇（子女）第 1 顺位 60%，…"""
    return "，".join(f"{p.name}（{p.relationship}）第 {p.order} 顺位 {p.share.normalize():f}%" for p in people)
