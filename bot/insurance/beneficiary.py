"""Beneficiaries 受益人 and the rules on naming them (保险法 arts 39-41; 解释三 arts 9-11)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from bot.errors import BotError

# 民法典 art 1045: close relatives, the only persons an employer may name (保险法 art 39). Normal forms: 祖父母 holds
# 外祖父母 as well, 孙子女 holds 外孙子女; in-laws and cousins are 其他.
CLOSE_RELATIVES = frozenset({"本人", "配偶", "子女", "父母", "兄弟姐妹", "祖父母", "孙子女"})
CLOSE_RELATIVES_ZH = "配偶、父母、子女、兄弟姐妹、祖父母、外祖父母、孙子女、外孙子女"
HIGHEST_ORDER = 9
LEGAL_HEIRS = "法定继承人"  # named instead of persons: the heirs by law receive (解释三 art 9)


class InvalidBeneficiariesError(BotError):
    """A proposed list of beneficiaries breaks a rule; `data["reason"]` is a sentence for the customer."""

    code = "invalid_beneficiaries"


@dataclass(frozen=True)
class Beneficiary:
    """One named beneficiary. `relationship` is to the insured (normal form); `share` in percent of its order."""

    name: str
    relationship: str
    order: int
    share: Decimal
    id_number: str = ""
    party_id: str = ""

    def is_person(self, party_id: str, id_number: str) -> bool:
        """Whether this is the party with these: by party id, or by id number where no party is known."""
        return self.party_id == party_id if self.party_id else bool(id_number) and self.id_number == id_number


def check_beneficiaries(
    proposed: tuple[Beneficiary, ...], *, employer_is_policyholder: bool, insured_name: str
) -> None:
    """Refuse a list that may not be registered.

    Raises:
        InvalidBeneficiariesError: shares of an order do not sum to 100, a name is missing or doubled, an order is
            outside 1-9 or skips one, the insured is named for the own death benefit, or an employer names someone
            who is not a close relative of the insured (保险法 art 39).
    """
    if not proposed:
        raise _refused("请至少写一位受益人。")
    names = [person.name for person in proposed]
    for name in names:
        if names.count(name) > 1:
            raise _refused(f"{name} 出现了两次，请每人只写一次。")
    numbers = [person.id_number for person in proposed if person.id_number]
    if len(set(numbers)) < len(numbers):
        raise _refused("有两位受益人写了同一个身份证号，请核对一下。")
    _check_people(proposed, employer_is_policyholder=employer_is_policyholder, insured_name=insured_name)
    _check_shares(proposed)


def _check_people(proposed: tuple[Beneficiary, ...], *, employer_is_policyholder: bool, insured_name: str) -> None:
    for person in proposed:
        if not 2 <= len(person.name) <= 30:
            raise _refused("请写受益人的完整姓名，只写关系以后容易有争议。")
        if person.name == insured_name:
            raise _refused("身故保险金的受益人不能是被保险人自己，请换一位。")
        # The heirs by law are the insured's relatives by themselves.
        allowed = person.relationship in CLOSE_RELATIVES or person.name == LEGAL_HEIRS
        if employer_is_policyholder and not allowed:
            raise _refused(
                "这是单位为员工投保的保单，按保险法第三十九条，受益人只能是被保险人和他的近亲属。近亲属是"
                f"{CLOSE_RELATIVES_ZH}（民法典第一千零四十五条），{person.name}不在其中，请换一位。"
            )


def _check_shares(proposed: tuple[Beneficiary, ...]) -> None:
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for person in proposed:
        if not 1 <= person.order <= HIGHEST_ORDER:
            raise _refused("受益顺位是 1 到 9。")
        if not 0 < person.share <= 100:
            raise _refused(f"{person.name} 的份额要大于 0、不超过 100%。")
        totals[person.order] += person.share
    if sorted(totals) != list(range(1, len(totals) + 1)):
        raise _refused("受益顺位要从第 1 顺位开始，中间不能空。")
    for order, total in sorted(totals.items()):
        if total != 100:
            raise _refused(f"第 {order} 顺位的份额合计是 {total.normalize():f}%，需要正好 100%。")


def _refused(reason: str) -> InvalidBeneficiariesError:
    return InvalidBeneficiariesError(reason=reason)
