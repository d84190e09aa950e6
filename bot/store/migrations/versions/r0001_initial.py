"""Everything as of the first release: portfolio, cases, identity, conversations, ledgers, dialogue state.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _portfolio()
    _cases()
    _identity()
    _conversations()
    _ledgers()
    _dialogue_state()
    _audit_head()
    if op.get_bind().dialect.name == "postgresql":
        _refuse_changes_on_postgresql()
    else:
        _refuse_changes_on_sqlite()


def downgrade() -> None:
    # Going back would drop the audit log; a copy of the database is the way back from the first revision.
    raise NotImplementedError("restore a backup instead")


def _portfolio() -> None:
    op.create_table(
        "demo_seeds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seeded_for", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_demo_seeds")),
    )
    op.create_table(
        "parties",
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_organisation", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_parties")),
        sa.UniqueConstraint("id_number", name=op.f("uq_parties_id_number")),
    )
    op.create_index("ix_parties_name", "parties", ["name"], unique=False)
    op.create_index(op.f("ix_parties_phone"), "parties", ["phone"], unique=False)
    op.create_table(
        "policies",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("product_code", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("terms_version", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("policyholder_id", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("sum_insured", sa.BigInteger(), nullable=False),
        sa.Column("premium", sa.BigInteger(), nullable=False),
        sa.Column("pay_mode", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("waiting_days", sa.Integer(), nullable=False),
        sa.Column("deductible", sa.BigInteger(), nullable=False),
        sa.Column("servicer_name", sa.Text(), nullable=True),
        sa.Column("servicer_registration_no", sa.Text(), nullable=True),
        sa.Column("servicer_phone", sa.Text(), nullable=True),
        sa.Column("cooling_off_until", sa.Date(), nullable=True),
        sa.Column("grace_until", sa.Date(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("cash_value", sa.BigInteger(), nullable=False),
        sa.Column("loan_balance", sa.BigInteger(), nullable=False),
        sa.Column("pledged", sa.Boolean(), nullable=False),
        sa.Column("group", sa.Boolean(), nullable=False),
        sa.Column("employer_is_policyholder", sa.Boolean(), nullable=False),
        sa.Column("plate_no", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("insured_event_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["policyholder_id"], ["parties.party_id"], name=op.f("fk_policies_policyholder_id")),
        sa.PrimaryKeyConstraint("policy_no", name=op.f("pk_policies")),
    )
    op.create_index(op.f("ix_policies_plate_no"), "policies", ["plate_no"], unique=False)
    op.create_index(op.f("ix_policies_policyholder_id"), "policies", ["policyholder_id"], unique=False)
    op.create_table(
        "policy_beneficiaries",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relationship", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_beneficiaries_policy_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_no", "position", name=op.f("pk_policy_beneficiaries")),
    )
    op.create_index(op.f("ix_policy_beneficiaries_name"), "policy_beneficiaries", ["name"], unique=False)
    op.create_index(op.f("ix_policy_beneficiaries_party_id"), "policy_beneficiaries", ["party_id"], unique=False)
    op.create_table(
        "policy_coverages",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sum_insured", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_coverages_policy_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_no", "position", name=op.f("pk_policy_coverages")),
    )
    op.create_table(
        "policy_exclusions",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_exclusions_policy_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_no", "position", name=op.f("pk_policy_exclusions")),
    )
    op.create_table(
        "policy_instalments",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_instalments_policy_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_no", "position", name=op.f("pk_policy_instalments")),
    )
    op.create_table(
        "policy_insureds",
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.party_id"], name=op.f("fk_policy_insureds_party_id")),
        sa.ForeignKeyConstraint(
            ["policy_no"], ["policies.policy_no"], name=op.f("fk_policy_insureds_policy_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy_no", "position", name=op.f("pk_policy_insureds")),
    )
    op.create_index(op.f("ix_policy_insureds_party_id"), "policy_insureds", ["party_id"], unique=False)


def _cases() -> None:
    op.create_table(
        "claims",
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("event_at", sa.Text(), nullable=False),
        sa.Column("event_day", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("injured", sa.Text(), nullable=False),
        sa.Column("reporter_phone", sa.Text(), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=False),
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("plate_no", sa.Text(), nullable=False),
        sa.Column("insured_name", sa.Text(), nullable=False),
        sa.Column("other_party", sa.Text(), nullable=False),
        sa.Column("drivable", sa.Text(), nullable=False),
        sa.Column("hospital", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_rule", sa.Text(), nullable=False),
        sa.Column("claimant_party_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("claim_no", name=op.f("pk_claims")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_claims_idempotency_key")),
    )
    op.create_index(op.f("ix_claims_claimant_party_id"), "claims", ["claimant_party_id"], unique=False)
    op.create_index(op.f("ix_claims_conversation_id"), "claims", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_claims_plate_no"), "claims", ["plate_no"], unique=False)
    op.create_index(op.f("ix_claims_policy_no"), "claims", ["policy_no"], unique=False)
    op.create_index(op.f("ix_claims_reporter_phone"), "claims", ["reporter_phone"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decide_by_complex", sa.Date(), nullable=False),
        sa.Column("supplement_by", sa.Date(), nullable=False),
        sa.Column("acceptance_by", sa.Date(), nullable=False),
        sa.Column("answer_or_progress_by", sa.Date(), nullable=True),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("rules_fired", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("reference_no", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("complainant_name", sa.Text(), nullable=False),
        sa.Column("complainant_party_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("complaint_no", name=op.f("pk_complaints")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_complaints_idempotency_key")),
    )
    op.create_index(op.f("ix_complaints_complainant_party_id"), "complaints", ["complainant_party_id"], unique=False)
    op.create_index(op.f("ix_complaints_conversation_id"), "complaints", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_complaints_phone"), "complaints", ["phone"], unique=False)
    op.create_table(
        "endorsements",
        sa.Column("endorsement_no", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("policy_no", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finish_by", sa.Date(), nullable=True),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("endorsement_no", name=op.f("pk_endorsements")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_endorsements_idempotency_key")),
    )
    op.create_index(op.f("ix_endorsements_conversation_id"), "endorsements", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_endorsements_policy_no"), "endorsements", ["policy_no"], unique=False)
    op.create_table(
        "hand_offs",
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("rules_fired", sa.Text(), nullable=False),
        sa.Column("reference_no", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("idempotency_key", name=op.f("pk_hand_offs")),
    )
    op.create_index(
        "uq_hand_offs_open_conversation",
        "hand_offs",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "claim_missing_documents",
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_no"], ["claims.claim_no"], name=op.f("fk_claim_missing_documents_claim_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_no", "position", name=op.f("pk_claim_missing_documents")),
    )
    op.create_table(
        "claim_notes",
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_no"], ["claims.claim_no"], name=op.f("fk_claim_notes_claim_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_no", "position", name=op.f("pk_claim_notes")),
    )
    op.create_table(
        "claim_steps",
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_no"], ["claims.claim_no"], name=op.f("fk_claim_steps_claim_no"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_no", "position", name=op.f("pk_claim_steps")),
    )
    op.create_table(
        "complaint_supplements",
        sa.Column("complaint_no", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_no"],
            ["complaints.complaint_no"],
            name=op.f("fk_complaint_supplements_complaint_no"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("complaint_no", "position", name=op.f("pk_complaint_supplements")),
    )
    op.create_table(
        "consent_invitations",
        sa.Column("endorsement_no", sa.Text(), nullable=False),
        sa.Column("insured_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endorsement_no"], ["endorsements.endorsement_no"], name=op.f("fk_consent_invitations_endorsement_no")
        ),
        sa.PrimaryKeyConstraint("endorsement_no", name=op.f("pk_consent_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_consent_invitations_code_hash")),
    )
    op.create_table(
        "endorsement_beneficiaries",
        sa.Column("endorsement_no", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relationship", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endorsement_no"],
            ["endorsements.endorsement_no"],
            name=op.f("fk_endorsement_beneficiaries_endorsement_no"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("endorsement_no", "side", "position", name=op.f("pk_endorsement_beneficiaries")),
    )


def _identity() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_conversation_id_kind", "consents", ["conversation_id", "kind"], unique=False)
    op.create_table(
        "identity_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_failures")),
    )
    op.create_index("ix_identity_failures_subject_at", "identity_failures", ["subject", "at"], unique=False)
    op.create_table(
        "one_time_codes",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "sent_at", name=op.f("pk_one_time_codes")),
    )
    op.create_index("ix_one_time_codes_phone_sent_at", "one_time_codes", ["phone", "sent_at"], unique=False)
    op.create_table(
        "verifications",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_verifications")),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversations")),
    )
    op.create_table(
        "ownerships",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_ownerships")),
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choice_id", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("input_slot", sa.Text(), nullable=True),
        sa.Column("input_kind", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.conversation_id"], name=op.f("fk_messages_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_messages")),
        sa.UniqueConstraint("conversation_id", "message_id", name=op.f("uq_messages_conversation_id_message_id")),
    )
    op.create_index(
        "ix_messages_pending",
        "messages",
        ["conversation_id", "seq"],
        unique=False,
        sqlite_where=sa.text("sender = 'customer' AND handled_at IS NULL"),
        postgresql_where=sa.text("sender = 'customer' AND handled_at IS NULL"),
    )
    op.create_table(
        "offered_choices",
        sa.Column("choice_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name=op.f("fk_offered_choices_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("choice_id", name=op.f("pk_offered_choices")),
        sa.UniqueConstraint(
            "conversation_id", "seq", "position", name=op.f("uq_offered_choices_conversation_id_seq_position")
        ),
    )


def _ledgers() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_subject"), "audit_log", ["subject"], unique=False)
    op.create_table(
        "counters",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name=op.f("pk_counters")),
    )
    op.create_table(
        "text_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_messages")),
    )
    op.create_index("ix_text_messages_phone", "text_messages", ["phone"], unique=False)
    op.create_index(
        "ix_text_messages_unsent",
        "text_messages",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def _dialogue_state() -> None:
    op.create_table(
        "trackers",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("events", sa.Text(), nullable=False),
    )


def _audit_head() -> None:
    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")


def _refuse_changes_on_sqlite() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_log_no_{change.lower()} BEFORE {change} ON audit_log "
            "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END"
        )
    # INSERT OR REPLACE deletes the old row without its triggers.
    op.execute(
        "CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log "
        "WHEN EXISTS (SELECT 1 FROM audit_log WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
        "BEGIN SELECT RAISE(ABORT, 'audit_head stays'); END"
    )


def _refuse_changes_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for name, change, table in (
        ("audit_log_no_change", "UPDATE OR DELETE OR TRUNCATE", "audit_log"),
        ("audit_head_no_delete", "DELETE OR TRUNCATE", "audit_head"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
