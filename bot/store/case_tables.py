"""Tables of what customers ask for: claims, endorsements, hand-offs, requests; complaints are in complaint_tables.

Claims carry no foreign key to policies: a loss report is taken whatever number the customer gave (F01).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from bot.store.schema import METADATA, ExactDecimal, Fen, JsonText, Moment
from bot.store.sealing import Sealed, SealedJson

# As text, so that the same words are in an index and in the query that is to use it (bot.store.open_cases).
OPEN_CLAIM = text("stage NOT IN ('closed', 'denied', 'withdrawn')")
WAITING_CLAIM = text("awaits <> ''")
HANDLED_CLAIM = text("handler <> '' AND stage NOT IN ('closed', 'denied', 'withdrawn')")
OF_EVENT = text("event_id <> ''")
OPEN_ENDORSEMENT = text("status IN ('waiting_for_consent', 'accepted')")
OPEN_REQUEST = text("status NOT IN ('done', 'withdrawn', 'declined')")
HANDLED_ENDORSEMENT = text("handler <> '' AND status IN ('waiting_for_consent', 'accepted')")
HANDLED_REQUEST = text("handler <> '' AND status NOT IN ('done', 'withdrawn', 'declined')")

CLAIMS = Table(
    "claims",
    METADATA,
    Column("claim_no", Text, primary_key=True),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("line", Text, nullable=False),
    Column("event_at", Text, nullable=False),  # as far as known: a date, or a date and time
    Column("event_day", Date, nullable=False),
    Column("place", Sealed("claims.place"), nullable=False),
    Column("cause", Sealed("claims.cause"), nullable=False),
    Column("injured", Sealed("claims.injured"), nullable=False),
    Column("reporter_phone", Sealed("claims.reporter_phone"), nullable=False, index=True),
    Column("reporter_name", Sealed("claims.reporter_name"), nullable=False),
    Column("policy_no", Text, nullable=False, index=True),
    Column("plate_no", Sealed("claims.plate_no"), nullable=False, index=True),
    Column("insured_name", Sealed("claims.insured_name"), nullable=False),
    Column("other_party", Sealed("claims.other_party"), nullable=False),
    Column("drivable", Text, nullable=False),
    Column("hospital", Sealed("claims.hospital"), nullable=False),
    Column("injured_count", Integer),
    Column("police_report", Sealed("claims.police_report"), nullable=False, server_default=""),
    Column("driver_name", Sealed("claims.driver_name"), nullable=False, server_default=""),
    Column("reporter_relation", Text, nullable=False, server_default=""),
    Column("vehicle_at", Sealed("claims.vehicle_at"), nullable=False, server_default=""),
    Column("visit_on", Sealed("claims.visit_on"), nullable=False, server_default=""),
    Column("admitted", Sealed("claims.admitted"), nullable=False, server_default=""),
    Column("spreading", Text, nullable=False, server_default=""),
    Column("stage", Text, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("matched", Boolean, nullable=False),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("due_on", Date),
    Column("due_rule", Text, nullable=False),
    Column("contact_by", Moment),
    Column("documents_complete_on", Date),
    Column("claimant_party_id", Text, nullable=False, index=True),
    Column("awaits", Text, nullable=False, server_default=""),  # who must approve its decision, "" while none waits
    Column("handler", Text, nullable=False, server_default=""),
    Column("contacted_at", Moment),
    Column("delay_reason", Sealed("claims.delay_reason"), nullable=False, server_default=""),
    Column("delay_until", Date),
    Column("delay_told_at", Moment),
    Column("event_id", Text, nullable=False, server_default=""),
    Column("institution", Text, nullable=False, server_default="HQ"),
    Index("ix_claims_reported_at", "reported_at", "institution"),
    Index("ix_claims_waiting", "awaits", sqlite_where=WAITING_CLAIM, postgresql_where=WAITING_CLAIM),
    Index("ix_claims_handled", "handler", sqlite_where=HANDLED_CLAIM, postgresql_where=HANDLED_CLAIM),
    Index("ix_claims_of_event", "event_id", sqlite_where=OF_EVENT, postgresql_where=OF_EVENT),
    # Of each register one that has the desk's list in its order, so that a page of it reads no row and sorts none.
    Index(
        "ix_claims_open",
        "due_on",
        "reported_at",
        "claim_no",
        "line",
        "stage",
        sqlite_where=OPEN_CLAIM,
        postgresql_where=OPEN_CLAIM,
    ),
    Index(
        "ix_claims_board_open",
        "institution",
        "due_on",
        "stage",
        sqlite_where=OPEN_CLAIM,
        postgresql_where=OPEN_CLAIM,
    ),
)


def _of_claim() -> tuple[Column, Column]:
    return (
        Column("claim_no", Text, ForeignKey("claims.claim_no", ondelete="CASCADE"), primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
    )


CLAIM_STEPS = Table(
    "claim_steps",
    METADATA,
    *_of_claim(),
    Column("stage", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("post", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_claim_steps_at", "at", "stage", "claim_no", "position"),  # has all that the reports count of steps
)
CLAIM_DOCUMENTS = Table("claim_missing_documents", METADATA, *_of_claim(), Column("name", Text, nullable=False))
CLAIM_NOTES = Table("claim_notes", METADATA, *_of_claim(), Column("text", Sealed("claim_notes.text"), nullable=False))

CLAIM_ASSESSMENTS = Table(
    "claim_assessments",
    METADATA,
    *_of_claim(),
    Column("basis", Sealed("claim_assessments.basis"), nullable=False),
    Column("released_at", Moment, nullable=False),
    Column("released_by", Text, nullable=False),
    Column("agreed_at", Moment),
    Column("disagreed_at", Moment),
    Column("objection", Sealed("claim_assessments.objection"), nullable=False),
)
CLAIM_ASSESSMENT_LINES = Table(
    "claim_assessment_lines",
    METADATA,
    *_of_claim(),
    Column("assessment", Integer, nullable=False),  # position of the assessment that the line is of
    Column("item", Sealed("claim_assessment_lines.item"), nullable=False),
    Column("amount", Fen, nullable=False),
)
CLAIM_SETTLEMENTS = Table(
    "claim_settlements",
    METADATA,
    Column("claim_no", Text, ForeignKey("claims.claim_no", ondelete="CASCADE"), primary_key=True),
    Column("decision", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("reason", Sealed("claim_settlements.reason"), nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("notice_by", Date),
    Column("notice_on", Date),
    Column("agreed_at", Moment),
    Column("pay_by", Date),
    Column("paid_on", Date),
)
CLAIM_AMOUNT_LINES = Table(
    "claim_amount_lines",
    METADATA,
    *_of_claim(),
    Column("item", Sealed("claim_amount_lines.item"), nullable=False),
    Column("amount", Fen, nullable=False),
)

ENDORSEMENTS = Table(
    "endorsements",
    METADATA,
    Column("endorsement_no", Text, primary_key=True),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("policy_no", Text, nullable=False, index=True),
    Column("applicant_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("finish_by", Date),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("consent_by", Moment),
    Column("closed_reason", Sealed("endorsements.closed_reason"), nullable=False, server_default=""),
    Column("institution", Text, nullable=False, server_default="HQ"),
    Index("ix_endorsements_requested_at", "requested_at", "institution"),
    Column("handler", Text, nullable=False, server_default=""),
    Index("ix_endorsements_handled", "handler", sqlite_where=HANDLED_ENDORSEMENT, postgresql_where=HANDLED_ENDORSEMENT),
    Index(
        "ix_endorsements_open",
        "finish_by",
        "requested_at",
        "endorsement_no",
        "status",
        sqlite_where=OPEN_ENDORSEMENT,
        postgresql_where=OPEN_ENDORSEMENT,
    ),
    Index(
        "ix_endorsements_board_open",
        "institution",
        "finish_by",
        "status",
        sqlite_where=OPEN_ENDORSEMENT,
        postgresql_where=OPEN_ENDORSEMENT,
    ),
)

ENDORSEMENT_BENEFICIARIES = Table(
    "endorsement_beneficiaries",
    METADATA,
    Column("endorsement_no", Text, ForeignKey("endorsements.endorsement_no", ondelete="CASCADE"), primary_key=True),
    Column("side", Text, primary_key=True),  # old | new
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Sealed("endorsement_beneficiaries.name"), nullable=False),
    Column("relationship", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("share", ExactDecimal, nullable=False),
    Column("id_number", Sealed("endorsement_beneficiaries.id_number"), nullable=False),
    Column("party_id", Text, nullable=False),
)

CONSENT_INVITATIONS = Table(
    "consent_invitations",
    METADATA,
    Column("endorsement_no", Text, ForeignKey("endorsements.endorsement_no"), primary_key=True),
    Column("insured_id", Text, nullable=False),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("expires_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("agreed", Boolean),
    Column("conversation_id", Text, nullable=False),
)

HAND_OFFS = Table(
    "hand_offs",
    METADATA,
    Column("idempotency_key", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("reason_zh", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("slots", SealedJson("hand_offs.slots"), nullable=False),
    Column("rules_fired", JsonText, nullable=False),
    Column("reference_no", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("taken_at", Moment),
    Column("closed_at", Moment),
    Column("offered_to", Text, nullable=False, server_default=""),
    Column("offered_at", Moment),
    Column("passed", JsonText, nullable=False, server_default="[]"),
    Column("told_ahead", Integer),
    Column("told_at", Moment),
    Index(None, "offered_to", "offered_at"),  # who was offered something last
    Index(None, "post", "requested_at"),  # what a post's customers waited
    # Two people must never be put on one conversation: the database allows one open hand-off each.
    Index(
        "uq_hand_offs_open_conversation",
        "conversation_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

SERVICE_REQUESTS = Table(
    "service_requests",
    METADATA,
    Column("request_no", Text, primary_key=True),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("policy_no", Text, nullable=False, index=True),
    Column("applicant_id", Text, nullable=False, index=True),
    Column("fields", SealedJson("service_requests.fields"), nullable=False),
    Column("papers", JsonText, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("due_on", Date, index=True),
    Column("alert_on", Date, index=True),
    Column("due_rule", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("restricted", Boolean, nullable=False),
    Column("institution", Text, nullable=False, server_default="HQ"),
    Column("handler", Text, nullable=False, server_default=""),
    Index("ix_service_requests_handled", "handler", sqlite_where=HANDLED_REQUEST, postgresql_where=HANDLED_REQUEST),
    Index(
        "ix_service_requests_open",
        "due_on",
        "requested_at",
        "request_no",
        "kind",
        "status",
        "post",
        "restricted",
        sqlite_where=OPEN_REQUEST,
        postgresql_where=OPEN_REQUEST,
    ),
    Index(None, "kind", "requested_at"),
    Index("ix_service_requests_counted", "requested_at", "kind", "status", "restricted", "institution", "request_no"),
    # Has all that the live board counts, so that no row is read for it.
    Index(
        "ix_service_requests_board_open",
        "post",
        "restricted",
        "due_on",
        "status",
        "institution",
        sqlite_where=OPEN_REQUEST,
        postgresql_where=OPEN_REQUEST,
    ),
)

SERVICE_REQUEST_STEPS = Table(
    "service_request_steps",
    METADATA,
    Column("request_no", Text, ForeignKey("service_requests.request_no", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Sealed("service_request_steps.note"), nullable=False),
    Column("papers", JsonText, nullable=False),
    Index("ix_service_request_steps_at", "at", "status", "request_no"),
)

# Who was to see to a case from when on, whatever its register; rows are only added.
CASE_HANDLER_CHANGES = Table(
    "case_handler_changes",
    METADATA,
    Column("change_id", Integer, primary_key=True, autoincrement=True),
    Column("number", Text, nullable=False, index=True),
    Column("handler", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", Text, nullable=False),
)

# What a request changes on a policy at once; apart from the policy, which is the core system's to write.
POLICY_MARKS = Table(
    "policy_marks",
    METADATA,
    Column("policy_no", Text, primary_key=True),
    Column("mark", Text, primary_key=True),  # lost
    Column("request_no", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# A paper that its owner may fetch once, in the conversation that asked for it. The link's token is kept hashed.
DOCUMENT_LINKS = Table(
    "document_links",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("request_no", Text, nullable=False, unique=True),
    Column("subject_no", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("verification_code", Text, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
