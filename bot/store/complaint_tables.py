"""Tables of complaints: what was told, asked for, done, decided, and every clock that ran.

The columns of the law's dates are those of `bot.insurance.complaint.ComplaintClocks`.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from bot.store.schema import METADATA, JsonText, Moment
from bot.store.sealing import Sealed, SealedJson

# Complaints of which something may still come due, be it a report to a regulator: the desk's list and the sweep look at these alone.
OPEN_COMPLAINT = text(
    "(stage NOT IN ('decided', 'closed', 'withdrawn') OR (report_by IS NOT NULL AND reported_at IS NULL))"
)
HANDLED_COMPLAINT = text(
    "handler <> '' AND (stage NOT IN ('decided', 'closed', 'withdrawn') OR (report_by IS NOT NULL AND reported_at IS NULL))"
)

COMPLAINTS = Table(
    "complaints",
    METADATA,
    Column("complaint_no", Text, primary_key=True),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("facts", Sealed("complaints.facts"), nullable=False),
    Column("stage", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("decide_by", Date, nullable=False),
    Column("decide_by_complex", Date, nullable=False),
    Column("decide_by_special", Date),
    Column("supplement_by", Date, nullable=False),
    Column("acceptance_target", Date, nullable=False),
    Column("acceptance_by", Date, nullable=False),
    Column("answer_or_progress_by", Date),
    Column("estimated", Boolean, nullable=False),
    Column("rules_fired", JsonText, nullable=False),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("request", Sealed("complaints.request"), nullable=False),
    Column("reference_no", Text, nullable=False, index=True),
    Column("phone", Sealed("complaints.phone"), nullable=False, index=True),
    Column("complainant_name", Sealed("complaints.complainant_name"), nullable=False, index=True),
    Column("complainant_party_id", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("against", Sealed("complaints.against"), nullable=False),
    Column("earlier_no", Text, nullable=False),
    Column("joint_count", Integer, nullable=False),
    Column("clock_started_at", Moment),
    Column("verify_by", Date),
    Column("closing_reason", Sealed("complaints.closing_reason"), nullable=False),
    Column("last_notice", Text, nullable=False),
    Column("last_notice_at", Moment),
    Column("progress_told_at", Moment),
    Column("channel", Text, nullable=False, server_default="web"),
    Column("next_due", Date),  # of Complaint.next_due, kept for the desk's list
    Column("merged_into", Text, nullable=False, server_default=""),
    Column("transfer_no", Text, nullable=False, server_default="", index=True),
    Column("report_by", Date),
    Column("reported_at", Moment),
    Column("institution", Text, nullable=False, server_default="HQ"),
    Column("handler", Text, nullable=False, server_default=""),
    Index("ix_complaints_handled", "handler", sqlite_where=HANDLED_COMPLAINT, postgresql_where=HANDLED_COMPLAINT),
    # Both hold all that the list filters by, so that counting reads no row: the texts in them are long.
    Index(
        "ix_complaints_open", "next_due", "received_at", "complaint_no", "stage", "kind", "channel",
        sqlite_where=OPEN_COMPLAINT, postgresql_where=OPEN_COMPLAINT,
    ),
    Index(
        "ix_complaints_board_open", "institution", "next_due", "stage", "report_by", "reported_at",
        sqlite_where=OPEN_COMPLAINT, postgresql_where=OPEN_COMPLAINT,
    ),
    Index("ix_complaints_listed", "received_at", "complaint_no", "stage", "kind", "channel"),
)  # fmt: skip


def _of_complaint() -> tuple[Column, Column]:
    return (
        Column("complaint_no", Text, ForeignKey("complaints.complaint_no", ondelete="CASCADE"), primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
    )


COMPLAINT_NOTICES = Table(
    "complaint_notices",
    METADATA,
    *_of_complaint(),
    Column("items", SealedJson("complaint_notices.items"), nullable=False),
    Column("note", Sealed("complaint_notices.note"), nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("missing", SealedJson("complaint_notices.missing"), nullable=False),
    Column("told_how", Sealed("complaint_notices.told_how"), nullable=False, server_default=""),
)

COMPLAINT_DECISIONS = Table(
    "complaint_decisions",
    METADATA,
    *_of_complaint(),
    Column("facts", Sealed("complaint_decisions.facts"), nullable=False),
    Column("basis", Sealed("complaint_decisions.basis"), nullable=False),
    Column("result", Sealed("complaint_decisions.result"), nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("verifying", Boolean, nullable=False),
    Column("told_how", Sealed("complaint_decisions.told_how"), nullable=False, server_default=""),
    Column("cause", Text, nullable=False, server_default=""),
)

COMPLAINT_MOVES = Table(
    "complaint_moves",
    METADATA,
    *_of_complaint(),
    Column("move", Text, nullable=False),
    Column("note", Sealed("complaint_moves.note"), nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_how", Sealed("complaint_moves.told_how"), nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
)

COMPLAINT_DELIVERIES = Table(
    "complaint_deliveries",
    METADATA,
    *_of_complaint(),
    Column("notice", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("delivered_at", Moment, nullable=False),
    Column("receipt_no", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

OPEN_INQUIRY = text("answered_at IS NULL")

COMPLAINT_INQUIRIES = Table(
    "complaint_inquiries",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("complaint_no", Text, ForeignKey("complaints.complaint_no"), nullable=False, index=True),
    Column("question", Sealed("complaint_inquiries.question"), nullable=False),
    Column("background", Sealed("complaint_inquiries.background"), nullable=False),
    Column("post", Text, nullable=False),
    Column("colleague", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer", Sealed("complaint_inquiries.answer"), nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", Moment),
    Index(
        "ix_complaint_inquiries_open", "colleague", "post", "due", sqlite_where=OPEN_INQUIRY, postgresql_where=OPEN_INQUIRY,
    ),
)  # fmt: skip

COMPLAINT_SUPPLEMENTS = Table(
    "complaint_supplements",
    METADATA,
    *_of_complaint(),
    Column("text", Sealed("complaint_supplements.text"), nullable=False),
)

COMPLAINT_EARLIER_CLOCKS = Table(
    "complaint_earlier_clocks",
    METADATA,
    *_of_complaint(),
    Column("started_at", Moment, nullable=False),
    Column("decide_by", Date, nullable=False),
    Column("decide_by_complex", Date, nullable=False),
    Column("decide_by_special", Date),
)

COMPLAINT_TRIAGES = Table(
    "complaint_triages",
    METADATA,
    *_of_complaint(),
    Column("outcome", Text, nullable=False),
    Column("reason", Sealed("complaint_triages.reason"), nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_how", Sealed("complaint_triages.told_how"), nullable=False, server_default=""),
)
