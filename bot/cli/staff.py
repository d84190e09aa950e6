"""`python -m bot staff …`: accounts of the desk, for whoever has this machine: the first administrator comes from here."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from bot.bootstrap import build_branches, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.insurance.staff import POSTS, Role, Staff, usual_posts
from bot.services.ports import UnitOfWork
from bot.services.staff_accounts import (
    By,
    add_staff,
    change_work,
    draw_password,
    forget_authenticator,
    hand_out_password,
    lock,
    record_training,
    unlock,
)
from bot.settings import read_settings

Answer = TypeVar("Answer")


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    staff = commands.add_parser("staff", help="坐席工作台的账号")
    deeds = staff.add_subparsers(dest="deed", required=True, metavar="操作")
    deeds.add_parser("list", help="全部账号").set_defaults(run=run_list)
    for name, text in (("add", "添加账号，密码显示一次"), ("work", "改角色、岗位和机构")):
        deed = deeds.add_parser(name, help=text)
        deed.add_argument("name", metavar="工号")
        deed.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
        deed.add_argument("--post", action="append", default=[], choices=POSTS, help="不写就按角色")
        deed.add_argument("--institution", default="", metavar="机构代码", help="只看这个机构的报表；不写看全公司")
        deed.set_defaults(run=run_add if name == "add" else run_work)
    trained = deeds.add_parser("trained", help="登记岗前培训合格")
    trained.add_argument("name", metavar="工号")
    trained.add_argument("--on", metavar="日期", help="合格的日子，不写就是今天")
    trained.set_defaults(run=run_trained)
    for name, text, run in (
        ("password", "发新密码，显示一次", run_password),
        ("forget-authenticator", "验证器丢了：下次登录重新绑定", run_forget),
        ("lock", "停用", run_lock),
        ("unlock", "恢复", run_unlock),
    ):
        deed = deeds.add_parser(name, help=text)
        deed.add_argument("name", metavar="工号")
        deed.set_defaults(run=run)


def run_trained(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    try:
        on = date.fromisoformat(options.on) if options.on else datetime.now(SHANGHAI).date()
    except ValueError:
        parser.error("日期写成 2026-11-23 这样")
    _write(lambda work, by: record_training(work, options.name, on, by))
    print(f"{options.name} 的岗前培训登记为 {on.isoformat()} 合格。")
    return 0


def run_list(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    names = _institutions()
    for one in _write(lambda work, _: work.staff.all()):
        roles = "、".join(role.zh for role in Role if role in one.roles)
        posts = "、".join(post for post in POSTS if post in one.posts)
        institution = names.get(one.institution, one.institution) or "全公司"
        trained = f"{one.trained_on.isoformat()} 培训合格" if one.trained_on else "没有登记培训"
        print(f"{one.name}\t{roles}\t{posts}\t{institution}\t{'已停用' if one.locked else '在用'}\t{trained}")
    return 0


def run_add(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    wanted, drawn = _wanted(options, parser), draw_password()
    _write(lambda work, by: add_staff(work, wanted, drawn, by))
    print(f"{options.name} 的密码（只显示这一次，登录后要换）：{drawn.password}")
    return 0


def run_work(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    wanted = _wanted(options, parser)
    _write(lambda work, by: change_work(work, wanted, by))
    print(f"{options.name} 的角色、岗位和机构已改，要重新登录。")
    return 0


def run_password(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    drawn = draw_password()
    _write(lambda work, by: hand_out_password(work, options.name, drawn, by))
    print(f"{options.name} 的新密码（只显示这一次，登录后要换）：{drawn.password}")
    return 0


def run_forget(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    _write(lambda work, by: forget_authenticator(work, options.name, by))
    print(f"已清除 {options.name} 的验证器，下次登录时重新绑定。")
    return 0


def run_lock(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    _write(lambda work, by: lock(work, options.name, by))
    print(f"{options.name} 已停用，并已在各处退出。")
    return 0


def run_unlock(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    _write(lambda work, by: unlock(work, options.name, by))
    print(f"{options.name} 已恢复使用。")
    return 0


def _wanted(options: argparse.Namespace, parser: argparse.ArgumentParser) -> Staff:
    roles, known = frozenset(map(Role, options.role)), _institutions()
    if options.institution and options.institution not in known:
        parser.error(
            f"没有这个机构：{options.institution}。有：{'、'.join(f'{code} {name}' for code, name in known.items())}"
        )
    posts = frozenset(options.post) or usual_posts(roles)
    return Staff(options.name, roles, posts, institution=options.institution)


def _institutions() -> Mapping[str, str]:
    return build_branches(read_settings()).institution_names


def _write(deed: Callable[[UnitOfWork, By], Answer]) -> Answer:
    settings, now = read_settings(), datetime.now(SHANGHAI)
    prepare_store(settings, now.date())
    with build_unit_of_work(settings)() as work:
        answer = deed(work, By(f"shell:{getpass.getuser()}", now))
        work.commit()
    return answer
