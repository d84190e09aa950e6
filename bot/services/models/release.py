"""From a candidate to the model that all customers have, and back: approval, a share of new conversations, release, rollback."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import BotError
from bot.services.models.card import CardState, ModelCard
from bot.services.models.ports import ModelRegistry
from bot.services.models.split import ALL, Split, Step
from bot.services.ports import UnitOfWork


class ModelStepError(BotError):
    """This cannot be done with the model now; `data["flaw"]` says why, in the trainer's words."""

    code = "model_step_refused"

    def __init__(self, flaw: str) -> None:
        super().__init__(flaw=flaw)


@dataclass(frozen=True)
class Release:
    """Each step is one change of the registry's files and an entry of the audit log. `by`: an account of the desk."""

    registry: ModelRegistry
    drain: timedelta

    def approve(self, work: UnitOfWork, model_id: str, by: str, now: datetime) -> ModelCard:
        """Raises ModelStepError: the gate has not let it pass, or who approves has trained it."""
        with self.registry.changing():
            card = self._card(model_id)
            if card.state is not CardState.CANDIDATE:
                raise ModelStepError(f"这个模型现在是“{card.state.zh}”，不用批准")
            self._check_gate(card)
            if same_person(card.made_by, by):
                raise ModelStepError("要由另一个人批准：谁训练的，谁不能批准")
            approved = replace(card, state=CardState.APPROVED, approved_by=by, approved_at=now)
            self._record(work, "approved", model_id, by, now)
            self.registry.put(approved)
        return approved

    def share(self, work: UnitOfWork, model_id: str, share: int, by: str, now: datetime) -> Split:
        """So many per cent of the conversations that are opened from now on. Raises ModelStepError."""
        if not 1 <= share < ALL:
            raise ModelStepError("灰度比例是 1 到 99；全部客户请用“全量发布”")
        with self.registry.changing():
            card, split = self._releasable(model_id), self._split()
            steps = split.steps if split.other == model_id else ()
            changed = Split(split.base, model_id, (*steps, Step(now, share)))
            self._record(work, "shared", model_id, by, now, share=str(share))
            self.registry.put(replace(card, state=CardState.CANARY, released_by=by, released_at=now))
            self.registry.put_split(changed)
        return changed

    def release(self, work: UnitOfWork, model_id: str, by: str, now: datetime) -> Split:
        """All that begin from now on; the others end on the model they have. Raises ModelStepError."""
        with self.registry.changing():
            card, split = self._releasable(model_id), self._split()
            steps = split.steps if split.other == model_id else ()
            changed = Split(split.base, model_id, (*steps, Step(now, ALL)), now + self.drain)
            self._record(work, "released", model_id, by, now, before=split.base)
            self._set_aside(split.base)
            self.registry.make_current(replace(card, state=CardState.CURRENT, released_by=by, released_at=now))
            self.registry.put_split(changed)
        return changed

    def roll_back(self, work: UnitOfWork, by: str, now: datetime) -> Split:
        """A canary ends, or the model before the current one is it again, for every conversation. Raises ModelStepError."""
        with self.registry.changing():
            split = self._split()
            bad, good = (split.other, split.base) if split.other else (split.base, self._previous())
            self._record(work, "rolled_back", bad, by, now, back_to=good)
            changed = Split(good)
            self.registry.make_current(replace(self._card(good), state=CardState.CURRENT))
            self.registry.put_split(changed)
            self.registry.put(replace(self._card(bad), state=CardState.WITHDRAWN))
        return changed

    def _releasable(self, model_id: str) -> ModelCard:
        card, split = self._card(model_id), self._split()
        if card.state not in (CardState.APPROVED, CardState.CANARY):
            raise ModelStepError(f"先要另一个人批准；这个模型现在是“{card.state.zh}”")
        self._check_gate(card)
        if split.other and split.other != model_id:
            raise ModelStepError("还有一个模型在灰度，先把它全量发布或撤回")
        return card

    def _check_gate(self, card: ModelCard) -> None:
        if card.gate_passed is None or card.compared_with != self.registry.current():
            raise ModelStepError("先和现在用的模型比较一次，过了关才行")
        if not card.gate_passed:
            raise ModelStepError("没有过关，不能发布；报告里写了差在哪里")

    def _previous(self) -> str:
        """The newest of those that were current before."""
        before = [card for card in self.registry.cards() if card.state is CardState.PREVIOUS]
        if not before:
            raise ModelStepError("没有上一个模型可以退回")
        return max(before, key=lambda card: card.released_at or card.made_at).model_id

    def _set_aside(self, model_id: str) -> None:
        card = self.registry.card(model_id)
        if card is not None:
            self.registry.put(replace(card, state=CardState.PREVIOUS))

    def _split(self) -> Split:
        """The canary that runs, else the current model alone: what drains may end early, and what a training of the system has
        overtaken is over."""
        found, current = self.registry.split(), self.registry.current()
        if not current:
            raise ModelStepError("还没有在用的模型，先训练一个")
        runs = found is not None and bool(found.other) and found.until is None and found.base == current
        return found if found is not None and runs else Split(current)

    def _card(self, model_id: str) -> ModelCard:
        card = self.registry.card(model_id)
        if card is None:
            raise ModelStepError("没有这个模型")
        return card

    def _record(self, work: UnitOfWork, event: str, model_id: str, by: str, now: datetime, **detail: str) -> None:
        """Before the files: nothing happens to what customers hear that is not on record."""
        work.audit.append(f"model.{event}", subject=model_id, actor=f"agent:{by}", at=now, detail=detail)
        work.commit()


def same_person(one: str, other: str) -> bool:
    """An account is the same at the desk and at the command line."""
    return one.removeprefix("cli:") == other.removeprefix("cli:")
