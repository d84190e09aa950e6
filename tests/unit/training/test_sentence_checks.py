"""What the checks of sentences take for a fault, and what not."""

from __future__ import annotations

import random

import pytest

from bot.training.checks.balance import check_balance
from bot.training.checks.contract import check_contract
from bot.training.checks.duplicates import check_duplicates
from bot.training.checks.entities import check_entities
from bot.training.checks.held_out_leaks import check_held_out_leaks
from bot.training.checks.near_duplicates import check_near_duplicates
from bot.training.checks.personal_data import check_personal_data
from bot.training.finding import Severity
from bot.training.likeness import alike, reworded
from tests.unit.training.small_corpus import corpus, nlu


def test_width_script_spaces_and_punctuation_make_no_other_sentence() -> None:
    (found,) = check_duplicates(corpus(nlu(greet=["你好，有人嗎？"], goodbye=["你 好 有人吗"])))
    assert (found.severity, found.file, found.line) == (Severity.ERROR, "data/nlu/a.yml", 8)
    assert "data/nlu/a.yml 第 5 行" in found.message
    assert found.data["intents"] == ["greet", "goodbye"]


def test_emoji_alone_are_no_duplicate() -> None:
    assert list(check_duplicates(corpus(nlu(greet=["👋"], goodbye=["🙏"])))) == []


def test_a_question_to_the_knowledge_is_an_example_too() -> None:
    knowledge = {"data/knowledge/a.yml": "answers:\n- id: a\n  intent: goodbye\n  asked: [你好有人在这里吗请问]\n"}
    (found,) = check_duplicates(corpus({**nlu(greet=["你好有人在这里吗请问"]), **knowledge}))
    assert (found.file, found.line) == ("data/knowledge/a.yml", 4)


def test_another_number_makes_almost_the_same_sentence() -> None:
    (found,) = check_near_duplicates(corpus(nlu(greet=["我的保单尾号是123请查"], goodbye=["我的保单尾号是456请查"])))
    assert found.severity is Severity.WARNING
    assert found.data["likeness"] == 1.0


def test_a_word_that_makes_the_difference_is_no_near_duplicate() -> None:
    sentences = nlu(greet=["自动续费的服务怎么关"], goodbye=["会员自动续费怎么关"])
    assert list(check_near_duplicates(corpus(sentences))) == []


def test_too_few_sentences_are_told_with_how_many_are_missing() -> None:
    found = [
        each for each in check_balance(corpus(nlu(greet=["你好", "您好", "你好。"]))) if each.data["intent"] == "greet"
    ]
    assert [each.code for each in found] == ["balance.too_few_examples", "balance.too_few_cases"]
    assert found[0].data["examples"] == 2  # 你好 and 你好。 are one
    assert found[0].remedy == "在 data/nlu 里再写 23 句，说法要不一样"


def test_sentences_that_all_begin_alike_are_a_template() -> None:
    made = [f"请问你好我是{chr(0x4E00 + number)}家的" for number in range(30)]
    found = [each for each in check_balance(corpus(nlu(greet=made))) if each.code == "balance.one_opening"]
    assert [each.data["times"] for each in found] == [30]
    assert "“请问你好”" in found[0].message


def test_a_case_is_leaked_once_and_with_the_likest() -> None:
    cases = {
        "tests/nlu_cases/a.yml": "- intent: greet\n  cases:\n    - text: 请问你们现在有人在吗\n    - text: 请问你们有人在吗\n"
    }
    (found,) = check_held_out_leaks(corpus({**nlu(greet=["请问你们有人在吗"]), **cases}))
    assert found.data["other"] == ["tests/nlu_cases/a.yml", 4]


def test_a_name_that_is_written_often_in_a_file_is_told_once() -> None:
    found = [each for each in check_contract(corpus(nlu(greets=["早"], greet=["好"]))) if each.code == "intent.unknown"]
    assert [(each.line, each.data["guess"]) for each in found] == [(3, "greet")]


def test_a_word_list_contradicts_a_mark_only_where_it_is_sure() -> None:
    lists = {"data/lexicon/entities/relationship.txt": "配偶: 老公 先生(我)\n"}
    found = check_entities(corpus({**nlu(greet=["[老公](location)好", "[先生](location)好"]), **lists}))
    assert [each.data["text"] for each in found] == ["老公"]


@pytest.mark.parametrize(
    "invented",
    [
        "电话13900001234", "幺三九零零零零一二三四", "139 0000 1234", "010-00001234", "身份证11010519491231002X",
        "身份证100306198506120080", "身份证440306198506120088", "卡号6222020000000000012", "邮箱a@example.com", "保单P2023001234567",
        "报案号C20260001234567", "一共12345678901234元", "95519",
    ],
)  # fmt: skip
def test_what_is_nobodys_is_no_personal_data(invented: str) -> None:
    assert list(check_personal_data(corpus(nlu(greet=[invented])))) == []


@pytest.mark.parametrize(
    ("real", "kind"),
    [
        ("打13987654321", "phone"), ("打139-8765-4321", "phone"), ("幺三九八七六五四三二幺", "phone"), ("０１０－６５４３２１９８", "phone"),
        ("440306198506120089", "id_number"), ("4403061985 0612 0089", "id_number"), ("6222021001116245702", "bank_card"),
        ("邮箱wang@163.com", "email"),
    ],
)  # fmt: skip
def test_what_may_be_somebodys_is_found_and_not_repeated(real: str, kind: str) -> None:
    (found,) = check_personal_data(corpus(nlu(greet=[real])))
    assert found.code == f"personal_data.{kind}"
    digits = "".join(letter for letter in real if letter.isdigit())
    assert len(digits) < 5 or digits not in found.message + str(found.data)


def test_the_join_of_the_rarest_pairs_finds_what_comparing_all_finds() -> None:
    draw = random.Random(7)
    texts = ["".join(draw.choice("保单退款理赔查询投诉") for _ in range(draw.randrange(1, 14))) for _ in range(300)]
    pairs = [{text[k : k + 2] for k in range(len(text) - 1)} for text in texts]
    for least in (0.4, 0.6, 0.85):
        wanted = {
            (i, j)
            for i, left in enumerate(pairs)
            for j, right in enumerate(pairs)
            if texts[i] == texts[j] or (left and right and len(left & right) >= least * len(left | right))
        }
        assert {(i, j) for i, j, _ in alike(texts, texts, least)} == wanted
        assert {(i, j) for i, j, _ in reworded(texts, texts, least)} == {
            (i, j) for i, j in wanted if texts[i] == texts[j] or len(texts[i]) >= 8
        }
