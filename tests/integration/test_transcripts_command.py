"""`python -m bot transcripts import` with the trained model: a batch of every format, from the shell to the report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT

PAYLOADS = ROOT / "tests" / "unit" / "channels" / "transcripts"
SIDES = "0=坐席,1=客户,-=客户,坐席=坐席,客户=客户"
TABLE = """通话编号,角色,内容,开始秒,主叫,通话时间
A1,客户,我要退保，怎么办手续,1,13800000001,2026-11-20 10:00
A1,坐席,请您稍等,4,,
A1,坐席,查到了，犹豫期内全额退,70,,
A1,客户,好的谢谢,75,,
A2,客户,退保能退多少钱,1,13800000001,2026-11-22 10:00
A3,客户,我叫王建国，电话13800001234，再不赔我就去银保监投诉你们,1,13800001234,2026-11-22 11:00
"""


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "transcripts", "import", *arguments],
        cwd=ROOT,
        env={**os.environ, "BOT_VAR_DIR": str(folder / "var"), "BOT_DEMO": "0", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "hotline_13800005678.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


def test_a_batch_of_every_format_is_read_reported_and_not_read_twice(tmp_path: Path, table: Path) -> None:
    files = [str(path) for path in sorted(PAYLOADS.iterdir())] + [str(table)]
    report = tmp_path / "report.html"
    code, out, err = run(tmp_path, *files, "--sides", SIDES, "--open-cases", "--report", str(report), "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["files"], told["calls"], told["flawed"]) == (12, 17, [])
    assert told["complaints"] == 1
    page = report.read_text(encoding="utf-8")
    for words in ("退保", "7 天内重复来电", "138****0001", "2 次", "1 分 6 秒", "T2026"):
        assert words in page
    for secret in ("13800001234", "13800000001", "王建国", "13800005678"):
        assert secret not in page
    assert not re.search(r"https?://|<script", page)
    code, out, _ = run(tmp_path, *files, "--sides", SIDES, "--open-cases", "--json")
    again = json.loads(out)
    assert (code, again["calls"], again["known"], again["complaints"]) == (0, 0, 17, 0)


def test_a_file_that_cannot_be_read_is_named_with_its_line_and_keeps_no_other(tmp_path: Path, table: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"segments": [\n {"start": 1,\n', encoding="utf-8")
    report = tmp_path / "report.html"
    code, out, err = run(
        tmp_path, str(broken), str(tmp_path / "gone.json"), str(table), "--sides", SIDES, "--report", str(report)
    )
    assert code == 1
    assert "没有读出 broken.json，第 3 行" in err
    assert "没有读出 gone.json" in err
    assert "新读入 3 通" in out
    assert "broken.json" in report.read_text(encoding="utf-8")


def test_whose_voice_is_whose_is_never_guessed(tmp_path: Path, table: Path) -> None:
    code, _, err = run(tmp_path, str(table), "--sides", "坐席=坐席")
    assert code == 1
    assert "没有说明这几路是谁：客户" in err
    code, _, err = run(tmp_path, str(table), "--sides", "坐席")
    assert (code, "看不懂“坐席”" in err) == (1, True)


def test_cases_can_be_asked_for_later_and_exchanged_sides_put_right(tmp_path: Path, table: Path) -> None:
    wrong = run(tmp_path, str(table), "--sides", "坐席=客户,客户=坐席", "--json")
    assert json.loads(wrong[1])["complaints"] == 0
    later = json.loads(run(tmp_path, str(table), "--sides", SIDES, "--again", "--json")[1])
    assert (later["calls"], later["known"], later["complaints"]) == (3, 0, 0)
    cases = json.loads(run(tmp_path, str(table), "--sides", SIDES, "--open-cases", "--json")[1])
    assert (cases["calls"], cases["known"], cases["complaints"]) == (0, 3, 1)
    again = json.loads(run(tmp_path, str(table), "--sides", SIDES, "--open-cases", "--again", "--json")[1])
    assert (again["calls"], again["complaints"]) == (3, 0)


def test_an_export_that_has_grown_brings_only_what_is_new(tmp_path: Path, table: Path) -> None:
    arguments = ("--sides", SIDES, "--open-cases", "--json")
    table.write_text(TABLE + "A2,坐席,稍等,马上,,\n", encoding="gb18030")
    noon = json.loads(run(tmp_path, str(table), *arguments)[1])
    assert (noon["calls"], noon["complaints"], [one["where"] for one in noon["flawed"]]) == (3, 1, ["第 8 行"])
    more = "A2,坐席,稍等,5,,\nA3,坐席,我给您登记,9,,\nA4,客户,我要报案,1,13800000009,2026-11-22 12:00\n"
    evening = tmp_path / "evening.csv"
    evening.write_text(TABLE + more, encoding="utf-8-sig")
    for calls, known, grown in ((1, 3, 2), (0, 4, 0)):
        told = json.loads(run(tmp_path, str(evening), *arguments)[1])
        assert (told["calls"], told["known"], told["grown"]) == (calls, known, grown)
        assert (told["complaints"], told["flawed"]) == (0, [])


def test_odd_files_keep_no_other_from_being_read_and_name_nobody(tmp_path: Path, table: Path) -> None:
    odd = {
        "half.json": '[{"key": "a\\ud800", "text": "好\\udfff的", "timestamp": [[0, 1]]}]',
        "late.json": '{"segments": [{"start": 1e30, "text": "好"}]}',
        "cw.json": '{"orderResult": {"lattice": [{"json_1best": {"st": {"rt": [{"ws": [{"cw": 7}]}]}}}]}}',
        "old.csv": "text,通话时间\n好,0001-01-01\n",
        "two.json": '[{"key": "a", "text": "保单丢了"}, {"key": "a", "text": "怎么退保"}]',
        "张三_投诉.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 李小梅>你好\n",
    }
    for name, content in odd.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    report = tmp_path / "report.html"
    files = [str(tmp_path / name) for name in odd] + [str(table)]
    code, out, err = run(tmp_path, *files, "--sides", SIDES, "--report", str(report), "--json")
    told = json.loads(out)
    assert code == 1
    assert [one["name"] for one in told["flawed"]] == ["late.json", "cw.json", "old.csv", "张三_投诉.vtt"], err
    assert told["calls"] == 6
    page = report.read_text(encoding="utf-8")
    assert "张三" not in page
    assert "李小梅" not in page + out


def test_a_wrong_call_list_or_folder_is_said_before_anything_is_read(tmp_path: Path, table: Path) -> None:
    code, _, err = run(tmp_path, str(table), "--sides", SIDES, "--calls", str(tmp_path / "gone.csv"))
    assert (code, "话单 gone.csv 读不了" in err) == (1, True)
    code, _, err = run(tmp_path, str(table), "--sides", SIDES, "--report", str(tmp_path / "no" / "report.html"))
    assert (code, "没有这个文件夹" in err) == (2, True)
