"""Tables of the portfolio: parties and contracts, read by the assistant and written by the core system or the demo.

Clause texts are kept per policy: a contract is quoted as it was signed, whatever later terms say.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, false

from bot.store.schema import METADATA, ExactDecimal, Fen
from bot.store.sealing import Sealed

PARTIES = Table(
    "parties",
    METADATA,
    Column("party_id", Text, primary_key=True),
    Column("name", Sealed("parties.name"), nullable=False),
    Column("id_number", Sealed("parties.id_number"), nullable=False, unique=True),
    Column("birth_date", Date),
    Column("sex", Text, nullable=False),
    Column("phone", Sealed("parties.phone"), nullable=False, index=True),
    Column("email", Sealed("parties.email"), nullable=False),
    Column("address", Sealed("parties.address"), nullable=False),
    Column("is_organisation", Boolean, nullable=False),
    Column("vip", Boolean, nullable=False, server_default=false()),
    Index("ix_parties_name", "name"),
)

POLICIES = Table(
    "policies",
    METADATA,
    Column("policy_no", Text, primary_key=True),
    Column("product_code", Text, nullable=False),
    Column("product_name", Text, nullable=False),
    Column("terms_version", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("policyholder_id", Text, ForeignKey("parties.party_id"), nullable=False, index=True),
    Column("effective_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("sum_insured", Fen, nullable=False),
    Column("premium", Fen, nullable=False),
    Column("pay_mode", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("waiting_days", Integer, nullable=False),
    Column("deductible", Fen, nullable=False),
    Column("servicer_name", Text),
    Column("servicer_registration_no", Text),
    Column("servicer_phone", Text),
    Column("cooling_off_until", Date),
    Column("grace_until", Date),
    Column("suspended_on", Date),
    Column("cash_value", Fen, nullable=False),
    Column("loan_balance", Fen, nullable=False),
    Column("pledged", Boolean, nullable=False),
    Column("group", Boolean, nullable=False),
    Column("employer_is_policyholder", Boolean, nullable=False),
    Column("plate_no", Sealed("policies.plate_no"), nullable=False, index=True),
    Column("vehicle", Text, nullable=False),
    Column("frozen", Boolean, nullable=False, server_default=false()),
    Column("insured_event_on", Date),
    Column("loan_since", Date),
    Column("form", Text, nullable=False, server_default="standard"),
    Column("institution", Text, nullable=False, server_default="HQ"),
    # Has all that the reports count of policies.
    Index("ix_policies_counted", "status", "effective_on", "expires_on", "institution"),
)


def _of_policy() -> tuple[Column, Column]:
    """The key of a list inside a policy: the policy and the place in the list."""
    return (
        Column("policy_no", Text, ForeignKey("policies.policy_no", ondelete="CASCADE"), primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
    )


POLICY_INSUREDS = Table(
    "policy_insureds",
    METADATA,
    *_of_policy(),
    Column("party_id", Text, ForeignKey("parties.party_id"), nullable=False, index=True),
)

POLICY_COVERAGES = Table(
    "policy_coverages",
    METADATA,
    *_of_policy(),
    Column("title", Text, nullable=False),
    Column("sum_insured", Fen, nullable=False),
    Column("clause", Text, nullable=False),
    Column("text", Text, nullable=False),
)

POLICY_EXCLUSIONS = Table(
    "policy_exclusions",
    METADATA,
    *_of_policy(),
    Column("clause", Text, nullable=False),
    Column("text", Text, nullable=False),
)

POLICY_BENEFICIARIES = Table(
    "policy_beneficiaries",
    METADATA,
    *_of_policy(),
    Column("name", Sealed("policy_beneficiaries.name"), nullable=False, index=True),
    Column("relationship", Text, nullable=False),
    Column("rank", Integer, nullable=False),  # 受益顺位; "order" is a word of SQL
    Column("share", ExactDecimal, nullable=False),
    Column("id_number", Sealed("policy_beneficiaries.id_number"), nullable=False),
    Column("party_id", Text, nullable=False, index=True),  # "" when the person is not our customer
)

POLICY_INSTALMENTS = Table(
    "policy_instalments",
    METADATA,
    *_of_policy(),
    Column("due_on", Date, nullable=False),
    Column("amount", Fen, nullable=False),
    Column("paid_on", Date),
    Index("ix_policy_instalments_paid", "paid_on", "due_on", "position", "policy_no"),
)

POLICY_BENEFITS = Table(
    "policy_benefits",
    METADATA,
    *_of_policy(),
    Column("kind", Text, nullable=False),  # survival, annuity, maturity, dividend
    Column("due_on", Date, nullable=False),
    Column("amount", Fen, nullable=False),
    Column("payee", Text, nullable=False),  # a Role
    Column("paid_on", Date),
)

DEMO_SEEDS = Table(
    "demo_seeds",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("seeded_for", Date, nullable=False),
)
