"""Approved examples on the branch of the trainer who proposed them (implements bot.services.review_ports.Corpus)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

import yaml

from bot.services.ports import UnitOfWorkFactory
from bot.services.review.land import LandExamples
from bot.services.review_ports import Clash, Example, Landed
from bot.settings import Settings
from bot.training.corpus_writer import CorpusFile, CorpusIndex, proposed_intents, sentences_of, words_of
from bot.training.git_branch import PREFIX, Repository

Elsewhere = Mapping[str, tuple[str, str]]  # words → (intent, where)


@dataclass(frozen=True)
class CorpusBranches:
    """`corpus_dir`: the folder above data/nlu, in a git repository; `scratch`: a folder of ours for work trees."""

    corpus_dir: Path
    scratch: Path

    def land(self, trainer: str, examples: Sequence[Example], at: datetime) -> Landed:
        """Written and committed, once each. What stands under another intent, here or on a branch of a colleague, is left out and told.

        Raises:
            NoRepositoryError: the corpus is in none. CorpusError: a file is broken, or git refused; the branch is as it was.
        """
        repository, branch = Repository.of(self.corpus_dir, self.scratch), f"{PREFIX}{trainer}"
        with repository.alone(), repository.work_tree(branch) as root:
            index = CorpusIndex.read(root)
            elsewhere = {**_of_colleagues(repository, branch), **index.known}
            written, known, clashes = _sort(examples, elsewhere)
            _write(root, index, written)
            commit = repository.commit(root, trainer, _message(written), at)
        touching = _touching(repository, branch)
        return Landed(
            trainer,
            branch,
            commit,
            tuple(one.item_id for one in written),
            tuple(one.item_id for one in known),
            clashes,
            touching,
        )


def landing(settings: Settings, unit_of_work: UnitOfWorkFactory) -> LandExamples:
    """Into the repository of BOT_CORPUS_DIR."""
    return LandExamples(unit_of_work, CorpusBranches(settings.corpus_dir, settings.var_dir / "corpus"))


def _sort(
    examples: Sequence[Example], elsewhere: Elsewhere
) -> tuple[Sequence[Example], Sequence[Example], tuple[Clash, ...]]:
    """Those to write, those that stand here already, and those that stand somewhere as something else."""
    written: list[Example] = []
    known: list[Example] = []
    clashes: list[Clash] = []
    seen = dict(elsewhere)
    for one in examples:
        words, label = words_of(one.text), one.intent or one.new_intent
        intent, where = seen.setdefault(words, (label, ""))
        if intent != label:
            clashes.append(Clash(one.item_id, one.text, label, intent, where))
        elif where and not where.startswith(PREFIX):
            known.append(one)
        elif not where and any(words_of(each.text) == words for each in written):
            known.append(one)  # twice in this very batch
        else:
            written.append(one)
    return written, known, tuple(clashes)


def _write(root: Path, index: CorpusIndex, examples: Sequence[Example]) -> None:
    files: dict[Path, CorpusFile] = {}
    for one in examples:
        if one.new_intent:
            file = files.setdefault(root / "proposed", proposed_intents(root))
            if words_of(one.text) in {words for _, words in sentences_of(file)}:
                continue
            file.insert(one.new_intent, one.text)
        else:
            path = index.file_of(root, one.intent)
            if path not in files:
                files[path] = CorpusFile.read(path)
            files[path].insert(one.intent, one.text)
    for file in files.values():
        file.save()


def _message(examples: Sequence[Example]) -> str:
    labels = sorted({one.intent or one.new_intent for one in examples})
    approvers = sorted({one.approved_by for one in examples if one.approved_by})
    head = f"Add {len(examples)} reviewed sentence{'s' if len(examples) != 1 else ''} to {', '.join(labels[:3])}"
    return "\n".join(
        [head + (" and others" if len(labels) > 3 else ""), "", *(f"Approved-by: {name}" for name in approvers)]
    )


def _of_colleagues(repository: Repository, branch: str) -> Elsewhere:
    """What other trainers' branches hold in the files that they have changed."""
    return {
        words: (intent, other)
        for other in repository.other_branches(branch)
        for name in repository.changed(other)
        if name.startswith("data/nlu/") and name.endswith(".yml")
        for intent, words in _sentences(repository.show(other, name))
    }


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """(intent, words) of a file's text; nothing of one that is broken, which its own trainer will hear of."""
    try:
        document = yaml.load(StringIO(text), Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return
    for group in (document or {}).get("nlu") or ():
        for line in str(group.get("examples", "")).splitlines():
            if line.startswith("- "):
                yield str(group.get("intent", "")), words_of(line[2:])


def _touching(repository: Repository, branch: str) -> tuple[str, ...]:
    """Files of the branch that will not merge by themselves, with whose branch: `data/nlu/x.yml（trainers/李雷）`."""
    if not repository.answers("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"):
        return ()
    others = ("HEAD", *repository.other_branches(branch))
    return tuple(
        f"{name.removeprefix(repository.inside)}（{'当前版本' if other == 'HEAD' else other}）"
        for other in others
        for name in repository.clashing(branch, other)
    )
