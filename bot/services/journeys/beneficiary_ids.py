"""The id numbers of new beneficiaries (反洗钱法: their identity is verified): asked once, kept by name, shown masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.insurance.beneficiary import LEGAL_HEIRS, Beneficiary
from bot.insurance.policy import InsurancePolicy
from bot.services.beneficiary_rules import FULL_AGE, needs_consent
from bot.services.journeys.beneficiary_text import from_slot
from bot.services.journeys.fields import read_id_number
from bot.services.journeys.journey import Accepted, Ask, Reading, Rejected, Situation, Step
from bot.services.reply import choose
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.identifiers import parse_id_card
from bot.text.masking import mask_id_number

POLICY, PEOPLE = "beneficiary_policy", "beneficiaries"
ID_SLOTS = ("beneficiary_id_1", "beneficiary_id_2", "beneficiary_id_3", "beneficiary_id_4")
LATER = "稍后补交"
_LATER = re.compile(
    r"稍后|以后|回头|晚点|等会|过后|过几天|改天|后面补|后补|再补|补交|补上|跳过|空着|手边没|没记|记不清|记不得|不方便|没带|没有|不在身边|不知道|不记得|不清楚|找不到|忘了|先不"
)


def chosen_policy(situation: Situation) -> InsurancePolicy | None:
    with situation.services.reading() as work:
        return work.policies.get(situation.get(POLICY)) if situation.get(POLICY) else None


def people_on_file(situation: Situation, policy: InsurancePolicy) -> dict[str, Beneficiary]:
    """By name, whoever's id number we have: present beneficiaries, and a policyholder who asks. Nobody is asked for it."""
    with situation.services.reading() as work:
        applicant = current_identity(work, situation.conversation_id, situation.now).party
        parties = {b.name: work.parties.get(b.party_id) for b in policy.beneficiaries if b.party_id}
    known = {b.name: b for b in policy.beneficiaries if b.id_number}
    known |= {
        b.name: replace(b, id_number=party.id_number)
        for b in policy.beneficiaries
        if (party := parties.get(b.name)) is not None
    }
    if applicant and needs_consent(policy, applicant):
        own = Beneficiary(applicant.name, "", 1, Decimal(0), applicant.id_number, applicant.party_id)
        known.setdefault(applicant.name, own)
    return known


def given_ids(situation: Situation) -> dict[str, str]:
    """Name → id number or LATER, as told so far."""
    ids = (situation.get(slot) for slot in ID_SLOTS)
    people = from_slot(situation.get(PEOPLE))
    return {person.name: given for person, given in zip(people, ids, strict=False) if given}


def ids_for(people: Sequence[Beneficiary], situation: Situation) -> dict[str, str]:
    """The slots for these people: what was told of them before stays theirs, whatever place they have now."""
    given, today = given_ids(situation), situation.now.date()
    slots = dict.fromkeys(ID_SLOTS, "")
    for slot, person in zip(ID_SLOTS, people, strict=False):
        card = parse_id_card(person.id_number, today) if person.id_number else None
        slots[slot] = card.number if card else given.get(person.name, "")
    return slots


def identified(situation: Situation) -> tuple[Beneficiary, ...]:
    """The proposal with every id number that we have."""
    policy = chosen_policy(situation)
    on_file = people_on_file(situation, policy) if policy else {}
    return tuple(_with_id(person, on_file, given_ids(situation)) for person in from_slot(situation.get(PEOPLE)))


def _with_id(person: Beneficiary, on_file: Mapping[str, Beneficiary], given: Mapping[str, str]) -> Beneficiary:
    known, told = on_file.get(person.name), given.get(person.name, "")
    if told and told != LATER:
        return replace(person, id_number=told)
    return replace(person, id_number=known.id_number, party_id=known.party_id) if known else person


def show_people(value: str, situation: Situation) -> str:
    """One person a line: 陈一诺（子女）第 1 顺位 60%，证件 310***********0016."""
    policy = chosen_policy(situation)
    on_file = people_on_file(situation, policy) if policy else {}
    given = given_ids(situation)
    people = [_with_id(person, on_file, given) for person in from_slot(value)]
    return "；".join(f"{one(p)}{_paper(p)}" for p in people)


def one(person: Beneficiary) -> str:
    return f"{person.name}（{person.relationship}）第 {person.order} 顺位 {person.share.normalize():f}%"


def _paper(person: Beneficiary) -> str:
    if person.name == LEGAL_HEIRS:
        return ""
    return f"，证件 {mask_id_number(person.id_number)}" if person.id_number else "，证件稍后补"


def id_step(index: int) -> Step:
    def person(situation: Situation) -> str:
        people = from_slot(situation.get(PEOPLE))
        return people[index].name if index < len(people) else ""

    def needed(situation: Situation) -> bool:
        name, policy = person(situation), chosen_policy(situation)
        return bool(name) and name != LEGAL_HEIRS and (policy is None or name not in people_on_file(situation, policy))

    def ask(situation: Situation) -> Ask:
        why = "（反洗钱法要求核实受益人身份）" if not given_ids(situation) else ""
        return Ask(f"{person(situation)}的身份证号是多少？{why}手边没有可以稍后补。", "id_number", (choose(LATER),))

    def read(said: Understood, situation: Situation) -> Reading:
        if said.text == LATER or (said.first("id_number") is None and _LATER.search(said.text)):
            return Accepted(LATER)
        reading = read_id_number(said, situation)
        return _checked(reading.value, person(situation), situation) if isinstance(reading, Accepted) else reading

    return Step(ID_SLOTS[index], "", ask, read, (), needed, counted=False)


def _checked(number: str, name: str, situation: Situation) -> Reading:
    """Nobody has the number of another beneficiary or of the insured."""
    policy = chosen_policy(situation)
    with situation.services.reading() as work:
        insured = [work.parties.get(party_id) for party_id in policy.insured_ids] if policy else []
    if any(party and party.id_number == number for party in insured):
        return Rejected(f"这是被保险人的身份证号，请给{name}的。")
    others = {other: given for other, given in given_ids(situation).items() if other != name}
    if number in others.values():
        return Rejected(f"这个号码已经写给别的受益人了，请给{name}的。")
    minor = f"{name}未满 18 岁，领取时由监护人代办。" if _is_minor(number, situation.now.date()) else ""
    return Accepted(number, remark=minor)


def _is_minor(number: str, today: date) -> bool:
    card = parse_id_card(number, today)
    if card is None:
        return False
    born = card.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < FULL_AGE
