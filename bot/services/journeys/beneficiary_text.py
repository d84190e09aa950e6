"""Beneficiaries as customers type them: "儿子王小宇60%，李梅40", "孩子60他妈40", "六四开"; and as one slot's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary
from bot.services.journeys.beneficiary_names import find_names
from bot.services.journeys.beneficiary_shares import EQUAL, REST, SHARE, Draft, find_odds, percent, with_shares
from bot.services.understanding import Understood
from bot.text.normalise import fold
from bot.text.numerals import parse_number

EXAMPLE = "请写受益人的姓名、跟被保险人的关系和份额，比如“王小宇，子女，60%；李梅，配偶，40%”。"
_ORDER = re.compile(
    r"第?\s*(?P<number>[一二三四五六七八九1-9])\s*(?:顺位|顺序)(?:受益人)?|第(?P<place>[一二三])受益人"
    r"|其次|然后才|第二(?=[,:，：])|(?:如果|要是|万一|假如)[^,;。]{0,8}(?:不在|没了|先走|去世|身故|过世)[^,;。]{0,3}[,]?(?:就|再|才|都)*给?"
)
# Whose father or mother: 他妈 is the mother of the person named before, 孩子妈 the insured's own spouse.
_PARENT_OF = re.compile(
    r"(?P<whose>我?(?:孩子|孩儿?|娃儿?|宝宝|儿子|闺女|女儿))(?:他|她|的)(?P<which>妈妈?|母亲|娘|爸爸?|父亲|爹)(?!的)"
    r"|(?P<child>孩子|娃)(?P<parent>妈(?!妈)|爸(?!爸)|娘|爹)"
    r"|(?<![其])(?P<pronoun>他|她)的?(?P<of>妈妈?|母亲|娘|爸爸?|父亲|爹)(?!的)"
)
_PARENT_RELATION = {"子女": "配偶", "父母": "祖父母", "兄弟姐妹": "父母", "配偶": "其他", "": "父母"}
_BULLET = re.compile(r"(?:^|(?<=[\s;,。]))[1-9]\s*[、.)](?!\d)")
_TAKEN_OFF_BEFORE = re.compile(r"(?:去掉|删掉|删除|去除|拿掉|取消|不要?给|不写|别给|别写|不再给)[我他她]?的?$")
_TAKEN_OFF_AFTER = re.compile(r"(?:去掉|删掉|删除|去除|拿掉|取消|不要了|就?不给)")
# "我老公李强那份的受益人": whose policy it is, not who receives.
_WHOSE = re.compile(r"(?:^|(?<=[,;。\s把将改]))[^,;。\s把将改]{1,10}?(?:那份|那张|的保险|的保单|名下的?)")
_BECOMES = re.compile(r"(?:改成|改为|换成|换为|变更为|变更成|变成|替换为|替换成)")
# One word for several people; it stands for all of them when we know them by name.
_SEVERAL = re.compile(r"爸妈|父母|爹妈|爹娘|双亲|二老|爸爸妈妈|儿女|子女|爷爷奶奶|外公外婆|姥姥姥爷|[两俩仨]")


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    kind: str  # name | relationship | share | each | id_number
    value: str
    text: str = ""


def parse_beneficiaries(
    said: Understood, known: Sequence[Beneficiary], proposed: Sequence[Beneficiary] = (), *, insured_sex: str = ""
) -> tuple[Beneficiary, ...] | str:
    """The people a message names, or a sentence saying what is missing.

    `known` are people named before (the present beneficiaries and the proposal so far): "孩子60他妈40" means them.
    `proposed` is the proposal so far: "各一半" alone is about it. `insured_sex` 男 / 女 tells when 孩子他妈 is the insured.
    """
    text = fold(said.text)
    if re.search(r"法定", text):
        return (Beneficiary(LEGAL_HEIRS, "其他", 1, Decimal(100)),)
    marks = _marks(text, said, known, insured_sex)
    drafts = _expand(_with_orders(_drafts(marks, trails=_trails(marks, text)), text), known, marks)
    people = [draft for draft, _ in drafts if draft.name or draft.relationship]
    lonely = next((draft.share for draft, _ in drafts if draft.share and not (draft.name or draft.relationship)), None)
    if not people:
        if proposed and (EQUAL.search(text) or find_odds(text)):
            people = [Draft(p.name, p.relationship, None, p.order, p.id_number) for p in proposed]
        else:
            return f"没看出要写谁。{EXAMPLE}"
    elif lonely:
        return f"{lonely.normalize():f}% 没写给谁。请把人和份额写在一起，比如“王小宇，子女，60%；李梅，配偶，40%”。"
    nameless_relations = [draft.relationship for draft in people if not draft.name]
    filled = [
        # Two children without names cannot both be the one whom we know.
        _match_known(draft, known) if nameless_relations.count(draft.relationship) < 2 or draft.name else draft
        for draft in people
    ]
    nameless = next((draft for draft in filled if not draft.name), None)
    if nameless and nameless.relationship != "本人":
        places = [place for draft, place in drafts if draft is nameless]
        said_as = [
            m.text for start, end in places for m in marks if m.kind == "relationship" and start <= m.start < end
        ]
        return _whose_name(nameless, known, said_as[0].lstrip("我俺") if said_as else "")
    if nameless:
        return "身故保险金的受益人不能是被保险人自己，请换一位。"
    unrelated = next((draft for draft in filled if not draft.relationship), None)
    if unrelated:
        return f"还要知道{unrelated.name}是被保险人的什么人，请连姓名一起说，比如“{unrelated.name}，子女”。"
    return with_shares(filled, text)


def _whose_name(draft: Draft, known: Sequence[Beneficiary], word: str) -> str:
    """Ask for the name; of several people of one relation on the policy nobody is guessed."""
    if len(_alike(draft, known)) < 2:
        return f"请把{draft.relationship or '受益人'}的姓名也告诉我，只写关系以后容易有争议。"
    return (
        f"保单上登记的{draft.relationship}不止一位，请写{word or draft.relationship}的姓名，连份额一起再说一遍，"
        f"比如“姓名，{draft.relationship}，60%”。"
    )


def _marks(text: str, said: Understood, known: Sequence[Beneficiary], insured_sex: str) -> list[_Mark]:
    """Everything the message says about people, in reading order, none overlapping another."""
    marks: list[_Mark] = []
    covered: list[tuple[int, int]] = [found.span() for found in _ORDER.finditer(text)]
    odds = find_odds(text)
    covered += [odds[0]] if odds else []
    covered += [found.span() for pattern in (EQUAL, _BULLET, _WHOSE) for found in pattern.finditer(text)]

    def add(mark: _Mark) -> None:
        if not any(mark.start < end and start < mark.end for start, end in covered):
            marks.append(mark)
            covered.append((mark.start, mark.end))

    for start, end, entity_text, value in _placed(text, said, "id_number"):
        add(_Mark(start, end, "id_number", value, entity_text))
    parents = [found for found in _PARENT_OF.finditer(text) if not (found["child"] and EQUAL.search(text))]
    for found in parents:
        if not found["pronoun"]:
            add(_Mark(*found.span(), "relationship", _spouse(found, insured_sex), found.group()))
    pronouns = [found.span() for found in parents if found["pronoun"]]
    for start, end, entity_text, value in _placed(text, said, "relationship"):
        if not any(first <= start < last for first, last in pronouns):
            add(_Mark(start, end, "relationship", value, entity_text))
    for found in SHARE.finditer(text):
        kind = "each" if found["each"] else "share"
        add(_Mark(*found.span(), kind, found["share"], found.group()))
    for start, end, name in find_names(text, said, [*covered, *pronouns], [p.name for p in known]):
        add(_Mark(start, end, "name", name))
    for found in parents:
        if found["pronoun"]:
            relation = _PARENT_RELATION.get(_said_before(marks, found.start(), known), "")
            which = "本人" if relation == "配偶" and _is_insured(found["of"], insured_sex) else relation
            marks = [mark for mark in marks if mark.end != found.start()]  # 王小宇他妈 names her, not him
            add(_Mark(*found.span(), "relationship", which, found.group()))
    kept = [mark for mark in marks if not _taken_off(mark, text)]
    return _after_the_change(sorted(kept, key=lambda mark: mark.start), text)


def _after_the_change(marks: list[_Mark], text: str) -> list[_Mark]:
    """ "把李梅换成王小宇": who stands before the verb is replaced; "王小宇改成60%" replaces nobody."""
    verbs = [found.start() for found in _BECOMES.finditer(text)]
    before = [mark for mark in marks if verbs and mark.start < verbs[0]]
    after = marks[len(before) :]
    replaced = len(verbs) == 1 and after and after[0].kind in ("name", "relationship")
    return after if replaced and all(mark.kind in ("name", "relationship") for mark in before) else marks


def _taken_off(mark: _Mark, text: str) -> bool:
    """ "把李梅去掉", "不要给孩子": named to say that the person gets nothing."""
    if mark.kind not in ("name", "relationship"):
        return False
    return bool(_TAKEN_OFF_BEFORE.search(text[: mark.start]) or _TAKEN_OFF_AFTER.match(text, mark.end))


def _placed(text: str, said: Understood, kind: str) -> list[tuple[int, int, str, str]]:
    """Entities where they stand in `text`, which may be the last part of the message that they were found in."""
    placed, after = [], 0
    for entity in said.of_type(kind):
        written = fold(entity.text)
        start = entity.start
        if not written or text[start : start + len(written)] != written:
            start = text.find(written, after) if written else -1
        if start >= 0:
            after = start + len(written)
            placed.append((start, after, written, entity.value))
    return placed


def _spouse(found: re.Match[str], insured_sex: str) -> str:
    return "本人" if _is_insured(found["which"] or found["parent"], insured_sex) else "配偶"


def _is_insured(parent: str, insured_sex: str) -> bool:
    """Whether the child's mother or father is the insured, who cannot be the other parent too."""
    return insured_sex == ("女" if parent[0] in "妈母娘" else "男")


def _said_before(marks: Sequence[_Mark], at: int, known: Sequence[Beneficiary]) -> str:
    """The relationship of whoever was named last before `at`; "" when nobody was."""
    relations = {person.name: person.relationship for person in known}
    before = [mark for mark in marks if mark.end <= at and mark.kind in ("name", "relationship")]
    for mark in sorted(before, key=lambda mark: mark.start, reverse=True):
        relation = mark.value if mark.kind == "relationship" else relations.get(mark.value, "")
        if relation:
            return relation
    return ""


def _drafts(marks: Sequence[_Mark], *, trails: bool) -> list[tuple[Draft, tuple[int, int]]]:
    """Walk the message; a new person begins when a name, relation or share comes that the last one already has.

    After a share comes the next person, unless the message `trails`: "王小宇60%，子女；李梅40%，配偶".
    """
    drafts: list[tuple[Draft, tuple[int, int]]] = []
    closed = False
    for mark in marks:
        if mark.kind == "each":
            for draft, _ in reversed(drafts):
                if draft.share is not None:
                    break
                draft.share = percent(mark.value)
            closed = True
            continue
        person = mark.kind in ("name", "relationship")
        if not drafts or getattr(drafts[-1][0], mark.kind) or (person and closed and not trails):
            drafts.append((Draft(), (mark.start, mark.end)))
            closed = False
        draft, (start, _) = drafts[-1]
        closed = closed or (mark.kind == "share" and bool(draft.name or draft.relationship))
        setattr(draft, mark.kind, percent(mark.value) if mark.kind == "share" else mark.value)
        drafts[-1] = (draft, (start, mark.end))
    return drafts


def _trails(marks: Sequence[_Mark], text: str) -> bool:
    kinds = [mark.kind for mark in marks]
    ends_so = kinds[-2:] in (["share", "relationship"], ["share", "name"])
    return ends_so and kinds[0] != "share" and not REST.search(text)


def _with_orders(drafts: list[tuple[Draft, tuple[int, int]]], text: str) -> list[tuple[Draft, tuple[int, int]]]:
    """ "第一顺位王小宇，第二顺位李梅" leads its people, "王小宇第1顺位，李梅第2顺位" follows them."""
    orders = [(found.start(), _order(found)) for found in _ORDER.finditer(text)]
    if not orders or not drafts:
        return drafts
    follows = orders[0][0] > drafts[0][1][0] and orders[-1][0] >= drafts[-1][1][1]
    for index, (draft, (start, end)) in enumerate(drafts):
        inside = [order for at, order in orders if start <= at < end]
        if inside:
            draft.order = inside[0]
        elif follows:
            until = drafts[index + 1][1][0] if index + 1 < len(drafts) else len(text)
            draft.order = next((order for at, order in orders if end <= at < until), draft.order)
        else:
            draft.order = next((order for at, order in reversed(orders) if at < start), draft.order)
    return drafts


def _order(found: re.Match[str]) -> int:
    number = found["number"] or found["place"]
    return int(parse_number(number) or 1) if number else 2


def _expand(
    drafts: list[tuple[Draft, tuple[int, int]]], known: Sequence[Beneficiary], marks: Sequence[_Mark]
) -> list[tuple[Draft, tuple[int, int]]]:
    """爸妈 for two parents that we know by name."""
    expanded = []
    for draft, place in drafts:
        words = [m.text for m in marks if m.kind == "relationship" and place[0] <= m.start < place[1]]
        several = not draft.name and any(_SEVERAL.search(word) for word in words)
        alike = _alike(draft, known) if several else []
        if len(alike) > 1:
            expanded += [(replace(draft, name=person.name), place) for person in alike]
        else:
            expanded.append((draft, place))
    return expanded


def _alike(draft: Draft, known: Sequence[Beneficiary]) -> list[Beneficiary]:
    return list({person.name: person for person in known if person.relationship == draft.relationship}.values())


def _match_known(draft: Draft, known: Sequence[Beneficiary]) -> Draft:
    """Complete a name by its known relationship, or the only known person of a relationship by name."""
    by_name = [person for person in known if person.name == draft.name]
    if by_name and not draft.relationship:
        draft.relationship = by_name[-1].relationship
    alike = _alike(draft, known)
    if not draft.name and len(alike) == 1:
        draft.name = alike[0].name
    return draft


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
