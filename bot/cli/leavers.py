"""`python -m bot leavers FILE [--look]`: a list of salespeople who left; each of their policies gets a task to tell its policyholder."""

from __future__ import annotations

import argparse
import getpass
from datetime import datetime
from pathlib import Path

from bot.bootstrap import build_deadlines, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.services.import_leavers import COLUMNS, import_leavers, read_leavers
from bot.settings import read_settings


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    leavers = commands.add_parser(
        "leavers", help="导入离职业务员名单：名下保单改为没有服务人员，30 天内通知客户的任务给保全岗"
    )
    leavers.add_argument("file", metavar="文件", type=Path, help=f"CSV，列：{'、'.join(COLUMNS)}；UTF-8 或 GB18030")
    leavers.add_argument("--look", action="store_true", help="只检查文件，不写")
    leavers.set_defaults(run=run)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    now = datetime.now(SHANGHAI)
    try:
        content = options.file.read_bytes()
    except OSError as error:
        parser.error(f"读不了 {options.file}：{error.strerror}")
    leavers = read_leavers(content, now.date())
    if options.look:
        print(f"{len(leavers)} 人，没有写错的行。")
        return 0
    settings = read_settings()
    prepare_store(settings, now.date())
    with build_unit_of_work(settings)() as work:
        done = import_leavers(work, leavers, build_deadlines(settings.data_dir), f"shell:{getpass.getuser()}", now)
        work.commit()
    print(f"{done.leavers} 人：新任务 {len(done.told)} 件，以前导入过的 {done.known} 件。")
    if done.without:
        print(f"没有保单在服务的：{'、'.join(done.without)}")
    return 0
