"""`python -m bot inbox`: from a sentence to a commit on the trainer's branch, as JSON and in words."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from bot.bootstrap import build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.cli import main
from bot.insurance.staff import Credentials, Role, Staff
from bot.settings import read_settings
from tests.review_samples import offer

CORPUS = 'version: "3.1"\nnlu:\n- intent: surrender_policy\n  examples: |\n    - 我要退保\n'
GIT = ("git", "-c", "user.name=owner", "-c", "user.email=owner@example")


@pytest.fixture
def item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A sentence in a store of its own, two trainers and an agent, and a corpus in a repository."""
    repository = tmp_path / "corpus"
    (repository / "data" / "nlu").mkdir(parents=True)
    (repository / "data" / "nlu" / "refund.yml").write_text(CORPUS, encoding="utf-8")
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "Begin")):
        subprocess.run([*GIT, *arguments], cwd=repository, check=True)
    for name, value in (("BOT_VAR_DIR", tmp_path / "var"), ("BOT_DEMO", "0"), ("BOT_CORPUS_DIR", repository)):
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings, now = read_settings(), datetime.now(SHANGHAI)
    prepare_store(settings, now.date())
    unit_of_work = build_unit_of_work(settings)
    with unit_of_work() as work:
        for name, role in (("李雷", Role.TRAINER), ("韩梅梅", Role.TRAINER), ("1001", Role.AGENT)):
            work.staff.add(Staff(name, frozenset({role}), frozenset()), Credentials("x"), now)
        work.commit()
    return offer(unit_of_work)


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    assert main(["inbox", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_sentence_goes_from_the_list_to_the_trainers_branch(capsys, item, tmp_path):
    [listed] = say(capsys, "list", "--reason", "fallback")
    assert (listed["item"], listed["guess"], listed["state"]) == (item, "surrender_policy", "new")
    assert (
        say(capsys, "relabel", item, "退保", "--by", "李雷", "--example", "里头的钱不想放了")["intent"]
        == "surrender_policy"
    )
    assert say(capsys, "approve", item, "--by", "韩梅梅")["state"] == "approved"
    [landed] = say(capsys, "export", "--by", "韩梅梅")
    assert (landed["branch"], landed["written"], landed["conflicts"]) == ("trainers/李雷", [item], [])
    told = subprocess.run(
        ["git", "show", "--format=%an", "trainers/李雷"],
        cwd=tmp_path / "corpus",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.startswith("李雷\n")
    assert "+    - 里头的钱不想放了" in told
    assert say(capsys, "export", "--by", "韩梅梅") == []
    assert say(capsys, "list", "--state", "approved")[0]["commit"] == landed["commit"]


def test_it_is_told_in_words_too(capsys, item):
    for arguments in (
        ("list",),
        ("accept", item, "--by", "李雷"),
        ("approve", item, "--by", "韩梅梅"),
        ("export", "--by", "李雷"),
    ):
        assert main(["inbox", *arguments]) == 0
    told = capsys.readouterr().out
    for words in ("没听懂", "退保 41%", "待复核", "已通过", "写进 1 句", "trainers/李雷"):
        assert words in told


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("accept", "0" * 20, "--by", "李雷"), "没有这一条"),
        (("approve", "ITEM", "--by", "李雷"), "待处理"),
        (("accept", "ITEM", "--by", "1001"), "训练师"),
        (("accept", "ITEM", "--by", "nobody"), "训练师"),
        (("relabel", "ITEM", "没有的意图", "--by", "李雷"), "没有的意图"),
        (("export", "--by", "1001"), "训练师"),
    ],
)
def test_what_cannot_be_done_is_said_on_standard_error(capsys, item, arguments, why):
    assert main(["inbox", *(item if one == "ITEM" else one for one in arguments)]) == 1
    assert why in capsys.readouterr().err


def test_without_a_repository_the_error_has_its_code_and_the_remedy(capsys, item, tmp_path, monkeypatch):
    monkeypatch.setenv("BOT_CORPUS_DIR", str(tmp_path))
    for arguments in (("accept", item, "--by", "李雷"), ("approve", item, "--by", "韩梅梅")):
        assert main(["inbox", *arguments]) == 0
    assert main(["inbox", "export", "--by", "李雷"]) == 1
    assert "BOT_CORPUS_DIR" in capsys.readouterr().err


def test_discarded_is_discarded(capsys, item):
    assert say(capsys, "discard", item, "--by", "李雷")["state"] == "discarded"
    assert say(capsys, "list") == []
