"""What a proven customer has not finished: kept by his identity and for nobody else, until it is done or seven days are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.draft_ports import KEPT, KeptDraft
from bot.services.elsewhere import begun_elsewhere
from bot.services.journeys.drafts import take_up, unfinished
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.servicing_talk import prove
from tests.talk import Talk

PEOPLE = {each.name: each for each in NAMED_CUSTOMERS}
SURRENDER = "service_form:surrender_policy"


@pytest.fixture
def talk(first_talk: Talk) -> Talk:
    """Eight days after the last: only so many codes are sent within half an hour, and nothing is kept of the test before."""
    first_talk.now += timedelta(days=8)
    return first_talk.another()


def kept(talk: Talk) -> Sequence[KeptDraft]:
    return unfinished(talk.ears.hear(talk.conversation_id, "接着办", talk.now), talk.services)


def half_a_surrender(talk: Talk) -> Talk:
    talk.say("我要退保")
    prove(talk, "陈静")
    talk.say("P2022000551")
    talk.say("不想说")
    assert talk.requested == "surrender_card", talk.text
    return talk


def again(talk: Talk, name: str) -> Talk:
    """Another conversation in which that person is proved."""
    later = talk.another()
    later.say("查一下我名下的保单")
    prove(later, name)
    return later


def test_the_same_person_goes_on_in_another_conversation_and_nobody_else(talk: Talk) -> None:
    half_a_surrender(talk)
    (draft,) = kept(again(talk, "陈静"))
    assert (draft.key, draft.title, draft.run) == (SURRENDER, "退保", talk.key)
    assert draft.answers["service_policy"] == "P2022000551"
    assert kept(again(talk, "郑浩")) == ()
    assert kept(talk.another()) == ()


def test_what_proves_who_somebody_is_is_not_kept(talk: Talk) -> None:
    half_a_surrender(talk)
    (draft,) = kept(talk)
    person = PEOPLE["陈静"]
    assert not {person.name, person.id_number} & set(draft.answers.values())
    assert not {"name", "id_number", "otp"} & set(draft.answers)


def test_a_report_that_nobody_has_proved_is_kept_for_nobody_not_even_for_its_phone(talk: Talk) -> None:
    talk.say("我要报案，京N10361昨天下午三点在望京东路跟人剐蹭了，没人受伤，我的手机是13900001004")
    assert talk.requested, talk.text
    with talk.services.reading() as work:
        assert work.drafts.of_run(talk.key) is None
    assert kept(again(talk, "刘芳")) == ()


def test_a_report_of_a_proved_person_is_kept(talk: Talk) -> None:
    talk.say("查一下我名下的保单")
    prove(talk, "周强")
    talk.say("不查了")
    talk.say("我要报案，京N10362昨天下午三点在望京东路跟人剐蹭了，没人受伤")
    (draft,) = kept(again(talk, "周强"))
    assert (draft.key, draft.answers["claim_place"]) == ("claim_form", "望京东路")


@pytest.mark.parametrize("words", ["算了不退了", "转人工"])
def test_what_was_given_up_or_handed_over_is_kept_no_more(talk: Talk, words: str) -> None:
    half_a_surrender(talk).say(words)
    assert kept(talk) == ()


def test_it_is_kept_seven_days_from_the_last_word(talk: Talk) -> None:
    half_a_surrender(talk)
    later = again(talk, "陈静")
    said = later.ears.hear(later.conversation_id, "接着办", later.now)
    with later.services.unit_of_work() as work:
        (draft,) = work.drafts.of_party("CU000005", talk.now - KEPT)
        work.drafts.keep(replace(draft, at=said.received_at - KEPT - timedelta(seconds=1)))
        work.commit()
    assert unfinished(said, later.services) == ()
    assert take_up(said, SURRENDER, later.services) is None


def test_taking_it_up_needs_the_proof_and_is_audited(talk: Talk) -> None:
    half_a_surrender(talk)
    stranger, later = talk.another(), again(talk, "陈静")
    heard = stranger.ears.hear(stranger.conversation_id, "接着办", stranger.now)
    assert take_up(heard, SURRENDER, talk.services) is None
    draft = take_up(later.ears.hear(later.conversation_id, "接着办", later.now), SURRENDER, talk.services)
    assert draft is not None
    assert draft.run == talk.key


def test_who_is_proved_later_in_the_same_conversation_gets_nothing_of_the_one_before(talk: Talk) -> None:
    half_a_surrender(talk)
    run = talk.key
    with talk.services.unit_of_work() as work:
        verification = work.identities.verification(talk.conversation_id)
        assert verification is not None
        work.identities.save_verification(replace(verification, party_id="CU000009"))
        work.commit()
    talk.say("犹豫期是什么意思")
    with talk.services.reading() as work:
        assert work.drafts.of_run(run) is None


def test_what_is_gone_on_with_elsewhere_is_not_lost_by_giving_it_up_here(talk: Talk) -> None:
    half_a_surrender(talk)
    later = again(talk, "陈静")
    with talk.services.unit_of_work() as work:
        (draft,) = work.drafts.of_party("CU000005", talk.now - KEPT)
        work.drafts.keep(replace(draft, conversation_id=later.conversation_id))
        work.commit()
    talk.say("算了不退了")
    assert [each.run for each in kept(later)] == [draft.run]


def test_what_was_finished_elsewhere_is_not_begun_again_by_the_conversation_it_was_taken_from(talk: Talk) -> None:
    half_a_surrender(talk)
    later = again(talk, "陈静")
    draft = take_up(later.ears.hear(later.conversation_id, "接着办", later.now), SURRENDER, talk.services)
    assert draft is not None
    later.form, later.key, later.answers = SURRENDER, draft.run, dict(draft.answers)
    later.requested = "surrender_card"
    for title in ("原缴费账户", "同意"):
        later.pick(title) if title in later.titles else later.say(title)
    later.say(later.code_of(PEOPLE["陈静"].phone))
    later.say("确认")
    assert kept(later) == (), later.text
    talk.say("犹豫期是什么意思")
    assert kept(talk) == ()


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("刚才电话里报案说到一半断了", True),
        ("接着刚才没报完的案", True),
        ("电话断了，我接着说刚才的报案", True),
        ("微信上填了一半的受益人变更接着填", True),
        ("昨天网页上没填完的接着填", True),
        ("断了三年想接着交，还认不认", False),
        ("网上投保填到一半退出来了 还能接着填吗", False),
        ("刚刚电话断了，麻烦再拨回来", False),
        ("之前的报案我只填了一半资料，现在接着把剩下的补完", False),
        ("交了一半老爷子走了，他是投保人，剩下的我接着", False),
    ],
)
def test_words_that_go_on_with_something_begun(text: str, begun: bool) -> None:
    assert (begun_elsewhere(text) is not None) is begun
