"""One transaction over all repositories."""

from __future__ import annotations

from types import TracebackType

from sqlalchemy.engine import Connection, Engine

from bot.services import (
    case_ports,
    claim_ports,
    complaint_ports,
    document_ports,
    draft_ports,
    feedback_ports,
    figure_ports,
    ports,
    quality_ports,
    review_ports,
    staff_ports,
    time_ports,
    transcript_ports,
    upkeep_ports,
)
from bot.services.models import ports as model_ports
from bot.store.audit_log import SqlAuditLog
from bot.store.case_handlers import SqlCaseHandlers
from bot.store.claim_figures import SqlClaimFigures
from bot.store.claim_records import SqlClaimRecords
from bot.store.claims import SqlClaims
from bot.store.complaints import SqlComplaints
from bot.store.consents import SqlConsents
from bot.store.disaster_events import SqlDisasterEvents
from bot.store.document_links import SqlDocumentLinks
from bot.store.drafts import SqlDrafts
from bot.store.endorsements import SqlEndorsements
from bot.store.figures import SqlFigures
from bot.store.follow_ups import SqlFollowUps
from bot.store.hand_offs import SqlChannels, SqlHandOffs, SqlOwnerships
from bot.store.identities import SqlIdentities
from bot.store.inquiries import SqlInquiries
from bot.store.matter_files import SqlMatterFiles
from bot.store.numbers import SqlNumbers
from bot.store.open_cases import SqlOpenCases
from bot.store.parties import SqlParties
from bot.store.policies import SqlPolicies
from bot.store.quality_reviews import SqlQualityReviews
from bot.store.ratings import SqlRatings
from bot.store.review_items import SqlReviewItems
from bot.store.said import SqlSaid
from bot.store.service_facts import SqlServiceFacts
from bot.store.service_requests import SqlServiceRequests
from bot.store.staff import SqlDeskNotes, SqlDeskPresence, SqlDeskSessions, SqlSignInTries, SqlStaffAccounts
from bot.store.tasks import SqlDueMatters, SqlOnce, SqlTasks
from bot.store.text_messages import SqlTextMessages
from bot.store.time_figures import SqlTimeFigures
from bot.store.training_jobs import SqlComparisons, SqlRealSentences, SqlTrainingJobs
from bot.store.transcripts import SqlTranscripts
from bot.store.upkeep import SqlImprovements, SqlUpkeepRecords


class SqlUnitOfWork:
    """Implements bot.services.ports.UnitOfWork; for one thread. Entering it again after leaving is a new transaction.

    SQLite takes the write lock with the first statement (BEGIN IMMEDIATE); PostgreSQL runs read committed and leaves
    conflicts to unique constraints and row locks.
    """

    parties: ports.Parties
    policies: ports.Policies
    claims: ports.Claims
    claim_records: claim_ports.ClaimRecords
    claim_figures: claim_ports.ClaimFigures
    files: document_ports.MatterFiles
    complaints: complaint_ports.Complaints
    inquiries: complaint_ports.Inquiries
    endorsements: ports.Endorsements
    identities: ports.Identities
    consents: ports.Consents
    requests: ports.ServiceRequests
    document_links: document_ports.DocumentLinks
    hand_offs: ports.HandOffs
    ownerships: ports.Ownerships
    channels: ports.Channels
    drafts: draft_ports.Drafts
    open_cases: case_ports.OpenCases
    handlers: case_ports.CaseHandlers
    due_matters: case_ports.DueMatters
    tasks: case_ports.Tasks
    ratings: feedback_ports.Ratings
    follow_ups: feedback_ports.FollowUps
    events: claim_ports.DisasterEvents
    once: case_ports.Once
    numbers: ports.Numbers
    audit: ports.AuditLog
    texts: ports.TextMessages
    transcripts: transcript_ports.Transcripts
    review_items: review_ports.ReviewItems
    staff: staff_ports.StaffAccounts
    desk_sessions: staff_ports.DeskSessions
    desk_notes: staff_ports.DeskNotes
    desk_presence: staff_ports.DeskPresence
    sign_in_tries: staff_ports.SignInTries
    said: staff_ports.Said
    figures: figure_ports.Figures
    times: time_ports.TimeFigures
    facts: figure_ports.ServiceFacts
    reviews: quality_ports.QualityReviews
    improvements: upkeep_ports.Improvements
    upkeep: upkeep_ports.UpkeepRecords
    training_jobs: model_ports.TrainingJobs
    comparisons: model_ports.Comparisons
    real_sentences: model_ports.RealSentences

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> SqlUnitOfWork:
        connection: Connection = self._engine.connect()
        self._connection = connection
        self.parties = SqlParties(connection)
        self.policies = SqlPolicies(connection)
        self.claims = SqlClaims(connection)
        self.claim_records = SqlClaimRecords(connection)
        self.claim_figures = SqlClaimFigures(connection)
        self.files = SqlMatterFiles(connection)
        self.complaints = SqlComplaints(connection)
        self.inquiries = SqlInquiries(connection)
        self.endorsements = SqlEndorsements(connection)
        self.identities = SqlIdentities(connection)
        self.consents = SqlConsents(connection)
        self.requests = SqlServiceRequests(connection)
        self.document_links = SqlDocumentLinks(connection)
        self.hand_offs = SqlHandOffs(connection)
        self.ownerships = SqlOwnerships(connection)
        self.channels = SqlChannels(connection)
        self.drafts = SqlDrafts(connection)
        self.open_cases = SqlOpenCases(connection)
        self.handlers = SqlCaseHandlers(connection)
        self.due_matters = SqlDueMatters(connection)
        self.tasks = SqlTasks(connection)
        self.ratings = SqlRatings(connection)
        self.follow_ups = SqlFollowUps(connection)
        self.events = SqlDisasterEvents(connection)
        self.once = SqlOnce(connection)
        self.numbers = SqlNumbers(connection)
        self.texts = SqlTextMessages(connection)
        self.transcripts = SqlTranscripts(connection)
        self.review_items = SqlReviewItems(connection)
        self.staff = SqlStaffAccounts(connection)
        self.desk_sessions = SqlDeskSessions(connection)
        self.desk_presence = SqlDeskPresence(connection)
        self.desk_notes = SqlDeskNotes(connection)
        self.sign_in_tries = SqlSignInTries(connection)
        self.said = SqlSaid(connection)
        self.figures = SqlFigures(connection)
        self.times = SqlTimeFigures(connection)
        self.facts = SqlServiceFacts(connection)
        self.reviews = SqlQualityReviews(connection)
        self.improvements = SqlImprovements(connection)
        self.upkeep = SqlUpkeepRecords(connection)
        self.training_jobs = SqlTrainingJobs(connection)
        self.comparisons = SqlComparisons(connection)
        self.real_sentences = SqlRealSentences(connection)
        self.audit = self._audit = SqlAuditLog(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing rolls back whatever was not committed.
        self._connection.close()

    def commit(self) -> None:
        self._audit.flush()
        self._connection.commit()
