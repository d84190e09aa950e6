"""Prove who is talking: one-time codes to the registered phone, limits over all conversations (business flows 0.2).

Fails closed: knowledge (a name, an id number) opens nothing, and every reply is the same whether the person exists or
not, so that nobody learns who is a customer. Source: ASVS 5.0 level 2, 6.4.2; 投诉办法 art 22; 互联网办法 art 28.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from bot.insurance.identity import (
    CODE_LIFETIME,
    CODE_TRIES,
    LOCK_AFTER_FAILURES,
    LOCK_TIME,
    VERIFIED_FOR,
    IdentityLevel,
    OneTimeCode,
    Verification,
)
from bot.insurance.party import Party
from bot.services.ports import UnitOfWork

CODES_IN_A_ROW = 6  # within LOCK_TIME, so that nobody's phone can be flooded from our page


NEW_CONTACT_PURPOSE = "new_phone"


class CodeResult(Enum):
    """What became of an entered code."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    LOCKED = "locked"


@dataclass(frozen=True)
class Identity:
    """Who the conversation has proved to be right now; `party` is None below L2."""

    level: IdentityLevel
    party: Party | None
    phone: str


def current_identity(work: UnitOfWork, conversation_id: str, now: datetime) -> Identity:
    """The proven identity of a conversation; L0 when there is none or it has run out."""
    verification = work.identities.verification(conversation_id)
    if verification is None or verification.valid_until <= now:
        return Identity(IdentityLevel.L0, None, "")
    party = work.parties.get(verification.party_id) if verification.party_id else None
    return Identity(verification.level, party, verification.phone)


def send_phone_code(work: UnitOfWork, conversation_id: str, phone: str, now: datetime, *, pepper: str) -> CodeResult:
    """L1: a code to the phone the customer gave. LOCKED when that phone has had too many codes or failures."""
    return _send(work, conversation_id, "L1", _phone_subject(phone, pepper), None, phone, now, pepper=pepper)


def send_new_contact_code(
    work: UnitOfWork, conversation_id: str, phone: str, now: datetime, *, pepper: str
) -> CodeResult:
    """A code that proves the customer holds a contact to be registered, `phone` being a phone or an e-mail address; it
    changes nobody's level."""
    return _send(
        work, conversation_id, NEW_CONTACT_PURPOSE, _phone_subject(phone, pepper), None, phone, now, pepper=pepper
    )


def send_identity_code(
    work: UnitOfWork, conversation_id: str, name: str, id_number: str, now: datetime, *, pepper: str
) -> CodeResult:
    """L2: a code to the registered phone of the person with this name and id number, if there is one.

    Returns RIGHT (go on and ask for the code) in both cases, LOCKED after three failures on the person or a policy.
    """
    party = work.parties.find(name, id_number)
    subject = _id_subject(id_number, pepper)
    return _send(work, conversation_id, "L2", subject, party, party.phone if party else "", now, pepper=pepper)


def send_person_check(work: UnitOfWork, conversation_id: str, now: datetime, *, pepper: str) -> CodeResult:
    """L3: a real-person check of whoever has proved L2 in this conversation."""
    party = current_identity(work, conversation_id, now).party
    if party is None:
        return CodeResult.EXPIRED
    subject = _id_subject(party.id_number, pepper)
    return _send(work, conversation_id, "L3", subject, party, party.phone, now, pepper=pepper)


def enter_code(work: UnitOfWork, conversation_id: str, entered: str, now: datetime, *, pepper: str) -> CodeResult:
    """Check an entered code; a right one raises the conversation's level. Parallel tries are counted before comparing."""
    code = work.identities.current_code(conversation_id)
    if code is None or code.used or code.expires_at <= now:
        return CodeResult.EXPIRED
    subjects = _subjects(work, code.subject, code.party_id)
    if _locked(work, subjects, now) or work.identities.count_try(code) > CODE_TRIES:
        return CodeResult.LOCKED
    expected = _digest(pepper, f"{conversation_id}:{code.purpose}:{entered}")
    if not code.code_hash or not hmac.compare_digest(code.code_hash, expected):
        work.identities.add_failure(subjects, now)
        _audit(work, "identity.wrong_code", conversation_id, code.purpose, now)
        return CodeResult.LOCKED if _locked(work, subjects, now) else CodeResult.WRONG
    work.identities.save_code(replace(code, used=True, tries=code.tries + 1))
    if code.purpose != NEW_CONTACT_PURPOSE:
        level = IdentityLevel[code.purpose]
        work.identities.save_verification(
            Verification(conversation_id, code.party_id, code.phone, level, now + VERIFIED_FOR)
        )
    _audit(work, "identity.verified", conversation_id, code.purpose, now)
    return CodeResult.RIGHT


def code_is_for_phone(code: OneTimeCode, phone: str, *, pepper: str) -> bool:
    """Whether an L1 code was sent for this phone."""
    return code.subject == _phone_subject(phone, pepper)


def code_is_for_person(work: UnitOfWork, code: OneTimeCode, name: str, id_number: str, *, pepper: str) -> bool:
    """Whether an L2 code was sent for this name and id number together."""
    party = work.parties.find(name, id_number)
    return code.subject == _id_subject(id_number, pepper) and code.party_id == (party.party_id if party else "")


def _phone_subject(phone: str, pepper: str) -> str:
    return _digest(pepper, f"phone:{phone}")


def _id_subject(id_number: str, pepper: str) -> str:
    return _digest(pepper, f"id:{id_number}")


def _send(
    work: UnitOfWork,
    conversation_id: str,
    purpose: str,
    subject: str,
    party: Party | None,
    phone: str,
    now: datetime,
    *,
    pepper: str,
) -> CodeResult:
    subjects = _subjects(work, subject, party.party_id if party else "")
    # Counted for those who are nobody's customer too: how soon it locks must not tell who is one.
    if _locked(work, subjects, now) or work.identities.codes_sent(subject, phone, now - LOCK_TIME) >= CODES_IN_A_ROW:
        return CodeResult.LOCKED
    digits = f"{secrets.randbelow(10**6):06d}"
    work.identities.save_code(
        OneTimeCode(
            conversation_id=conversation_id,
            purpose=purpose,
            subject=subject,
            party_id=party.party_id if party else "",
            phone=phone,
            code_hash=_digest(pepper, f"{conversation_id}:{purpose}:{digits}") if phone else "",
            sent_at=now,
            expires_at=now + CODE_LIFETIME,
        )
    )
    if phone:
        minutes = int(CODE_LIFETIME.total_seconds() // 60)
        what = "真人核验已在您的手机上完成，核验码" if purpose == "L3" else "验证码"
        work.texts.send(phone, f"【保险客服】{what} {digits}，{minutes} 分钟内有效，请勿告诉他人。", now)
    _audit(work, "identity.code_sent", conversation_id, purpose, now)
    return CodeResult.RIGHT


def _subjects(work: UnitOfWork, subject: str, party_id: str) -> Sequence[str]:
    """What failures count against: the person, and every policy the person is named in."""
    policies = work.policies.naming(party_id) if party_id else ()
    return [subject, *(f"policy:{policy.policy_no}" for policy in policies)]


def _locked(work: UnitOfWork, subjects: Sequence[str], now: datetime) -> bool:
    since = now - LOCK_TIME
    return any(work.identities.failures(subject, since) >= LOCK_AFTER_FAILURES for subject in subjects)


def _digest(pepper: str, text: str) -> str:
    return hmac.new(pepper.encode(), text.encode(), hashlib.sha256).hexdigest()


def _audit(work: UnitOfWork, event: str, conversation_id: str, purpose: str, now: datetime) -> None:
    work.audit.append(event, subject=conversation_id, actor="bot", at=now, detail={"level": purpose})
