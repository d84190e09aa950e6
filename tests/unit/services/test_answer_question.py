"""The knowledge files load, say nothing they must not say, and the right entry answers invented questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from bot.services.answer_question import GENERAL, KnowledgeBase
from bot.services.knowledge_entry import Entry
from bot.services.load_knowledge import KnowledgeError, load_knowledge
from bot.services.quote_terms import named_covers, named_exclusions
from bot.services.understanding import Entity, Understood
from bot.store.demo_products import demo_clauses

DATA = Path(__file__).parents[3] / "data"
ASKED_FOR = (
    "ask_product",
    "ask_application",
    "ask_term",
    "verify_salesperson",
    "ask_branch",
    "ask_value_added",
    "account_help",
    "ask_coverage",
    "request_e_policy",
    "request_invoice",
    "reissue_policy",
    "change_contact",
    "change_personal_data",
    "change_policyholder",
    "change_contract",
    "change_payment",
    "pay_premium",
    "reinstate_policy",
    "surrender_policy",
    "policy_loan",
    "collect_benefit",
    "contact_servicer",
    "ask_claim_documents",
    "ask_claim_process",
    "supplement_claim",
    "dispute_claim",
    "cancel_claim",
    "request_roadside_service",
    "withdraw_complaint",
    "ask_complaint_channel",
    "report_misconduct",
    "give_feedback",
    "privacy_request",
    "request_callback",
    "ask_capabilities",
    "out_of_scope",
)
NEVER_SAID = re.compile(
    r"尽快|最快|近期内|相关部门|保证赔|一定赔|包赔|稳赚|保本|零风险|最好|最优|最划算|最低价|最高收益|不能投诉|不受理|百分百"
)
VERDICT = re.compile(r"(?<!所)能赔|可以赔|会赔|必赔|肯定赔|一律赔|不赔|不予赔付|赔不了|可以报销|不能报销|不报销")
PRETENDS = re.compile(r"已(?:经)?为您|我已|已登记|马上为您|正在为您|我登记|我记下|我转人工")
LIMIT = re.compile(
    r"除外|责任免除|免赔|等待期|限额|上限|不在[^。；]{0,8}(?:内|范围)|不含|不承担|不给付|按疾病处理|不算|不超过|不适用|不上车险|只垫付|只保"
)
ASKS = re.compile(r"告诉我(?!们)|发我|发来|发给我|提供给我|您想问的是")
LONGEST = 260


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge(DATA / "knowledge")


def entries(knowledge: KnowledgeBase) -> Iterator[Entry]:
    for shelf in knowledge.shelves.values():
        yield from shelf


def ask(intent: str, text: str, *lines: str) -> Understood:
    said = tuple(Entity("line_of_business", line, line) for line in lines)
    return Understood("c1", "m1", datetime(2026, 11, 23, 9, 0), "web", text, intent, 0.9, entities=said)


def test_every_intent_that_asks_for_knowledge_has_a_default(knowledge: KnowledgeBase) -> None:
    for intent in ASKED_FOR:
        assert [entry.id for entry in knowledge.shelves[intent] if entry.is_default], intent


def test_terms_are_many(knowledge: KnowledgeBase) -> None:
    assert len(knowledge.shelves["ask_term"]) > 80


def test_no_answer_says_what_must_never_be_said(knowledge: KnowledgeBase) -> None:
    said = {entry.id: found[0] for entry in entries(knowledge) if (found := NEVER_SAID.search(entry.answer))}
    assert said == {}


def test_no_answer_passes_a_verdict(knowledge: KnowledgeBase) -> None:
    said = {entry.id: found[0] for entry in entries(knowledge) if (found := VERDICT.search(entry.answer))}
    assert said == {}


def test_no_answer_pretends_to_have_done_something(knowledge: KnowledgeBase) -> None:
    said = {entry.id: found[0] for entry in entries(knowledge) if (found := PRETENDS.search(entry.answer))}
    assert said == {}


def test_every_coverage_answer_leaves_the_decision_to_adjudication(knowledge: KnowledgeBase) -> None:
    silent = [entry.id for entry in knowledge.shelves["ask_coverage"] if "是否赔付以核定结果为准" not in entry.answer]
    assert silent == []


def test_every_coverage_answer_names_an_exclusion_or_a_limit(knowledge: KnowledgeBase) -> None:
    """Flow F05: what is covered is never told without what is not."""
    silent = [entry.id for entry in knowledge.shelves["ask_coverage"] if not LIMIT.search(entry.answer)]
    assert silent == []


def test_every_quote_stands_in_the_products_terms(knowledge: KnowledgeBase) -> None:
    terms = {each.product_code: each for each in demo_clauses().current(date(2026, 11, 23))}
    for entry in knowledge.shelves["ask_coverage"]:
        for quote in entry.quotes:
            product = terms[quote.product]
            assert len(named_covers(product, quote.covers)) == len(quote.covers), entry.id
            assert all(named_exclusions(product, (word,)) for word in quote.exclusions), entry.id
            assert quote.exclusions, entry.id
            assert product.line.value in entry.lines, entry.id


def test_every_line_with_a_product_quotes_it(knowledge: KnowledgeBase) -> None:
    defaults = [entry for entry in knowledge.shelves["ask_coverage"] if entry.line_default]
    assert len(defaults) >= 10
    assert [entry.id for entry in defaults if not entry.quotes] == []


def test_every_intents_default_and_every_claim_process_answer_leads_to_a_person(knowledge: KnowledgeBase) -> None:
    asked = [entry for entry in entries(knowledge) if entry.is_default or entry.intent == "ask_claim_process"]
    lonely = [entry.id for entry in asked if "/request_human" not in [choice.payload for choice in entry.choices]]
    assert lonely == []


def test_an_answer_asks_only_what_is_read(knowledge: KnowledgeBase) -> None:
    """Whoever asks for something says so with `asks`, so that the next message is read as its answer."""
    asking = {entry.id for entry in entries(knowledge) if ASKS.search(entry.answer)}
    assert asking == {entry.id for entry in entries(knowledge) if entry.asks}


def test_options_ask_the_same_again_about_one_line(knowledge: KnowledgeBase) -> None:
    offered = [(entry, option) for entry in entries(knowledge) for option in entry.options]
    assert len(offered) >= 10
    for entry, option in offered:
        intent, line = re.fullmatch(r'/(\w+)\{"line_of_business": "(\w+)"\}', option.payload).groups()
        found = knowledge.find(ask(intent, "", line))
        assert [other.asks for other in found] == [False], (entry.id, option.title)


def test_answers_are_short(knowledge: KnowledgeBase) -> None:
    assert {entry.id: len(entry.answer) for entry in entries(knowledge) if len(entry.answer) > LONGEST} == {}


def test_choices_are_at_most_three_and_lead_to_known_intents_other_than_their_own(knowledge: KnowledgeBase) -> None:
    contract = set(yaml.safe_load((DATA / "intents.yml").read_text(encoding="utf-8"))["intents"])
    for entry in entries(knowledge):
        targets = {choice.payload.removeprefix("/") for choice in entry.choices}
        assert targets <= contract, entry.id
        assert entry.intent not in targets, entry.id
        assert len(entry.choices) <= 3, entry.id


def test_titles_are_unique_within_an_intent(knowledge: KnowledgeBase) -> None:
    for intent, shelf in knowledge.shelves.items():
        titles = [entry.title for entry in shelf]
        assert len(titles) == len(set(titles)), intent


def test_knowledge_files_stay_small() -> None:
    long = {path.name for path in (DATA / "knowledge").glob("*.yml") if len(path.read_text("utf-8").splitlines()) > 330}
    assert long == set()


@pytest.mark.parametrize(
    ("intent", "text", "expected"),
    [
        ("ask_term", "麻烦解释一下什么叫免赔额", "term.deductible"),
        ("ask_term", "现金价值这四个字到底指什么", "term.cash_value"),
        ("ask_term", "「宽限期」是多长一段时间的意思", "term.grace_period"),
        ("ask_term", "請問觀察期是指什麼", "term.waiting_period"),
        ("ask_term", "法定受益人具体是哪些人", "term.legal_beneficiary"),
        ("ask_term", "共同海损听着好玄乎", "term.general_average"),
        ("ask_term", "投保人、被保险人、受益人三个人分别是谁", "term.three_parties"),
        ("ask_claim_documents", "我爸做了胃癌手术,重疾那份要交什么", "claim_documents.critical"),
        ("ask_claim_documents", "车门被蹭凹了，报销要递哪些单据", "claim_documents.motor"),
        ("ask_claim_documents", "奶奶过世了，保险那边让带什么去", "claim_documents.death"),
        ("ask_claim_documents", "发票丢了一张拿什么补", "claim_documents.no_invoice"),
        ("ask_claim_documents", "让我妹妹替我办，委托书怎么写", "claim_documents.agent"),
        ("ask_claim_documents", "飞机晚点，登机牌扔了还能用别的吗", "claim_documents.travel"),
        ("ask_claim_process", "倒车撞墙了接下来怎么走", "claim_process.single"),
        ("ask_claim_process", "对方全责却一直不肯赔，我怎么办", "claim_process.no_fault"),
        ("ask_claim_process", "代位求偿要办哪些手续", "claim_process.subrogation"),
        ("ask_claim_process", "伤者医药费没钱交，保险能不能先垫", "claim_process.rescue_fee"),
        ("ask_claim_process", "四年前的手术现在还能理赔吗，有没有时效", "claim_process.limitation"),
        ("ask_claim_process", "材料齐了三十天内必须给结果吗", "claim_process.time_limit"),
        ("ask_claim_process", "先走医保还是直接交给你们", "claim_process.medical_order"),
        ("ask_claim_process", "钱不够周转，赔款可以预付一部分吗", "claim_process.advance"),
        ("ask_claim_process", "我在三亚出险，车是哈尔滨投保的，异地怎么弄", "claim_process.remote"),
        ("ask_claim_process", "公司的团险是我自己申请还是人事交", "claim_process.group"),
        ("ask_coverage", "暴雨天开过积水路段发动机进水了管不管", "coverage.flood"),
        ("ask_coverage", "喝酒开车撞了人三者险还认吗", "coverage.drunk"),
        ("ask_coverage", "车停小区被人刮了找不到是谁", "coverage.parked"),
        ("ask_coverage", "车自燃了怎么说", "coverage.fire_ev"),
        ("ask_coverage", "挡风玻璃崩了个口子保吗", "coverage.glass"),
        ("ask_coverage", "副驾坐的同事磕伤了，座位险管吗", "coverage.seat"),
        ("ask_coverage", "买之前就有高血压，住院报不报", "coverage.pre_existing"),
        ("ask_coverage", "私立医院做的阑尾炎手术认吗", "coverage.hospital"),
        ("ask_coverage", "剖腹产的钱医疗险出吗", "coverage.maternity"),
        ("ask_coverage", "意外险里猝死怎么约定", "coverage.sudden_death"),
        ("ask_coverage", "家里的猫抓伤打狂犬疫苗", "coverage.bites"),
        ("ask_coverage", "甲状腺结节切除重疾险给不给", "coverage.thyroid"),
        ("ask_coverage", "上班时工伤，自己的意外险能叠加吗", "coverage.work_injury"),
        ("ask_coverage", "宣告死亡之后寿险认不认", "coverage.missing"),
        ("ask_coverage", "投保一年多自杀的寿险怎么规定", "coverage.suicide"),
        ("ask_coverage", "楼上漏水泡了我家地板", "coverage.leak"),
        ("ask_coverage", "地震把墙震裂了家财险怎么说", "coverage.quake"),
        ("ask_coverage", "淘宝退货运费险赔几块钱", "coverage.freight_return"),
        ("ask_coverage", "两家公司的重疾险可以一起领吗", "coverage.two_policies"),
        ("ask_product", "出一次险明年车险会涨多少", "product.claims_effect"),
        ("ask_product", "给六十五岁的爸妈看看买什么", "product.elderly"),
        ("ask_application", "健康告知里两年前的检查怎么填", "application.health_notice"),
        ("ask_application", "交了钱什么时候生效", "application.effective"),
        ("verify_salesperson", "他让我把保费微信转给他，这人真的假的", "verify_salesperson.collects_money"),
        ("ask_branch", "你们柜台礼拜六上班不", "branch.hours"),
        ("account_help", "验证码等半天收不到", "account_help.code"),
        ("request_invoice", "公司要能抵扣的专票", "request_invoice.vat"),
        ("reissue_policy", "保单怕被人捡到冒领，先挂失", "reissue_policy.freeze"),
        ("change_policyholder", "车卖给别人了保险怎么过户", "change_policyholder.motor_transfer"),
        ("change_personal_data", "我从文员改做外卖，职业要不要报", "change_personal_data.occupation"),
        ("change_payment", "想把年交改月交", "change_payment.frequency"),
        ("pay_premium", "忘交保费十几天了，宽限期过没过", "pay_premium.grace"),
        ("pay_premium", "短信说扣款失败", "pay_premium.debit_failed"),
        ("reinstate_policy", "停了三年还能不能复效，过了两年了", "reinstate_policy.two_years"),
        ("surrender_policy", "还在犹豫期想退", "surrender_policy.cooling"),
        ("surrender_policy", "交强险退得了吗", "surrender_policy.compulsory"),
        ("surrender_policy", "抖音上说代理退保能全额退，靠谱不", "surrender_policy.agent_fraud"),
        ("policy_loan", "业务员劝我贷款去投资一个高息项目", "policy_loan.scam"),
        ("collect_benefit", "分红要怎么拿出来", "collect_benefit.dividend"),
        ("contact_servicer", "给我办保险的人离职了", "contact_servicer.left"),
        ("dispute_claim", "定损太低，修理厂不干", "dispute_claim.amount"),
        ("dispute_claim", "说我没如实告知我不认", "dispute_claim.disclosure"),
        ("ask_complaint_channel", "12378是管什么的怎么打", "complaint_channel.regulator"),
        ("ask_complaint_channel", "投诉几天能给答复", "complaint_channel.time"),
        ("report_misconduct", "业务员收了钱给我一张假保单", "report_misconduct.premium_theft"),
        ("privacy_request", "别再给我打推销电话", "privacy_request.marketing"),
        ("out_of_scope", "医保卡余额怎么查", "out_of_scope.social_medical"),
        ("out_of_scope", "车船税在哪交", "out_of_scope.vehicle_tax"),
        ("out_of_scope", "闯红灯罚多少", "out_of_scope.traffic"),
        ("out_of_scope", "讲个笑话听听", "out_of_scope.joke"),
    ],
)
def test_the_right_entry_answers(knowledge: KnowledgeBase, intent: str, text: str, expected: str) -> None:
    assert [entry.id for entry in knowledge.find(ask(intent, text))] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("交强险和三者险的区别", ["term.compulsory", "term.third_party"]),
        ("保额跟现金价值是一回事吗", ["term.sum_insured", "term.cash_value"]),
        ("犹豫期、宽限期", ["term.cooling_off", "term.grace_period"]),
        ("定期寿险和终身寿险差在哪", ["term.term_whole"]),
    ],
)
def test_comparing_two_terms_explains_both(knowledge: KnowledgeBase, text: str, expected: list[str]) -> None:
    assert [entry.id for entry in knowledge.find(ask("ask_term", text))] == expected


@pytest.mark.parametrize(
    ("intent", "line", "expected"),
    [
        ("ask_coverage", "motor", "coverage.motor"),
        ("ask_coverage", "travel", "coverage.travel"),
        ("ask_claim_documents", "motor", "claim_documents.motor"),
        ("ask_claim_documents", "liability", "claim_documents.liability"),
        ("ask_claim_process", "critical_illness", "claim_process.critical"),
    ],
)
def test_a_line_of_business_alone_picks_its_own_default(
    knowledge: KnowledgeBase, intent: str, line: str, expected: str
) -> None:
    assert [entry.id for entry in knowledge.find(ask(intent, "这个怎么说", line))] == [expected]


def test_a_word_of_another_line_does_not_win(knowledge: KnowledgeBase) -> None:
    found = knowledge.find(ask("ask_coverage", "手机上买的医疗险不管这个吗", "health"))
    assert [entry.id for entry in found] == ["coverage.health"]


def test_a_legal_answer_ends_with_its_source_and_date(knowledge: KnowledgeBase) -> None:
    text = knowledge.answer(ask("ask_claim_process", "理赔要多久")).text
    assert text.endswith("依据：保险法第二十三条、第二十四条（2026-11-22）")


def test_a_practice_answer_says_that_it_is_practice(knowledge: KnowledgeBase) -> None:
    assert knowledge.answer(ask("ask_branch", "网点在哪")).text.endswith("依据：公司服务规则（2026-11-22）")


def test_an_intent_without_entries_offers_a_person(knowledge: KnowledgeBase) -> None:
    assert knowledge.answer(ask("greet", "你好")) == GENERAL
    assert "/request_human" in [choice.payload for choice in GENERAL.choices]


def test_a_pressed_button_gets_the_default(knowledge: KnowledgeBase) -> None:
    assert knowledge.find(ask("ask_claim_documents", "/ask_claim_documents"))[0].is_default


def test_equal_questions_get_equal_answers(knowledge: KnowledgeBase) -> None:
    question = ask("ask_coverage", "车停路边被树砸了，玻璃也碎了")
    again = ask("ask_coverage", "车停路边被树砸了，玻璃也碎了")
    assert knowledge.answer(question) == knowledge.answer(again)


GOOD = """
answers:
- id: a
  intent: ask_term
  title: 词语
  when: []
  answer: 好
  source: 公司服务规则
  as_of: 2026-11-22
"""
SECOND = GOOD.replace("answers:\n", "").replace("id: a", "id: b").replace("when: []", "when: [保费]")


def load(folder: Path, text: str) -> KnowledgeBase:
    (folder / "intents.yml").write_text("intents:\n  ask_term: {zh: 术语}\n", encoding="utf-8")
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "t.yml").write_text(text, encoding="utf-8")
    return load_knowledge(folder / "knowledge")


def test_a_good_file_loads(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD + SECOND).find(ask("ask_term", "保费"))[0].id == "b"


@pytest.mark.parametrize(
    ("text", "entry", "problem"),
    [
        (GOOD.replace("  answer: 好", "  answer: 好\n  colour: red"), "a", "不认识的键"),
        (GOOD.replace("ask_term", "ask_weather"), "a", "不认识的意图"),
        (GOOD + SECOND.replace("id: b", "id: a"), "a", "编号重复"),
        (GOOD.replace("  source: 公司服务规则\n", ""), "a", "缺少这个键"),
        (GOOD.replace("when: []", "when: [保费]"), "", "只有一个默认答案"),
        (GOOD + SECOND.replace("[保费]", "['(保费']"), "b", "不是正确的表达式"),
        (GOOD + SECOND.replace("  answer", "  lines: [rocket]\n  answer"), "b", "不认识的险种"),
        (GOOD + SECOND.replace("  answer", "  line_default: true\n  answer"), "b", "先写 lines"),
        (GOOD + "  next: [{title: 飞, intent: fly}]\n", "next#1", "不认识的意图"),
        (GOOD + "  options: [{title: 车险, line: motor}]\n", "a", "要先写 asks"),
        (GOOD + "  asks: true\n  options: [{title: 火箭, line: rocket}]\n", "options#1", "不认识的险种"),
        (GOOD + "  quotes: [{product: ACC}]\n", "quotes#1", "缺少这个键"),
        ("answers: []\n", "", "没有任何知识条目"),
    ],
)
def test_a_malformed_file_is_refused_with_its_entry(tmp_path: Path, text: str, entry: str, problem: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load(tmp_path, text)
    assert refused.value.data["entry"] == entry
    assert problem in str(refused.value.data["problem"])
