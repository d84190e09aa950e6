"""Approved examples land in data/nlu on the trainer's own branch of a real repository, and nothing else moves."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from bot.services.review.errors import CorpusError, NoRepositoryError
from bot.services.review_ports import Clash, Example
from bot.settings import ROOT
from bot.training.corpus_writer import CorpusFile, FileChangedError
from bot.training.git_branch import GitFailedError
from bot.training.land_examples import CorpusBranches
from tests.fakes import START

REFUND = """# 训练说明：退保的话放这里。
version: "3.1"
nlu:
- intent: surrender_policy
  examples: |
    - 我要退保
    - [车险](line_of_business)怎么退
    - 钱不想放里面了
# 下面是贷款。
- intent: policy_loan
  examples: |
    - 拿保单借点钱
"""
OTHER = 'version: "3.1"\nnlu:\n- intent: surrender_policy\n  examples: |\n    - 不要了\n- intent: greet\n  examples: |\n    - 在吗\n'


def git(folder: Path, *arguments: str) -> str:
    who = {f"GIT_{role}_{what}": "owner@example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **who}, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    nlu = tmp_path / "repository" / "data" / "nlu"
    nlu.mkdir(parents=True)
    (nlu / "refund.yml").write_text(REFUND, encoding="utf-8")
    (nlu / "other.yml").write_text(OTHER, encoding="utf-8")
    root = tmp_path / "repository"
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "Begin")
    return root


@pytest.fixture
def branches(corpus: Path, tmp_path: Path) -> CorpusBranches:
    return CorpusBranches(corpus, tmp_path / "scratch")


def example(text: str, intent: str = "surrender_policy", item: str = "", **changes: str) -> Example:
    return Example(
        **{
            "item_id": item or text,
            "text": text,
            "intent": intent,
            "new_intent": "",
            "approved_by": "韩梅梅",
            **changes,
        }
    )


def test_every_shipped_file_is_written_back_byte_by_byte():
    changed = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        file = CorpusFile.read(path)
        if file.text().encode() != file.before:
            changed.append(path.name)
    assert changed == []


def test_an_example_stands_beside_what_it_is_like_and_nothing_else_changes(branches, corpus):
    landed = branches.land("李雷", [example("那个钱不想放里头了"), example("[寿险](line_of_business)怎么退")], START)
    assert (landed.branch, len(landed.written), landed.clashes, landed.files) == ("trainers/李雷", 2, (), ())
    assert git(corpus, "show", "trainers/李雷:data/nlu/refund.yml") == REFUND.replace(
        "怎么退\n", "怎么退\n    - [寿险](line_of_business)怎么退\n"
    ).replace("放里面了\n", "放里面了\n    - 那个钱不想放里头了\n")
    assert git(corpus, "diff", "--name-only", "main", "trainers/李雷").split() == ["data/nlu/refund.yml"]
    told = git(corpus, "show", "--no-patch", "--format=%an|%ad|%B", "--date=iso-strict", "trainers/李雷")
    assert told.startswith(f"李雷|{START.isoformat()}|Add 2 reviewed sentences to surrender_policy")
    assert "Approved-by: 韩梅梅" in told


def test_the_files_that_the_running_product_reads_are_not_touched(branches, corpus):
    (corpus / "data" / "nlu" / "other.yml").write_text("half written", encoding="utf-8")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (corpus / "data").rglob("*.yml")}
    branches.land("李雷", [example("钱取出来")], START)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (corpus / "data").rglob("*.yml")} == before
    assert git(corpus, "rev-parse", "--abbrev-ref", "HEAD").strip() == "main"
    assert git(corpus, "status", "--porcelain").split() == ["M", "data/nlu/other.yml"]
    assert git(corpus, "worktree", "list").count("\n") == 1


def test_what_stands_there_already_is_not_written_twice(branches, corpus):
    batch = [example("钱取出来"), example("钱取出来", item="again"), example("我要退保。。")]
    first = branches.land("李雷", batch, START)
    assert (first.written, first.known) == (("钱取出来",), ("again",)) or "我要退保。。" in first.written
    second = branches.land("李雷", batch, START)
    assert (second.commit, second.written) == (first.commit, ())
    assert git(corpus, "show", "trainers/李雷:data/nlu/refund.yml").count("钱取出来") == 1


def test_a_sentence_that_means_something_else_elsewhere_is_left_out_and_told(branches, corpus):
    branches.land("李雷", [example("把钱给我")], START)
    landed = branches.land(
        "韩梅梅", [example("把钱给我", "policy_loan"), example("在吗", "policy_loan"), example("借我一点")], START
    )
    assert landed.written == ("借我一点",)
    assert landed.clashes == (
        Clash("把钱给我", "把钱给我", "policy_loan", "surrender_policy", "trainers/李雷"),
        Clash("在吗", "在吗", "policy_loan", "greet", "data/nlu/other.yml"),
    )


def test_two_trainers_at_once_lose_nothing_and_hear_where_they_meet(branches, corpus):
    sentences = {
        "李雷": [f"钱不想放里面了第{n}种" for n in range(5)],
        "韩梅梅": [f"钱不想放里面了第{n}样" for n in range(5)],
    }
    landed = {}

    def land(trainer: str) -> None:
        landed[trainer] = branches.land(trainer, [example(text) for text in sentences[trainer]], START)

    threads = [threading.Thread(target=land, args=(trainer,)) for trainer in sentences]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for trainer, texts in sentences.items():
        written = git(corpus, "show", f"trainers/{trainer}:data/nlu/refund.yml")
        assert all(f"    - {text}\n" in written for text in texts)
    last = next(one for one in landed.values() if one.files)
    assert "data/nlu/refund.yml（trainers/" in last.files[0]


def test_two_who_add_at_different_places_of_one_group_merge_by_themselves(branches, corpus):
    branches.land("李雷", [example("我想要退保")], START)
    second = branches.land("韩梅梅", [example("钱不放里面")], START)
    assert second.files == ()
    git(corpus, "merge", "--quiet", "trainers/李雷")
    git(corpus, "merge", "--quiet", "--no-edit", "trainers/韩梅梅")
    merged = (corpus / "data" / "nlu" / "refund.yml").read_text(encoding="utf-8")
    assert "- 我想要退保\n" in merged
    assert "- 钱不放里面\n" in merged


def test_after_a_merge_the_branch_goes_on_from_there(branches, corpus):
    branches.land("李雷", [example("我想要退保")], START)
    git(corpus, "merge", "--quiet", "trainers/李雷")
    (corpus / "new.txt").write_text("x")
    git(corpus, "add", ".")
    git(corpus, "commit", "--quiet", "--message", "Go on")
    branches.land("李雷", [example("钱取出来")], START)
    assert git(corpus, "show", "trainers/李雷:new.txt") == "x"


def test_an_intent_of_nobody_waits_in_a_file_of_its_own(branches, corpus):
    new = example("能不能分期退", "", new_intent="分期退款")
    branches.land("李雷", [new], START)
    again = branches.land("李雷", [new, example("分几次退", "", new_intent="分期退款")], START)
    assert len(again.written) == 2
    text = git(corpus, "show", "trainers/李雷:data/training/proposed_intents.yml")
    assert text.endswith("proposed_intents:\n- zh: 分期退款\n  examples: |\n    - 能不能分期退\n    - 分几次退\n")


def test_the_first_sentences_of_an_intent_make_a_file(branches, corpus):
    branches.land("李雷", [example("给我回电话", "request_callback")], START)
    text = git(corpus, "show", "trainers/李雷:data/nlu/request_callback.yml")
    assert text == 'version: "3.1"\nnlu:\n- intent: request_callback\n  examples: |\n    - 给我回电话\n'


def test_what_a_killed_writer_left_behind_stops_nobody(branches, corpus, tmp_path):
    git(corpus, "branch", "trainers/李雷")
    git(corpus, "worktree", "add", "--quiet", str(tmp_path / "scratch" / "tree"), "trainers/李雷")
    assert branches.land("韩梅梅", [example("钱取出来")], START).written
    assert branches.land("李雷", [example("钱都取出来")], START).written


def test_without_a_repository_it_is_said_so(tmp_path):
    with pytest.raises(NoRepositoryError) as raised:
        CorpusBranches(tmp_path, tmp_path / "scratch").land("李雷", [example("x")], START)
    assert raised.value.code == "corpus_no_repository"
    assert "BOT_CORPUS_DIR" in str(raised.value.data["flaw"])


def test_a_branch_that_somebody_works_on_is_left_alone(branches, corpus):
    git(corpus, "switch", "--quiet", "--create", "trainers/李雷")
    with pytest.raises(GitFailedError):
        branches.land("李雷", [example("钱取出来")], START)
    assert git(corpus, "status", "--porcelain") == ""


@pytest.mark.parametrize("text", ["nlu: [", "other: 1\n", "- a\n"])
def test_a_broken_file_is_named_and_stays_as_it_is(corpus, text):
    path = corpus / "data" / "nlu" / "refund.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        CorpusFile.read(path)
    assert "refund.yml" in str(raised.value.data["flaw"])


def test_what_somebody_wrote_meanwhile_is_not_written_over(corpus):
    path = corpus / "data" / "nlu" / "refund.yml"
    file = CorpusFile.read(path)
    file.insert("surrender_policy", "钱取出来")
    path.write_text(OTHER, encoding="utf-8")
    with pytest.raises(FileChangedError):
        file.save()
    assert path.read_text(encoding="utf-8") == OTHER


def test_a_crash_in_the_middle_of_a_save_leaves_the_old_file(corpus, monkeypatch: pytest.MonkeyPatch):
    path = corpus / "data" / "nlu" / "refund.yml"
    file = CorpusFile.read(path)
    file.insert("surrender_policy", "钱取出来")

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="no space"):
        file.save()
    assert path.read_text(encoding="utf-8") == REFUND
    assert [each.name for each in path.parent.iterdir() if each.suffix == ".draft"] == []
