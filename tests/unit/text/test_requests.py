"""Where a message is cut into requests, and where it is left whole."""

from __future__ import annotations

import pytest

from bot.text.requests import split_requests


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("改手机号，顺便查下理赔", ["改手机号", "查下理赔"]),
        ("我要退保，然后再帮我开张发票", ["我要退保", "帮我开张发票"]),
        ("保单什么时候到期？受益人怎么改？", ["保单什么时候到期", "受益人怎么改"]),
        ("查一下我的保单，再查下理赔进度，顺带问问网点", ["查一下我的保单", "查下理赔进度", "问问网点"]),
        ("帮我查下保单再改个手机号", ["帮我查下保单", "改个手机号"]),
        ("改手机号和开发票", ["改手机号", "开发票"]),
        ("改手机号，换卡，查理赔", ["改手机号", "换卡", "查理赔"]),
        ("我要查保单 改地址", ["我要查保单", "改地址"]),
        ("改下手机号然后开发票", ["改下手机号", "开发票"]),
        ("查理赔进度还想问下退保", ["查理赔进度", "问下退保"]),
        ("一是改手机号，二是查理赔", ["改手机号", "查理赔"]),
        ("把我的信息全删了，撤回同意", ["把我的信息全删了", "撤回同意"]),
        ("挂失、改手机、开发票", ["挂失", "改手机", "开发票"]),
        ("退保 发票 改地址", ["退保", "发票", "改地址"]),
        ("1.改地址 2.开发票 3.查投诉", ["改地址", "开发票", "查投诉"]),
        ("电子保单和发票都要", ["电子保单", "发票都要"]),
        ("查保单和理赔进度", ["查保单", "理赔进度"]),
        (
            "我要报案还有我上次那个案子钱咋还没到另外给我换个手机号",
            ["我要报案", "我上次那个案子钱咋还没到", "给我换个手机号"],
        ),
        ("13900001001 对了还有我想问问多久到账", ["13900001001", "我想问问多久到账"]),
    ],
)
def test_words_of_besides_and_ends_of_sentences_part_requests(text: str, parts: list[str]) -> None:
    found = split_requests(text)
    assert [part.text for part in found] == parts
    assert all(text[part.start : part.end] == part.text for part in found)


@pytest.mark.parametrize(
    "text",
    [
        "追尾了，然后他就走了",
        "我要改手机号",
        "那这张呢",
        "好的。",
        "姓名和改后的姓名",
        "我的保单和我妈的",
        "2026.1.3 报的案",
        "查理赔，撞车的那个",
        "改受益人，改成我妈",
        "昨天 开车 撞了 报案",
        "改到下个月再看吧",
        "",
        "也没人受伤，再说车也开走了",
        "第一天去了医院。第二天又去了。第三天还去。第四天也去。第五天也去。第六天还去。第七天出院了。",
    ],
)
def test_a_story_and_a_single_wish_stay_whole(text: str) -> None:
    assert [part.text for part in split_requests(text)] == [text]
