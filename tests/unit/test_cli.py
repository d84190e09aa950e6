"""`python -m bot due`: what officers see, and the JSON that checks read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.bootstrap import build_deadlines
from bot.cli import main
from bot.settings import ROOT

KEYS = {"rule", "due", "unit", "article", "estimated"}
# rule_facts section 1: the test vectors, by working or natural days.
VECTORS = {
    "2026-02-13": ("02-24 02-25 02-27 03-02 03-05 03-12", "02-16 02-23 02-28 03-15 04-14"),
    "2026-04-30": ("05-07 05-08 05-11 05-13 05-18 05-25", "05-03 05-10 05-15 05-30 06-29"),
    "2026-09-18": ("09-21 09-22 09-24 09-29 10-09 10-15", "09-21 09-28 10-03 10-18 11-17"),
    "2026-09-30": ("10-09 10-10 10-13 10-15 10-20 10-27", "10-03 10-10 10-15 10-30 11-29"),
    "2026-11-23": ("11-25 11-26 11-30 12-02 12-07 12-14", "11-26 12-03 12-08 12-23 01-22"),
}
WORKING = ("D-P01", "D-C13T", "D-P02", "D-C10", "D-C13", "D-N03")  # 2, 3, 5, 7, 10, 15 WD
NATURAL = ("D-L06", "D-L05", "D-C01", "D-C02", "D-C03")  # 3, 10, 15, 30, 60 ND


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["due", *arguments, "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("received", VECTORS)
def test_the_vectors_of_the_rule_facts(capsys: pytest.CaptureFixture[str], received: str) -> None:
    working, natural = VECTORS[received]
    for rules, wanted in ((WORKING, working), (NATURAL, natural)):
        found = [str(ask(capsys, rule, received)["due"])[5:] for rule in rules]
        assert found == wanted.split()


def test_the_answer_has_exactly_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "D-C13", "2026-11-23")
    assert set(answer) == KEYS
    assert answer["unit"] == "WD"
    assert "第十六条" in str(answer["article"])
    assert answer["estimated"] is False


def test_working_days_of_an_unpublished_year_are_estimated_and_natural_days_never(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ask(capsys, "D-C13", "2026-12-28")["estimated"] is True
    assert ask(capsys, "D-C03", "2026-12-28")["estimated"] is False


def test_seconds_before_midnight_in_shanghai_still_count_from_that_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "D-C01", "2026-09-30T23:59:59")["due"] == "2026-10-15"
    assert ask(capsys, "D-C01", "2026-09-30T16:00:00+00:00")["due"] == "2026-10-16"


@pytest.mark.parametrize(
    ("rule", "received", "due"),
    [
        ("D-L14", "2024-02-29", "2026-02-28"),
        ("D-L14-LIFE", "2021-11-25", "2026-11-25"),
        ("D-P21", "2026-11-30", "2027-02-28"),
        ("D-P20", "2026-11-23", "2026-09-24"),
        ("D-S03", "2026-10-12", "2026-09-08"),
    ],
)
def test_months_years_and_periods_before_a_day(
    capsys: pytest.CaptureFixture[str], rule: str, received: str, due: str
) -> None:
    assert ask(capsys, rule, received)["due"] == due


def test_people_are_told_the_article_and_the_outer_bound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "D-C01", "2026-09-18"]) == 0
    shown = capsys.readouterr().out
    for words in ("2026-10-03", "2026-10-08", "第十八条第一款", "自然日"):
        assert words in shown


def test_a_customers_own_period_says_nothing_of_the_companys_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "D-C08", "2026-09-04"]) == 0  # ends on a Sunday of a long holiday
    shown = capsys.readouterr().out
    assert "最迟  2026-10-08" in shown
    assert "内部" not in shown


def test_a_number_that_is_none_is_said_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "D-X99", "2026-11-23"]) == 1
    assert "没有编号为 D-X99" in capsys.readouterr().err


def test_a_rule_whose_article_sets_no_length_is_told_with_its_article(capsys: pytest.CaptureFixture[str]) -> None:
    without = [rule for rule in build_deadlines(ROOT / "data").rules.values() if rule.duration is None]
    assert len(without) > 20
    for rule in without:
        answer = ask(capsys, rule.id, "2026-11-23")
        assert answer == {
            "rule": rule.id, "due": None, "unit": None, "article": rule.article, "estimated": False,
        }  # fmt: skip
    assert main(["due", "d-c05", "2026-11-23"]) == 0
    shown = capsys.readouterr().out
    assert "条文没有规定天数" in shown
    assert "第十八条第三款" in shown


def test_a_rule_that_counts_hours_is_due_at_a_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "T-L01", "2026-11-23T19:30")["due"] == "2026-11-24T09:30+08:00"
    assert main(["due", "T-L02", "2026-11-20T16:00"]) == 0
    assert "2026-11-23 11:00（4 " in capsys.readouterr().out


def test_a_day_beyond_the_calendar_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["due", "D-C01", "9999-12-30"])
    assert ended.value.code == 2
    assert "太远" in capsys.readouterr().err


def test_a_date_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["due", "D-C01", "昨天"])
    assert ended.value.code == 2
    assert "看不懂日期" in capsys.readouterr().err


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_DEMO", "0")
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_a_day_is_swept_once_from_the_command_line(installation: None, capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"raised": 0, "overdue": 0, "closed": 0, "expired": 0, "texts": 0, "follow_ups": 0, "sampled": 0}
    for ran in (True, False):
        assert main(["sweep", "--now", "2026-11-26T00:10", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"day": "2026-11-26", "ran": ran, **counts}
    assert main(["sweep", "--now", "2026-11-26"]) == 0
    assert "已经做过了" in capsys.readouterr().out
    assert main(["sweep", "--now", "2026-11-27"]) == 0
    assert "2026-11-27：新任务 0 件" in capsys.readouterr().out


def test_a_moment_that_is_none_is_refused(installation: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", "--now", "明天"])
    assert "看不懂时间" in capsys.readouterr().err


def test_accounts_of_the_desk_are_made_changed_and_locked_from_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_DEMO", "0")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["staff", "add", "李主管", "--role", "manager"]) == 0
    password = capsys.readouterr().out.strip().rpartition("：")[2]
    assert len(password) == 16
    assert main(["staff", "add", "李主管", "--role", "agent"]) == 1
    assert "用过了" in capsys.readouterr().err
    assert main(["staff", "work", "李主管", "--role", "claims", "--post", "理赔", "--post", "收付费"]) == 0
    assert main(["staff", "trained", "李主管", "--on", "2999-01-01"]) == 1
    assert "不能晚于今天" in capsys.readouterr().err
    assert main(["staff", "trained", "李主管", "--on", "2026-11-20"]) == 0
    assert main(["staff", "lock", "李主管"]) == 0
    capsys.readouterr()
    assert main(["staff", "list"]) == 0
    assert capsys.readouterr().out == "李主管\t理赔\t理赔、收付费\t全公司\t已停用\t2026-11-20 培训合格\n"
    with pytest.raises(SystemExit):
        main(["staff", "work", "李主管", "--role", "manager", "--institution", "nowhere"])
    assert "没有这个机构" in capsys.readouterr().err
    assert main(["staff", "work", "李主管", "--role", "manager", "--institution", "HQ"]) == 0
    assert main(["staff", "list"]) == 0
    assert "\t总公司\t" in capsys.readouterr().out
    assert main(["staff", "unlock", "nobody"]) == 1
    assert "没有这个工号" in capsys.readouterr().err
    store = (tmp_path / "assistant.db").read_bytes()
    assert password.encode() not in store


def test_a_list_of_leavers_is_looked_at_and_taken_from_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_DEMO", "0")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = tmp_path / "leavers.csv"
    path.write_bytes("姓名,执业登记号,离职日期\n周业务,N1,2026-11-01\n".encode("gb18030"))
    assert main(["leavers", str(path), "--look"]) == 0
    assert "没有写错的行" in capsys.readouterr().out
    assert not (tmp_path / "assistant.db").exists()
    assert main(["leavers", str(path)]) == 0
    assert "没有保单在服务的：N1" in capsys.readouterr().out
    path.write_text("姓名,执业登记号,离职日期\n周业务,N1,哪天\n", encoding="utf-8")
    assert main(["leavers", str(path)]) == 1
    assert "第 2 行：离职日期看不懂" in capsys.readouterr().err
