"""The dialogues of this folder, each played against the three real processes; README.md says how they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogues.house_rules import RULES
from tests.dialogues.playing import Player
from tests.dialogues.reading import Dialogue, DialogueFileError, read_dialogues
from tests.stack import Answer, Message, Stack

pytest_plugins = ["tests.stack"]
pytestmark = pytest.mark.timeout(600)  # the first test also trains, where the model is not the data's
DIALOGUES = read_dialogues()
JOURNEYS = {
    "report_claim", "query_claim", "query_policy", "file_complaint", "query_complaint", "change_beneficiary",
    "consent", "hand_off", "knowledge", "clarify", "clauses",
}  # fmt: skip


@pytest.fixture(scope="module")
def player(stack: Stack) -> Player:
    stack.heal()
    return Player(stack)


def test_every_journey_has_dialogues() -> None:
    assert {dialogue.file.removesuffix(".yml") for dialogue in DIALOGUES} >= JOURNEYS


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue.id for dialogue in DIALOGUES])
def test_dialogue(dialogue: Dialogue, player: Player) -> None:
    """It goes as written, and nothing that was said breaks a house rule."""
    said = player.play(dialogue)
    broken = {
        f"{line.place}\n  {line.said}\n  → {found}" for line in said for rule in RULES if (found := rule(line.answer))
    }
    assert not broken, "\n".join(["", *sorted(broken)])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("我们会尽快联系您。", "says_nothing_vague"),
        ("这种情况肯定能赔。", "gives_no_verdict"),
        ("这个不能赔。", "gives_no_verdict"),
        ("几点发生的？在哪里？", "asks_one_question"),
        ("会打 13800001001 联系您", "echoes_no_phone"),
        ("您的身份证 11010819510903022X 对吗", "echoes_no_id_number"),
    ],
)
def test_a_house_rule_notices_what_it_is_for(text: str, rule: str) -> None:
    answer = Answer((Message(1, "bot", text, slot="claim_place"),), "bot")
    assert [one.__name__ for one in RULES if one(answer)] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "是否赔付以核定结果为准。",
        "能不能赔，以核定结果为准。",
        "报案成功，报案号 C20261123000017，会打 138****1001 联系您。",
        "服务人员：徐浩（执业登记号 020001101058002000000001）137****0001",
        "比如“昨天下午几点？”。什么时候发生的？",
    ],
)
def test_a_house_rule_lets_good_words_pass(text: str) -> None:
    answer = Answer((Message(1, "bot", text, slot="claim_place"),), "bot")
    assert [one.__name__ for one in RULES if one(answer)] == []


def test_a_dialogue_file_with_an_unknown_word_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "report_claim.yml").write_text("- dialogue: 报案\n  turns:\n  - say: 你好\n    expct: {slot: x}\n")
    with pytest.raises(DialogueFileError, match=r"report_claim\.yml 报案 第 1 句: 不认识 expct"):
        read_dialogues(tmp_path)
