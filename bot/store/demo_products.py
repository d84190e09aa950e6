"""What the demo sells the fourteen made-up products of data/clauses for: sums, rates, years. Their clauses stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.insurance.terms import ClauseLibrary
from bot.services.load_clauses import load_clauses
from bot.settings import ROOT

ONCE, YEARLY, MONTHLY = "一次交清", "年缴", "月缴"


@dataclass(frozen=True)
class DemoProduct:
    """What all policies of a product share, whatever the version of its clauses. `years` None is whole life; `rate` is the
    premium per 1,000 yuan insured; `parts` is each cover's share of the policy's sum insured, by the cover's title."""

    code: str
    sums: tuple[int, ...]
    rate: str
    parts: Mapping[str, str]
    years: int | None = 1
    pay_mode: str = ONCE
    payments: int = 1
    cooling_off_days: int = 0
    has_cash_value: bool = False
    names_beneficiaries: bool = False

    @property
    def is_long(self) -> bool:
        return self.years is None or self.years > 1


@lru_cache(maxsize=1)
def demo_clauses() -> ClauseLibrary:
    """The clauses of all versions of these products. Raises ClauseFileError."""
    return load_clauses(ROOT / "data" / "clauses")


DEMO_PRODUCTS: tuple[DemoProduct, ...] = (
    DemoProduct(
        code="MTC",
        sums=(200000,),
        rate="4.75",
        parts={"死亡伤残赔偿": "0.9", "医疗费用赔偿": "0.09", "财产损失赔偿": "0.01"},
    ),
    DemoProduct(
        code="MCV",
        sums=(1000000, 2000000, 3000000),
        rate="1.6",
        parts={
            "第三者责任": "1",
            "机动车损失": "0.08",
            "车上人员责任（司机）": "0.01",
            "车上人员责任（乘客，每座）": "0.01",
        },
    ),
    DemoProduct(
        code="HMM",
        sums=(2000000, 4000000),
        rate="0.2",
        parts={"一般医疗": "0.5", "重大疾病医疗": "1", "质子重离子治疗": "0.5"},
    ),
    DemoProduct(
        code="HHB",
        sums=(20000, 50000),
        rate="24",
        parts={"住院医疗费用": "1", "住院津贴": "0.18"},
        pay_mode=MONTHLY,
        payments=12,
    ),
    DemoProduct(
        code="CIW",
        sums=(200000, 300000, 500000),
        rate="22",
        parts={"重大疾病保险金": "1", "轻度疾病保险金": "0.3", "身故保险金": "1"},
        years=None,
        pay_mode=YEARLY,
        payments=20,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="ACC",
        sums=(300000, 500000, 1000000),
        rate="0.6",
        parts={"意外身故": "1", "意外伤残": "1", "意外医疗": "0.1"},
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="TLF",
        sums=(500000, 1000000, 2000000),
        rate="2.4",
        parts={"身故保险金": "1", "全残保险金": "1"},
        years=20,
        pay_mode=YEARLY,
        payments=20,
        cooling_off_days=15,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="WLF",
        sums=(300000, 500000, 1000000),
        rate="28",
        parts={"身故或全残保险金": "1"},
        years=None,
        pay_mode=YEARLY,
        payments=15,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="ANN",
        sums=(100000, 200000),
        rate="80",
        parts={"养老年金": "0.06", "身故保险金": "1"},
        years=None,
        pay_mode=YEARLY,
        payments=10,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="END",
        sums=(50000, 100000, 200000),
        rate="95",
        parts={"满期保险金": "1", "身故保险金": "1.2"},
        years=15,
        pay_mode=YEARLY,
        payments=10,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="HOM",
        sums=(500000, 1000000),
        rate="0.4",
        parts={"房屋主体及装修": "0.9", "室内财产": "0.09", "水管爆裂": "0.01"},
    ),
    DemoProduct(
        code="EMP",
        sums=(5000000, 10000000),
        rate="1.8",
        parts={"死亡伤残赔偿": "0.1", "医疗费用": "0.01", "误工费用": "0.005"},
    ),
    DemoProduct(
        code="TRV",
        sums=(300000, 500000),
        rate="0.9",
        parts={"境外意外身故及伤残": "1", "境外医疗": "0.8", "紧急救援和送返": "1", "行李丢失和延误": "0.01"},
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="GAC",
        sums=(300000, 500000),
        rate="0.5",
        parts={"意外身故": "1", "意外伤残": "1", "意外医疗": "0.05"},
        names_beneficiaries=True,
    ),
)

PRODUCT_BY_CODE = {product.code: product for product in DEMO_PRODUCTS}
