"""What the checks of stories, rules and the domain take for a fault, and what not; and how a draft is checked."""

from __future__ import annotations

from bot.training.checks import CHECKS, find_faults
from bot.training.checks.domain import check_domain
from bot.training.checks.reached import check_reached
from bot.training.checks.stories import check_stories
from bot.training.checks.synonyms import check_synonyms
from bot.training.finding import Severity
from bot.training.lined_corpus import LinedCorpus
from tests.unit.training.small_corpus import TEXTS, corpus, nlu, stories

RULE = "rules:\n- rule: 问候\n  steps:\n  - intent: greet\n  - action: utter_greet\n"


def codes(*flows: str, rule: str = RULE) -> list[str]:
    return [each.code for each in check_stories(corpus({**stories(*flows), "data/rules/a.yml": rule}))]


def test_two_stories_that_part_are_told_with_both_places_and_the_repair() -> None:
    (found,) = check_stories(
        corpus(stories("甲: offer=more affirm utter_greet", "乙: offer=more affirm action_hand_off"))
    )
    assert (found.severity, found.file, found.line) == (Severity.ERROR, "data/stories/a.yml", 12)
    assert "故事“甲”（data/stories/a.yml 第 3 行）" in found.message
    assert "客户说的是“affirm”，offer 是“more”" in found.message
    assert found.data["repair"] == {
        "file": "data/stories/a.yml", "line": 12, "from": "action_hand_off", "to": "utter_greet",
    }  # fmt: skip


def test_another_condition_is_another_state() -> None:
    assert codes("甲: offer=more affirm utter_greet", "乙: offer=papers affirm action_hand_off") == []


def test_a_condition_on_a_slot_without_influence_tells_nothing_apart() -> None:
    found = codes("甲: note=a affirm utter_greet", "乙: affirm action_hand_off")
    assert sorted(found) == ["story.contradiction", "story.slot_not_heeded"]


def test_what_was_done_before_the_last_sentence_does_not_count() -> None:
    assert codes("甲: goodbye action_goodbye affirm utter_greet", "乙: affirm action_hand_off") == [
        "story.contradiction"
    ]


def test_what_was_done_since_the_last_sentence_counts() -> None:
    assert codes("甲: affirm utter_greet action_hand_off", "乙: affirm utter_greet") == ["story.said_already"]


def test_each_way_of_a_choice_is_looked_at() -> None:
    assert codes("甲: goodbye|affirm action_goodbye", "乙: affirm action_hand_off") == ["story.contradiction"]


def test_a_rule_holds_whatever_else_is_known() -> None:
    assert codes("甲: offer=more greet action_hand_off") == ["story.contradiction"]


def test_a_rule_with_a_condition_leaves_the_others_alone() -> None:
    conditional = RULE.replace("  steps:", "  condition:\n  - slot_was_set:\n    - offer: papers\n  steps:")
    assert codes("甲: offer=more greet action_hand_off", rule=conditional) == []
    assert codes("甲: offer=papers greet action_hand_off", rule=conditional) == ["story.contradiction"]


def test_a_story_that_does_what_a_rule_does_is_said_already() -> None:
    assert codes("甲: greet utter_greet") == ["story.said_already"]


def test_two_of_one_name_are_one_to_rasa() -> None:
    assert codes("甲: affirm utter_greet", "甲: goodbye action_goodbye") == ["story.same_name"]


def test_a_text_that_a_test_expects_shows_which_story_was_played() -> None:
    dialogue = "- dialogue: 好\n  turns:\n  - {{say: 好的好的, expect: {{says: [{words}]}}}}\n"
    sentences = nlu(affirm=["好的好的"])
    for words, untested in (("您好", 0), ("再见", 1)):
        files = {
            **stories("甲: affirm utter_greet"),
            **sentences,
            "tests/dialogues/a.yml": dialogue.format(words=words),
        }
        found = [each.code for each in check_reached(corpus(files))]
        assert found.count("story.untested") == untested


def test_a_word_behind_another_is_another_word() -> None:
    lists = {"data/lexicon/entities/relationship.txt": "配偶: 先生(我)\n其他: 先生 大哥\n兄弟姐妹: 大哥\n"}
    clashes = [each for each in check_synonyms(corpus(lists)) if each.code == "synonym.clash"]
    assert [(each.data["word"], each.line) for each in clashes] == [("大哥", 3)]


def test_nothing_is_missing_twice() -> None:
    files = stories("甲: offer=more affirm action_hands_off", "乙: offer=papers affirm action_hands_off")
    found = [each for each in check_domain(corpus(files)) if each.code == "action.unknown"]
    assert [each.data["count"] for each in found] == [2]
    assert "“action_hand_off”" in found[0].remedy


def test_a_file_that_does_not_read_is_all_that_is_said() -> None:
    broken = corpus({**stories("甲: greet action_hand_off"), "data/rules/a.yml": "rules:\n- rule: [\n"})
    heard: list[str] = []
    found = find_faults(broken, heard.append)
    assert [(each.code, each.file) for each in found] == [("file.unreadable", "data/rules/a.yml")]
    assert heard == []


def test_a_byte_that_is_no_utf8_is_told_with_its_line() -> None:
    (found,) = corpus({"data/nlu/a.yml": "version: 1\nnlu:\n- intent: \ufffd\n"}).unreadable
    assert (found.code, found.line) == ("file.not_utf8", 3)


def test_a_key_that_is_there_twice_is_told_with_both_lines() -> None:
    (found,) = corpus({"domain.yml": "intents: []\nslots: {}\nintents: []\n"}).unreadable
    assert (found.line, "第 1 行已经有了" in found.message) == (3, True)


def test_a_draft_in_memory_is_checked_as_it_stands_there() -> None:
    saved = LinedCorpus.of(TEXTS)
    draft = LinedCorpus.of({**TEXTS, **stories("甲: greet action_hands_off")})
    assert "action.unknown" not in {each.code for each in check_domain(saved)}
    assert "action.unknown" in {each.code for each in check_domain(draft)}
    assert draft.pieces["domain.yml"] is saved.pieces["domain.yml"]  # what did not change is not read again


def test_every_check_is_named_once() -> None:
    assert len({name for name, _ in CHECKS}) == len({check for _, check in CHECKS}) == len(CHECKS)
