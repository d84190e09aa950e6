"""A customer cannot reach another's data: every service times everybody who may ask for it (business flows section 1).

The services come from the registry: a new one fails here until it is placed. What is refused shows nothing of the
other's, and leaves a row in the audit log, whose chain still holds.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

import pytest
from sqlalchemy import text as sql
from sqlalchemy.engine import Engine

from bot.calendars.clocks import SHANGHAI
from bot.insurance.identity import IdentityLevel, Verification
from bot.insurance.policy import InsurancePolicy, Role
from bot.services.deny_access import EVENT, NOBODY
from bot.services.journeys import query_policy
from bot.services.journeys.beneficiary_ids import POLICY as BENEFICIARY_POLICY
from bot.services.recall import recall
from bot.services.registry import JOURNEYS, SERVICE_FORM
from bot.services.servicing.catalogue import TRANSACTIONS
from bot.services.servicing.transaction import POLICY
from bot.services.servicing.who_may import Permission, load_who_may
from bot.services.speak_money import money
from bot.settings import ROOT, read_settings
from bot.store.audit_log import verify_chain
from bot.store.demo_people import NAMED_CUSTOMERS, id_number
from bot.store.engine import build_engine
from tests.journey_talk import JourneyTalk, start_talk
from tests.servicing_talk import filed

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
WHO_MAY = load_who_may(ROOT / "data" / "servicing" / "who_may.yml")
CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}
POLICY_SLOTS = {POLICY, query_policy.POLICY, BENEFICIARY_POLICY}


class Place(Enum):
    """How a service could be used to reach what is another's."""

    POLICY = "asks for a policy"
    NUMBER = "asks for the number of a case"
    CLAIM = "asks whoever was proved for one of his claims"
    MATTER = "asks for the number of a complaint or request to add papers to"
    CODE = "opens with a code sent to one person"
    OWN = "is about whoever was proved, and takes no number of anything"
    PHONE = "is about calls booked for the phone that a code was sent to"
    NOTHING = "reads nothing that is on file"


S = f"{SERVICE_FORM}:"
PLACES: dict[str, Place] = {
    "policy_form": Place.POLICY,
    "beneficiary_form": Place.POLICY,
    "claim_form": Place.NOTHING,
    "complaint_form": Place.NOTHING,
    "claim_status_form": Place.NUMBER,
    "complaint_status_form": Place.NUMBER,
    "complaint_withdrawal_form": Place.NUMBER,
    "consent_form": Place.CODE,
    S + "account_help": Place.NOTHING,
    S + "answer_follow_up": Place.OWN,
    S + "agree_assessment": Place.CLAIM,
    S + "agree_settlement": Place.CLAIM,
    S + "cancel_claim": Place.CLAIM,
    S + "cancel_loss_report": Place.POLICY,
    S + "change_benefit_account": Place.POLICY,
    S + "change_contact": Place.OWN,
    S + "change_contract": Place.POLICY,
    S + "change_payment": Place.POLICY,
    S + "change_personal_data": Place.OWN,
    S + "change_policyholder": Place.POLICY,
    S + "change_servicer": Place.POLICY,
    S + "claim_paper": Place.CLAIM,
    S + "claim_payee": Place.CLAIM,
    S + "collect_benefit": Place.POLICY,
    S + "dispute_claim": Place.CLAIM,
    S + "give_feedback": Place.NOTHING,
    S + "book_survey": Place.CLAIM,
    S + "message_handler": Place.CLAIM,
    S + "move_callback": Place.PHONE,
    S + "hand_in_papers": Place.MATTER,
    S + "own_matters": Place.OWN,
    S + "own_value_added": Place.OWN,
    S + "pay_premium": Place.POLICY,
    S + "policy_loan": Place.POLICY,
    S + "privacy_request": Place.OWN,
    S + "reinstate_policy": Place.POLICY,
    S + "reissue_policy": Place.POLICY,
    S + "report_misconduct": Place.NOTHING,
    S + "request_callback": Place.NOTHING,
    S + "request_e_policy": Place.POLICY,
    S + "request_invoice": Place.POLICY,
    S + "request_roadside_service": Place.NOTHING,
    S + "sales_enquiry": Place.NOTHING,
    S + "self_check": Place.NOTHING,
    S + "rate_service": Place.NOTHING,
    S + "stop_marketing": Place.NOTHING,
    S + "supplement_claim": Place.CLAIM,
    S + "surrender_policy": Place.POLICY,
    S + "verify_salesperson": Place.NOTHING,
}
OF_A_POLICY = sorted(key for key, place in PLACES.items() if place is Place.POLICY)


@dataclass(frozen=True)
class Asker:
    """Who asks, and for which policy that is not his own. `proves`: this customer's own proof; without it he claims to
    be `claims`, whose name and id number he knows."""

    role: str
    target: str
    proves: str = ""
    claims: str = ""


ASKERS = (
    Asker("stranger", "P2023001234", claims="无此人"),
    Asker("salesperson posing as the customer", "P2023001234", claims="王建国"),
    Asker("another customer", "P2023001234", proves="张伟明"),
    Asker("policyholder of another policy", "P2024000552", proves="王建国"),
    Asker("insured of another policy", "P2024000552", proves="刘芳"),
    Asker("beneficiary of another policy", "P2023001234", proves="林小雨"),
    Asker("group member", "P2022000551", proves="赵磊"),
    Asker("former policyholder", "P2026000103", proves="张伟明"),
)
# Named in a policy, but not the one who may: whose role it is to be told apart from the policyholder's.
NAMED = (
    ("insured", Role.INSURED, "刘芳", "P2023001234"),
    ("beneficiary", Role.BENEFICIARY, "林小雨", "P2019000521"),
    ("group member", Role.INSURED, "赵磊", "P2026000601"),
)


@dataclass
class World:
    """One store for the whole matrix; each conversation is an hour after the last (codes are limited)."""

    talk: JourneyTalk
    engine: Engine
    hours: Iterator[int]

    def conversation(self, key: str) -> JourneyTalk:
        made = self.talk.another(key)
        made.now = NOW + timedelta(hours=next(self.hours))
        return made

    def prove(self, talk: JourneyTalk, name: str, level: IdentityLevel = IdentityLevel.L3) -> None:
        person, until = CUSTOMERS[name], talk.now + timedelta(hours=1)
        with talk.services.unit_of_work() as work:
            work.identities.save_verification(
                Verification(talk.conversation, person.party_id, person.phone, level, until)
            )
            work.commit()

    def denials(self, talk: JourneyTalk) -> list[tuple[str, str, str, str]]:
        """(subject, actor, kind, why) of what was refused in this conversation."""
        query = sql("SELECT subject, actor, detail FROM audit_log WHERE event = :event ORDER BY seq")
        with self.engine.connect() as connection:
            rows = [(row[0], row[1], json.loads(row[2])) for row in connection.execute(query, {"event": EVENT})]
        mine = [(subject, actor, each) for subject, actor, each in rows if each["conversation"] == talk.conversation]
        return [(subject, actor, each["kind"], each["why"]) for subject, actor, each in mine]

    def policy(self, number: str) -> InsurancePolicy:
        with self.talk.services.reading() as work:
            found = work.policies.get(number)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    talk = start_talk(folder, "policy_form", NOW)
    settings = read_settings({"BOT_VAR_DIR": str(folder)})
    engine = build_engine(settings.database_url, settings.secrets.data_key)
    with engine.begin() as connection:  # 张伟明 has given his home insurance to 王建国
        for statement in (
            "UPDATE policies SET policyholder_id = 'CU000003' WHERE policy_no = 'P2026000103'",
            "UPDATE policy_insureds SET party_id = 'CU000003' WHERE policy_no = 'P2026000103'",
        ):
            connection.execute(sql(statement))
    yield World(talk, engine, itertools.count(1))
    assert verify_chain(engine) > 0
    engine.dispose()


def shown(talk: JourneyTalk) -> str:
    return "\n".join((talk.text, *(choice.title for reply in talk.replies for choice in reply.choices)))


def drive(world: World, talk: JourneyTalk, number: str) -> str:
    """Open the service and name this policy where it asks for one; everything that was said and offered."""
    key = talk.form
    transaction = TRANSACTIONS.get(key.removeprefix(S))
    before = {step.slot for step in transaction.before} if transaction else set()
    wish = f"我要查一下保单 {number}" if key == "policy_form" else "我要办理"
    talk.say(wish, JOURNEYS[key].journey.intent)
    said = [shown(talk)]
    while not talk.outcome and talk.requested in before:
        talk.pick(next(choice.title for reply in talk.replies for choice in reply.choices))
        said.append(shown(talk))
    if not talk.outcome and talk.requested in POLICY_SLOTS:
        talk.say(f"保单号 {number}")
        said.append(shown(talk))
    return "\n".join(said)


def people_of(world: World, policy: InsurancePolicy, *, without: str = "") -> set[str]:
    """Names, numbers and addresses of everybody in a policy but one."""
    secrets: set[str] = set()
    with world.talk.services.reading() as work:
        parties = [work.parties.get(each) for each in {policy.policyholder_id, *policy.insured_ids} - {without}]
        for party in filter(None, parties):
            secrets |= {party.name, party.id_number, party.phone, party.email, party.address}
    own = {each.name for each in NAMED_CUSTOMERS if each.party_id == without}
    secrets |= {each.name for each in policy.beneficiaries} - own
    return {secret for secret in secrets if secret}


def sums_of(policy: InsurancePolicy) -> set[str]:
    amounts = {policy.sum_insured, policy.premium, policy.cash_value, policy.loan_balance}
    amounts |= {each.sum_insured for each in policy.coverages} | {each.amount for each in policy.benefits}
    return {money(amount) for amount in amounts if amount > Decimal(0)}


def check_nothing_shown(text: str, secrets: set[str]) -> None:
    leaked = {secret for secret in secrets if secret in text}
    assert not leaked, f"{leaked}\n{text}"


def test_every_service_of_the_registry_is_placed() -> None:
    assert set(PLACES) == set(JOURNEYS), "place the new service in PLACES"
    asks = {S + kind for kind, each in TRANSACTIONS.items() if each.policies is not None}
    assert asks == {key for key in OF_A_POLICY if key.startswith(S)}
    wanted = {
        S + kind for kind, each in TRANSACTIONS.items() if each.policies is None and each.level >= IdentityLevel.L2
    }
    assert wanted == {key for key, place in PLACES.items() if place in (Place.OWN, Place.CLAIM)}


def test_the_decision_table_has_every_service_about_a_policy() -> None:
    assert {key.removeprefix(S) for key in OF_A_POLICY if key.startswith(S)} <= WHO_MAY.kinds


@pytest.mark.parametrize("key", OF_A_POLICY)
@pytest.mark.parametrize("asker", [each for each in ASKERS if each.proves], ids=lambda each: each.role)
def test_a_policy_that_is_not_ones_own_stays_closed_to_whoever_is_proved(world: World, key: str, asker: Asker) -> None:
    talk = world.conversation(key)
    world.prove(talk, asker.proves)
    person, target = CUSTOMERS[asker.proves], world.policy(asker.target)
    with talk.services.reading() as work:
        own = work.policies.naming(person.party_id)
    text = drive(world, talk, asker.target)
    mine = set().union(*(sums_of(each) for each in own), *(people_of(world, each) for each in own))
    check_nothing_shown(text, (people_of(world, target) | sums_of(target)) - mine)
    denied = [row for row in world.denials(talk) if row[0] == asker.target]
    assert denied, text
    assert {row[1] for row in denied} == {person.party_id}
    assert {row[3] for row in denied} == {"not_a_party"}


@pytest.mark.parametrize("key", OF_A_POLICY)
@pytest.mark.parametrize("asker", [each for each in ASKERS if each.claims], ids=lambda each: each.role)
def test_who_only_knows_a_name_and_a_number_is_locked_out(world: World, key: str, asker: Asker) -> None:
    talk = world.conversation(key)
    text = drive(world, talk, asker.target)
    known = CUSTOMERS.get(asker.claims)
    told = (asker.claims, known.id_number if known else id_number("110105", date(1990, 3, 7), 3))
    said = [text]
    for answer in (*told, "000000", "000001", "000002"):
        if talk.outcome:
            break
        assert talk.requested not in POLICY_SLOTS, talk.text
        talk.say(answer)
        said.append(shown(talk))
    assert talk.outcome == "handed_off:identity_locked", talk.text
    check_nothing_shown("\n".join(said).replace(asker.claims, ""), people_of(world, world.policy(asker.target)))
    assert ("identity", "locked") in [row[2:] for row in world.denials(talk)]
    assert {row[1] for row in world.denials(talk)} == {NOBODY}


@pytest.mark.parametrize("key", [key for key in OF_A_POLICY if key.startswith(S)])
@pytest.mark.parametrize(("role", "what", "name", "number"), NAMED, ids=[each[0] for each in NAMED])
def test_a_role_that_may_not_is_refused_and_shown_nothing_of_the_policyholders(
    world: World, key: str, role: str, what: Role, name: str, number: str
) -> None:
    talk = world.conversation(key)
    world.prove(talk, name)
    policy, person = world.policy(number), CUSTOMERS[name]
    text = drive(world, talk, number)
    hidden = people_of(world, policy, without=person.party_id)
    hidden |= {money(each) for each in (policy.cash_value, policy.loan_balance) if each}
    if what is Role.BENEFICIARY:
        hidden |= sums_of(policy) - (sums_of(policy) if key == S + "collect_benefit" else set())
    check_nothing_shown(text, hidden)
    if WHO_MAY.best(key.removeprefix(S), (what,)) is Permission.NO:
        rows = world.denials(talk)
        assert [row for row in rows if row[0] == number and row[1] == person.party_id], text
        with talk.services.reading() as work:
            assert filed(work, talk.conversation) == ()


def test_the_policyholder_himself_is_refused_nothing_when_he_looks(world: World) -> None:
    talk = world.conversation("policy_form")
    world.prove(talk, "王建国", IdentityLevel.L2)
    assert "P2023001234" in drive(world, talk, "P2023001234")
    assert world.denials(talk) == []


def test_what_is_the_policyholders_alone_is_refused_to_the_insured_by_topic(world: World) -> None:
    talk = world.conversation("policy_form")
    world.prove(talk, "刘芳", IdentityLevel.L2)
    talk.say("P2023001234 的现金价值是多少", "query_policy")
    assert "要投保人本人才能查" in talk.text
    assert world.denials(talk) == [("P2023001234", "CU000004", "policy", "topic_cash_value")]


# -- cases by their number ---------------------------------------------------------------------------------------------

FOREIGN_PHONE = "13612340000"


def a_case(world: World, key: str) -> tuple[str, set[str]]:
    """The number of somebody's claim or complaint, and what it says."""
    with world.talk.services.reading() as work:
        if key == "claim_status_form":
            claim = work.claims.of_party(CUSTOMERS["郑浩"].party_id)[0]
            report = claim.report
            return claim.claim_no, {report.cause, report.place, report.reporter_phone, report.policy_no, claim.stage.zh}
        complaint = work.complaints.of_party(CUSTOMERS["孙丽"].party_id)[0]
        return complaint.complaint_no, {complaint.facts, complaint.request, complaint.phone, complaint.stage.zh}


def a_request(world: World) -> tuple[str, set[str]]:
    """The number of somebody's request, and what it says."""
    other = world.conversation(S + "stop_marketing")
    other.say("别再给我打推销电话了，号码 13800001003", "privacy_request")
    while not other.outcome:
        other.say("13800001003" if other.requested != "confirm" else "确认")
    with other.services.reading() as work:
        number = filed(work, other.conversation)[0].request_no
    return number, {"停止营销", "13800001003", "已办结", "已受理"}


def try_to_get_in(world: World, talk: JourneyTalk, number: str) -> str:
    """All that is shown until it ends, is refused, or five proofs of somebody else were given."""
    said = [shown(talk)]
    proofs = {"phone": FOREIGN_PHONE, "paper_proof": "查询码 00000001"}
    for _ in range(5):
        if talk.outcome or world.denials(talk):
            break
        if talk.requested == "phone_code":
            talk.code(FOREIGN_PHONE)
        else:
            talk.say(proofs.get(talk.requested, number))
        said.append(shown(talk))
    return "\n".join(said)


@pytest.mark.parametrize("key", [key for key, place in PLACES.items() if place is Place.NUMBER])
@pytest.mark.parametrize("name", ["", "张伟明", "王建国", "刘芳", "林小雨", "赵磊"])
def test_the_number_of_anothers_case_opens_nothing(world: World, key: str, name: str) -> None:
    number, secrets = a_case(world, key)
    talk = world.conversation(key)
    if name:
        world.prove(talk, name)
    talk.say(f"我要查一下 {number}", JOURNEYS[key].journey.intent)
    said = try_to_get_in(world, talk, number)
    check_nothing_shown(said, secrets)
    rows = world.denials(talk)
    assert [(row[0], row[3]) for row in rows] == [(number, "not_proved")], said
    assert rows[0][1] == (CUSTOMERS[name].party_id if name else NOBODY)


@pytest.mark.parametrize("key", [key for key, place in PLACES.items() if place is Place.CLAIM])
@pytest.mark.parametrize("name", ["张伟明", "王建国", "刘芳", "林小雨", "赵磊"])
def test_anothers_claim_is_taken_for_none_of_ones_own(world: World, key: str, name: str) -> None:
    number, secrets = a_case(world, "claim_status_form")
    talk = world.conversation(key)
    world.prove(talk, name)
    talk.say(f"案件 {number} 我要办理", JOURNEYS[key].journey.intent)
    said = [shown(talk)]
    if not talk.outcome and not world.denials(talk):
        talk.say(number)
        said.append(shown(talk))
    check_nothing_shown("\n".join(said), secrets)
    assert world.denials(talk) == [(number, CUSTOMERS[name].party_id, "claim", "not_proved")], "\n".join(said)


@pytest.mark.parametrize("key", [key for key, place in PLACES.items() if place is Place.MATTER])
@pytest.mark.parametrize("name", ["", "张伟明", "王建国", "刘芳", "林小雨", "赵磊"])
@pytest.mark.parametrize("what", ["complaint", "request"])
def test_anothers_matter_takes_no_papers_and_shows_nothing(world: World, key: str, name: str, what: str) -> None:
    number, secrets = a_case(world, "complaint_status_form") if what == "complaint" else a_request(world)
    talk = world.conversation(key)
    if name:
        world.prove(talk, name)
    talk.say(f"补材料 {number}", JOURNEYS[key].journey.intent)
    said = try_to_get_in(world, talk, number)
    check_nothing_shown(said, secrets)
    rows = world.denials(talk)
    assert [(row[0], row[2], row[3]) for row in rows] == [(number, what, "not_proved")], said
    with talk.services.reading() as work:
        assert filed(work, talk.conversation) == ()


@pytest.mark.parametrize("name", ["", "张伟明", "刘芳"])
def test_the_number_of_anothers_request_tells_nothing_and_is_recorded(world: World, name: str) -> None:
    number, secrets = a_request(world)
    talk = world.conversation("policy_form")
    if name:
        world.prove(talk, name)
    said = talk.message(f"{number} 办到哪一步了", "query_policy")
    told = recall(said, talk.services)
    assert told is not None
    check_nothing_shown(told.text, secrets)
    actor = CUSTOMERS[name].party_id if name else NOBODY
    assert world.denials(talk) == [(number, actor, "request", "not_proved")]


def test_the_insureds_code_with_another_person_tells_nothing_of_the_change(world: World) -> None:
    asking = world.conversation("beneficiary_form")
    world.prove(asking, "王建国")
    asking.say("我要改受益人", "change_beneficiary")
    asking.all("P2023001234", "王小宇，子女，100%")
    while not asking.outcome:
        asking.say("确认" if asking.requested == "confirm" else "没有")
    sent = asking.outbox.texts_for(CUSTOMERS["刘芳"].phone, 1)[0].text
    code = re.search(r"确认码 ([A-Z0-9]{8})", sent)
    assert code
    talk = world.conversation("consent_form")
    talk.now = asking.now + timedelta(minutes=5)
    world.prove(talk, "张伟明")
    talk.say(f"确认码 {code.group(1)}", "inform")
    check_nothing_shown(shown(talk), {"王小宇", "王建国", "刘德海", "P2023001234", "定期寿险"})
    (row,) = world.denials(talk)
    assert row[0].startswith("E")
    assert row[1:] == ("CU000001", "consent", "not_the_insured")


# -- services that read nothing of another's ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", sorted(key for key, place in PLACES.items() if place in (Place.OWN, Place.PHONE, Place.NOTHING))
)
@pytest.mark.parametrize("name", ["", "张伟明", "赵磊"])
def test_what_takes_no_number_says_nothing_of_others_whatever_it_is_told(world: World, key: str, name: str) -> None:
    """Somebody's policy number, plate and name in the first words bring nothing of that person's out."""
    target = world.policy("P2023001234")
    talk = world.conversation(key)
    if name:
        world.prove(talk, name)
    talk.say("我要办理，是王建国的保单 P2023001234", JOURNEYS[key].journey.intent)
    text = shown(talk)
    own = CUSTOMERS[name].party_id if name else ""
    secrets = people_of(world, target, without=own) | sums_of(target) | {target.product_name}
    check_nothing_shown(text.replace("是王建国的保单", ""), secrets - {"王建国"})


def test_what_was_refused_names_no_words_of_the_customer(world: World) -> None:
    """Codes and numbers only, so that the log may be kept and read."""
    asker = next(each for each in ASKERS if each.proves)
    talk = world.conversation(OF_A_POLICY[0])
    world.prove(talk, asker.proves)
    drive(world, talk, asker.target)
    with world.engine.connect() as connection:
        rows = connection.execute(sql("SELECT detail FROM audit_log WHERE event = :event"), {"event": EVENT}).all()
    assert rows
    for (detail,) in rows:
        told = json.loads(detail)
        assert set(told) == {"kind", "why", "level", "conversation"}
        assert all(re.fullmatch(r"[A-Za-z0-9_]+", told[each]) for each in ("kind", "why", "level"))
