"""Sentences that nobody understood are laid together by writing and sound, with what they may be."""

from __future__ import annotations

from bot.insurance.review_item import ReviewItem, ReviewReason, ReviewState, Verdict
from bot.services.review.group import group_alike
from tests.fakes import START


def item(
    text: str, ranking=(("query_claim", 0.3), ("ask_coverage", 0.28)), times: int = 1, meant: str = ""
) -> ReviewItem:
    return ReviewItem(
        text, text, ranking[0][0], ranking[0][1], ranking, {ReviewReason.FALLBACK: times}, "web", "c-1", "", times, START, START,
        Verdict(ReviewState.NEW, text), meant,
    )  # fmt: skip


SURE = (("surrender_policy", 0.45), ("policy_loan", 0.2))


def test_what_is_written_or_sounds_alike_stands_together_the_most_heard_first():
    groups = group_alike(
        [
            item("我要开个无赔款证明", times=5), item("钱放里头不想要了", SURE, times=3), item("开无赔款证明"), item("开个无培款正明"),
            item("明天天气"), item("钱放里头不要了", SURE), item("里头放的钱不想要了", SURE),
        ]
    )  # fmt: skip
    assert [[one.text for one in group.items] for group in groups] == [
        ["我要开个无赔款证明", "开无赔款证明", "开个无培款正明"],
        ["钱放里头不想要了", "钱放里头不要了", "里头放的钱不想要了"],
    ]
    assert [(group.intent, group.times) for group in groups] == [("", 7), ("surrender_policy", 5)]


def test_what_customers_chose_themselves_counts_as_certain():
    [group] = group_alike([item("我要开个无赔款证明", meant="request_invoice"), item("开个无赔款证明")])
    assert (group.intent, round(group.likelihood, 2)) == ("request_invoice", 0.5)


def test_one_sentence_alone_is_no_group():
    assert group_alike([]) == group_alike([item("明天天气")]) == ()
    assert group_alike([item("明天天气"), item("我要开个无赔款证明")]) == ()
