"""The command line, `python -m bot COMMAND`: a module for each command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.cli import due, inbox, leavers, models, staff, sweep, transcripts, try_sentence, validate
from bot.errors import BotError
from bot.services.deadlines import UnknownRuleError
from bot.services.staff_accounts import (
    BadStaffNameError,
    NoRoleError,
    NoSuchStaffError,
    StaffNameTakenError,
    TrainingToComeError,
)

COMMANDS = (due, inbox, leavers, models, staff, sweep, transcripts, try_sentence, validate)


_SENTENCES: dict[type[BotError], str] = {
    BadStaffNameError: "工号应为 2 到 20 位字母、数字或汉字。",
    StaffNameTakenError: "这个工号用过了。为了记录说得清是谁，工号不能再给别人用。",
    NoRoleError: "至少要有一个角色，岗位要从列出的里面选。",
    TrainingToComeError: "培训合格的日子不能晚于今天。",
    NoSuchStaffError: "没有这个工号。用 python -m bot staff list 看全部。",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 1 it could not be done (the reason is on standard error), 2 the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="保险公司智能客服的命令行")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for command in COMMANDS:
        command.add_command(commands)
    options = parser.parse_args(arguments)
    try:
        done: int = options.run(options, parser)
        return done
    except BotError as error:
        print(_explain(error), file=sys.stderr)
        return 1


def _explain(error: BotError) -> str:
    if isinstance(error, UnknownRuleError):
        return f"没有编号为 {error.data['rule']} 的期限。用 python -m bot due list 看全部编号。"
    return _SENTENCES.get(type(error)) or str(error.data.get("flaw") or error)
