"""Why something cannot be done with an item of the trainers' inbox; `data["flaw"]` says it in the trainer's words."""

from __future__ import annotations

from bot.errors import BotError


class ItemGoneError(BotError):
    """There is no such item."""

    code = "review_item_unknown"


class ItemStepError(BotError):
    """Not at this stage: somebody else was faster, or it is done."""

    code = "review_item_step"


class SamePersonError(BotError):
    """Who proposed does not approve."""

    code = "review_same_person"


class ExampleFlawError(BotError):
    """The sentence or its label cannot be learnt as it is."""

    code = "review_example_flaw"


class CorpusError(BotError):
    """The corpus could not be written; nothing of this trainer's was."""

    code = "corpus_failed"


class NoRepositoryError(CorpusError):
    """The corpus is not in a git repository."""

    code = "corpus_no_repository"
