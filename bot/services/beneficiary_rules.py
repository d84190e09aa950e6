"""Who may change the beneficiaries of which policy (F06; 保险法 arts 39, 41, 解释三 art 11). Asked before the questions,
at the write, and once more when the insured agrees: between them a day or three may pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.insurance.beneficiary import Beneficiary, InvalidBeneficiariesError, check_beneficiaries
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, Role
from bot.services.deadlines import Deadlines
from bot.services.errors import NotAllowedError
from bot.services.ports import UnitOfWork

FULL_AGE = 18  # 民法典 art 17


def eligible_policies(work: UnitOfWork, party: Party) -> Sequence[InsurancePolicy]:
    """Live insurance of persons with a death benefit in which the party is policyholder or insured."""
    allowed = {Role.POLICYHOLDER, Role.INSURED}
    return [
        policy
        for policy in work.policies.naming(party.party_id)
        if policy.line.about_people
        and policy.pays_on_death
        and policy.status.is_live
        and allowed & set(policy.roles_of(party.party_id))
    ]


def check_may_change(work: UnitOfWork, policy: InsurancePolicy, party: Party, today: date) -> None:
    """Refuse what the law or the contract's state rules out.

    Raises:
        NotAllowedError: with `reason` for the customer and `hand_off` True when a person must look at it.
    """
    roles = policy.roles_of(party.party_id)
    if Role.POLICYHOLDER not in roles and Role.INSURED not in roles:
        raise NotAllowedError(reason="受益人只能由投保人或被保险人申请变更。", hand_off=False)
    if not policy.line.about_people or not policy.pays_on_death:
        raise NotAllowedError(reason="这份保险没有身故保险金，不用指定受益人。", hand_off=False)
    _check_contract(policy)
    if policy.employer_is_policyholder and Role.INSURED not in roles:
        raise NotAllowedError(
            reason="单位投保的保单，受益人由被保险人本人来申请变更（保险法第三十九条）。", hand_off=False
        )
    _check_insured(work, policy, party, today)


def _check_contract(policy: InsurancePolicy) -> None:
    if not policy.status.is_live:
        raise NotAllowedError(reason=f"这份保单现在是“{policy.status.zh}”，变更受益人要先由人工核实。", hand_off=True)
    if policy.insured_event_on is not None:
        raise NotAllowedError(
            reason="这份保单已有保险事故记录。按司法解释（三）第十一条，事故发生后不能再变更受益人，我请人工跟您核对。",
            hand_off=True,
        )
    if policy.frozen:
        raise NotAllowedError(reason="这份保单被有权机关冻结，解冻前不能变更受益人，我请人工跟您核对。", hand_off=True)
    if policy.pledged:
        raise NotAllowedError(reason="这份保单正在质押，变更受益人要人工先与质权人核对。", hand_off=True)


def _check_insured(work: UnitOfWork, policy: InsurancePolicy, party: Party, today: date) -> None:
    alone = not needs_consent(policy, party)
    if len(policy.insured_ids) > 1 and not alone:
        raise NotAllowedError(reason="这份保单有多位被保险人，要分别征得同意，我请人工来办。", hand_off=True)
    insured = party if alone else work.parties.get(policy.insured_ids[0])
    age = insured.age_on(today) if insured else None
    if insured is None or age is None:
        raise NotAllowedError(reason="被保险人登记的资料不全，要人工核实以后再变更受益人。", hand_off=True)
    if age < FULL_AGE:
        raise NotAllowedError(
            reason="这份保单的被保险人未满 18 岁，受益人要由监护人指定（保险法第三十九条），并核对监护关系证明，我请人工来办。",
            hand_off=True,
        )
    if not alone and insured.phone == party.phone:
        # One phone for both persons proves nothing about the insured's will.
        raise NotAllowedError(
            reason="投保人和被保险人登记了同一个手机，线上没法单独征得被保险人同意，我请人工来办。", hand_off=True
        )


def needs_consent(policy: InsurancePolicy, party: Party) -> bool:
    """True when the applicant is not the insured, so that the insured must agree (保险法 art 41 ¶2)."""
    return party.party_id not in policy.insured_ids


def check_proposal(work: UnitOfWork, policy: InsurancePolicy, proposed: tuple[Beneficiary, ...]) -> None:
    """Raises InvalidBeneficiariesError, see `check_beneficiaries`."""
    insured = work.parties.get(policy.insured_ids[0]) if len(policy.insured_ids) == 1 else None
    check_beneficiaries(
        proposed,
        employer_is_policyholder=policy.employer_is_policyholder,
        insured_name=insured.name if insured else "",
    )


def check_may_replace(policy: InsurancePolicy, party: Party, change: BeneficiaryChange) -> None:
    """The insured decides about every request, a policyholder about an own one that the insured has not agreed to.

    Raises:
        NotAllowedError: what the insured has asked for or agreed to is not undone without the insured.
    """
    own = change.applicant_id == party.party_id and change.status is EndorsementStatus.WAITING_FOR_CONSENT
    if needs_consent(policy, party) and not own:
        raise NotAllowedError(
            reason=f"这份保单已有一件变更申请 {change.endorsement_no}（{change.status.zh}），是被保险人本人申请或同意的。"
            "要再改，得人工和被保险人一起核对。",
            hand_off=True,
        )


def why_not_any_more(work: UnitOfWork, change: BeneficiaryChange, today: date) -> str:
    """Why a request that could be made cannot be accepted now, as a sentence for the customer, or ""."""
    policy, applicant = work.policies.get(change.policy_no), work.parties.get(change.applicant_id)
    if policy is None or applicant is None:
        return "这份保单的资料有变动，要人工核实。"
    try:
        check_may_change(work, policy, applicant, today)
        check_proposal(work, policy, change.new)
    except (NotAllowedError, InvalidBeneficiariesError) as error:
        return str(error.data["reason"])
    if policy.beneficiaries != change.old:
        return "申请之后，这份保单的受益人已经变动过，要人工重新核对。"
    return ""


def finish_by(change: BeneficiaryChange, policy: InsurancePolicy, at: datetime, deadlines: Deadlines) -> date | None:
    """The last day for the endorsement: 5 working days once nothing is missing (D-P03). None while an identity is, and
    for group policies, to which the rule does not apply (X-15)."""
    if change.unidentified or policy.group:
        return None
    return deadlines.due("D-P03", at).internal_due
