"""The people of the demo: ten with a name and a purpose, the rest to give the portfolio its size.

Everybody is made up. Names come from Faker with a fixed seed, numbers from generators of our own, so that every
machine has the same customers; phones are of the 0000 ranges and id numbers only have a valid check digit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from faker import Faker

from bot.insurance.party import Party

SEED = 20261123
CUSTOMERS = 200
EMPLOYERS = 6

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_REGIONS = ("110105", "110108", "310115", "440106", "440305", "330106", "320102", "510107", "420106", "610113")
_CITIES = (
    "北京市朝阳区",
    "北京市海淀区",
    "上海市浦东新区",
    "广州市天河区",
    "深圳市福田区",
    "杭州市西湖区",
    "南京市玄武区",
    "成都市武侯区",
    "武汉市武昌区",
    "西安市雁塔区",
)
_TRADES = ("云启科技", "汇川物流", "新禾餐饮", "筑安建设", "明德教育", "恒远制造")


@dataclass(frozen=True)
class NamedCustomer:
    """A customer to try the assistant with; `try_this` are sentences to type, in order or not."""

    party_id: str
    name: str
    id_number: str
    phone: str
    policy_nos: tuple[str, ...]
    purpose: str
    try_this: tuple[str, ...]

    @property
    def policies(self) -> tuple[str, ...]:
        return self.policy_nos


NAMED_CUSTOMERS: tuple[NamedCustomer, ...] = (
    NamedCustomer(
        "CU000001",
        "张伟明",
        "110105198604120118",
        "13800001001",
        ("P2026000101", "P2026000102", "P2026000103"),
        "车险客户，车牌京A12345，名下三份保单：商业车险、交强险、家财险",
        ("我的车京A12345刚才在北四环被追尾了，我要报案", "我名下有几份保单？", "车险什么时候到期"),
    ),
    NamedCustomer(
        "CU000002",
        "李淑兰",
        "110108195109030225",
        "13800001002",
        ("P2019000521", "P2021000522"),
        "老年客户，登记的手机已经不用了：线上不能核实身份，要转人工",
        ("我那个保险还有效不", "没收到验证码，那个手机早不用了", "人工"),
    ),
    NamedCustomer(
        "CU000003",
        "王建国",
        "110105197911200332",
        "13800001003",
        ("P2023001234", "P2026000131"),
        "投保人，被保险人是妻子刘芳：变更受益人要刘芳本人同意",
        ("把我爱人那份保险的受益人改成孩子", "P2023001234 的受益人现在是谁", "我的百万医疗免赔额是多少"),
    ),
    NamedCustomer(
        "CU000004",
        "刘芳",
        "110105198106150445",
        "13900001004",
        ("P2023001234",),
        "被保险人（投保人是丈夫王建国）：用自己的手机收确认码，同意或不同意变更",
        ("我想看看我老公给我买的保险", "确认码（后面接短信里的 8 位）", "不同意"),
    ),
    NamedCustomer(
        "CU000005",
        "陈静",
        "310115199002080264",
        "13700001005",
        ("P2022000551", "P2024000552", "P2026000553"),
        "既是投保人也是被保险人：一个人就能变更受益人；年金险还在犹豫期",
        ("我想变更受益人，改成我儿子陈一诺", "妈妈60%，儿子40%", "我的年金险还在犹豫期吗"),
    ),
    NamedCustomer(
        "CU000006",
        "赵磊",
        "11010819950730017X",
        "13800001006",
        ("P2026000601",),
        "单位团体意外险的员工，投保人是单位：受益人只能是近亲属",
        ("单位给我买的意外险受益人能写我女朋友吗", "我单位的团险保多少", "我要把团险的受益人改成我妈妈"),
    ),
    NamedCustomer(
        "CU000007",
        "孙丽",
        "440106198312010286",
        "13900001007",
        ("P2021000701",),
        "重疾险效力中止，并有一件正在处理的投诉（没有收到交费提醒）",
        ("我的重疾险怎么失效了，帮我查查", "我的投诉处理到哪一步了", "怎么复效"),
    ),
    NamedCustomer(
        "CU000008",
        "周强",
        "33010619760318039X",
        "13700001008",
        ("P2020000801", "P2018000802"),
        "一份保单在宽限期内，另一份在质押中（有贷款，不能线上变更受益人）",
        ("我这份定期寿险还能交费吗，最晚哪天", "我的终身寿险贷款还欠多少", "把终身寿险的受益人改一下"),
    ),
    NamedCustomer(
        "CU000009",
        "郑浩",
        "510107198810250519",
        "13800001009",
        ("P2026000901", "P2026000902", "P2018000903"),
        "两件理赔：一件理算核赔中，一件待补资料；另有一份年金到了领取日",
        ("我的理赔到哪一步了", "还差什么材料", "我要领今年的年金"),
    ),
    NamedCustomer(
        "CU000010",
        "林小雨",
        "110108200105190620",
        "13900001010",
        ("P2019000521",),
        "只是受益人（李淑兰的孙女）：只能看到产品、责任、状态和自己的份额",
        ("我是受益人，想查一下保单", "我是受益人，我占多少份额", "我想把受益人都改成我"),
    ),
)

# One household beside the two hundred, numbered after them so that nobody else's number moves: husband and wife share
# a phone, and the child is insured. Both cases are for a person, not for the assistant.
HOUSEHOLD: tuple[NamedCustomer, ...] = (
    NamedCustomer(
        "CU000201",
        "鲁宏远",
        "110105197503120413",
        "13700003001",
        ("P2024000141", "P2025000142"),
        "投保人，给妻子白玉琴和孩子鲁安安各投了一份：夫妻登记了同一个手机，孩子未成年，变更受益人都要人工",
        ("把我爱人那份的受益人改成孩子", "孩子那份的受益人能改吗"),
    ),
    NamedCustomer(
        "CU000202",
        "白玉琴",
        "110105197708230421",
        "13700003001",
        ("P2024000141",),
        "被保险人，和丈夫鲁宏远用同一个手机：自己申请变更受益人不用别人同意",
        ("我想改我自己那份的受益人", "我老公给我买了什么保险"),
    ),
    NamedCustomer(
        "CU000203",
        "鲁安安",
        "110105201405090416",
        "13700003003",
        ("P2025000142",),
        "未成年的被保险人：受益人由监护人指定",
        ("我是被保险人，想看看保单", "我能改受益人吗"),
    ),
)


def customers() -> tuple[Party, ...]:
    """The named customers first, then as many others as make 200."""
    named = tuple(_named_party(person) for person in NAMED_CUSTOMERS)
    return named + _others(CUSTOMERS - len(named), taken={party.name for party in named})


def household() -> tuple[Party, ...]:
    return tuple(_named_party(person) for person in HOUSEHOLD)


def employers() -> tuple[Party, ...]:
    return tuple(
        Party(
            party_id=f"OR{number:06d}",
            name=f"{_CITIES[number - 1][:2]}{trade}示例有限公司",
            id_number=credit_code(f"91{_REGIONS[number - 1]}MA00DEM0{number}"),
            birth_date=None,
            sex="",
            phone=f"010600000{number:02d}",
            email=f"employer{number}@example.com",
            address=f"{_CITIES[number - 1]}示例大街 {number} 号",
            is_organisation=True,
        )
        for number, trade in enumerate(_TRADES[:EMPLOYERS], 1)
    )


def made_up_names(count: int, *, seed: int, taken: set[str]) -> list[str]:
    """Different names, none of them in `taken`: people without a party id are told apart by name."""
    faker = Faker("zh_CN", providers=["faker.providers.person"])
    faker.seed_instance(seed)
    names: list[str] = []
    while len(names) < count:
        name = faker.name()
        if name not in taken:
            taken.add(name)
            names.append(name)
    return names


def id_number(region: str, born: date, sequence: int) -> str:
    """A resident id number with its check digit (GB 11643); an odd sequence is a man's."""
    digits = f"{region}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=True))
    return digits + _ID_CHECKS[total % 11]


def credit_code(first_17: str) -> str:
    """A unified social credit code with its check character (GB 32100)."""
    total = sum(_CREDIT_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_17))
    return first_17 + _CREDIT_ALPHABET[-total % 31]


def _others(count: int, *, taken: set[str]) -> tuple[Party, ...]:
    chance = random.Random(SEED)
    names: Sequence[str] = made_up_names(count, seed=SEED, taken=taken)
    return tuple(_other(number, name, chance) for number, name in enumerate(names, len(NAMED_CUSTOMERS) + 1))


def _other(number: int, name: str, chance: random.Random) -> Party:
    place = chance.randrange(len(_REGIONS))
    born = date(1946, 1, 1) + timedelta(days=chance.randrange(21500))
    is_man = chance.random() < 0.5
    sequence = 2 * (number % 400) + (1 if is_man else 0)
    return Party(
        party_id=f"CU{number:06d}",
        name=name,
        id_number=id_number(_REGIONS[place], born, sequence),
        birth_date=born,
        sex="男" if is_man else "女",
        phone=f"{('1390000', '1370000')[number % 2]}{2000 + number:04d}",
        email=f"customer{number}@example.com",
        address=f"{_CITIES[place]}示例路 {chance.randrange(1, 200)} 号 {chance.randrange(101, 2900)} 室",
        vip=number % 25 == 0,
    )


def _named_party(person: NamedCustomer) -> Party:
    digits = person.id_number
    place = _REGIONS.index(digits[:6])
    return Party(
        party_id=person.party_id,
        name=person.name,
        id_number=digits,
        birth_date=date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])),
        sex="男" if int(digits[16]) % 2 else "女",
        phone=person.phone,
        email=f"customer{int(person.party_id[2:])}@example.com",
        address=f"{_CITIES[place]}示例路 {int(person.party_id[2:])} 号 101 室",
    )
