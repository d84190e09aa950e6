"""What trainers do with an item: propose what it is, discard it, look at a colleague's proposal, take a step back. All of it stays in its history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.review_item import Deed, ReviewItem, ReviewState, ReviewStep, Verdict, before_last
from bot.services.ports import UnitOfWork
from bot.services.review.errors import ExampleFlawError, ItemGoneError, ItemStepError, SamePersonError
from bot.services.review.example import read_example

LONGEST_NAME, LONGEST_NOTE = 20, 200


@dataclass(frozen=True)
class By:
    name: str
    at: datetime


@dataclass(frozen=True)
class Contract:
    """Names of the intents (data/intents.yml) and of the entities (data/entities.yml)."""

    intents: Collection[str]
    entities: Collection[str]


@dataclass(frozen=True)
class Proposal:
    """`intent`, or for one that does not exist yet its Chinese name `new_intent`; `example` "" leaves the sentence as it stands."""

    item_id: str
    intent: str = ""
    new_intent: str = ""
    example: str = ""


def propose(work: UnitOfWork, proposal: Proposal, contract: Contract, by: By) -> ReviewItem:
    """Say what it is. Also once more, by whoever said it, until somebody has looked.

    Raises:
        ItemGoneError, ItemStepError: as they say. ExampleFlawError: the label or the sentence.
    """
    item = _found(work, proposal.item_id)
    own = item.state is ReviewState.PROPOSED and item.verdict.proposed_by == by.name
    if item.state is not ReviewState.NEW and not own:
        raise _late(item)
    if bool(proposal.intent) == bool(proposal.new_intent):
        raise ExampleFlawError(flaw="要选一个意图，或者写一个新意图的中文名")
    if proposal.intent and proposal.intent not in contract.intents:
        raise ExampleFlawError(flaw=f"没有 {proposal.intent} 这个意图")
    if len(proposal.new_intent) > LONGEST_NAME or not (proposal.new_intent or "x").isprintable():
        raise ExampleFlawError(flaw=f"新意图的中文名最长 {LONGEST_NAME} 个字")
    example = read_example(proposal.example or item.verdict.example, contract.entities)
    after = Verdict(ReviewState.PROPOSED, example, proposal.intent, proposal.new_intent, by.name)
    return _keep(work, item, Deed.PROPOSED, after, by)


def accept(work: UnitOfWork, item_id: str, contract: Contract, by: By, example: str = "") -> ReviewItem:
    """Propose what the assistant guessed, or the customer then chose. Raises as `propose`."""
    return propose(work, Proposal(item_id, _found(work, item_id).suggestion, example=example), contract, by)


def discard(work: UnitOfWork, item_id: str, by: By, note: str = "") -> ReviewItem:
    """Nothing to learn from: a trainer says so of a new one, or whoever looks of a proposal. Raises ItemGoneError, ItemStepError."""
    item = _found(work, item_id)
    if item.state not in (ReviewState.NEW, ReviewState.PROPOSED):
        raise _late(item)
    after = replace(item.verdict, state=ReviewState.DISCARDED, decided_by=by.name)
    return _keep(work, item, Deed.DISCARDED, after, by, note)


def approve(work: UnitOfWork, item_id: str, by: By) -> ReviewItem:
    """By a second person. Raises ItemGoneError, ItemStepError, SamePersonError."""
    item = _proposed(work, item_id, by)
    after = replace(item.verdict, state=ReviewState.APPROVED, decided_by=by.name)
    return _keep(work, item, Deed.APPROVED, after, by)


def send_back(work: UnitOfWork, item_id: str, by: By, note: str) -> ReviewItem:
    """The second person does not agree: it is new again, with why. Raises as `approve`."""
    item = _proposed(work, item_id, by)
    if not note:
        raise ExampleFlawError(flaw="退回要写明为什么")
    after = Verdict(ReviewState.NEW, item.verdict.example)
    return _keep(work, item, Deed.RETURNED, after, by, note)


def undo(work: UnitOfWork, item_id: str, by: By) -> ReviewItem:
    """Take the last step back, by whoever took it, while it has not come into the corpus. Raises ItemGoneError, ItemStepError."""
    item = _found(work, item_id)
    last = before_last(work.review_items.steps(item_id))
    if last is None or last[0].by != by.name or item.landed_at is not None:
        raise ItemStepError(flaw="没有可以撤销的：上一步不是您做的，或者已经写进训练句子")
    after = last[1] or Verdict(ReviewState.NEW, item.verdict.example)
    return _keep(work, item, Deed.UNDONE, after, by)


def _found(work: UnitOfWork, item_id: str) -> ReviewItem:
    item = work.review_items.get(item_id)
    if item is None:
        raise ItemGoneError(flaw="没有这一条")
    return item


def _proposed(work: UnitOfWork, item_id: str, by: By) -> ReviewItem:
    item = _found(work, item_id)
    if item.state is not ReviewState.PROPOSED:
        raise _late(item)
    if item.verdict.proposed_by == by.name:
        raise SamePersonError(flaw="自己提出的要由另一位训练师复核")
    return item


def _late(item: ReviewItem) -> ItemStepError:
    who = item.verdict.decided_by or item.verdict.proposed_by
    return ItemStepError(flaw=f"这一条现在是“{item.state.zh}”{f'（{who}）' if who else ''}，不能再这样做")


def _keep(work: UnitOfWork, item: ReviewItem, deed: Deed, after: Verdict, by: By, note: str = "") -> ReviewItem:
    if len(note) > LONGEST_NOTE:
        raise ExampleFlawError(flaw=f"说明最长 {LONGEST_NOTE} 个字")
    changed = replace(item, verdict=after)
    work.review_items.save(changed, ReviewStep(deed, by.name, by.at, after, note))
    detail = {"intent": after.intent, "state": after.state.value}
    work.audit.append(f"training.{deed.value}", subject=item.item_id, actor=f"agent:{by.name}", at=by.at, detail=detail)
    return changed
