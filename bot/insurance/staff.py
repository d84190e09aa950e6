"""Who works at the desk: roles say what somebody may do, posts say with whose matters.

A role without a post sees no customer; a post without the role reads and records nothing of that kind. Privileged roles, which see
over posts or say who sees, need a second factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType

from bot.insurance.institution import HEAD_OFFICE

GENERAL = "综合"
COMPLIANCE = "合规监察"
NAMED_POSTS = ("新单", "保全", "理赔", "单证", "收付费", "投诉回访", COMPLIANCE)
POSTS = (*NAMED_POSTS, GENERAL)


class Role(str, Enum):
    AGENT = "agent"
    COMPLAINT_OFFICER = "complaint_officer"
    CLAIMS = "claims"
    SERVICING = "servicing"
    QUALITY = "quality"
    TRAINER = "trainer"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    ADMIN = "admin"

    @property
    def zh(self) -> str:
        return _ROLE_NAMES[self]


_ROLE_NAMES = {
    Role.AGENT: "坐席",
    Role.COMPLAINT_OFFICER: "投诉专员",
    Role.CLAIMS: "理赔",
    Role.SERVICING: "保全",
    Role.QUALITY: "质检",
    Role.TRAINER: "训练师",
    Role.MANAGER: "主管",
    Role.COMPLIANCE: "合规",
    Role.ADMIN: "系统管理员",
}


class May(str, Enum):
    """What a role allows, each at the posts of the account unless it says otherwise."""

    TALK = "talk"  # take a conversation, answer, give back
    RECORD_CLAIMS = "record_claims"
    RECORD_SERVICING = "record_servicing"  # endorsements and requests
    HANDLE_COMPLAINTS = "handle_complaints"
    CALL_BACK = "call_back"  # follow-up calls, and what dissatisfied customers said
    SUPERVISE = "supervise"  # the matters of every post, but for reports of wrongdoing
    APPROVE = "approve"  # a second extension, a review of a decision
    RUN_EVENTS = "run_events"
    READ_FOLLOW_UPS = "read_follow_ups"
    READ_WRONGDOING = "read_wrongdoing"  # and every matter that belongs to one
    MANAGE_STAFF = "manage_staff"
    READ_BOARD = "read_board"
    READ_FIGURES = "read_figures"  # the reports, and the scorecards of all
    READ_QUALITY = "read_quality"  # sampled conversations with their scores
    SCORE_QUALITY = "score_quality"
    IMPROVE = "improve"  # open what is to become better, and see all of that
    KEEP_UP = "keep_up"  # record that rules were looked through and documents reported
    DECIDE_APPEALS = "decide_appeals"  # and whether what was found is put right
    TRAIN = "train"  # read masked sentences of all posts, say what they mean
    TRAIN_MODELS = "train_models"  # and compare them; with customers' sentences, masked
    RELEASE_MODELS = "release_models"  # approve what another has trained, release it, roll it back


_ALLOWED: Mapping[Role, frozenset[May]] = MappingProxyType(
    {
        Role.AGENT: frozenset({May.TALK, May.RECORD_SERVICING}),
        Role.COMPLAINT_OFFICER: frozenset(
            {May.TALK, May.RECORD_SERVICING, May.HANDLE_COMPLAINTS, May.CALL_BACK, May.READ_FOLLOW_UPS, May.IMPROVE}
        ),
        Role.CLAIMS: frozenset({May.TALK, May.RECORD_SERVICING, May.RECORD_CLAIMS}),
        Role.SERVICING: frozenset({May.TALK, May.RECORD_SERVICING}),
        Role.QUALITY: frozenset(
            {May.READ_FOLLOW_UPS, May.READ_QUALITY, May.SCORE_QUALITY, May.DECIDE_APPEALS, May.IMPROVE}
        ),
        Role.TRAINER: frozenset({May.TRAIN, May.TRAIN_MODELS, May.RELEASE_MODELS}),
        Role.MANAGER: frozenset(
            {
                May.TALK,
                May.SUPERVISE,
                May.APPROVE,
                May.RUN_EVENTS,
                May.READ_FOLLOW_UPS,
                May.READ_BOARD,
                May.READ_FIGURES,
                May.READ_QUALITY,
                May.DECIDE_APPEALS,
                May.IMPROVE,
                May.RELEASE_MODELS,
            }
        ),
        Role.COMPLIANCE: frozenset(
            {
                May.TALK,
                May.RECORD_SERVICING,
                May.SUPERVISE,
                May.READ_WRONGDOING,
                May.READ_FOLLOW_UPS,
                May.READ_FIGURES,
                May.READ_QUALITY,
                May.IMPROVE,
                May.KEEP_UP,
            }
        ),
        Role.ADMIN: frozenset({May.MANAGE_STAFF}),
    }
)
# What is done at one post alone: a role of it that works elsewhere does not.
_DONE_AT: Mapping[May, str] = MappingProxyType(
    {May.RECORD_CLAIMS: "理赔", May.HANDLE_COMPLAINTS: "投诉回访", May.CALL_BACK: "投诉回访"}
)
PRIVILEGED = frozenset({Role.MANAGER, Role.COMPLIANCE, Role.ADMIN})
# Where somebody of the role works unless the account says otherwise.
USUAL_POSTS: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.AGENT: frozenset({GENERAL, "新单", "单证"}),
        Role.COMPLAINT_OFFICER: frozenset({"投诉回访"}),
        Role.CLAIMS: frozenset({"理赔"}),
        Role.SERVICING: frozenset({"保全"}),
        Role.COMPLIANCE: frozenset({COMPLIANCE}),
    }
)


def desk_of(post: str) -> str:
    """Where the customers of a post wait: one that has no desk of its own is the general one's."""
    return post if post in NAMED_POSTS else GENERAL


@dataclass(frozen=True)
class Staff:
    """An account of the desk. `locked`: may not sign in, though what it did stays under its name. `trained_on`: when its training was
    passed (company rules art 8), None while that is not on record. `institution`: whose figures it reads, "" for those of all."""

    name: str
    roles: frozenset[Role]
    posts: frozenset[str]
    locked: bool = False
    trained_on: date | None = None
    institution: str = ""

    def may(self, what: May) -> bool:
        """Whether a role allows it, and, of what one post does alone, the account works there. What the superior body decides about
        a complaint (消费投诉处理管理办法 art 18, 20) is no branch's to decide."""
        if what is May.APPROVE and self.institution not in ("", HEAD_OFFICE):
            return False
        own = _DONE_AT.get(what)
        return any(what in _ALLOWED[role] for role in self.roles) and (own is None or own in self.posts)

    def works_at(self, post: str) -> bool:
        return desk_of(post) in self.posts

    def sees(self, post: str, *, restricted: bool = False) -> bool:
        """Whether matters of that post are there for this account; `restricted`: it belongs to a report of wrongdoing."""
        if restricted or post == COMPLIANCE:
            return self.may(May.READ_WRONGDOING)
        return self.may(May.SUPERVISE) or self.works_at(post)

    def records_at(self, post: str, *, restricted: bool = False) -> bool:
        """Whether this account may write down what became of a request of that post; a report of wrongdoing's is compliance's
        alone, whatever its post."""
        if restricted:
            return self.may(May.READ_WRONGDOING)
        return self.may(May.RECORD_SERVICING) and self.works_at(post)

    @property
    def needs_code(self) -> bool:
        """Whether a password alone is not enough."""
        return bool(self.roles & PRIVILEGED)


def usual_posts(roles: frozenset[Role]) -> frozenset[str]:
    return frozenset().union(*(USUAL_POSTS.get(role, frozenset()) for role in roles))


@dataclass(frozen=True)
class Presence:
    """When an account's page was last open; `away`: it is, and the account wants nothing offered; `stays_until`: it serves outside the
    hours of its posts too, until then, because it said so."""

    name: str
    seen_at: datetime
    away: bool = False
    stays_until: datetime | None = None


@dataclass(frozen=True)
class DeskNote:
    """What somebody notes about a conversation for whoever takes it next; no customer reads it."""

    conversation_id: str
    by: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Credentials:
    """What proves an account. `password_hash`: argon2id in its own notation; `handed_out`: drawn by somebody else, to be replaced at the
    next sign-in; `code_secret`: base32 of the authenticator, "" while there is none; `last_code`: the newest 30 s step whose code was
    used, for none is good twice."""

    password_hash: str
    handed_out: bool = True
    code_secret: str = ""
    last_code: int = 0


class Stage(str, Enum):
    """How far a sign-in has come; only DONE opens a page of the desk."""

    CODE = "code"  # asks for the authenticator's code
    ENROL = "enrol"  # an authenticator is to be set up
    PASSWORD = "password"  # an own password is to be set
    DONE = "done"


@dataclass(frozen=True)
class DeskSession:
    """`key`: the digest of the cookie, which alone is known; `csrf`: goes with every form; `offered`: the secret of an authenticator that
    is being set up."""

    key: str
    name: str
    csrf: str
    stage: Stage
    opened_at: datetime
    seen_at: datetime
    offered: str = ""
