"""网点查询 (B14): outlets by city, district and service, whether they are open, and what works where there is none.

One question where no city is named. The outlets are data (data/branches.yml); what is no outlet, such as the hotline,
stays with the knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.calendars.working_days import HolidayCalendar
from bot.insurance.branch import Branch, BranchDirectory, BranchService, Shift, speak_clock
from bot.services.assistant import AssistantServices
from bot.services.deadlines import speak_date
from bot.services.locate import Place, locate
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.served import Served
from bot.services.understanding import Understood
from bot.text.normalise import fold

LISTED = 3
_WANTED: Mapping[BranchService, re.Pattern[str]] = {
    BranchService.CLAIM_PAPERS: re.compile(
        r"理赔|赔款|收单|报销|交材料|交资料|送材料|送资料|递材料|材料.{0,4}(?:交|送|收)"
    ),
    BranchService.COMPLAINTS: re.compile(r"投诉|意见|反映问题"),
    BranchService.PAYMENT: re.compile(r"缴费|交费|交保费|缴保费|续期费|交钱"),
    BranchService.SERVICING: re.compile(
        r"保全|退保|改.{0,6}(?:资料|信息|受益人|手机|电话|地址)|变更|补发|补保单|贷款|领.{0,4}(?:年金|生存金|满期)|复效"
    ),
}
_STEP_FREE = re.compile(r"轮椅|无障碍|坡道|腿脚不|行动不便")
_WEEKDAY = re.compile(r"(?<!上)(?:周|星期|礼拜)[一二三四五六日天]")
_WEEKEND = re.compile(r"周末|双休")
_SATURDAY = 5
# Questions under the same intent that no list of outlets answers; the second lot only where a place is named.
_ELSEWHERE = frozenset(("branch.loss_point", "branch.abroad"))
_NOT_WITHOUT_PLACE = frozenset(("branch.hotline", "branch.appointment", "branch.move"))
_AFTER = (intend("约人回电", "request_callback"), TO_HUMAN)
ASK_CITY = "告诉我您在哪个城市、哪个区，我把地址和时间查给您。"


def find_branch(said: Understood, using: AssistantServices) -> Served | None:
    """The outlets that `said` asks for; None where the knowledge answers better or there is no directory."""
    if not using.branches.branches:
        return None
    place, entry = locate(said, using.branches), _entry(said, using)
    unplaced, wants = place == Place(), wanted_services(said)
    if entry in _ELSEWHERE or (
        unplaced and entry in _NOT_WITHOUT_PLACE and not wants and not _STEP_FREE.search(said.text)
    ):
        return None
    return answer_with_branches(place, wants, said, using)


def answer_with_branches(
    place: Place, wants: Sequence[BranchService], said: Understood, using: AssistantServices
) -> Served:
    """The list, the honest none, or the question for the city."""
    directory = using.branches
    if place == Place():
        words = f"{_for_service(wants)}网点和上班时间各城市不同，法定节假日都休息。{ASK_CITY}"
        return Served((Reply(words, _AFTER),), asks=True)
    if place.ambiguous:
        names = "、".join(city.name for city in place.cities)
        return Served((Reply(f"{names}都有{place.district}。告诉我是哪个城市，我查给您。", _AFTER),), asks=True)
    if place.landmark and not place.province:
        return Served((Reply(f"“{place.landmark}”在哪个城市，我还不知道。{ASK_CITY}", _AFTER),), asks=True)
    if not place.cities and place.province and not place.elsewhere:
        return _of_province(place.province, directory)
    none = _none_there(place, directory) if place.elsewhere else ""
    if not place.cities:
        return Served((Reply(none, _AFTER),))
    lists = [_of_city(place, city.name, wants, said, using) for city in place.cities[:2]]
    return Served((Reply("\n".join([*filter(None, [none]), *lists, _cite(directory)]), _AFTER),))


def _entry(said: Understood, using: AssistantServices) -> str:
    return next((entry.id for entry in using.knowledge.find(said)), "")


def wanted_services(said: Understood) -> tuple[BranchService, ...]:
    text = fold(said.text)
    return tuple(service for service, words in _WANTED.items() if words.search(text))


def _for_service(wants: Sequence[BranchService]) -> str:
    return f"办{'、'.join(each.value for each in wants)}的" if wants else ""


def _of_province(province: str, directory: BranchDirectory) -> Served:
    cities = [city.name for city in directory.cities if city.province == province and directory.of_city(city.name)]
    return Served(
        (Reply(f"{province}有网点的城市：{'、'.join(cities)}。告诉我是哪一个，我查给您。", _AFTER),), asks=True
    )


def _none_there(place: Place, directory: BranchDirectory) -> str:
    """No outlet: said plainly, with what works without one."""
    ways = ["报案、查保单、保全申请、投诉在这里就能办"]
    ways.append(f"书面材料可以寄到：{directory.papers_post}")
    near = [city.name for city in directory.cities if place.province and city.province == place.province]
    if near:
        ways.append(f"同省有网点的城市：{'、'.join(near)}")
    return f"{place.elsewhere}没有我们的网点。没有网点也不耽误：" + "".join(f"\n· {way}" for way in ways)


def _of_city(
    place: Place, city: str, wants: Sequence[BranchService], said: Understood, using: AssistantServices
) -> str:
    every = using.branches.of_city(city)
    able = [each for each in every if set(wants) <= set(each.services)]
    if _STEP_FREE.search(said.text):
        able = [each for each in able if each.step_free]
    here = [each for each in able if each.district == place.district]
    lines = [_heading(place, city, wants, here, able, every)]
    shown = (here or able or list(every))[:LISTED]
    calendar, day = using.deadlines.calendar, _day_asked(said)
    lines += [_describe(number, each, said.received_at, day, calendar) for number, each in enumerate(shown, 1)]
    left = len(able) - len(shown)
    if left > 0:
        others = "、".join(each.district for each in able if each not in shown)
        lines.append(f"{city}还有 {left} 个：{others}，说区名我再查。")
    return "\n".join(lines)


def _heading(
    place: Place, city: str, wants: Sequence[BranchService], here: Sequence[Branch], able: Sequence[Branch],
    every: Sequence[Branch],
) -> str:  # fmt: skip
    kind = _for_service(wants)
    if here:
        return f"{city}{place.district}{kind}网点："
    if not able:
        return f"{city}的网点没有符合的，现有的是："
    count = f"{city}{kind}网点有 {len(able)} 个："
    return f"{place.district}没有{kind}网点。{count}" if place.district else count


def _describe(number: int, branch: Branch, now: datetime, day: date | None, calendar: HolidayCalendar) -> str:
    free = "有无障碍通道" if branch.step_free else "没有无障碍通道"
    state = _on_day(branch, day, calendar, now) if day else _now(branch, now, calendar)
    return (
        f"{number}. {branch.name}：{branch.address}，电话 {branch.phone}\n"
        f"   {_week(branch)}；{state}\n   能办{'、'.join(each.value for each in branch.services)}；{free}"
    )


def _now(branch: Branch, now: datetime, calendar: HolidayCalendar) -> str:
    until = branch.open_until(now, calendar)
    if until:
        return f"现在营业，到 {speak_clock(until)}"
    opens = branch.next_opening(now, calendar)
    if opens is None:
        return "现在不营业"
    when = (
        "今天" if opens.date() == now.date() else f"{speak_date(opens.date(), now.date())}（{_weekday(opens.date())}）"
    )
    return f"现在不营业，{when} {speak_clock(opens.time())} 开门"


def _on_day(branch: Branch, day: date, calendar: HolidayCalendar, now: datetime) -> str:
    shifts, spoken = branch.shifts_on(day, calendar), f"{speak_date(day, now.date())}（{_weekday(day)}）"
    if shifts:
        return f"{spoken}营业，{_shifts(shifts)}"
    opens = branch.next_opening(datetime.combine(day, datetime.max.time(), now.tzinfo), calendar)
    after = (
        f"，下一次 {speak_date(opens.date(), now.date())}（{_weekday(opens.date())}）{speak_clock(opens.time())} 开门"
        if opens
        else ""
    )
    return f"{spoken}不营业{after}"


def _day_asked(said: Understood) -> date | None:
    """The day that the question names, from today on; a bare 周六 is read as the last one, here it is the next."""
    today = said.received_at.date()
    named = said.first("date")
    if named and len(named.value) == 10:
        day = date.fromisoformat(named.value)
        if day < today and _WEEKDAY.search(said.text):
            day += timedelta(days=7)
        return day if day > today else None
    if _WEEKEND.search(said.text):
        return today + timedelta(days=(_SATURDAY - today.weekday()) % 7)
    return None


def _week(branch: Branch) -> str:
    """周一至周五 8:30—17:30，周六 9:00—15:00."""
    days = [(number, shifts) for number, shifts in enumerate(branch.week) if shifts]
    told = []
    for shifts, group in groupby(days, key=lambda each: each[1]):
        numbers = [number for number, _ in group]
        first, last = _DAYS[numbers[0]], _DAYS[numbers[-1]]
        told.append(f"周{first}至周{last} {_shifts(shifts)}" if len(numbers) > 1 else f"周{first} {_shifts(shifts)}")
    return "，".join(told)


def _shifts(shifts: Sequence[Shift]) -> str:
    return "、".join(each.spoken for each in shifts)


_DAYS = "一二三四五六日"


def _weekday(day: date) -> str:
    return f"周{_DAYS[day.weekday()]}"


def _cite(directory: BranchDirectory) -> str:
    return f"法定节假日休息。{directory.source}（{directory.as_of.isoformat()}）"
