"""Whether a registration number is that of a service person on our policies (销售办法 art 10: who sells is registered)."""

from __future__ import annotations

import re

from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.text.normalise import normalise

_NUMBER = re.compile(r"(?<!\d)\d{24}(?!\d)")
_BETWEEN = re.compile(r"(?<=\d)[\s-]+(?=\d)")


def find_registration_no(text: str) -> str:
    """执业登记号, 24 digits, also in groups; "" when there is none."""
    found = _NUMBER.search(_BETWEEN.sub("", normalise(text)))
    return found.group() if found else ""


def verify_salesperson(work: UnitOfWork, registration_no: str) -> Reply:
    """Name and number are public; what he says and asks for is judged by nobody here."""
    person = work.policies.servicer(registration_no)
    if person is None:
        return Reply(
            f"在我们的保单上没有查到登记号 {registration_no}。可能抄错了，也可能他没有服务过保单，这还不能说明他不是。\n"
            "请在金融监管总局官网按登记号查，或转人工核实。没核实之前，先别交钱、别给验证码。",
            (TO_HUMAN, intend("举报", "report_misconduct")),
        )
    return Reply(
        f"查到了：登记号 {registration_no} 是我们保单上登记的服务人员，姓名{person.name}。\n"
        "请和他本人、执业证对一对，对不上的不要继续。保费只付公司账户，不转给个人。",
        (TO_HUMAN, intend("举报", "report_misconduct")),
    )
