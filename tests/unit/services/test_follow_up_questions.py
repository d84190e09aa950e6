"""The questionnaires as data: nothing they do not know, every point of art 15, and words that are understood."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.insurance.follow_up import FollowUpKind
from bot.services.follow_ups.load_questionnaires import QuestionnaireFileError, load_questionnaires
from bot.services.follow_ups.read_answer import read_option
from bot.services.guard_reply import load_guard
from bot.settings import ROOT

FOLDER = ROOT / "data" / "follow_up"
FORMS = load_questionnaires(FOLDER)
SOLD = re.compile(r"优惠|升级|加保|推荐|活动|再买")


def test_a_new_contract_is_asked_about_every_point_of_article_15() -> None:
    questions = FORMS.forms[FollowUpKind.NEW_POLICY].questions
    assert {each.point for each in questions if each.mandatory} >= set(range(1, 8))
    assert questions[0].point == 1


def test_nothing_is_sold_or_promised_in_a_question() -> None:
    guard = load_guard(ROOT / "data" / "guard" / "never_say.yml")
    said = [each.text for form in FORMS.forms.values() for each in form.questions]
    said += [form.opening for form in FORMS.forms.values()] + [each.say for each in FORMS.problems.values()]
    for words in said:
        assert not SOLD.search(words), words
        assert not guard.broken(words), words


def test_every_problem_is_named_by_an_answer() -> None:
    options = [o for form in FORMS.forms.values() for question in form.questions for o in question.options]
    assert {option.problem for option in options} - {""} == set(FORMS.problems)


@pytest.mark.parametrize(
    ("kind", "question", "words", "option"),
    [
        ("new_policy", "holder", "是的", "yes"),
        ("new_policy", "holder", "我是他女儿，帮他填", "other"),
        ("new_policy", "bought", "嗯，自己要买的", "yes"),
        ("new_policy", "bought", "被忽悠的", "no"),
        ("new_policy", "signed", "对，自己签的", "yes"),
        ("new_policy", "signed", "不是我签的", "no"),
        ("new_policy", "signed", "忘了", "unsure"),
        ("new_policy", "received", "还没拿到合同", "no"),
        ("new_policy", "received", "上周收到了", "yes"),
        ("new_policy", "read", "看不懂，字太多", "no"),
        ("new_policy", "cover", "不太清楚", "no"),
        ("new_policy", "cover", "清楚的", "yes"),
        ("new_policy", "loss", "以为全退", "no"),
        ("new_policy", "loss", "知道的", "yes"),
        ("new_policy", "cooling_off", "没听说过", "no"),
        ("new_policy", "payment", "以为只交一年", "no"),
        ("new_policy", "told", "说是保本理财", "other"),
        ("new_policy", "told", "没说是理财，就是保险", "insurance"),
        ("new_policy", "told", "网上自己买的", "none"),
        ("new_policy", "money", "银行卡代扣", "company"),
        ("new_policy", "money", "没有转给业务员，公司扣的", "company"),
        ("claim_closed", "proper", "没有", "no"),
        ("claim_closed", "proper", "跟我要红包", "yes"),
        ("claim_closed", "proper", "没人要红包", "no"),
        ("claim_closed", "satisfied", "不太满意", "2"),
        ("claim_closed", "satisfied", "很差", "1"),
        ("claim_closed", "satisfied", "还行", "3"),
        ("claim_closed", "satisfied", "非常满意", "5"),
        ("claim_closed", "satisfied", "挺好的", "4"),
        ("claim_survey", "came", "等了很久才来", "late"),
        ("claim_survey", "came", "一直没人来", "no"),
        ("complaint_closed", "done", "还没到时候", "waiting"),
        ("request_done", "right", "不一样，办错了", "no"),
        ("new_policy", "cooling_off", "犹豫期是什么", None),
        ("new_policy", "received", "你们几点上班", None),
    ],
)
def test_answers_in_a_customers_words(kind: str, question: str, words: str, option: str | None) -> None:
    asked = FORMS.forms[FollowUpKind(kind)].question(question)
    assert asked is not None
    found = read_option(asked, words)
    assert (found.id if found else None) == option


@pytest.mark.parametrize("words", ["不知道", "没有", "不是", "是的", "知道", "没讲过"])
def test_bare_words_answer_no_other_question(words: str) -> None:
    for form in FORMS.forms.values():
        assert not [each.id for each in form.questions if read_option(each, words, elsewhere=True)]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("problem: not_signed", "problem: not_there", "problem"),
        ("when: instalments", "when: sometimes", "when"),
        ("{until}", "{nothing}", "ask"),
        ("point: 7", "point: 0", "questions"),
        ("mandatory: false", "needed: false", "needed"),
        ("- id: bought", "- id: holder", "id"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    folder = tmp_path / "follow_up"
    shutil.copytree(FOLDER, folder)
    path = folder / "new_policy.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(QuestionnaireFileError) as error:
        load_questionnaires(folder)
    assert error.value.data["key"] == key
