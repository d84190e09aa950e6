"""受益人变更 as a conversation (F06): who you are, which policy, who is to receive, one card, then the write."""

from __future__ import annotations

from decimal import Decimal

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary, InvalidBeneficiariesError
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.policy import InsurancePolicy
from bot.services.change_beneficiary import (
    ChangeBeneficiary,
    change_beneficiary,
    check_may_change,
    check_proposal,
    eligible_policies,
    needs_consent,
)
from bot.services.deadlines import speak_date
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.journeys.beneficiary_text import from_slot, parse_beneficiaries, spoken, to_slot
from bot.services.journeys.fields import read_id_number
from bot.services.journeys.identity_steps import identity_steps, person_check_step
from bot.services.journeys.journey import Accepted, Ask, Ended, Journey, Opening, Reading, Rejected, Situation, Step
from bot.services.journeys.query_policy import policy_choices, read_policy
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_name, mask_phone

POLICY, PEOPLE = "beneficiary_policy", "beneficiaries"
ID_SLOTS = ("beneficiary_id_1", "beneficiary_id_2", "beneficiary_id_3", "beneficiary_id_4")
LATER = "稍后补交"


def _opening(situation: Situation) -> Opening:
    return Opening(
        (
            Reply(
                "可以申请，大约要 3 分钟。按保险法第四十一条，由投保人申请的，还要被保险人本人同意，我会单独请被保险人确认。"
            ),
        )
    )


def _policies(situation: Situation) -> list[InsurancePolicy]:
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        return list(eligible_policies(work, party)) if party else []


def chosen_policy(situation: Situation) -> InsurancePolicy | None:
    with situation.services.reading() as work:
        return work.policies.get(situation.get(POLICY)) if situation.get(POLICY) else None


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
        return Ended((Reply("好的。受益人变更只适用于有效的寿险、意外险、年金等人身险保单。"),))
    reading = read_policy(said, policies)
    if not isinstance(reading, Accepted):
        return reading
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        policy = work.policies.get(reading.value)
        assert party is not None
        assert policy is not None
        try:
            check_may_change(work, policy, party)
        except NotAllowedError as error:
            replies = (Reply(str(error.data["reason"])),)
            return Ended(replies, hand_off="needs_person" if error.data["hand_off"] else "")
        insured = work.parties.get(policy.insured_ids[0])
    present = _present(policy)
    remark = f"{policy.product_name}，现在的受益人：{present or '没有指定，按法定继承'}。"
    if needs_consent(policy, party) and insured:
        remark += f"被保险人是{mask_name(insured.name)}，提交后会发短信到 {mask_phone(insured.phone)} 请本人确认。"
    wished = from_slot(situation.get(PEOPLE))  # told before the policy was known, so not checked against it yet
    refusal = _refusal(situation, policy, wished) if wished else ""
    if refusal:
        return Accepted(reading.value, remark=f"{remark}\n{refusal}", also={PEOPLE: ""})
    return Accepted(reading.value, remark=remark)


def _present(policy: InsurancePolicy) -> str:
    """The beneficiaries so far, masked; with their order where there is more than one."""
    several = len({b.order for b in policy.beneficiaries}) > 1
    return "，".join(
        f"{mask_name(b.name)}（{b.relationship}）{f'第 {b.order} 顺位 ' if several else ''}{b.share.normalize():f}%"
        for b in policy.beneficiaries
    )


def _ask_people(_: Situation) -> Ask:
    return Ask("新的受益人是谁？请写姓名、跟被保险人的关系和份额，比如“王小宇，子女，60%；李梅，配偶，40%”。", "text")


def _read_people(said: Understood, situation: Situation) -> Reading:
    policy = chosen_policy(situation)
    proposed = from_slot(situation.get(PEOPLE))
    parsed = parse_beneficiaries(said, (*(policy.beneficiaries if policy else ()), *proposed), proposed)
    if isinstance(parsed, str):
        return Rejected(parsed)
    refusal = _refusal(situation, policy, parsed) if policy else ""
    if refusal:
        return Rejected(refusal)
    remark = (
        "写“法定”就是由法定继承人按民法典继承编的顺序领取，以后要办继承证明，会比指定姓名慢一些。"
        if parsed[0].name == LEGAL_HEIRS
        else ""
    )
    return Accepted(to_slot(parsed), remark=remark, also=dict.fromkeys(ID_SLOTS, ""))


def _refusal(situation: Situation, policy: InsurancePolicy, people: tuple[Beneficiary, ...]) -> str:
    """Why these people cannot be registered on this policy, or ""."""
    with situation.services.reading() as work:
        try:
            check_proposal(work, policy, people)
        except InvalidBeneficiariesError as error:
            return str(error.data["reason"])
    return ""


def _known_ids(situation: Situation, policy: InsurancePolicy) -> dict[str, str]:
    """Id numbers on file of the present beneficiaries, by name: nobody is asked for what we have."""
    with situation.services.reading() as work:
        parties = {b.name: work.parties.get(b.party_id) for b in policy.beneficiaries if b.party_id}
    on_file = {b.name: b.id_number for b in policy.beneficiaries if b.id_number}
    return on_file | {name: party.id_number for name, party in parties.items() if party}


def _id_step(index: int) -> Step:
    def person(situation: Situation) -> str:
        people = from_slot(situation.get(PEOPLE))
        return people[index].name if index < len(people) else ""

    def needed(situation: Situation) -> bool:
        name = person(situation)
        policy = chosen_policy(situation)
        return bool(name) and name != LEGAL_HEIRS and (policy is None or name not in _known_ids(situation, policy))

    def ask(situation: Situation) -> Ask:
        why = "（反洗钱法要求核实受益人身份）" if index == 0 else ""
        return Ask(f"{person(situation)}的身份证号是多少？{why}手边没有可以稍后补。", "id_number", (choose(LATER),))

    def read(said: Understood, situation: Situation) -> Reading:
        if said.text == LATER or any(
            word in said.text for word in ("稍后", "以后", "没带", "没有", "不知道", "不记得")
        ):
            return Accepted(LATER)
        return read_id_number(said, situation)

    return Step(ID_SLOTS[index], "", ask, read, (), needed, counted=False)


def _show_people(value: str, _: Situation) -> str:
    return spoken(from_slot(value))


def _show_policy(value: str, situation: Situation) -> str:
    policy = chosen_policy(situation)
    if policy is None:
        return value
    old = _present(policy)
    return f"{policy.product_name} {value}；原受益人 {old or '未指定'}，将被替换"


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Write the request once; the number and the state come from the row."""
    ids = [situation.get(slot) for slot in ID_SLOTS]
    chosen = chosen_policy(situation)
    known = _known_ids(situation, chosen) if chosen else {}
    people = tuple(
        type(person)(
            person.name,
            person.relationship,
            person.order,
            Decimal(person.share),
            known.get(person.name, "") if given in ("", LATER) else given,
        )
        for person, given in zip(from_slot(situation.get(PEOPLE)), [*ids, *[""] * 9], strict=False)
    )
    command = ChangeBeneficiary(situation.get(POLICY), people, situation.conversation_id, situation.key, situation.now)
    try:
        with situation.services.unit_of_work() as work:
            change = change_beneficiary(work, command, situation.services.deadlines, pepper=situation.services.pepper)
            policy = work.policies.get(change.policy_no)
            insured = work.parties.get(policy.insured_ids[0]) if policy else None
            work.commit()
    except IdentityRequiredError:
        return (Reply("身份核验超过 30 分钟已失效，这次没有提交。请重新说“改受益人”，我们再核对一次。"),)
    except NotAllowedError as error:
        return (Reply(f"{error.data['reason']}这次没有提交。", (TO_HUMAN,)),)
    return (
        Reply(
            _done_text(change, situation, mask_phone(insured.phone) if insured else ""),
            (intend("没别的事了", "goodbye"), TO_HUMAN),
        ),
    )


def _done_text(change: BeneficiaryChange, situation: Situation, insured_phone: str) -> str:
    today = situation.now.date()
    lines = [
        f"申请已受理，编号 {change.endorsement_no}（{situation.now:%m}月{situation.now:%d}日 {situation.now:%H:%M} 收到）。"
    ]
    missing = "、".join(change.unidentified)
    if change.status is EndorsementStatus.WAITING_FOR_CONSENT:
        lines.append(f"被保险人的手机 {insured_phone} 会收到确认短信，72 小时内有效，请被保险人打开在线客服自己确认。")
        lines.append("本人同意后 5 个工作日内出具批单。没有同意之前，原受益人不变。")
    elif change.finish_by:
        lines.append(f"我们会在 {speak_date(change.finish_by, today)} 前出具批单，短信通知您。")
    if missing:
        lines.append(f"还差{missing}的身份证件：请点“转人工”补交，补齐之后才能出具批单（5 个工作日内）。")
    return "\n".join(lines)


JOURNEY = Journey(
    form="beneficiary_form",
    zh="改受益人",
    intent="change_beneficiary",
    post="保全",
    opening=_opening,
    card_title="请核对受益人变更：",
    cancelled="好的，不改了，原来的受益人不变。",
    steps=(
        *identity_steps("受益人关系到保险金给谁，"),
        Step(POLICY, "保单", _ask_policy, _read_policy, ("policy_no",), shows_as=_show_policy, counted=False),
        Step(
            PEOPLE,
            "新受益人",
            _ask_people,
            _read_people,
            ("percentage", "relationship"),
            shows_as=_show_people,
            counted=False,
        ),
        *(_id_step(index) for index in range(len(ID_SLOTS))),
        person_check_step(),
    ),
)
