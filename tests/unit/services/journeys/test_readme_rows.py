"""The table of demo customers in README.md: what is written there to be tried does what is written beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.settings import ROOT
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.talk import Talk

CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}
PROVE = "（核对身份）"
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = (
    ("张伟明", ("我的车京A12345刚才在北四环被追尾了，我要报案",), "有人受伤吗"),
    ("张伟明", ("车险什么时候到期", PROVE), "车险有 2 份"),
    ("王建国", ("把我爱人那份保险的受益人改成孩子", PROVE, "P2023001234"), "请本人确认"),
    ("王建国", ("P2023001234 的受益人现在是谁", PROVE), "受益人：王*国"),
    ("刘芳", ("我想看看我老公给我买的保险", PROVE), "您是被保险人"),
    (
        "陈静",
        ("我想变更受益人，改成我儿子陈一诺", PROVE, "P2024000552", "妈妈60%，儿子40%"),
        "周桂芝（父母）第 1 顺位 60%",
    ),
    ("陈静", ("我想变更受益人，改成我儿子陈一诺", PROVE, "P2022000551", "妈妈60%，儿子40%"), "请写妈妈的姓名"),
    ("陈静", ("我的年金险还在犹豫期吗", PROVE), "犹豫期：到"),
    ("赵磊", ("单位给我买的意外险受益人能写我女朋友吗", PROVE, "P2026000601", "林可，女朋友，100%"), "近亲属"),
    ("赵磊", ("我单位的团险保多少", PROVE), "保额：50 万元"),
    ("孙丽", ("我的重疾险怎么失效了，帮我查查", PROVE), "前可以申请复效"),
    ("孙丽", ("我的投诉处理到哪一步了", "没有", PROVE), "投诉 T"),
    ("周强", ("我的终身寿险贷款还欠多少",), "我先核对身份再查给您"),
    ("周强", ("把终身寿险的受益人改一下", PROVE, "P2018000802"), "正在质押"),
    ("郑浩", ("我的理赔到哪一步了", "没有", PROVE), "还缺：门诊病历"),
    ("林小雨", ("我是受益人，我占多少份额", PROVE), "第 1 顺位 40%"),
    ("林小雨", ("我想把受益人都改成我", PROVE), "没有可以变更受益人"),
)


def prove(talk: Talk, name: str) -> None:
    person = CUSTOMERS[name]
    known = {"name": name, "id_number": person.id_number}
    while talk.form and talk.requested in (*known, "otp"):
        talk.say(known.get(talk.requested) or talk.code_of(person.phone))


@pytest.mark.parametrize(("name", "sentences", "shown"), ROWS)
def test_a_row_does_what_it_says(first_talk: Talk, name: str, sentences: tuple[str, ...], shown: str) -> None:
    assert sentences[0] in README
    first_talk.now += timedelta(hours=1)
    talk = first_talk.another()
    for sentence in sentences:
        if sentence == PROVE:
            prove(talk, name)
        else:
            talk.say(sentence)
    assert shown in talk.text
    if talk.form:
        talk.say("取消")


def test_a_lost_phone_discloses_nothing_and_goes_to_a_person(first_talk: Talk) -> None:
    talk = first_talk.another()
    talk.say("我那个保险还有效不")
    talk.say("李淑兰")
    talk.say(CUSTOMERS["李淑兰"].id_number)
    talk.say("没收到验证码，那个手机早不用了")
    assert talk.outcome == "handed_off:phone_lost"
    assert "P20" not in talk.text
