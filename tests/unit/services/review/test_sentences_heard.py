"""Which sentences of live conversations come before the trainers, and that no turn can fail for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import StoreUnavailableError
from bot.insurance.review_item import ReviewReason
from bot.services.review.listen import REMEMBERED, SentencesHeard
from bot.services.review_ports import OfferedSentence
from bot.services.understanding import DOUBT, Entity, Understood
from tests.fakes import START

FALLBACK, LOW, CORRECTED, HANDED_OFF, COMPLAINED = (
    ReviewReason.FALLBACK,
    ReviewReason.LOW_CONFIDENCE,
    ReviewReason.CORRECTED,
    ReviewReason.HANDED_OFF,
    ReviewReason.COMPLAINED,
)


class Offered:
    """A store that only keeps what is offered; away while `away`."""

    def __init__(self) -> None:
        self.sentences: list[OfferedSentence] = []
        self.away = False
        self.commits = 0
        self.review_items = self

    def offer(self, sentence: OfferedSentence) -> bool:
        self.sentences.append(sentence)
        return True

    def commit(self) -> None:
        self.commits += 1

    def __enter__(self) -> Offered:
        if self.away:
            raise StoreUnavailableError(error="gone")
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Talk:
    """One conversation: each `say` is a turn of two actions, as most are."""

    def __init__(self) -> None:
        self.store = Offered()
        self.heard = SentencesHeard(lambda: self.store)  # type: ignore[arg-type,return-value]
        self.number = 0

    def say(
        self,
        text: str,
        intent: str,
        confidence: float = 0.95,
        *,
        in_journey: bool = False,
        answered: bool = False,
        **changes,
    ) -> Understood:
        self.number += 1
        ranking = (
            ((DOUBT, 0.6), ("surrender_policy", 0.4), ("query_claim", 0.2))
            if intent == DOUBT
            else ((intent, confidence),)
        )
        values = {
            "conversation_id": "c-1", "message_id": f"m-{self.number}", "received_at": START, "channel": "web", "text": text,
            "intent": intent, "confidence": confidence, "ranking": ranking, **changes,
        }  # fmt: skip
        said = Understood(**values)
        for _ in range(2):
            self.heard.hear(said, in_journey=in_journey, asked_back=intent == DOUBT and not answered)
        return said

    def press(self, intent: str, **changes) -> Understood:
        return self.say("", intent, 1.0, chosen=True, **changes)

    def offered(self) -> list[tuple[str, ReviewReason]]:
        self.heard.write()
        return [(one.text, one.reason) for one in self.store.sentences]


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_what_was_not_understood_or_hardly_is_offered_once(talk):
    talk.say("那个钱我不想放里头了", DOUBT)
    talk.say("退保要多久", "surrender_policy", 0.6)
    talk.say("我要退保", "surrender_policy", 0.9)
    assert talk.offered() == [("那个钱我不想放里头了", FALLBACK), ("退保要多久", LOW)]
    first = talk.store.sentences[0]
    assert (first.guess, first.confidence, first.ranking) == (
        "surrender_policy", 0.4, (("surrender_policy", 0.4), ("query_claim", 0.2)),
    )  # fmt: skip


def test_a_doubt_that_was_answered_all_the_same_is_only_a_low_confidence(talk):
    talk.say("等待期内住院", DOUBT, answered=True)
    assert talk.offered() == [("等待期内住院", LOW)]


def test_a_sure_guess_that_led_nowhere_is_offered_though_it_is_no_topic(talk):
    said = talk.say("哎呀就那个那个嘛", "inform")
    talk.heard.hear_hand_off(said, understood=False)
    talk.heard.hear(said, in_journey=False)
    assert talk.offered() == [("哎呀就那个那个嘛", HANDED_OFF), ("哎呀就那个那个嘛", FALLBACK)]


def test_an_answer_to_a_question_of_a_journey_is_no_misunderstanding(talk):
    talk.say("张三", DOUBT, in_journey=True)
    talk.say("不是，我要问的是别的", "ask_coverage")
    assert talk.offered() == []


@pytest.mark.parametrize("words", ["答非所问", "不是，我是问退保", "你理解错了", "我问的是住院", "没问你这个"])
def test_a_customer_who_corrects_points_at_the_sentence_before(talk, words):
    talk.say("住院怎么算", "ask_coverage")
    talk.say(words, "ask_coverage")
    assert talk.offered() == [("住院怎么算", CORRECTED)]


def test_a_choice_after_a_doubt_says_what_was_meant(talk):
    talk.say("那个钱我不想放里头了", DOUBT)
    talk.press("query_claim")
    assert talk.offered() == [("那个钱我不想放里头了", FALLBACK), ("那个钱我不想放里头了", CORRECTED)]
    assert talk.store.sentences[1].meant == "query_claim"


def test_a_button_that_answers_a_question_says_nothing_of_it(talk):
    talk.say("那个钱我不想放里头了", DOUBT)
    talk.press("inform", entities=(Entity("choice", "", "x"),))
    talk.press("request_human")
    assert talk.offered() == [("那个钱我不想放里头了", FALLBACK)]


def test_who_wants_a_person_or_complains_was_not_helped_before(talk):
    talk.say("赔款怎么还没到", "query_claim")
    talk.heard.hear_hand_off(talk.say("转人工", "request_human"), understood=True)
    talk.say("保不保住院", "ask_coverage")
    talk.say("我要投诉你们", "file_complaint")
    assert talk.offered() == [("赔款怎么还没到", HANDED_OFF), ("保不保住院", COMPLAINED)]


def test_a_complaint_that_only_a_rule_hears_points_at_the_sentence_before_once(talk):
    talk.say("赔款怎么还没到", "query_claim")
    said = talk.say("再不给我就打12378", "file_complaint")
    talk.heard.hear_complaint(said)
    talk.heard.hear_complaint(said)
    assert talk.offered() == [("赔款怎么还没到", COMPLAINED)]


def test_two_that_were_not_understood_go_to_a_person_together(talk):
    talk.say("那个钱啊", DOUBT)
    talk.heard.hear_hand_off(talk.say("就是那个嘛", DOUBT), understood=False)
    assert talk.offered() == [
        ("那个钱啊", FALLBACK), ("就是那个嘛", FALLBACK), ("就是那个嘛", HANDED_OFF), ("那个钱啊", HANDED_OFF),
    ]  # fmt: skip


def test_who_begins_with_a_person_says_nothing_about_anything(talk):
    talk.heard.hear_hand_off(talk.say("转人工", "request_human"), understood=True)
    assert talk.offered() == []


def test_a_report_of_wrongdoing_and_small_talk_come_before_no_trainer(talk):
    talk.say("业务员收了我的钱", "report_misconduct", 0.6)
    talk.say("有个人好像飞单", DOUBT, ranking=((DOUBT, 0.6), ("report_misconduct", 0.4)))
    talk.say("嗯嗯", "affirm", 0.5)
    talk.press("report_misconduct")
    assert talk.offered() == []


def test_who_somebody_is_stays_hidden_and_other_entities_are_marked(talk):
    text = "我叫李小明电话13800001234发票丢了"
    entities = (
        Entity("person_name", "李小明", "李小明", 2, 5), Entity("phone", "13800001234", "13800001234", 7, 18),
        Entity("document", "发票", "发票", 18, 20),
    )  # fmt: skip
    talk.say(text, DOUBT, entities=entities)
    assert [one for one, _ in talk.offered()] == ["我叫李*明电话***********发票丢了"]
    assert talk.store.sentences[0].example == "我叫李*明电话***********[发票](document)丢了"


def test_a_turn_that_is_tried_again_counts_once(talk):
    said = talk.say("那个钱我不想放里头了", DOUBT)
    talk.heard.hear(said, in_journey=False)
    assert len(talk.offered()) == 1


def test_nothing_is_raised_while_the_store_is_away(talk):
    talk.say("那个钱我不想放里头了", DOUBT)
    talk.store.away = True
    talk.heard.write()
    talk.store.away = False
    talk.say("又一句听不懂的", DOUBT)
    assert talk.offered() == [("又一句听不懂的", FALLBACK)]
    talk.heard.write()
    assert talk.store.commits == 1


def test_only_so_many_conversations_are_remembered(talk):
    for number in range(REMEMBERED + 10):
        talk.say("住院怎么算", "ask_coverage", conversation_id=f"c-{number}")
    assert len(talk.heard._turns) == REMEMBERED
    talk.say("答非所问", "ask_coverage", conversation_id="c-0", received_at=START + timedelta(hours=1))
    assert talk.offered() == []
