"""受益人变更 as a conversation (F06): who you are, which policy, who is to receive, one card, then the write."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary, InvalidBeneficiariesError
from bot.insurance.endorsement import BeneficiaryChange
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.services.beneficiary_rules import (
    check_may_change,
    check_may_replace,
    check_proposal,
    eligible_policies,
    needs_consent,
)
from bot.services.change_beneficiary import ChangeBeneficiary, change_beneficiary, open_change
from bot.services.describe_change import done_text, progress_text
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.journeys.beneficiary_ids import (
    ID_SLOTS,
    PEOPLE,
    POLICY,
    chosen_policy,
    id_step,
    identified,
    ids_for,
    show_people,
)
from bot.services.journeys.beneficiary_text import from_slot, parse_beneficiaries, to_slot
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.identity_steps import identity_steps, person_check_step
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    Journey,
    NotAnAnswer,
    Opening,
    Reading,
    Rejected,
    Situation,
    Step,
)
from bot.services.journeys.query_policy import not_a_party, policy_choices, read_policy
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Denial, Reply, choose, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_name, mask_phone

REPLACES = "beneficiary_replaces"
DRAFT, _LONGEST_DRAFT = "beneficiary_draft", 40  # what was told of the people before it was complete
KEEP, REPLACE, NOTHING = "保留原申请", "用新的替换", "无"
_KEEPS = re.compile(r"保留|留着|留下|不替换|不换|不用换|不改了|不用改|等它|就用原来|还是原来|原来的就行")
_REPLACES = re.compile(r"替换|换|新的|撤回|撤掉|撤销|重新|作废|覆盖|改")


def _opening(situation: Situation) -> Opening:
    return Opening(
        (
            Reply(
                "可以申请，大约要 3 分钟。按保险法第四十一条，由投保人申请的，还要被保险人本人同意，我会单独请被保险人确认。"
            ),
        )
    )


def _applicant(work: UnitOfWork, situation: Situation) -> Party | None:
    return current_identity(work, situation.conversation_id, situation.now).party


def _policies(situation: Situation) -> list[InsurancePolicy]:
    with situation.services.reading() as work:
        party = _applicant(work, situation)
        who_may = situation.services.who_may
        return [
            policy
            for policy in (eligible_policies(work, party) if party else ())
            if who_may.allows("change_beneficiary", policy.roles_of(party.party_id if party else ""))
        ]


def _ask_policy(situation: Situation) -> Ask:
    policies = _policies(situation)
    if not policies:
        return Ask(
            "您名下没有可以变更受益人的有效人身险保单，要请人工帮您看看吗？", "choice", (TO_HUMAN, choose("不用了"))
        )
    return Ask("要改哪一份保单的受益人？", "choice", policy_choices(policies))


def _read_policy(said: Understood, situation: Situation) -> Reading:
    policies = _policies(situation)
    if not policies:
        named = said.first("policy_no")
        words = "好的。受益人变更只适用于有效的寿险、意外险、年金等人身险保单。"
        return Ended((Reply(words, denied=not_a_party(named.value) if named else None),))
    reading = read_policy(said, policies, situation.recent_policy)
    if not isinstance(reading, Accepted):
        return reading
    with situation.services.reading() as work:
        party = _applicant(work, situation)
        policy = work.policies.get(reading.value)
        assert party is not None
        assert policy is not None
        try:
            check_may_change(work, policy, party, situation.now.date())
            pending = open_change(work, policy.policy_no, situation.now)
            if pending:
                check_may_replace(policy, party, pending)
        except NotAllowedError as error:
            denied = Denial("change_beneficiary", policy.policy_no, "refused")
            replies = (Reply(str(error.data["reason"]), denied=denied),)
            return Ended(replies, hand_off="needs_person" if error.data["hand_off"] else "")
        insured = work.parties.get(policy.insured_ids[0])
    remark = f"{policy.product_name}，现在的受益人：{_masked(policy.beneficiaries) or '没有指定，按法定继承'}。"
    if needs_consent(policy, party) and insured:
        remark += f"被保险人是{mask_name(insured.name)}，提交后会发短信到 {mask_phone(insured.phone)} 请本人确认。"
    wished = from_slot(situation.get(PEOPLE))  # told before the policy was known, so not checked against it yet
    refusal = _refusal(situation, policy, wished) if wished else ""
    dropped = {PEOPLE: ""} if refusal else {}
    return Accepted(reading.value, remark=f"{remark}\n{refusal}".strip(), also={**dropped, REPLACES: ""})


def _masked(people: tuple[Beneficiary, ...]) -> str:
    """The beneficiaries, masked; with their order where there is more than one."""
    several = len({b.order for b in people}) > 1
    return "，".join(
        f"{mask_name(b.name) if b.name != LEGAL_HEIRS else b.name}（{b.relationship}）"
        f"{f'第 {b.order} 顺位 ' if several else ''}{b.share.normalize():f}%"
        for b in people
    )


def _pending(situation: Situation) -> BeneficiaryChange | None:
    if not situation.get(POLICY):
        return None
    with situation.services.reading() as work:
        return open_change(work, situation.get(POLICY), situation.now)


def _ask_replace(situation: Situation) -> Ask:
    change = _pending(situation)
    if change is None:
        return Ask("原来那件申请刚才已经有了结果，接着办新的吗？", "choice", (choose("接着办"), TO_HUMAN))
    text = (
        f"这份保单还有一件没办完的申请：{progress_text(change, situation.now)}它要改为 {_masked(change.new)}。"
        "一份保单同时只能办一件，要保留它，还是用新的替换？"
    )
    return Ask(text, "choice", (choose(KEEP), choose(REPLACE), TO_HUMAN))


def _read_replace(said: Understood, situation: Situation) -> Reading:
    change = _pending(situation)
    if change is None:  # answered or run out meanwhile: nothing is left to replace
        return Accepted(NOTHING)
    if _KEEPS.search(said.text):
        return Ended((Reply(f"好的，保留申请 {change.endorsement_no}，这次没有提交新的。"),))
    return Accepted(change.endorsement_no) if _REPLACES.search(said.text) else NotAnAnswer()


def _ask_people(_: Situation) -> Ask:
    return Ask("新的受益人是谁？请写姓名、跟被保险人的关系和份额，比如“王小宇，子女，60%；李梅，配偶，40%”。", "text")


def _read_people(said: Understood, situation: Situation) -> Reading:
    policy = chosen_policy(situation)
    proposed = from_slot(situation.get(PEOPLE))
    known = (*(policy.beneficiaries if policy else ()), *proposed)
    sex, draft = _insured_sex(situation, policy), situation.get(DRAFT)
    parsed = parse_beneficiaries(said, known, proposed, insured_sex=sex)
    if isinstance(parsed, str) and draft and not said.aside:  # name, relationship and share in three messages
        said = _after_draft(draft, said)
        parsed = parse_beneficiaries(said, known, proposed, insured_sex=sex)
    if isinstance(parsed, str):
        begun = not said.aside and len(said.text) <= _LONGEST_DRAFT and said.first("person_name", "relationship")
        return Accepted("", remark=parsed, also={DRAFT: said.text}) if begun else Rejected(parsed)
    refusal = _refusal(situation, policy, parsed) if policy else ""
    if refusal:
        return Rejected(refusal)
    remark = (
        "写“法定”就是由法定继承人按民法典继承编的顺序领取，以后要办继承证明，会比指定姓名慢一些。"
        if parsed[0].name == LEGAL_HEIRS
        else ""
    )
    plain = tuple(Beneficiary(p.name, p.relationship, p.order, p.share) for p in parsed)
    return Accepted(to_slot(plain), remark=remark, also={**ids_for(parsed, situation), DRAFT: ""})


def _after_draft(draft: str, said: Understood) -> Understood:
    """What was told of the people so far, and this message after it."""
    shift = len(draft) + 1
    moved = tuple(replace(each, start=each.start + shift, end=each.end + shift) for each in said.entities)
    return replace(said, text=f"{draft}，{said.text}", entities=moved)


def _insured_sex(situation: Situation, policy: InsurancePolicy | None) -> str:
    if policy is None or len(policy.insured_ids) != 1:
        return ""
    with situation.services.reading() as work:
        insured = work.parties.get(policy.insured_ids[0])
    return insured.sex if insured else ""


def _refusal(situation: Situation, policy: InsurancePolicy, people: tuple[Beneficiary, ...]) -> str:
    """Why these people cannot be registered on this policy, or ""."""
    with situation.services.reading() as work:
        try:
            check_proposal(work, policy, people)
        except InvalidBeneficiariesError as error:
            return str(error.data["reason"])
    return ""


def _show_policy(value: str, situation: Situation) -> str:
    policy = chosen_policy(situation)
    if policy is None:
        return value
    return f"{policy.product_name} {value}；原受益人 {_masked(policy.beneficiaries) or '未指定'}，将被替换"


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Write the request once; the number and the state come from the row."""
    command = ChangeBeneficiary(
        situation.get(POLICY),
        identified(situation),
        situation.conversation_id,
        situation.key,
        situation.now,
        replaces=situation.get(REPLACES),
    )
    services = situation.services
    try:
        with services.unit_of_work() as work:
            change = change_beneficiary(work, command, services.deadlines, pepper=services.pepper)
            policy = work.policies.get(change.policy_no)
            assert policy is not None
            insured = work.parties.get(policy.insured_ids[0])
            work.commit()
    except IdentityRequiredError:
        words = "身份核验超过 30 分钟已失效，这次没有提交。请重新说“改受益人”，我们再核对一次。"
        return (Reply(words, denied=Denial("change_beneficiary", situation.get(POLICY), "not_proved")),)
    except (NotAllowedError, InvalidBeneficiariesError) as error:
        denied = Denial("change_beneficiary", situation.get(POLICY), "refused")
        refused = Reply(f"{error.data['reason']}这次没有提交。", denied=denied)
        if error.data.get("hand_off"):
            return (refused, *hand_off_journey(JOURNEY, situation, "needs_person"))
        return (replace(refused, choices=(intend("重新改受益人", "change_beneficiary"), TO_HUMAN)),)
    text = done_text(change, policy, mask_phone(insured.phone) if insured else "", services.deadlines, situation.now)
    return (Reply(text, (intend("没别的事了", "goodbye"), TO_HUMAN)),)


JOURNEY = Journey(
    form="beneficiary_form",
    zh="改受益人",
    intent="change_beneficiary",
    post="保全",
    opening=_opening,
    card_title="请核对受益人变更：",
    cancelled="好的，不改了，原来的受益人不变。",
    carries=(DRAFT,),
    steps=(
        *identity_steps("受益人关系到保险金给谁，"),
        Step(POLICY, "保单", _ask_policy, _read_policy, ("policy_no",), shows_as=_show_policy, counted=False),
        Step(
            REPLACES,
            "撤回原申请",
            _ask_replace,
            _read_replace,
            (),
            lambda situation: _pending(situation) is not None,
            counted=False,
            alone=True,
        ),
        Step(
            PEOPLE,
            "新受益人",
            _ask_people,
            _read_people,
            ("percentage", "relationship"),
            shows_as=show_people,
            counted=False,
            repairs=True,
        ),
        *(id_step(index) for index in range(len(ID_SLOTS))),
        person_check_step(),
    ),
)
