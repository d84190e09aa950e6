"""A link to a document: for one person, in one conversation, once, for a short time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DocumentLink:
    """`token_hash`: the token itself is only in the customer's message. `subject_no`: the policy or the claim that the paper is
    about. `verification_code` is printed on it."""

    token_hash: str
    request_no: str
    subject_no: str
    party_id: str
    conversation_id: str
    verification_code: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def opens_for(self, conversation_id: str, now: datetime) -> bool:
        """Whether that conversation may fetch the document now."""
        return self.conversation_id == conversation_id and self.used_at is None and now < self.expires_at
