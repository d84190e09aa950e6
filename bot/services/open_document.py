"""Papers of policies and claims: a token that opens one once, in the conversation that asked for it, and what it says.

The token is derived from the request's key and our secret: a turn tried again gives the same link, and the database
holds only its digest. Source: 销售办法 art 34, 电子签名法 art 14, 披露办法2022 art 14 (who may see what).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime

from bot.errors import BotError
from bot.insurance.document_link import DocumentLink
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, Role
from bot.insurance.service_request import ServiceRequest
from bot.services.claim_paper import claim_paper
from bot.services.paper import Paper
from bot.services.ports import UnitOfWork
from bot.services.speak_money import money
from bot.text.masking import mask_id_number, mask_name

DOCUMENTS_PATH = "/api/chat/documents/"
# No 0/O/1/I/L: it is read aloud on the phone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class DocumentGoneError(BotError):
    """No such link, or it was used, is out of date or belongs to another conversation: nobody learns which."""

    code = "document_gone"


def document_token(request: ServiceRequest, pepper: str) -> str:
    digest = hmac.digest(pepper.encode(), f"document:{request.idempotency_key}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def verification_code(request: ServiceRequest, pepper: str) -> str:
    """Twelve characters in three groups; printed on the paper and kept with the link."""
    digest = hmac.digest(pepper.encode(), f"verification:{request.idempotency_key}".encode(), hashlib.sha256)
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:12])
    return "-".join(letters[place : place + 4] for place in (0, 4, 8))


def open_document(work: UnitOfWork, token: str, conversation_id: str, now: datetime) -> Paper:
    """Use the link up and say what the paper contains. The caller commits, then prints.

    Raises:
        DocumentGoneError: see above.
    """
    link = work.document_links.get(token_digest(token))
    if link is None or not link.opens_for(conversation_id, now):
        raise DocumentGoneError
    paper = _policy_paper(work, link, now) or _claim_paper(work, link, now)
    if paper is None:  # no longer a party since the link was made
        raise DocumentGoneError
    work.document_links.save(replace(link, used_at=now))
    work.audit.append("document.opened", subject=link.request_no, actor=link.party_id, at=now, detail={})
    return paper


def _claim_paper(work: UnitOfWork, link: DocumentLink, now: datetime) -> Paper | None:
    claim, reader = work.claims.get(link.subject_no), work.parties.get(link.party_id)
    if claim is None or claim.settlement is None or reader is None or claim.claimant_party_id != reader.party_id:
        return None
    return claim_paper(claim, claim.settlement, reader, link.verification_code, now)


def _policy_paper(work: UnitOfWork, link: DocumentLink, now: datetime) -> Paper | None:
    policy, reader = work.policies.get(link.subject_no), work.parties.get(link.party_id)
    roles = policy.roles_of(reader.party_id, reader.id_number) if policy and reader else ()
    if policy is None or reader is None or not set(roles) & {Role.POLICYHOLDER, Role.INSURED}:
        return None
    people = [work.parties.get(party_id) for party_id in (policy.policyholder_id, *policy.insured_ids)]
    lines = (*_heading(policy, roles), *_people(policy, reader, people), ("出具时间", f"{now:%Y-%m-%d %H:%M}"))
    return Paper(f"{policy.product_name} 电子保单", lines, _sections(policy, reader, roles), link.verification_code)


def _heading(policy: InsurancePolicy, roles: tuple[Role, ...]) -> tuple[tuple[str, str], ...]:
    lines = [
        ("保险单号", policy.policy_no),
        ("产品", f"{policy.product_name}（条款版本 {policy.terms_version}）"),
        ("状态", policy.status.zh),
        ("保险期间", f"{policy.effective_on:%Y-%m-%d} 至 {policy.expires_on or '终身'}"),
        ("保险金额", money(policy.sum_insured)),
    ]
    if policy.plate_no:
        lines.append(("车辆", f"{policy.plate_no} {policy.vehicle}".strip()))
    if Role.POLICYHOLDER in roles:
        lines.append(("保险费", f"{money(policy.premium)}，{policy.pay_mode}"))
    if policy.cooling_off_until:
        lines.append(("犹豫期至", f"{policy.cooling_off_until:%Y-%m-%d}"))
    if policy.waiting_days:
        lines.append(("等待期", f"{policy.waiting_days} 天"))
    if policy.deductible:
        lines.append(("免赔额", money(policy.deductible)))
    return tuple(lines)


def _people(policy: InsurancePolicy, reader: Party, people: list[Party | None]) -> tuple[tuple[str, str], ...]:
    """The reader by full name and masked number; everybody else masked."""
    lines = []
    for place, party in enumerate(people):
        if party is not None:
            own = party.party_id == reader.party_id or (party.is_organisation and not place)
            number = "" if party.is_organisation else f"，证件号 {mask_id_number(party.id_number)}"
            name = party.name if own else mask_name(party.name)
            lines.append(("被保险人" if place else "投保人", name + (number if own else "")))
    return tuple(lines)


def _sections(
    policy: InsurancePolicy, reader: Party, roles: tuple[Role, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    covers = tuple(f"{c.title}（{c.clause}）{money(c.sum_insured)}：{c.text}。" for c in policy.coverages)
    excluded = tuple(f"{e.clause}：{e.text}。" for e in policy.exclusions)
    sections = [("保险责任", covers), ("责任免除（请仔细阅读）", excluded)]
    if policy.line.about_people and not policy.group:
        named = tuple(
            f"{b.name if b.is_person(reader.party_id, reader.id_number) else mask_name(b.name)}（{b.relationship}）"
            f"第 {b.order} 顺位 {b.share.normalize():f}%"
            for b in policy.beneficiaries
        )
        sections.append(("身故受益人", named or ("没有指定，按法律规定处理。",)))
    note = "本件由客服系统按出具时的登记内容生成。核对真伪：转人工或拨打客服热线，报保险单号和首页的验证码。"
    sections.append(("说明", (note,)))
    return tuple(sections)
