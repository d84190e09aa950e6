"""Verdicts: what fires together, who gets the case, and the plain questions that must be left to the bot."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.complaints.engine import Facts, Verdict, judge, read_sentence
from bot.complaints.loader import load_rules
from bot.complaints.rule import Post
from bot.insurance.hand_off import Priority

RULES = load_rules(Path(__file__).parents[3] / "data" / "complaints")


def verdict(text: str, intent: str | None = None, age: int | None = None, joint_count: int | None = None) -> Verdict:
    return judge(RULES, Facts(text, intent=intent, age=age, joint_count=joint_count))


def ids(found: Verdict) -> set[str]:
    return {rule.id for rule in found.fired}


def test_a_misled_mother_and_a_threat_to_go_to_the_regulator_fire_three_rules() -> None:
    found = verdict("你们的人告诉我爸说就是定期 现在到期了不给钱 再不处理我就上金管局", "file_complaint")
    assert ids(found) == {"sales.deposit_misled", "regulator_words", "elderly_customer"}
    assert (found.kind, found.severity, found.hand_off) == ("sales", 3, True)
    assert (found.post, found.priority) == (Post.COMPLAINTS, Priority.COMPLAINT)
    assert len(found.reasons) == 3


def test_a_fired_rule_quotes_the_words_and_the_article() -> None:
    found = verdict("保费转到业务员个人账户了", "report_misconduct")
    fired = next(rule for rule in found.fired if rule.id == "fund_safety")
    assert "个人账户" in "".join(fired.because)
    assert "第三十二条" in fired.article


def test_facts_fire_with_their_value() -> None:
    found = verdict("我要投诉", "file_complaint", age=67)
    assert found.fired[0].because == ("年龄 67 岁",)


def test_the_age_of_sixty_is_inside() -> None:
    assert "elderly_customer" in ids(verdict("我要投诉", "file_complaint", age=60))
    assert "elderly_customer" not in ids(verdict("我要投诉", "file_complaint", age=59))


def test_twenty_people_are_a_major_complaint_and_nineteen_are_not() -> None:
    assert "group_complaint_major" in ids(verdict("我们要投诉", "file_complaint", joint_count=20))
    assert "group_complaint_major" not in ids(verdict("我们要投诉", "file_complaint", joint_count=19))


def test_from_five_people_representatives_are_asked_for() -> None:
    assert "group_complaint_five" in ids(verdict("我们要投诉", "file_complaint", joint_count=5))
    assert "group_complaint_five" not in ids(verdict("我们要投诉", "file_complaint", joint_count=4))


def test_a_large_sum_is_reported_and_a_smaller_one_is_not() -> None:
    large = judge(RULES, Facts("这笔钱哪去了", intent="file_complaint", amount=500000))
    assert large.fired[0].because == ("涉及金额 500000 元",)
    assert not judge(RULES, Facts("这笔钱哪去了", intent="file_complaint", amount=499999)).fired


def test_a_threat_or_a_crowd_does_not_hide_what_it_is_about() -> None:
    """By kind a complaint goes to its statistics and is matched with an earlier one."""
    found = verdict("我要退保，你们的人就是不让退，再拖我就打12378", "file_complaint")
    assert {"surrender.obstacle", "regulator_words"} <= ids(found)
    assert found.kind == "surrender"
    assert verdict("台风把房顶掀了，理赔拖了两个月没人管", "file_complaint").kind == "claims"


def test_each_fired_rule_cites_its_article() -> None:
    found = verdict("交强险非要搭着商业险一起买，不然我就找银保监", "file_complaint")
    cited = {rule.id: rule.article for rule in found.fired}
    assert "第十条、第十三条" in cited["underwriting.compulsory_motor"]
    assert "第三十三条" in cited["regulator_words"]


def test_nothing_fires_on_small_talk() -> None:
    assert verdict("你好在吗", "greet") == Verdict()


def test_a_danger_to_life_outranks_the_complaint_it_came_with() -> None:
    found = verdict("你们拒赔了我就不想活了，我要投诉", "file_complaint")
    assert found.fired[0].id == "crisis.self_harm"
    assert found.priority is Priority.INJURY_OR_DEATH


def test_money_at_risk_outranks_an_angry_word() -> None:
    found = verdict("一群骗子，业务员收了我两万现金人就跑了", "file_complaint")
    assert (found.fired[0].id, found.priority) == ("fund_safety", Priority.FUND_SAFETY)


def test_nobody_handles_a_complaint_about_his_own_desk() -> None:
    disputed = "凭什么拒赔，我不认可"
    assert verdict(disputed, "dispute_claim").post is Post.COMPLAINTS  # registered, so no part of claims handles it
    assert verdict("我不认可这个结果", "dispute_claim").post is Post.CLAIMS
    assert verdict(disputed, "file_complaint").post is Post.COMPLAINTS


def test_width_and_traditional_characters_make_no_difference() -> None:
    assert "regulator_words" in ids(verdict("再不處理我就打１２３７８", "file_complaint"))


def test_a_negation_reaches_to_the_end_of_its_clause_only() -> None:
    assert "lawyer_words" not in ids(verdict("我不想找律师", "file_complaint"))
    assert "lawyer_words" in ids(verdict("我不想吵，我已经请了律师", "file_complaint"))


def test_a_space_ends_a_clause_as_a_comma_does() -> None:
    sentence = read_sentence("听说有人找律师 我要起诉你们")
    assert sentence.clauses_around(9, 11) == "我要起诉你们"
    assert "lawyer_words" in ids(verdict("听说有人找律师 我要起诉你们", "file_complaint"))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("保险公司不赔去哪里投诉", "ask_complaint_channel"),
        ("12378是什么电话", "ask_complaint_channel"),
        ("12378是什么电话", None),
        ("银保监会的投诉热线几点上班", "ask_complaint_channel"),
        ("身故赔多少", "ask_coverage"),
        ("身故赔多少", None),
        ("被保险人自杀赔不赔", "ask_coverage"),
        ("自杀条款是什么意思", "ask_term"),
        ("猝死算意外吗", "ask_coverage"),
        ("骨折昏迷住院能报吗", "ask_coverage"),
        ("受益人写孩子要离婚公证吗", "ask_application"),
        ("不是要投诉，就问一下进度", "query_claim"),
        ("听说有人找律师告保险公司", "out_of_scope"),
        ("新闻里说有业务员卷款跑了，你们公司没事吧", "out_of_scope"),
        ("如果你们拒赔，我可以找金融监管局吗", "ask_complaint_channel"),
        ("业务员可以代签吗", "ask_term"),
        ("老公打我电话说要续保", "pay_premium"),
        ("我爷爷七十五岁还能买意外险吗", "ask_application"),
        ("给爸妈买保险哪款好", "ask_product"),
        ("我的理赔到哪一步了", "query_claim"),
        ("交了两年现在退保能拿回多少", "surrender_policy"),
        ("保费重复扣款了会退吗", "pay_premium"),
        ("我妈的保单到期了吗", "query_policy"),
        ("保单上受益人写的是我前夫的名字要紧吗", "ask_coverage"),
        ("我操作不了，按钮是灰的", "account_help"),
        ("想死你们家的小王客服了", "give_feedback"),
        ("我快急死了，验证码收不到", "account_help"),
        ("法院会查到我的保单吗", "ask_coverage"),
        ("授权委托书去哪下载", "ask_application"),
        ("我在抖音上看到你们的产品", "ask_product"),
        ("煤气泄漏爆炸家财险赔吗", "ask_coverage"),
        ("孩子今年十岁买什么险", "ask_product"),
        ("业务员离职了，保单找谁", "contact_servicer"),
        ("别再给我打推销电话了", "privacy_request"),
        ("小李服务特别好没有不耐烦", "give_feedback"),
    ],
)
def test_a_plain_question_stays_with_the_bot(text: str, intent: str | None) -> None:
    assert not verdict(text, intent).hand_off, ids(verdict(text, intent))


@pytest.mark.parametrize(
    ("text", "intent", "rule_id"),
    [
        ("不是我要投诉，是我爸，他以为是存款才买的", "file_complaint", "sales.deposit_misled"),
        ("听说你们有规定，可我就是没签过这份合同", "file_complaint", "sales.forged_signature"),
        ("我问过12378了，他们让我等，不然我早就找金融监管局了", "file_complaint", "regulator_words"),
        ("老公昨晚打了我，我想把受益人换掉", "change_beneficiary", "crisis.domestic_violence"),
        ("我爸走了，他有份保单", None, "crisis.death"),
        ("要是还不赔 我死给你看", None, "crisis.self_harm"),
        ("我吃了一整瓶安眠药", "emergency", "crisis.self_harm"),
        ("赔得这么少，我真的想死", "dispute_claim", "crisis.self_harm"),
        ("別人冒用我的身份證把保單貸走了", "report_misconduct", "crisis.impersonation"),
        ("刚才有人让我把钱转到安全账户", None, "crisis.fraud_in_progress"),
        ("这里是区人民法院，需要协助执行", None, "crisis.authority_enquiry"),
        ("我们三十多户业主联名要说法", "file_complaint", "group_complaint_major"),
        ("投诉了四回都没人管", "query_complaint", "repeated_complaint"),
    ],
)
def test_ambiguous_words_fire_where_they_are_meant(text: str, intent: str | None, rule_id: str) -> None:
    found = verdict(text, intent)
    assert rule_id in ids(found)
    assert found.hand_off


@pytest.mark.parametrize(
    "text",
    [
        "赔不赔都无所谓了，活着太累",
        "不想活了",
        "不想活了 保险赔给孩子够不够",
        "我就去死",
        "你们再逼我，我只能从你们二十楼跳下去",
        "遗书我都写好了",
        "我喝了农药",
        "我现在就站在天台上",
        "欠这么多钱，死了干净",
        "真想一死了之",
        "大不了同归于尽",
        "我買保險就是想自殺以後給孩子留錢",
        "我真的撑不下去了",
        "我割腕了",
    ],
)
@pytest.mark.parametrize("intent", [None, "ask_coverage", "surrender_policy", "out_of_scope"])
def test_self_harm_is_heard_whatever_the_classifier_thought(text: str, intent: str | None) -> None:
    found = verdict(text, intent)
    assert found.fired[0].id == "crisis.self_harm"
    assert found.priority is Priority.INJURY_OR_DEATH


def test_two_failed_understandings_in_a_row_reach_a_person() -> None:
    assert judge(RULES, Facts("那个", failed_understandings=2)).hand_off
    assert not judge(RULES, Facts("那个", failed_understandings=1)).hand_off


def test_an_open_complaint_changes_a_new_one_but_not_a_question_about_it() -> None:
    assert "complaint_while_open" in ids(judge(RULES, Facts("我要投诉", intent="file_complaint", prior_open=True)))
    assert not judge(RULES, Facts("投诉到哪一步了", intent="query_complaint", prior_open=True)).fired


def _seconds(texts: list[str]) -> float:
    """Processor seconds a text: a busy machine must not fail the test."""
    started = time.process_time()
    for text in texts:
        judge(RULES, Facts(text, intent="file_complaint", age=61))
    return (time.process_time() - started) / len(texts)


def test_a_sentence_is_judged_in_under_a_millisecond() -> None:
    texts = [facts.text for rule in RULES for facts in (*rule.matches, *rule.rejects)]
    assert min(_seconds(texts) for _ in range(3)) < 0.001


@pytest.mark.parametrize("text", ["我" * 2000, "1" * 2000, "退保" * 1000, "我没同意扣了" * 333, "业务员说" * 500])
def test_the_longest_complaint_cannot_stall_the_engine(text: str) -> None:
    assert min(_seconds([text]) for _ in range(2)) < 0.5
