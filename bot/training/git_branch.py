"""A trainer's branch of the corpus's repository, written in a work tree of its own: nothing that the running product reads is touched.

Plain `git` in a process of its own, without hooks, signing or questions. One writer at a time on this machine (a lock file); another
machine has its own repository and meets this one where branches are merged.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.services.review.errors import CorpusError, NoRepositoryError

log = logging.getLogger(__name__)
PREFIX = "trainers/"
SECONDS = 60
_QUIET = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "core.quotePath=false",
    "-c",
    "gc.auto=0",
)


class GitFailedError(CorpusError):
    """Git refused; `data["said"]` is what it wrote."""

    code = "corpus_git_failed"


@dataclass(frozen=True)
class Repository:
    """The repository that holds the corpus. `inside`: the corpus's folder below its top; `scratch`: where work trees stand."""

    top: Path
    inside: str
    scratch: Path

    @classmethod
    def of(cls, corpus_dir: Path, scratch: Path) -> Repository:
        """Raises NoRepositoryError: there is none, or no git."""
        if shutil.which("git") is None:
            raise NoRepositoryError(flaw="这台机器上没有 git，训练句子写不进分支", folder=str(corpus_dir))
        done = _run(corpus_dir, ("rev-parse", "--show-toplevel", "--show-prefix"))
        lines = done.stdout.splitlines()
        if done.returncode != 0 or not lines:
            raise NoRepositoryError(
                flaw=f"{corpus_dir} 不在 git 仓库里，训练句子没有地方写。把语料仓库的位置写进 BOT_CORPUS_DIR",
                folder=str(corpus_dir),
                said=done.stderr.strip()[-300:],
            )
        return cls(Path(lines[0]), lines[1] if len(lines) > 1 else "", scratch)

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """What it printed. Raises GitFailedError."""
        done = _run(folder or self.top, arguments)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-300:]
            raise GitFailedError(flaw=f"git {arguments[0]} 没有成功：{said}", command=arguments[0], said=said)
        return done.stdout

    def answers(self, *arguments: str) -> bool:
        """Whether git answers yes (0)."""
        return _run(self.top, arguments).returncode == 0

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One writer at a time."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        with (self.scratch / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def work_tree(self, branch: str) -> Iterator[Path]:
        """The corpus's folder in a new work tree of the branch, made from the present commit where there is none; what is merged already
        goes on from the present commit. What a killed process has left is cleared away. Within `alone`."""
        tree = self.scratch / "tree"
        self._clear(tree)
        if not self.answers("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"):
            self.git("branch", branch, "HEAD")
        elif self.answers("merge-base", "--is-ancestor", branch, "HEAD"):
            self.git("branch", "--force", branch, "HEAD")
        self.git("worktree", "add", "--quiet", str(tree), branch)
        try:
            yield tree / self.inside
        finally:
            self._clear(tree)

    def _clear(self, tree: Path) -> None:
        if tree.exists():
            shutil.rmtree(tree)
        self.git("worktree", "prune")

    def commit(self, tree: Path, author: str, message: str, at: datetime) -> str:
        """Everything in the work tree as one commit of that author; its id, that of the branch where nothing has changed."""
        self.git("add", "--all", ".", folder=tree)
        if _run(tree, ("diff", "--cached", "--quiet")).returncode != 0:
            who = f"{author} <{author}@trainers.invalid>"
            arguments = (
                "commit",
                "--quiet",
                "--no-verify",
                f"--author={who}",
                f"--date={at.isoformat()}",
                "--message",
                message,
            )
            self.git(*arguments, folder=tree)
        return self.git("rev-parse", "HEAD", folder=tree).strip()

    def other_branches(self, branch: str) -> Sequence[str]:
        """Trainers' branches beside this one that are not merged yet."""
        listed = self.git("for-each-ref", "--no-merged=HEAD", "--format=%(refname:short)", f"refs/heads/{PREFIX}")
        return [name for name in listed.splitlines() if name != branch]

    def changed(self, branch: str) -> Sequence[str]:
        """Files of the corpus that the branch has changed, from the corpus's folder."""
        told = self.git("diff", "--name-only", f"HEAD...{branch}", "--", f":/{self.inside}data")
        return [name.removeprefix(self.inside) for name in told.splitlines()]

    def show(self, branch: str, name: str) -> str:
        """A file as the branch has it; "" where it has none. Raises GitFailedError."""
        place = f"{branch}:{self.inside}{name}"
        return self.git("show", place) if self.answers("cat-file", "-e", place) else ""

    def clashing(self, one: str, other: str) -> Sequence[str]:
        """Files that do not merge by themselves; none where this git cannot tell (before 2.38)."""
        done = _run(self.top, ("merge-tree", "--write-tree", "--name-only", "--no-messages", one, other))
        return done.stdout.splitlines()[1:] if done.returncode == 1 else []


def _run(folder: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # Whatever repository we were started from (a hook sets GIT_DIR), this is about the corpus's.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {
        "LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", "GIT_COMMITTER_NAME": "trainers' workbench",
        "GIT_COMMITTER_EMAIL": "workbench@trainers.invalid",
    }  # fmt: skip
    try:
        return subprocess.run(
            ["git", *_QUIET, *arguments],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GitFailedError(flaw=f"git {arguments[0]} 太久没有回应", command=arguments[0], said="") from error
    except OSError as error:
        raise NoRepositoryError(flaw=f"{folder} 打不开", folder=str(folder)) from error
