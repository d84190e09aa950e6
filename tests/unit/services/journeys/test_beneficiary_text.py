"""Beneficiaries as people type them on a phone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.insurance.beneficiary import Beneficiary
from bot.services.journeys.beneficiary_text import from_slot, parse_beneficiaries, to_slot
from tests.form_talk import Hear

LI_MEI = Beneficiary("李梅", "配偶", 1, Decimal(50))
FATHER, MOTHER = Beneficiary("王德山", "父母", 1, Decimal(25)), Beneficiary("周桂芝", "父母", 1, Decimal(25))
CHILD = Beneficiary("王小宇", "子女", 1, Decimal(100))
KNOWN = (LI_MEI, FATHER, MOTHER, CHILD)


def _said(people: tuple[Beneficiary, ...] | str) -> list[str] | str:
    if isinstance(people, str):
        return people
    return [f"{p.name} {p.relationship} {p.order} {p.share.normalize():f}" for p in people]


SPLIT = ["王小宇 子女 1 60", "李梅 配偶 1 40"]
HALVES = ["王小宇 子女 1 50", "李梅 配偶 1 50"]


@pytest.mark.parametrize(
    "text",
    [
        "王小宇，子女，60%；李梅，配偶，40%",
        "王小宇,子女,60%;李梅,配偶,40%",
        "王小宇 子女 60 李梅 配偶 40",
        "王小宇、儿子、60%、李梅、老婆、40%",
        "儿子王小宇60%李梅老婆40%",
        "儿子王小宇60，老婆李梅40",
        "儿子王小宇占六成，老婆李梅占四成",
        "我儿子王小宇百分之六十，我媳妇李梅百分之四十",
        "60%给我儿子王小宇，40%给我老婆李梅",
        "王小宇（儿子）60%\n李梅（妻子）40%",
        "受益人改为王小宇 儿子 60％ 李梅 妻子 40％",
        "儿子王小宇和老婆李梅六四开",
        "儿子王小宇跟老婆李梅，6:4",
        "王小宇儿子、李梅老婆，60比40",
        "王小宇60%，子女；李梅40%，配偶",
        "王小宇60%（儿子），李梅40%（妻子）",
        "1、王小宇 子女 60%\n2、李梅 配偶 40%",
        "受益人王小宇，关系儿子，份额60；受益人李梅，关系妻子，份额40",
        "儿子王小宇60%，剩下的给老婆李梅",
        "我想把受益人改成儿子王小宇60% 其余留给爱人李梅",
    ],
)
def test_two_new_people_are_read_however_they_are_typed(hear: Hear, text: str) -> None:
    assert _said(parse_beneficiaries(hear(text), ())) == SPLIT


@pytest.mark.parametrize(
    "text",
    [
        "孩子60 他妈40",
        "孩子60他妈40",
        "孩子60%，他妈妈40%",
        "孩子60，孩子他妈40",
        "孩子60 孩子妈40",
        "娃60 娃他妈40",
        "小宇他妈40，王小宇60",
        "孩子60，剩下的给他妈",
        "60给孩子，40给他妈",
        "孩子六成 爱人四成",
        "王小宇60 李梅40",
        "孩子60，老婆40",
        "老婆40，王小宇60",
        "王小宇60，剩下的给老婆",
        "闺女她妈40 闺女60",
        "王小宇百分之60，李梅拿百分之40",
    ],
)
def test_people_known_already_are_meant_by_a_word_for_them(hear: Hear, text: str) -> None:
    found = _said(parse_beneficiaries(hear(text), (LI_MEI, CHILD)))
    assert sorted(found, reverse=True) == sorted(SPLIT, reverse=True)


@pytest.mark.parametrize(
    "text",
    [
        "儿子王小宇和老婆李梅各一半",
        "儿子王小宇 老婆李梅 平分",
        "儿子王小宇、老婆李梅，一人一半",
        "儿子王小宇 老婆李梅 各50%",
        "儿子王小宇和老婆李梅五五开",
        "儿子王小宇一半，老婆李梅一半",
    ],
)
def test_equal_parts_have_many_names(hear: Hear, text: str) -> None:
    assert _said(parse_beneficiaries(hear(text), ())) == HALVES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各一半", HALVES),
        ("平分吧", HALVES),
        ("七三开", ["王小宇 子女 1 70", "李梅 配偶 1 30"]),
        ("改成八二开", ["王小宇 子女 1 80", "李梅 配偶 1 20"]),
    ],
)
def test_a_split_alone_is_about_the_people_proposed_so_far(hear: Hear, text: str, expected: list[str]) -> None:
    proposed = (CHILD, LI_MEI)
    assert _said(parse_beneficiaries(hear(text), proposed, proposed)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("孩子40，剩下的爸妈平分", ["王小宇 子女 1 40", "王德山 父母 1 30", "周桂芝 父母 1 30"]),
        ("爸妈各一半", ["王德山 父母 1 50", "周桂芝 父母 1 50"]),
        ("王小宇、李梅各30，王德山40", ["王小宇 子女 1 30", "李梅 配偶 1 30", "王德山 父母 1 40"]),
        (
            "王小宇三分之一，李梅三分之一，王德山三分之一",
            ["王小宇 子女 1 33.34", "李梅 配偶 1 33.33", "王德山 父母 1 33.33"],
        ),
        ("王小宇 李梅 王德山 三人平分", ["王小宇 子女 1 33.34", "李梅 配偶 1 33.33", "王德山 父母 1 33.33"]),
        ("全部给孩子", ["王小宇 子女 1 100"]),
        ("都给王小宇", ["王小宇 子女 1 100"]),
        ("把李梅去掉，都给王小宇", ["王小宇 子女 1 100"]),
        ("都给孩子吧，不要给我爸", ["王小宇 子女 1 100"]),
        ("把李梅换成王小宇", ["王小宇 子女 1 100"]),
        ("受益人由我老婆变更为孩子", ["王小宇 子女 1 100"]),
        ("我媳妇那份保险的受益人改成孩子", ["王小宇 子女 1 100"]),
        ("把王小宇改成60%，李梅40%", ["王小宇 子女 1 60", "李梅 配偶 1 40"]),
        ("王小宇，百分之百", ["王小宇 子女 1 100"]),
    ],
)
def test_shares_left_open_are_worked_out(hear: Hear, text: str, expected: list[str]) -> None:
    assert _said(parse_beneficiaries(hear(text), KNOWN)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "第一顺位王小宇100%，第二顺位李梅100%",
        "第一顺位：王小宇；第二顺位：李梅",
        "王小宇第1顺位100%，李梅第2顺位100%",
        "王小宇，子女，第一顺位，100%；李梅，配偶，第二顺位，100%",
        "第一受益人王小宇，第二受益人李梅",
        "先给王小宇，其次李梅",
        "给王小宇，万一他不在了就给李梅",
    ],
)
def test_an_order_belongs_to_the_person_it_is_said_of(hear: Hear, text: str) -> None:
    found = _said(parse_beneficiaries(hear(text), (LI_MEI, CHILD)))
    assert found == ["王小宇 子女 1 100", "李梅 配偶 2 100"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("儿子陈建和，女儿李想，各一半", ["陈建和", "李想"]),
        ("女儿欧阳静怡100%", ["欧阳静怡"]),
        ("我爱人张全占60%，儿子王和平占40%", ["张全", "王和平"]),
        ("丈夫刘成全和儿子刘一一平分", ["刘成全", "刘一一"]),
        ("换成我儿子陈一诺", ["陈一诺"]),
    ],
)
def test_names_made_of_common_words_stay_whole(hear: Hear, text: str, names: list[str]) -> None:
    found = parse_beneficiaries(hear(text), ())
    assert not isinstance(found, str), found
    assert [person.name for person in found] == names


def test_an_id_number_in_the_message_is_kept_with_its_person_and_is_no_share(hear: Hear) -> None:
    found = parse_beneficiaries(hear("陈一诺 儿子 310115201505050016 60%，李明 丈夫 40%"), ())
    assert _said(found) == ["陈一诺 子女 1 60", "李明 配偶 1 40"]
    assert [person.id_number for person in found if isinstance(person, Beneficiary)] == ["310115201505050016", ""]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("60%", "没看出要写谁"),
        ("随便吧", "没看出要写谁"),
        ("孩子60 40", "40% 没写给谁"),
        ("都给我女婿", "姓名"),
        ("老大60老二40", "子女的姓名"),
        ("李明100%", "李明是被保险人的什么人"),
        ("爸妈各一半", "父母的姓名"),
    ],
)
def test_what_is_missing_is_asked_for(hear: Hear, text: str, reason: str) -> None:
    assert reason in str(parse_beneficiaries(hear(text), (CHILD,)))


def test_legal_heirs_stand_for_everybody(hear: Hear) -> None:
    assert _said(parse_beneficiaries(hear("就按法定继承吧"), KNOWN)) == ["法定继承人 其他 1 100"]


def test_the_childs_mother_is_the_insured_herself_when_the_insured_is_a_woman(hear: Hear) -> None:
    refused = parse_beneficiaries(hear("孩子60 他妈40"), (CHILD,), insured_sex="女")
    assert "不能是被保险人自己" in str(refused)
    assert _said(parse_beneficiaries(hear("孩子60 他爸40"), (CHILD, LI_MEI), insured_sex="女")) == SPLIT


def test_without_a_person_before_his_mother_is_the_insureds_own(hear: Hear) -> None:
    assert _said(parse_beneficiaries(hear("改成他妈"), (LI_MEI, MOTHER, CHILD))) == ["周桂芝 父母 1 100"]


def test_a_slot_holds_what_was_written_to_it() -> None:
    assert from_slot(to_slot(KNOWN)) == KNOWN


@pytest.mark.parametrize(
    ("word", "relationship"),
    [
        ("老公", "配偶"),
        ("妈妈", "父母"),
        ("女儿", "子女"),
        ("弟弟", "兄弟姐妹"),
        ("奶奶", "祖父母"),
        ("外公", "祖父母"),
        ("姥姥", "祖父母"),
        ("孙子", "孙子女"),
        ("外孙女", "孙子女"),
        ("外孙", "孙子女"),
        ("女婿", "其他"),
        ("婆婆", "其他"),
        ("侄子", "其他"),
        ("未婚妻", "其他"),
    ],
)
def test_every_close_relative_of_the_civil_code_has_its_word(hear: Hear, word: str, relationship: str) -> None:
    assert _said(parse_beneficiaries(hear(f"陈秀英，{word}，100%"), ())) == [f"陈秀英 {relationship} 1 100"]
