"""Coverage questions (F05): the clause word for word with its exclusions, then plain words; one's own policy once proved.

Never a verdict: for a case that has happened, the clause, what has to be shown, and the way to report it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import Coverage, Exclusion, InsurancePolicy, LineOfBusiness, Role
from bot.insurance.terms import Terms
from bot.services.answer_question import tell
from bot.services.assistant import AssistantServices
from bot.services.deadlines import speak_date
from bot.services.knowledge_entry import Entry, lines_named
from bot.services.quote_terms import (
    EXCLUSIONS_QUOTED,
    list_exclusions,
    named_covers,
    named_exclusions,
    nearest_covers,
    nearest_exclusions,
    quote,
)
from bot.services.reply import TO_HUMAN, Choice, Reply, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

_ALL_OF = "exclusions:"
_WHOSE = r"(?:我|俺|咱|家里|爸|妈|老公|老婆|爱人|孩子|儿子|女儿|娃|奶奶|爷爷|刚|昨天|今天|前天|上周|上个月)"
_HAPPENED = r"(?:摔|撞|断了?|骨折|住院|住了|确诊|查出|烧|丢了|被|漏|淹|泡|砸|刮|追尾|去世|走了|做了|切了|动了?手术|咬|烫|崴|扭|晚点|延误)"
_CASE = re.compile(rf"{_WHOSE}.{{0,16}}{_HAPPENED}")
_EVIDENCE: Mapping[LineOfBusiness, str] = {
    LineOfBusiness.MOTOR: "事故认定书或现场照片、行驶证和驾驶证、定损单和维修发票，有人受伤的还要病历和票据",
    LineOfBusiness.HEALTH: "病历、诊断证明、费用发票和清单、医保结算单",
    LineOfBusiness.CRITICAL_ILLNESS: "病历、诊断证明、病理和检查报告",
    LineOfBusiness.ACCIDENT: "受伤经过的证明、病历和诊断证明、费用发票和清单，伤残的还要鉴定书",
    LineOfBusiness.GROUP: "受伤经过的证明、病历和诊断证明、费用发票和清单，伤残的还要鉴定书",
    LineOfBusiness.LIFE: "死亡或全残证明、户籍注销证明、与被保险人的关系证明",
    LineOfBusiness.ANNUITY: "身份证明，身故的还要死亡证明和关系证明",
    LineOfBusiness.PROPERTY: "损失照片和清单、购置凭证、火灾或气象等证明、修复报价",
    LineOfBusiness.LIABILITY: "对方的索赔材料、责任证明、已付款的凭证",
    LineOfBusiness.TRAVEL: "行程和出入境凭证、延误或事故证明、就医的病历和票据",
}


def answer_coverage(said: Understood, found: tuple[Entry, ...], using: AssistantServices) -> list[Reply]:
    """The clauses that the entry rests on, then its plain words; only these where no clause of ours is about it."""
    entry, asked = found[0], lines_named(said)
    quoted = _products(entry, using, said.received_at.date())
    about = [terms for terms in quoted if terms.line.value in asked] or quoted
    about = [terms for terms in about if any(name in said.text for name in (terms.product_name, *terms.also))] or about
    if not about:
        return [tell(found)]
    own = _own_policy(said, using, about)
    if own:
        policy, party = own
        terms, heading = using.clauses.of(policy), _own_heading(policy, said.received_at.date())
        sums = policy.roles_of(party.party_id, party.id_number) != (Role.BENEFICIARY,)
    else:
        terms, sums = about[0], False
        heading = f"条款原文，以“{terms.product_name}”为例，条款版本 {terms.version}："
    covers, exclusions = _clauses(entry, terms, f"{said.text}{entry.title}{entry.answer}")
    return [
        Reply("\n".join([heading, *quote(terms, covers, exclusions, with_sums=sums)])),
        _in_plain_words(said, found, terms),
    ]


def _products(entry: Entry, using: AssistantServices, today: date) -> list[Terms]:
    """The products that the entry quotes, in its order."""
    by_code = {terms.product_code: terms for terms in using.clauses.current(today)}
    return [by_code[each.product] for each in entry.quotes if each.product in by_code]


def _clauses(entry: Entry, terms: Terms, question: str) -> tuple[tuple[Coverage, ...], tuple[Exclusion, ...]]:
    """As the entry names them; in one's own policy of another product those that are most like the question."""
    named = next((each for each in entry.quotes if each.product == terms.product_code), None)
    if named is None:
        return nearest_covers(terms, question), nearest_exclusions(terms, question)
    covers, exclusions = named_covers(terms, named.covers), named_exclusions(terms, named.exclusions)
    return covers or nearest_covers(terms, question), exclusions or nearest_exclusions(terms, question)


def all_exclusions_button(code: str, intent: str = "ask_coverage") -> Choice:
    """`code` of a product or the number of one's own policy."""
    return Choice("看全部责任免除", f"/{intent}" + json.dumps({"document": f"{_ALL_OF}{code}"}))


def asked_for_all_exclusions(said: Understood) -> str:
    """The code of the button `all_exclusions_button`; "" for any other message."""
    pressed = said.first("document") if said.chosen else None
    return pressed.value.removeprefix(_ALL_OF) if pressed and pressed.value.startswith(_ALL_OF) else ""


def answer_all_exclusions(said: Understood, code: str, using: AssistantServices) -> Reply:
    """Every exclusion of a product; those of a policy only for whom it names, and only while that is proved."""
    sold = using.clauses.current(said.received_at.date())
    product = next((each for each in sold if each.code == code), None)
    own = [using.clauses.of(policy) for policy in own_policies(said, using)[0] if policy.policy_no == code]
    terms = product or next(iter(own), None)
    if terms is None:
        return Reply("要看您自己保单的条款，请先查保单、核对身份。", (intend("查我的保单", "query_policy"), TO_HUMAN))
    heading = f"“{terms.product_name}”的责任免除（条款版本 {terms.version}），全部 {len(terms.exclusions)} 条："
    return Reply("\n".join([heading, *list_exclusions(terms)]), (intend("查我的保单", "query_policy"), TO_HUMAN))


def _in_plain_words(said: Understood, found: tuple[Entry, ...], terms: Terms) -> Reply:
    plain = tell(found)
    text = f"通俗地说：{plain.text}"
    choices = plain.choices
    if _CASE.search(said.text):
        text += f"\n您这件事要证明的：{_EVIDENCE[terms.line]}。现在就可以报案，由理赔人员核定。"
        choices = (intend("报案", "report_claim"), intend("理赔要哪些资料", "ask_claim_documents"), TO_HUMAN)
    if len(terms.exclusions) > EXCLUSIONS_QUOTED:
        choices = (*choices[:3], all_exclusions_button(terms.code))
    return replace(plain, text=text, choices=choices)


def _own_policy(
    said: Understood, using: AssistantServices, about: Sequence[Terms]
) -> tuple[InsurancePolicy, Party] | None:
    """The customer's own policy: of the line that the question names before those the answer quotes, live before ended."""
    policies, party = own_policies(said, using)
    asked, quoted = lines_named(said), {terms.product_code for terms in about}
    named = [policy for policy in policies if policy.line.value in asked]
    of_line = named or [policy for policy in policies if policy.line in {terms.line for terms in about}]
    if not of_line or party is None:
        return None
    return max(of_line, key=lambda each: (each.status.is_live, each.product_code in quoted)), party


def own_policies(said: Understood, using: AssistantServices) -> tuple[Sequence[InsurancePolicy], Party | None]:
    """The contracts that name the customer of a conversation, while L2 is proved; nothing for anybody else."""
    with using.reading() as work:
        identity = current_identity(work, said.conversation_id, said.received_at)
        if identity.party is None or identity.level < IdentityLevel.L2:
            return (), None
        return work.policies.naming(identity.party.party_id), identity.party


def _own_heading(policy: InsurancePolicy, today: date) -> str:
    end = f"至{speak_date(policy.expires_on, today)}" if policy.expires_on else "，保终身"
    period = f"{speak_date(policy.effective_on, today)}生效{end}"
    named = f"{policy.product_name}（保单号 {policy.policy_no}，{policy.status.zh}，{period}）"
    return f"您的保单 {named}，条款版本 {policy.terms_version}，原文："
