"""The leak check finds what it is for: equal, reworded and enclosed sentences, in every place where customers speak."""

from __future__ import annotations

from pathlib import Path

from benchmarks.elsewhere import read_elsewhere
from benchmarks.leaks import REWORDED, find_inside, find_leaks, find_taught
from benchmarks.sentences import Sentence, read_cases, read_training


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(text, "", frozenset(), Path("x.yml"), number) for number, text in enumerate(texts, 1)]


def test_a_light_rewording_is_found() -> None:
    ours = sentences("仓库烧起来了，里头还有三个师傅没跑出来")
    measured = sentences("喂仓库烧起来了里头还有两个师傅没跑出来啊")
    assert [leak.similarity >= REWORDED for leak in find_leaks(ours, measured, REWORDED)] == [True]


def test_sentences_on_the_same_subject_are_none() -> None:
    ours = sentences("仓库着了火，有工人被困")
    assert find_leaks(ours, sentences("厂子失火了我们几个人都跑出来了，怎么理赔"), REWORDED) == []


def test_a_sentence_with_words_around_it_is_found() -> None:
    ours = sentences("续保要不要重新算等待期")
    assert len(find_inside(ours, sentences("请问续保要不要重新算等待期呀谢谢"))) == 1
    assert find_inside(ours, sentences("续保要不要重新算等待期")) == []  # equal: the other check's


def test_short_phrases_inside_others_are_none() -> None:
    assert find_inside(sentences("我要投诉"), sentences("我要投诉你们")) == []


def test_dialogues_rules_and_the_demo_page_are_read_too() -> None:
    places = {sentence.file.name for sentence in read_elsewhere()}
    assert {"knowledge.yml", "misconduct.yml", "demo_people.py"} <= places


def test_whatever_the_tests_and_the_benchmarks_say_is_read_wording_by_wording(tmp_path: Path) -> None:
    said = {
        "tests/unit/test_it.py": 'def test() -> None:\n    hear("我的车"\n         "被撞了")  # 不读\n',
        "tests/spoken/one.yml": "- {say: 我要改地址, expect: [{says: 好的}]}\n",
        "tests/spoken/heard.txt": "plain\n喂是保险公司吗\n",
        "benchmarks/said.py": 'POOL = "{room}泡水了|水管爆了"\n',
        "tests/nlu_cases/held.yml": "- {intent: greet, cases: [{text: 有人吗}]}\n",
    }
    for name, text in said.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = {(each.text, each.line) for each in read_elsewhere(tmp_path) if each.file.name != "demo_people.py"}
    assert read == {
        ("我的车被撞了", 2), ("我要改地址", 1), ("好的", 1), ("喂是保险公司吗", 2), ("泡水了", 1), ("水管爆了", 1)
    }  # fmt: skip


def test_nothing_that_teaches_is_a_held_out_case_or_near_one() -> None:
    assert [str(leak) for leak in find_taught(read_training(), read_cases())] == []
