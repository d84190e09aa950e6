"""Faults that a trainer may make, as edits of the shipped files, each with where it must be found and what must be advised."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Edit = Callable[[str], str]
BASICS, STORIES, ANSWERS = (
    "data/nlu/conversation_basics.yml",
    "data/stories/after_a_journey.yml",
    "data/rules/answers.yml",
)
JOURNEYS, KNOWLEDGE = "data/rules/journeys.yml", "data/knowledge/surrender_and_loan.yml"
DOMAIN, CONTRACT = "domain.yml", "data/intents.yml"
WORDS, RELATIONS, HEARD = (
    "data/lexicon/service.txt",
    "data/lexicon/entities/relationship.txt",
    "data/lexicon/entities/heard.txt",
)


@dataclass(frozen=True)
class Fault:
    """`code` must be found in `file` on the first line that holds `line` (0: the file as a whole), its message must hold `says` and its
    remedy `remedy`."""

    name: str
    edits: Mapping[str, Edit]
    code: str
    file: str
    line: str | int
    says: str
    remedy: str


def swap(old: str, new: str, times: int = 1) -> Edit:
    """The text with `old`, which it must hold, written otherwise; `times` 0 everywhere."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, times or -1)

    return edit


def add(lines: str) -> Edit:
    """The text with lines at its end."""
    return lambda text: f"{text.rstrip()}\n{lines}\n"


def example(text: str, under: str = "greet") -> Mapping[str, Edit]:
    """One more example in an intent's first block of the basics."""
    return {BASICS: swap(f"- intent: {under}\n  examples: |\n", f"- intent: {under}\n  examples: |\n    - {text}\n")}


def drop(pattern: str) -> Edit:
    """The text without what matches, which there must be."""

    def edit(text: str) -> str:
        left, times = re.subn(pattern, "", text, flags=re.MULTILINE)
        assert times, pattern
        return left

    return edit


def flow(kind: str, name: str, *steps: str) -> Edit:
    return add(f"\n- {kind}: {name}\n  steps:\n" + "\n".join(f"  - {step}" for step in steps))


OFFER = "slot_was_set:\n    - offer: "
FAULTS = (
    Fault(
        "two stories part after the same words",
        {STORIES: flow("story", "还要办别的，转人工", f"{OFFER}anything_else", "intent: affirm", "action: action_hand_off")},
        "story.contradiction", STORIES, "action: action_hand_off", "“还要办别的”", "把第 40 行的 action_hand_off 改成 utter_what_next",
    ),
    Fault(
        "a story does not do what a rule does",
        {STORIES: flow("story", "打招呼就转人工", "intent: greet", "action: action_hand_off")},
        "story.contradiction", STORIES, "action: action_hand_off", "规则“greet”", "改成 utter_greet",
    ),
    Fault(
        "two rules answer one intent",
        {JOURNEYS: flow("rule", "道谢，再问好", "intent: thank", "action: utter_greet")},
        "story.contradiction", JOURNEYS, "action: utter_greet", "utter_thank", "slot_was_set",
    ),
    Fault(
        "a rule opens another form than the story says",
        {STORIES: flow("story", "报案改走查询", "intent: report_claim", "action: claim_status_form", "active_loop: claim_status_form")},
        "story.contradiction", STORIES, "action: claim_status_form", "规则“报案，开始”", "改成 claim_form",
    ),
    Fault(
        "a slot is deleted that a form asks for",
        {DOMAIN: drop(r"^  claim_place:\n(?:    .*\n)+")},
        "slot.unknown", DOMAIN, "    - claim_place", "“claim_place”", "slots 下面加上",
    ),
    Fault(
        "a form loses a slot that the program asks for",
        {DOMAIN: drop(r"^    - claim_place\n")},
        "form.other_slots", DOMAIN, "  claim_form:", "少了 claim_place", "claim_place",
    ),
    Fault(
        "a story asks for a slot that there is not",
        {STORIES: swap("- offer: claim_documents", "- ofer: claim_documents")},
        "slot.unknown", STORIES, "ofer", "“ofer”", "“offer”",
    ),
    Fault(
        "a story waits for a value that never comes",
        {STORIES: swap("- offer: claim_documents", "- offer: claim_papers")},
        "story.impossible_value", STORIES, "claim_papers", "永远走不到", "claim_documents",
    ),
    Fault(
        "a story builds on a slot that counts for nothing",
        {STORIES: flow("story", "记着号码", "slot_was_set:\n    - phone: 有", "intent: thank", "action: utter_thank")},
        "story.slot_not_heeded", STORIES, "- phone:", "条件等于没写", "influence_conversation",
    ),
    Fault(
        "a story says what a rule says already",
        {STORIES: flow("story", "道谢", "intent: thank", "action: utter_thank")},
        "story.said_already", STORIES, "story: 道谢", "规则“thank”", "删掉",
    ),
    Fault(
        "a story leaves a rule's way under a condition",
        {STORIES: flow("story", "不要就再见", f"{OFFER}anything_else", "intent: goodbye", "action: utter_thank")},
        "story.contradiction", STORIES, "action: utter_thank", "规则“goodbye”", "condition",
    ),
    Fault(
        "a rule that no test plays",
        {"tests/dialogues/small_talk.yml": drop(r"^- dialogue: 没在办事就说填错了.*\n(?:  .*\n)+")},
        "story.untested", ANSWERS, "- rule: correct_answer", "没有一段对话测试", "tests/dialogues",
    ),
    Fault(
        "a slot that nothing uses",
        {DOMAIN: swap("slots:\n", "slots:\n  favourite_colour:\n    type: text\n    mappings:\n    - type: custom\n")},
        "slot.unused", DOMAIN, "favourite_colour", "没有谁用", "删掉",
    ),
    Fault(
        "a text that nobody says",
        {"data/responses.yml": add("  utter_farewell_gift:\n  - text: 送您一句吉祥话。")},
        "response.unused", "data/responses.yml", "utter_farewell_gift", "没有一条规则", "删掉",
    ),
    Fault(
        "a story with an action that there is not",
        {STORIES: swap("action: action_claim_documents", "action: action_claim_document")},
        "action.unknown", STORIES, "action_claim_document", "“action_claim_document”", "“action_claim_documents”",
    ),
    Fault(
        "a rule with a text that nobody wrote",
        {ANSWERS: swap("action: utter_thank", "action: utter_thanks")},
        "response.unknown", ANSWERS, "utter_thanks", "“utter_thanks”", "“utter_thank”",
    ),
    Fault(
        "a rule opens a form that there is not",
        {JOURNEYS: swap("active_loop: claim_form", "active_loop: claims_form")},
        "form.unknown", JOURNEYS, "claims_form", "“claims_form”", "“claim_form”",
    ),
    Fault(
        "an action that the program does not have",
        {DOMAIN: swap("- action_hand_off\n", "- action_handoff\n")},
        "action.not_in_program", DOMAIN, "action_handoff", "“action_handoff”", "“action_hand_off”",
    ),
    Fault(
        "the questions of a form are not listed",
        {DOMAIN: drop(r"^- validate_claim_form\n")},
        "action.not_in_domain", DOMAIN, "  claim_form:", "validate_claim_form", "- validate_claim_form",
    ),
    Fault(
        "a rule is deleted and its intent leads nowhere",
        {ANSWERS: drop(r"^- rule: repeat\n  steps:\n  - intent: repeat\n  - action: action_repeat\n")},
        "intent.leads_nowhere", CONTRACT, "  repeat:", "“repeat”", "data/rules/answers.yml",
    ),
    Fault(
        "an intent is renamed in the contract only",
        {CONTRACT: swap("  query_policy:", "  check_policy:")},
        "intent.renamed_here_only", CONTRACT, "  check_policy:", "个文件写着旧名字", "改回“query_policy”",
    ),
    Fault(
        "an intent is renamed in the domain only",
        {DOMAIN: swap("- query_policy:", "- check_policy:")},
        "intent.not_in_domain", CONTRACT, "  query_policy:", "domain.yml 里没有", "- query_policy:",
    ),
    Fault(
        "an intent is renamed in one file of sentences only",
        {BASICS: swap("- intent: thank\n", "- intent: thanks\n")},
        "intent.unknown", BASICS, "- intent: thanks", "“thanks”", "“thank”",
    ),
    Fault(
        "a button stands for an intent that there is not",
        {"data/responses.yml": swap("payload: /report_claim", "payload: /report_claims")},
        "intent.unknown", "data/responses.yml", "/report_claims", "“report_claims”", "“report_claim”",
    ),
    Fault(
        "the same sentence under two intents",
        example("拜拜了您嘞"),
        "duplicate.across_intents", BASICS, 56, "“goodbye”", "留一处",
    ),
    Fault(
        "the same sentence twice under one intent",
        example("您好，呀！"),
        "duplicate.within_intent", BASICS, "- 您好呀", "“您好呀”", "删掉一处",
    ),
    Fault(
        "almost the same sentence under two intents",
        example("投诉以后多少天能给我处理结果呀")
        | {"data/nlu/complaint_channels.yml": add("- intent: ask_complaint_channel\n  examples: |\n    - 投诉以后多少天能给我处理结果")},
        "near_duplicate.across_intents", BASICS, "投诉以后多少天能给我处理结果呀", "几乎一样", "改过来",
    ),
    Fault(
        "an intent has too few sentences left",
        {"data/nlu/conversation_basics.yml": drop(r"^- intent: thank\n(?:  .*\n)+")},
        "balance.too_few_examples", CONTRACT, "  thank:", "只有", "再写",
    ),
    Fault(
        "an intent has no held-out cases left",
        {"tests/nlu_cases/complaints.yml": drop(r"^- intent: withdraw_complaint\n(?:  .*\n)+")},
        "balance.too_few_cases", CONTRACT, "  withdraw_complaint:", "考题", "不要和例句相近",
    ),
    Fault(
        "a held-out case is taught",
        {"data/nlu/policy_query.yml": add("- intent: query_policy\n  examples: |\n    - 请帮我看下车牌鲁A5K71Q的保险哪天到期哦")},
        "held_out.leak", "data/nlu/policy_query.yml", "鲁A5K71Q", "tests/nlu_cases/policy.yml 第 10 行", "不要改考题",
    ),
    Fault(
        "an entity that there is not",
        example("[小王](persons_name)你好"),
        "entity.unknown", BASICS, "小王", "“persons_name”", "“person_name”",
    ),
    Fault(
        "an entity marked with Chinese brackets",
        example("[深圳]（location）的朋友你好"),
        "entity.half_a_mark", BASICS, "[深圳]", "没有标完整", "英文",
    ),
    Fault(
        "an entity that a word list knows as another",
        example("给我[老公](document)问个好"),
        "entity.contradicts_word_list", BASICS, "老公", "relationship", "[老公](relationship)",
    ),
    Fault(
        "a lexicon word breaks a place",
        {WORDS: add("在深圳")},
        "entity_span.broken_by_lexicon", WORDS, "在深圳", "“深圳”", "删掉“在深圳”",
    ),
    Fault(
        "a place that the cutting of words goes through",
        example("我刚在[延安高架](location)上堵着呢"),
        "entity_span.cut", BASICS, "延安高架", "“架上”", "加一行“延安高架”",
    ),
    Fault(
        "a word stands for two normal forms",
        {RELATIONS: swap("子女: ", "子女: 老公 ")},
        "synonym.clash", RELATIONS, "子女: ", "“配偶”", "只能归一处",
    ),
    Fault(
        "a misspelling belongs to two terms",
        {HEARD: swap("保单: ", "保单: 推保 ")},
        "synonym.misheard_for_two", HEARD, "保单: ", "“退保”", "留一处",
    ),
    Fault(
        "a lexicon line with a comment behind the word",
        {WORDS: add("赔款到账 常说")},
        "lexicon.line", WORDS, "赔款到账", "不是“词”", "一行一个词",
    ),
    Fault(
        "a telephone number",
        example("在吗，我是[13987654321](phone)的机主"),
        "personal_data.phone", BASICS, "13987654321", "139****4321", "0000",
    ),
    Fault(
        "a number read aloud",
        example("在吗，我电话幺三九八七六五四三二幺"),
        "personal_data.phone", BASICS, "幺三九", "电话号码", "0000",
    ),
    Fault(
        "an identity card",
        example("你好我身份证440306198506120089"),
        "personal_data.id_number", BASICS, "440306", "440***********0089", "11010519491231002X",
    ),
    Fault(
        "an e-mail address in an answer",
        {KNOWLEDGE: swap("    要：申请书", "    发到 wang.lei@163.com。要：申请书")},
        "personal_data.email", KNOWLEDGE, "  answer: |", "w***@163.com", "example.com",
    ),
    Fault(
        "an answer without its source",
        {KNOWLEDGE: swap("  source: 保险法第四十七条\n", "")},
        "answer.no_source", KNOWLEDGE, "- id: surrender_policy.default", "没有写出处", "哪部法规",
    ),
    Fault(
        "an answer without its day",
        {KNOWLEDGE: swap("  as_of: 2026-11-22\n", "  as_of:\n")},
        "answer.no_as_of", KNOWLEDGE, "as_of:", "没有写日期", "2026-11-22",
    ),
    Fault(
        "an answer of a day that there is not",
        {KNOWLEDGE: swap("  as_of: 2026-11-22\n", "  as_of: 2026-11-31\n")},
        "answer.bad_date", KNOWLEDGE, "2026-11-31", "不是一天", "2026-11-22",
    ),
    Fault(
        "an answer with a misspelt key",
        {KNOWLEDGE: swap("  asked: [刚买几天想退", "  askt: [刚买几天想退")},
        "answer.refused", KNOWLEDGE, "askt", "不认识的键", "拼错",
    ),
    Fault(
        "an answer whose pattern is none",
        {KNOWLEDGE: swap("'第.{1,2}天'", "'第.{1,2}(天'")},
        "answer.refused", KNOWLEDGE, 18, "不是正确的表达式", "加一条知识",
    ),
    Fault(
        "two answers under one number",
        {KNOWLEDGE: swap("id: surrender_policy.cooling", "id: surrender_policy.default")},
        "answer.same_id", KNOWLEDGE, 15, "用了两次", "换一个编号",
    ),
    Fault(
        "two default answers",
        {KNOWLEDGE: swap("  when: [犹豫期", "  when: []\n  wenn: [犹豫期")},
        "answer.defaults", KNOWLEDGE, 15, "2 个", "when 空着",
    ),
    Fault(
        "a tab in front of an answer's key",
        {KNOWLEDGE: swap("  title: 犹豫期退保", "\ttitle: 犹豫期退保")},
        "file.unreadable", KNOWLEDGE, "\ttitle", "Tab", "空格",
    ),
    Fault(
        "a bracket that is not closed",
        {KNOWLEDGE: swap("asked: [刚买几天想退, 后悔了全额退吗, 冷静期]", "asked: [刚买几天想退, 后悔了全额退吗, 冷静期")},
        "file.unreadable", KNOWLEDGE, 20, "方括号没有配对", "照上一段",
    ),
    Fault(
        "an example without its dash",
        {BASICS: swap("    - 您好呀\n", "    您好呀\n")},
        "nlu.not_an_example", BASICS, "    您好呀", "不是例句", "“- ”",
    ),
    Fault(
        "synonyms in a file of sentences",
        {BASICS: add("- synonym: 车\n  examples: |\n    - 汽车")},
        "nlu.unknown_key", BASICS, "- synonym", "不放同义词", "data/lexicon/entities",
    ),
    Fault(
        "the domain is deleted",
        {DOMAIN: lambda text: ""},
        "file.unreadable", DOMAIN, 1, "空的", "写回来",
    ),
)  # fmt: skip
