"""Insurance contracts as the assistant reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from bot.calendars.months import add_months
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.institution import HEAD_OFFICE


class LineOfBusiness(str, Enum):
    """Normal forms of the entity `line_of_business`."""

    MOTOR = "motor"
    HEALTH = "health"
    CRITICAL_ILLNESS = "critical_illness"
    ACCIDENT = "accident"
    LIFE = "life"
    ANNUITY = "annuity"
    PROPERTY = "property"
    LIABILITY = "liability"
    TRAVEL = "travel"
    GROUP = "group"

    @property
    def zh(self) -> str:
        return _LINE_ZH[self]

    @property
    def about_people(self) -> bool:
        """True for insurance of persons (人身保险), where beneficiaries and grace periods exist."""
        return self not in (LineOfBusiness.MOTOR, LineOfBusiness.PROPERTY, LineOfBusiness.LIABILITY)


_LINE_ZH = {
    LineOfBusiness.MOTOR: "车险",
    LineOfBusiness.HEALTH: "医疗险",
    LineOfBusiness.CRITICAL_ILLNESS: "重疾险",
    LineOfBusiness.ACCIDENT: "意外险",
    LineOfBusiness.LIFE: "寿险",
    LineOfBusiness.ANNUITY: "年金险",
    LineOfBusiness.PROPERTY: "财产险",
    LineOfBusiness.LIABILITY: "责任险",
    LineOfBusiness.TRAVEL: "旅行险",
    LineOfBusiness.GROUP: "团体险",
}


class PolicyStatus(str, Enum):
    """States of business flow F04, as shown to customers."""

    IN_FORCE = "in_force"
    GRACE = "grace"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    MATURED = "matured"
    SURRENDERED = "surrendered"
    LOST = "lost"

    @property
    def zh(self) -> str:
        return _STATUS_ZH[self]

    @property
    def is_live(self) -> bool:
        """The contract still runs (a reported loss 挂失 blocks money flows, not the cover)."""
        return self in (PolicyStatus.IN_FORCE, PolicyStatus.GRACE, PolicyStatus.LOST)


_STATUS_ZH = {
    PolicyStatus.IN_FORCE: "有效",
    PolicyStatus.GRACE: "宽限期内",
    PolicyStatus.SUSPENDED: "效力中止",
    PolicyStatus.TERMINATED: "已终止",
    PolicyStatus.MATURED: "已满期",
    PolicyStatus.SURRENDERED: "已退保",
    PolicyStatus.LOST: "已挂失",
}


class ContractForm(str, Enum):
    """How a contract was made out: as a policy, or on a card that covers from its activation (卡式保单)."""

    STANDARD = "standard"
    CARD = "card"


class Role(str, Enum):
    """What a party is to a policy; decides what may be shown (F04) and done (decision table)."""

    POLICYHOLDER = "policyholder"
    INSURED = "insured"
    BENEFICIARY = "beneficiary"

    @property
    def zh(self) -> str:
        return {"policyholder": "投保人", "insured": "被保险人", "beneficiary": "受益人"}[self.value]


@dataclass(frozen=True)
class Coverage:
    """One item of cover 保险责任 with its own sum; `clause` is the clause number it is quoted from."""

    title: str
    sum_insured: Decimal
    clause: str
    text: str


@dataclass(frozen=True)
class Exclusion:
    """One item of 责任免除, quoted with its clause number."""

    clause: str
    text: str


@dataclass(frozen=True)
class Instalment:
    """One premium of the payment schedule; `paid_on` is None while it is open."""

    due_on: date
    amount: Decimal
    paid_on: date | None


class BenefitKind(str, Enum):
    """Sums that a contract pays to somebody who lives."""

    SURVIVAL = "survival"
    ANNUITY = "annuity"
    MATURITY = "maturity"
    DIVIDEND = "dividend"

    @property
    def zh(self) -> str:
        return {"survival": "生存金", "annuity": "年金", "maturity": "满期金", "dividend": "红利"}[self.value]


@dataclass(frozen=True)
class Benefit:
    """One such sum; `payee` is whom the contract names for it, `paid_on` is None while it can be collected."""

    kind: BenefitKind
    due_on: date
    amount: Decimal
    payee: Role
    paid_on: date | None = None


@dataclass(frozen=True)
class Servicer:
    """The service person 服务人员 shown on a policy."""

    name: str
    registration_no: str
    phone: str


@dataclass(frozen=True)
class InsurancePolicy:
    """One contract. Money in yuan; `insured_ids` are party ids; `plate_no` only for motor."""

    policy_no: str
    product_code: str
    product_name: str
    terms_version: str
    line: LineOfBusiness
    status: PolicyStatus
    policyholder_id: str
    insured_ids: tuple[str, ...]
    effective_on: date
    expires_on: date | None  # None: whole life
    sum_insured: Decimal
    premium: Decimal
    pay_mode: str  # 年缴 / 月缴 / 趸缴 / 一次交清
    channel: str
    coverages: tuple[Coverage, ...]
    exclusions: tuple[Exclusion, ...]
    waiting_days: int
    deductible: Decimal
    beneficiaries: tuple[Beneficiary, ...]
    instalments: tuple[Instalment, ...]
    servicer: Servicer | None
    cooling_off_until: date | None = None
    grace_until: date | None = None
    suspended_on: date | None = None
    cash_value: Decimal = Decimal(0)
    loan_balance: Decimal = Decimal(0)
    pledged: bool = False
    group: bool = False
    employer_is_policyholder: bool = False
    plate_no: str = ""
    vehicle: str = ""
    frozen: bool = False  # by a court or another authority: nothing may be changed online
    insured_event_on: date | None = None  # an insured event that ends the right to change beneficiaries
    loan_since: date | None = None  # from when the loan's interest counts
    benefits: tuple[Benefit, ...] = ()
    form: ContractForm = ContractForm.STANDARD
    institution: str = HEAD_OFFICE  # that issued it; the head office where the core system names none

    @property
    def pays_on_death(self) -> bool:
        """Beneficiaries are named for a death benefit; cover of costs alone has none."""
        return any("身故" in cover.title for cover in self.coverages)

    @property
    def next_due(self) -> Instalment | None:
        """The earliest unpaid instalment, if any."""
        return next((item for item in self.instalments if item.paid_on is None), None)

    @property
    def reinstatable_until(self) -> date | None:
        """The last day of the two years in which the effect may be restored by agreement (保险法 art 37)."""
        return add_months(self.suspended_on, 24) if self.suspended_on else None

    def arrears(self, today: date) -> tuple[Instalment, ...]:
        """Premiums that are due and not paid."""
        return tuple(item for item in self.instalments if item.paid_on is None and item.due_on <= today)

    def benefits_due(self, today: date) -> tuple[Benefit, ...]:
        """Benefits whose day has come and that nobody has been paid, oldest first."""
        due = (item for item in self.benefits if item.paid_on is None and item.due_on <= today)
        return tuple(sorted(due, key=lambda item: item.due_on))

    def next_anniversary(self, today: date) -> date:
        """The first day after `today` on which a policy year begins (保单周年日); 29 February falls on the 28th."""
        this_year = _in_year(self.effective_on, today.year)
        return this_year if this_year > today else _in_year(self.effective_on, today.year + 1)

    def roles_of(self, party_id: str, id_number: str = "") -> tuple[Role, ...]:
        """Every role the party has in this contract; beneficiaries match by party id or id number, never by name alone."""
        roles = []
        if party_id == self.policyholder_id:
            roles.append(Role.POLICYHOLDER)
        if party_id in self.insured_ids:
            roles.append(Role.INSURED)
        if any(b.is_person(party_id, id_number) for b in self.beneficiaries):
            roles.append(Role.BENEFICIARY)
        return tuple(roles)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def is_compulsory_motor(policy: InsurancePolicy) -> bool:
    """机动车交通事故责任强制保险, by its common or by its full name."""
    return "交强" in policy.product_name or "交通事故责任强制" in policy.product_name
