"""The five hundred contracts of the demo: those of the named customers, and a portfolio around them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

from bot.insurance.beneficiary import Beneficiary
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.party import Party
from bot.insurance.policy import ContractForm, InsurancePolicy, PolicyStatus, Servicer
from bot.store.demo_contracts import ContractSpec, build_contract
from bot.store.demo_people import NAMED_CUSTOMERS, SEED, household, made_up_names
from bot.store.demo_products import DEMO_PRODUCTS, PRODUCT_BY_CODE, DemoProduct

POLICIES = 500
FIRST_UNNAMED = 300001  # the last six digits of a policy number
_VEHICLES = 60
_EMPLOYEES_EACH = 8
# The year that policy numbers count back from: numbers stay the same whenever the demo is seeded.
_NUMBER_YEAR = 2026

# As in data/branches.yml, which the store does not read.
_SOLD_IN = {
    "北京": "BJ", "上海": "SH", "广州": "GD", "深圳": "SZ", "杭州": "ZJ", "南京": "JS", "成都": "SC", "武汉": "HB",
    "西安": "SN",
}  # fmt: skip

_IN_FORCE, _GRACE, _SUSPENDED = PolicyStatus.IN_FORCE, PolicyStatus.GRACE, PolicyStatus.SUSPENDED
_LONG_STATES = (
    (PolicyStatus.IN_FORCE, 66),
    (PolicyStatus.GRACE, 7),
    (PolicyStatus.SUSPENDED, 8),
    (PolicyStatus.TERMINATED, 5),
    (PolicyStatus.SURRENDERED, 7),
    (PolicyStatus.LOST, 7),
)
_SHORT_STATES = ((PolicyStatus.IN_FORCE, 80), (PolicyStatus.MATURED, 20))
_CARDS = ("P2026000902",)
_ORPHANS = ("P2021000701",)  # whoever served it has left
_CARS = ("家用轿车 5 座", "运动型多用途车 5 座", "新能源轿车 5 座", "家用商务车 7 座")
_CHANNELS = ("个人代理", "官方网站", "银行代理", "经纪代理", "电话销售")
_PLATE_CHARS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
# number, product, policyholder, insured, state, years ago, days ago, sum insured
_NAMED = (
    ("P2026000101", "MCV", "CU000001", "CU000001", _IN_FORCE, 0, 200, 2000000),
    ("P2026000102", "MTC", "CU000001", "CU000001", _IN_FORCE, 0, 200, 200000),
    ("P2026000103", "HOM", "CU000001", "CU000001", _IN_FORCE, 0, 90, 1000000),
    ("P2019000521", "END", "CU000002", "CU000002", _IN_FORCE, 7, 130, 100000),
    ("P2021000522", "ANN", "CU000002", "CU000002", _IN_FORCE, 5, 40, 100000),
    ("P2023001234", "TLF", "CU000003", "CU000004", _IN_FORCE, 3, 100, 1000000),
    ("P2026000131", "HMM", "CU000003", "CU000003", _IN_FORCE, 0, 150, 2000000),
    ("P2022000551", "WLF", "CU000005", "CU000005", _IN_FORCE, 4, 210, 500000),
    ("P2024000552", "CIW", "CU000005", "CU000005", _IN_FORCE, 2, 30, 300000),
    ("P2026000553", "ANN", "CU000005", "CU000005", _IN_FORCE, 0, 6, 100000),
    ("P2026000601", "GAC", "OR000001", "CU000006", _IN_FORCE, 0, 120, 500000),
    ("P2021000701", "CIW", "CU000007", "CU000007", _SUSPENDED, 5, 150, 300000),
    ("P2020000801", "TLF", "CU000008", "CU000008", _GRACE, 6, 25, 1000000),
    ("P2018000802", "WLF", "CU000008", "CU000008", _IN_FORCE, 8, 75, 500000),
    ("P2026000901", "HMM", "CU000009", "CU000009", _IN_FORCE, 0, 180, 2000000),
    ("P2026000902", "ACC", "CU000009", "CU000009", _IN_FORCE, 0, 180, 500000),
    ("P2018000903", "ANN", "CU000009", "CU000009", _IN_FORCE, 8, 60, 100000),
    ("P2024000141", "TLF", "CU000201", "CU000202", _IN_FORCE, 2, 60, 500000),
    ("P2025000142", "CIW", "CU000201", "CU000203", _IN_FORCE, 1, 60, 300000),
)


def _person(name: str, relationship: str, share: str, *, order: int = 1, party_id: str = "") -> Beneficiary:
    return Beneficiary(name, relationship, order, Decimal(share), party_id=party_id)


_NAMED_BENEFICIARIES = {
    "P2019000521": (_person("林国栋", "子女", "60"), _person("林小雨", "孙子女", "40", party_id="CU000010")),
    "P2021000522": (_person("林国栋", "子女", "100"),),
    "P2023001234": (_person("王建国", "配偶", "50", party_id="CU000003"), _person("刘德海", "父母", "50")),
    "P2022000551": (_person("陈国平", "父母", "50"), _person("周桂芝", "父母", "50")),
    "P2024000552": (_person("周桂芝", "父母", "100"), _person("陈一诺", "子女", "100", order=2)),
    "P2026000601": (_person("赵长河", "父母", "100"),),
    "P2021000701": (_person("孙志远", "配偶", "100"),),
    "P2020000801": (_person("周子轩", "子女", "100"),),
    "P2018000802": (_person("周子轩", "子女", "50"), _person("何梅", "配偶", "50")),
    "P2026000902": (_person("郑建业", "父母", "100"),),
}


def demo_policies(people: Sequence[Party], firms: Sequence[Party], today: date) -> tuple[InsurancePolicy, ...]:
    """500 contracts; only their dates and sums follow `today`, never who has which."""
    chance = random.Random(SEED + 1)
    servicers = _servicers()
    specs = [replace(spec, servicer=None if spec.policy_no in _ORPHANS else servicers[0]) for spec in _named_specs()]
    others = people[len(NAMED_CUSTOMERS) :]
    families = iter(made_up_names(900, seed=SEED + 2, taken=_names_in_use(people)))
    numbers = count(FIRST_UNNAMED)
    for spec in _portfolio(others, firms, chance, numbers):
        made = replace(spec, servicer=chance.choice(servicers), channel=chance.choice(_CHANNELS))
        specs.append(replace(made, beneficiaries=_beneficiaries(made.product, families, chance)))
        if len(specs) == POLICIES:
            break
    at = {party.party_id: _institution(party) for party in (*people, *household(), *firms)}
    return tuple(build_contract(replace(spec, institution=at[spec.policyholder_id]), today) for spec in specs)


def _institution(party: Party) -> str:
    """Sold where the policyholder lives; group business is the head office's."""
    return (
        HEAD_OFFICE
        if party.is_organisation
        else next((code for city, code in _SOLD_IN.items() if party.address.startswith(city)), HEAD_OFFICE)
    )


def _named_specs() -> list[ContractSpec]:
    specs = []
    for policy_no, code, policyholder_id, insured_id, status, years, days, total in _NAMED:
        spec = ContractSpec(
            policy_no, PRODUCT_BY_CODE[code], policyholder_id, insured_id, status, years, days, total,
            beneficiaries=_NAMED_BENEFICIARIES.get(policy_no, ()),
            pledged=policy_no == "P2018000802",
            form=ContractForm.CARD if policy_no in _CARDS else ContractForm.STANDARD,
        )  # fmt: skip
        if code in ("MCV", "MTC"):
            spec = replace(spec, plate_no="京A12345", vehicle=_CARS[0])
        specs.append(spec)
    return specs


def _portfolio(
    people: Sequence[Party], firms: Sequence[Party], chance: random.Random, numbers: Iterator[int]
) -> Iterator[ContractSpec]:
    """Endless; group certificates and motor pairs come first so that 500 contracts hold all of them."""
    for firm in firms:
        yield _spec(PRODUCT_BY_CODE["EMP"], firm, firm, PolicyStatus.IN_FORCE, chance, numbers)
        for employee in chance.sample(people, _EMPLOYEES_EACH):
            yield _spec(PRODUCT_BY_CODE["GAC"], firm, employee, PolicyStatus.IN_FORCE, chance, numbers)
    for plate, owner in zip(_plates(chance), chance.sample(people, _VEHICLES), strict=True):
        status, car, days = _weighted(_SHORT_STATES, chance), chance.choice(_CARS), chance.randrange(5, 330)
        for code in ("MCV", "MTC"):
            spec = _spec(PRODUCT_BY_CODE[code], owner, owner, status, chance, numbers)
            yield replace(spec, plate_no=plate, vehicle=car, days_ago=days)
    personal = [product for product in DEMO_PRODUCTS if product.code not in ("MTC", "MCV", "EMP", "GAC")]
    for place in count():
        round_no, seat = divmod(place, len(people))
        product, policyholder = personal[(seat + round_no) % len(personal)], people[seat]
        insured = policyholder if chance.random() < 0.75 else chance.choice(people)
        status = _weighted(_LONG_STATES if product.is_long else _SHORT_STATES, chance)
        if product.code == "END" and place % 3 == 0:
            status = PolicyStatus.MATURED
        yield _spec(product, policyholder, insured, status, chance, numbers)


def _spec(
    product: DemoProduct,
    policyholder: Party,
    insured: Party,
    status: PolicyStatus,
    chance: random.Random,
    numbers: Iterator[int],
) -> ContractSpec:
    years = chance.randrange(2, 9) if product.is_long else 0
    began = (product.years or 1) if status is PolicyStatus.MATURED else years
    return ContractSpec(
        policy_no=f"P{_NUMBER_YEAR - began}{next(numbers)}",
        product=product,
        policyholder_id=policyholder.party_id,
        insured_id=insured.party_id,
        status=status,
        years_ago=years,
        days_ago=_days_ago(status, chance),
        sum_insured=chance.choice(product.sums),
        pledged=product.has_cash_value and status is PolicyStatus.IN_FORCE and chance.random() < 0.12,
    )


def _days_ago(status: PolicyStatus, chance: random.Random) -> int:
    """See ContractSpec.days_ago: inside the grace period, or suspended for less than two years."""
    if status is PolicyStatus.GRACE:
        return chance.randrange(5, 50)
    if status is PolicyStatus.SUSPENDED:
        return chance.randrange(90, 600)
    return chance.randrange(5, 330)


def _beneficiaries(product: DemoProduct, names: Iterator[str], chance: random.Random) -> tuple[Beneficiary, ...]:
    """None (the heirs by law), one, two who share, or one and another after."""
    if not product.names_beneficiaries:
        return ()
    kind = chance.randrange(4)
    if kind == 0:
        return ()
    first = _person(next(names), chance.choice(("配偶", "子女", "父母")), "100")
    if kind == 1:
        return (first,)
    if kind == 2:
        share = chance.choice((30, 40, 50))
        second = _person(next(names), "子女", str(share))
        return (replace(first, share=Decimal(100 - share)), second)
    return (first, _person(next(names), "父母", "100", order=2))


def _servicers() -> tuple[Servicer, ...]:
    names = made_up_names(12, seed=SEED + 3, taken=set())
    return tuple(
        Servicer(name, f"0200011010580020{number:08d}", f"1370009{number:04d}") for number, name in enumerate(names, 1)
    )


def _plates(chance: random.Random) -> list[str]:
    plates: list[str] = []
    while len(plates) < _VEHICLES:
        plate = f"京{chance.choice('BCEFNPQ')}" + "".join(chance.choice(_PLATE_CHARS) for _ in range(5))
        if plate not in plates:
            plates.append(plate)
    return plates


def _names_in_use(people: Sequence[Party]) -> set[str]:
    known = {person.name for person in people}
    return known | {person.name for named in _NAMED_BENEFICIARIES.values() for person in named}


def _weighted(states: Sequence[tuple[PolicyStatus, int]], chance: random.Random) -> PolicyStatus:
    return chance.choices([state for state, _ in states], [weight for _, weight in states])[0]
