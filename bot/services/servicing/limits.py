"""Rates, shares, days and words that the company sets for its transactions: data with a source, never numbers in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import Row, read_row

NUMBERS = frozenset(
    {
        "reinstate.annual_rate",
        "reinstate.alert_days",
        "loan.share",
        "loan.least",
        "loan.annual_rate",
        "loan.term_months",
        "loan.after_months",
        "loan.pay_days",
        "loan.call_above",
        "loan.call_age",
        "benefit.call_above",
        "e_policy.link_minutes",
        "e_policy.mail_days",
        "invoice.days",
        "contract.minor_death.under_10",
        "contract.minor_death.under_18",
        "contract.least_sum.life",
        "contract.least_sum.critical_illness",
        "contract.least_sum.annuity",
        "premium.renewal_opens_days",
        "contact.phone_customers",
        "premium.reminder_days",
        "benefit.reminder_days",
        "claim.papers_reminder_days",
        "tasks.due_soon_days",
        "file.most",
        "file.kept_days",
        "complaint.stop_review_days",
        "dispute.review_days",
        "claim.message_days",
        "survey.at_once",
        "payee.check_days",
        "claim.cancel_days",
        "roadside.call_minutes",
        "follow_up.days",
        "follow_up.retry_days",
        "follow_up.tries",
        "follow_up.call_days",
        "follow_up.alert_days",
        "follow_up.call_age",
        "follow_up.rest_days",
        "follow_up.look_back_days",
        "follow_up.least_seconds",
        "desk.offer_seconds",
        "desk.absent_seconds",
        "desk.gone_minutes",
        "desk.capacity",
        "desk.place_minutes",
        "desk.place_step",
        "desk.training_required",
        "quality.human_one_in",
        "quality.bot_one_in",
        "figures.kept_days",
        "report.monthly_days",
    }
)
WORDS = frozenset({"loan.purposes_refused", "loan.fraud_stories"})
_TAGS = frozenset("VPSCZD")


@dataclass(frozen=True)
class Limits:
    """Numbers and lists of words by id; both are complete once loaded."""

    numbers: Mapping[str, Decimal]
    words: Mapping[str, tuple[str, ...]]

    def number(self, key: str) -> Decimal:
        return self.numbers[key]

    def whole(self, key: str) -> int:
        return int(self.numbers[key])

    def mentions(self, key: str, text: str) -> bool:
        """Whether the text has one of the words of that list."""
        return any(word in text for word in self.words[key])


def load_limits(path: Path) -> Limits:
    """Raises DataFileError for an unknown, missing or repeated id, a value that is none, or one above its ceiling."""
    top = read_row(path)
    top.expect(("limits",))
    numbers: dict[str, Decimal] = {}
    words: dict[str, tuple[str, ...]] = {}
    for row in top.rows("limits"):
        row.expect(("id", "source", "tag"), ("value", "unit", "at_most", "words"))
        key = row.text("id")
        if key in numbers or key in words:
            row.refuse("id", "写了两次")
        if row.text("tag") not in _TAGS or not row.text("source"):
            row.refuse("tag", f"只能是 {'、'.join(sorted(_TAGS))}")
        if key in NUMBERS:
            numbers[key] = _number(row)
        elif key in WORDS:
            words[key] = row.texts("words")
        else:
            row.refuse("id", "不认识的编号")
    missing = sorted((NUMBERS - set(numbers)) | {key for key in WORDS if not words.get(key)})
    if missing:
        top.refuse("limits", f"缺少 {'、'.join(missing)}")
    return Limits(MappingProxyType(numbers), MappingProxyType(words))


def _number(row: Row) -> Decimal:
    """Written in quotes, so that 0.05 stays what it is."""
    row.text("unit")
    value = _decimal(row, "value")
    if "at_most" in row.values and value > _decimal(row, "at_most"):
        row.refuse("value", "超过了 at_most")
    return value


def _decimal(row: Row, key: str) -> Decimal:
    try:
        value = Decimal(row.text(key))
    except InvalidOperation:
        row.refuse(key, "应为带引号的数")
    if not value.is_finite() or value < 0:
        row.refuse(key, "应为不小于零的数")
    return value
