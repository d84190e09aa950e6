"""What customers come for, as one who does not follow any story would tell it: the answers by question, what he may take
back, and what must be on record in the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.services.ports import UnitOfWork
from bot.store.demo_people import NAMED_CUSTOMERS, NamedCustomer
from tests.servicing_talk import filed

PEOPLE = {person.name: person for person in NAMED_CUSTOMERS}
Record = Mapping[str, str]  # what is stored of each line


@dataclass(frozen=True)
class Line:
    """One thing that is told. `values`: as said → as stored, "{n}" standing for four digits that no other customer has;
    `repairs`: how it is taken back, "{}" standing for the new value. `wrong`: a first value that has to be taken back."""

    values: tuple[tuple[str, str], ...]
    repairs: tuple[str, ...]
    wrong: str = ""


@dataclass(frozen=True)
class Errand:
    """`answers`: by the open question, with lines in braces; "{code}" is the newest code. `done`: said when it is done, and
    never before. `records`: all that the conversation has on record."""

    name: str
    opens: tuple[str, ...]
    lines: Mapping[str, Line]
    answers: Mapping[str, tuple[str, ...]]
    done: str
    records: Callable[[UnitOfWork, str], list[Record]]
    person: str = ""
    shows: bool = False  # nothing is filed; what is shown counts
    adds: bool = True  # an answer may carry another wish at its end

    @property
    def customer(self) -> NamedCustomer | None:
        return PEOPLE.get(self.person)

    def lines_of(self, slot: str) -> set[str]:
        """The lines that an answer to this question tells."""
        return {name for text in self.answers.get(slot, ()) for name in re.findall(r"{(\w+)}", text)} & set(self.lines)


def _claims(work: UnitOfWork, conversation_id: str) -> list[Record]:
    found = work.claims.of_conversation(conversation_id)
    return [
        {
            "time": each.report.event_at[10:],
            "place": each.report.place,
            "plate": each.report.plate_no,
            "phone": each.report.reporter_phone,
        }
        for each in found
    ]


def _complaints(work: UnitOfWork, conversation_id: str) -> list[Record]:
    found = work.complaints.of_conversation(conversation_id)
    return [{"facts": each.facts, "wish": each.request, "phone": each.phone} for each in found]


def _changes(work: UnitOfWork, conversation_id: str) -> list[Record]:
    found = work.endorsements.of_conversation(conversation_id)
    return [{"heirs": "，".join(f"{one.name}{int(one.share)}" for one in each.new)} for each in found]


def _requests(*lines: tuple[str, str]) -> Callable[[UnitOfWork, str], list[Record]]:
    def read(work: UnitOfWork, conversation_id: str) -> list[Record]:
        found = [dict(each.fields) for each in filed(work, conversation_id)]
        return [{name: each.get(label, "") for name, label in lines} for each in found]

    return read


def _nothing(_: UnitOfWork, __: str) -> list[Record]:
    return []


def _named(person: str, misspelt: str) -> tuple[dict[str, Line], dict[str, tuple[str, ...]]]:
    """The identity questions; one in three first writes his name wrong."""
    name = Line(((person, person),), ("名字错了，是{}", "姓名打错了，应该是{}", "不对，我叫{}"), wrong=misspelt)
    answers = {"name": ("{name}", "我叫{name}"), "id_number": (PEOPLE[person].id_number,), "otp": ("{code}",)}
    return {"name": name}, answers


_PHONE = Line(
    tuple((f"139000{group}{{n}}", f"139000{group}{{n}}") for group in "456"),
    ("电话错了，是{}", "手机号打错了，应该是{}", "联系电话改成{}"),
)
_CHEN, _CHEN_SAYS = _named("陈静", "陈婧")
_ZHENG, _ZHENG_SAYS = _named("郑浩", "郑昊")
_ZHANG, _ZHANG_SAYS = _named("张伟明", "张卫明")

CLAIM = Errand(
    "报案",
    ("我要报案", "我的车蹭了，要报案", "报案", "你好，我想报个车险的案"),
    {
        "time": Line(
            (("昨天下午三点", "T15:00"), ("昨天晚上八点", "T20:00"), ("昨天上午十点半", "T10:30")),
            ("时间不对，是{}", "说错了，是{}出的事", "时间改成{}"),
        ),
        "place": Line(
            tuple((each, each) for each in ("北四环学院桥", "望京西园四区门口", "中关村大街", "朝阳公园南门")),
            ("地点错了，是{}", "地点不对，应该是{}", "地点改成{}"),
        ),
        "plate": Line(
            tuple((f"京N{letter}{{n}}", f"京N{letter}{{n}}") for letter in "ABC"),
            ("车牌错了，是{}", "车牌号不对，是{}", "车牌改成{}"),
        ),
        "phone": _PHONE,
    },
    {
        "claim_line": ("车险", "车的", "是车险"),
        "claim_injured": ("没人受伤", "没有", "人都没事"),
        "claim_cause": ("变道时和一辆白车蹭了，右前门凹了", "倒车碰到了石墩，后杠裂了", "被后面的车追尾了，后备箱瘪了"),
        "claim_event_at": ("{time}", "是{time}"),
        "claim_place": ("{place}", "在{place}"),
        "claim_plate": ("{plate}", "我的车是{plate}"),
        "claim_other_party": ("没有", "对方没留"),
        "claim_drivable": ("能开", "还能开"),
        "claim_vehicle_at": ("还在现场",),
        "claim_driver": ("我开的",),
        "claim_police": ("报了", "已经报警了"),
        "claim_phone": ("{phone}", "打{phone}"),
    },
    done="报案成功",
    records=_claims,
)
COMPLAINT = Errand(
    "投诉",
    ("我要投诉", "我要投诉你们", "你好，我要投诉"),
    {
        "wish": Line(
            tuple((each, each) for each in ("给我一个书面说明", "把地址改好", "向我道歉并改正")),
            ("诉求改成{}", "诉求写错了，应该是{}"),
        ),
        "phone": _PHONE,
    },
    {
        "complaint_facts": ("上周三去柜台改地址，叫号机和空调都是坏的", "你们寄来的保单有一页是空白的，上个月寄的"),
        "complaint_request": ("{wish}",),
        "complaint_role": ("我本人的事",),
        "complaint_against": ("没有",),
        "complaint_reference": ("没有", "没有单号"),
        "complaint_phone": ("{phone}", "打{phone}"),
    },
    done=r"T\d{14}",
    records=_complaints,
    adds=False,
)
BENEFICIARY = Errand(
    "改受益人",
    ("我要改受益人", "变更受益人", "我想把受益人改一下"),
    _CHEN
    | {
        "heirs": Line(
            (
                ("陈一诺，儿子，60%；李明，配偶，40%", "陈一诺60，李明40"),
                ("陈一诺，儿子，70%；李明，配偶，30%", "陈一诺70，李明30"),
                ("陈一诺，儿子，50%；李明，配偶，50%", "陈一诺50，李明50"),
            ),
            ("受益人写错了，是{}", "新受益人改成{}"),
        )
    },
    _CHEN_SAYS
    | {
        "beneficiary_policy": ("传承那份", "P2022000551", "传承终身寿险"),
        "beneficiaries": ("{heirs}",),
        "beneficiary_id_1": ("310115201505050016", "稍后补交"),
        "beneficiary_id_2": ("110105198803050044", "稍后补交"),
    },
    done=r"编号 E\d{14}",
    records=_changes,
    person="陈静",
)
SURRENDER = Errand(
    "退保",
    ("我要退保", "退保", "我想把保险退了"),
    _CHEN
    | {
        "account": Line(
            (("6222021234567890129", "0129"), ("原缴费账户", "原缴费账户")),
            ("不对，退到{}", "退款账户改成{}"),
        )
    },
    _CHEN_SAYS
    | {
        "service_policy": ("P2022000551", "传承那份", "传承终身寿险"),
        "surrender_reason": ("不想说", "手头紧，要用钱"),
        "surrender_card": ("{account}",),
        "service_consent": ("同意",),
    },
    done=r"S\d{14}",
    records=_requests(("account", "退款账户")),
    person="陈静",
)
ADDRESS = Errand(
    "改地址",
    ("我搬家了，地址要改", "我要改通讯地址", "帮我改一下联系地址"),
    _ZHENG
    | {
        "address": Line(
            tuple(
                (each, each)
                for each in (
                    "成都市武侯区人民南路四段一号院二单元三号",
                    "成都市高新区天府大道中段88号3栋1201",
                    "成都市青羊区文化路12号5单元402",
                )
            ),
            ("新地址改成{}", "地址写错了，是{}", "不对，地址应该是{}"),
        )
    },
    _ZHENG_SAYS | {"contact_what": ("通讯地址",), "contact_address": ("{address}",)},
    done="已办好",
    records=_requests(("address", "新地址")),
    person="郑浩",
)
EMAIL = Errand(
    "改邮箱",
    ("我要改邮箱", "帮我改一下邮箱"),
    _ZHENG
    | {
        "email": Line(
            tuple((f"{name}{{n}}@example.com", f"{name}{{n}}@example.com") for name in ("a", "b", "c")),
            ("邮箱改成{}", "邮箱写错了，是{}"),
        )
    },
    _ZHENG_SAYS | {"contact_what": ("邮箱",), "contact_email": ("{email}", "新邮箱是{email}")},
    done="已办好",
    records=_requests(("email", "新邮箱")),
    person="郑浩",
)
ENQUIRY = Errand(
    "查保单",
    ("查保单", "我名下有几份保单？", "帮我查一下我的保单"),
    _ZHANG
    | {
        "policy": Line((("顺安那份", "P2026000101"), ("家财险那份", "P2026000103"), ("P2026000102", "P2026000102")), ())
    },
    _ZHANG_SAYS | {"policy_no": ("{policy}",)},
    done=r"状态：",
    records=_nothing,
    person="张伟明",
    shows=True,
)
ERRANDS = (CLAIM, BENEFICIARY, ENQUIRY, SURRENDER, ADDRESS, COMPLAINT, EMAIL)
