"""Every format of transcript as its maker writes it, and what is said about one that is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.transcripts.call_list import CallList, read_moment
from bot.channels.transcripts.formats import read_calls
from bot.channels.transcripts.payload import (
    LONGEST_CALL,
    UNMARKED,
    Call,
    TranscriptFlawError,
    Utterance,
)

HERE = Path(__file__).parent / "transcripts"
WRITTEN = {
    "funasr.json": [
        Call("rec_0412", (Utterance("0", "您好，请讲。", 120, 1480), Utterance("1", "我想查一下理赔。", 2100, 3900))),
        Call("rec_0413", (Utterance(UNMARKED, "喂你好", 50, 800),)),
    ],
    "whisper.json": [
        Call("", (Utterance(UNMARKED, "我的保单丢了", 0, 2480), Utterance(UNMARKED, "怎么补", 2480, 3900)))
    ],
    "alibaba.json": [
        Call(
            "",
            (Utterance("0", "您好，这里是客服热线。", 340, 1900), Utterance("1", "我要报案，车被人刮了。", 2500, 6200)),
        )
    ],
    "tencent.json": [Call("", (Utterance("1", "保费怎么交？", 580, 2400), Utterance("0", "请您稍等。", None, None)))],
    "iflytek.json": [Call("", (Utterance("1", "退保能退多少", 1130, 2890),))],
    "huawei.json": [
        Call("", (Utterance("AGENT", "请问有什么可以帮您", 570, 2430), Utterance("USER", "受益人想换一个", 3000, 5210)))
    ],
    "call.srt": [
        Call(
            "", (Utterance("坐席", "您好，请讲", 500, 2000), Utterance("客户", "我姓王 想问 等待期 是什么", 2500, 5250))
        )
    ],
    "call.vtt": [
        Call(
            "",
            (
                Utterance("坐席", "您好&请讲", 1000, 2500),
                Utterance("客户", "发票怎么开", 3000, 4000),
                Utterance("坐席", "稍等", 3000, 4000),
            ),
        )
    ],
    "hotline_utf8_bom.csv": [
        Call(
            "95500-1120-0007",
            (
                Utterance("坐席", "您好，请问有什么可以帮您？", 400, 2100),
                Utterance("客户", "我家水管爆了，楼下也泡了，家财险管不管", 2600, 7000),
                Utterance("坐席", "请您先关总阀，我查一下您的保单", 7400, 11000),
            ),
            "13900003011",
            "2026/11/20 9:05",
        ),
        Call(
            "95500-1120-0008",
            (Utterance("客户", "上个月的发票, 还没收到", 900, 3300),),
            "13900003012",
            "2026/11/20 9:41",
        ),
    ],
    "hotline_gb18030.csv": [
        Call(
            "REC-20261121-01",
            (
                Utterance("坐席", "您好，工号二零三为您服务", 300, 2200),
                Utterance("客户", "我妈的年金今年怎么还没领到", 2900, 6400),
            ),
        ),
        Call("REC-20261121-02", (Utterance("客户", "车停路边被砸了玻璃", 500, 3100),)),
    ],
    "excel_unicode.txt": [
        Call("", (Utterance("客户", "我想改一下扣款的银行卡", 300), Utterance("坐席", "好的，请您稍等", 4100)))
    ],
}
SIDES = ("坐席", "客户")


@pytest.mark.parametrize("name", WRITTEN)
def test_a_payload_as_its_vendor_documents_it_is_read_with_its_sides_and_milliseconds(name: str) -> None:
    kind, calls, flaws = read_calls(name, (HERE / name).read_bytes(), SIDES)
    assert kind in name or kind in ("srt", "vtt", "csv")
    assert (calls, flaws) == (WRITTEN[name], [])


def test_every_payload_is_read_and_tables_come_in_the_encodings_that_offices_use() -> None:
    assert {path.name for path in HERE.iterdir()} == set(WRITTEN)
    assert (HERE / "hotline_utf8_bom.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (HERE / "hotline_gb18030.csv").read_bytes().decode("utf-8")


def test_alibabas_other_spelling_is_the_same_format() -> None:
    lower = {"sentences": [{"beginTime": 10, "endTime": 20, "text": "您好", "channelId": 1}]}
    assert read_calls("a.json", json.dumps(lower).encode())[:2] == (
        "alibaba",
        [Call("", (Utterance("1", "您好", 10, 20),))],
    )


def test_alibabas_result_may_be_a_json_string_and_one_that_is_broken_is_said() -> None:
    answer = json.loads((HERE / "alibaba.json").read_bytes())
    as_text = {**answer, "Result": json.dumps(answer["Result"])}
    assert read_calls("a.json", json.dumps(as_text).encode())[:2] == ("alibaba", WRITTEN["alibaba.json"])
    with pytest.raises(TranscriptFlawError, match="读不出来"):
        read_calls("a.json", json.dumps({**answer, "Result": '{"Sentences": ['}).encode())


def test_a_sentence_of_tencents_that_is_null_is_passed_over() -> None:
    detail = [
        {"FinalSentence": None, "StartMs": 1, "EndMs": 2, "SpeakerId": 0},
        {"FinalSentence": "好", "SpeakerId": 1},
    ]
    assert spoken("a.json", {"ResultDetail": detail}) == (Utterance("1", "好"),)


@pytest.mark.parametrize("between", [",", "\t"])
def test_a_text_file_with_a_heading_is_a_table(between: str) -> None:
    rows = [["角色", "内容"], ["客户", '"保单,发票,合同,我都没有"'], ["坐席", "请讲"]]
    table = "\r\n".join(between.join(row) for row in rows)
    said = (Utterance("客户", "保单,发票,合同,我都没有"), Utterance("坐席", "请讲"))
    assert read_calls("通话.txt", table.encode())[:2] == ("csv", [Call("", said)])
    with pytest.raises(TranscriptFlawError, match="文本列"):
        read_calls("a.txt", "客户：你好\n坐席：您好\n".encode())


def test_a_colon_in_srt_is_a_name_only_where_the_map_knows_it() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\n时间：下午三点\n".encode()
    assert read_calls("a.srt", srt, SIDES)[1][0].utterances == (Utterance(UNMARKED, "时间：下午三点", 1000, 2000),)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_a_table_is_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    table = "通话编号,角色,内容,开始秒,主叫,通话时间\r\nA1,客户,保单怎么退,0.5,13800000001,2026-11-20 10:00\r\nA1,坐席,可以,3,,\r\nA2,客户,你好,1,,\r\n"
    kind, calls, _ = read_calls("a.csv", table.encode(encoding))
    assert kind == "csv"
    assert calls == [
        Call(
            "A1",
            (Utterance("客户", "保单怎么退", 500), Utterance("坐席", "可以", 3000)),
            "13800000001",
            "2026-11-20 10:00",
        ),
        Call("A2", (Utterance("客户", "你好", 1000),)),
    ]


@pytest.mark.parametrize(
    ("name", "content", "line", "flaw"),
    [
        ("a.json", '{"segments": [\n {"start": 1,\n', 3, "JSON"),
        ("a.json", '{"segments": [{"start": "一", "text": "好"}]}', None, "start"),
        ("a.json", '{"segments": [{"start": 1}]}', None, "text"),
        ("a.json", '{"hello": 1}', None, "不是认识的转写格式"),
        ("a.json", "[" * 100000, None, "嵌套"),
        ("a.json", '{"orderResult": "{"}', None, "JSON"),
        ("a.csv", "角色,时间\n客户,1\n", 1, "文本列"),
        ("a.csv", "text,start\n你好,12\n", 2, "没有单位"),
        ("a.csv", "text,start_ms\n\n再见,很久\n", 3, "时间读不出来"),
        ("a.json", '{"segments": [\n {"start": 1,\n  "text": "好"},\n {"start": 2}]}\n', 4, "text"),
        ("a.json", '{"result": {\n"sentences": [\n{"text": "好", "beginTime": "早"}]}}', 3, "beginTime"),
        ("a.json", '[\n{"key": "a", "text": "好",\n"timestamp": [[1]]}]', 2, "timestamp"),
        ("a.srt", "1\n\n2\n00:00:01,000 --> 00:xx:02,000\n你好\n", 4, "起止时间"),
        ("a.vtt", "WEBVTT\n\n", 1, "没有一条字幕"),
        ("a.csv", "text\n \n", None, "一句话也没有"),
        ("a.docx", "PK", None, "不认识的文件"),
        ("a.json", '{"segments": [{"start": 1' + "0" * 5000 + ', "text": "好"}]}', None, "数字太长"),
        ("a.json", '{"segments": [{"start": 1e30, "text": "好"}]}', None, "超过一周"),
        ("a.json", '[{"key": "a", "text": "好", "timestamp": [[1e400, 2]]}]', None, "timestamp"),
        (
            "a.json",
            '{"orderResult": {"lattice": [{"json_1best": {"st": {"rt": [{"ws": [{"cw": {"w": "好"}}]}]}}}]}}',
            None,
            "列表",
        ),
        ("a.json", b"\xff\xfe\x00", None, "编码"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_its_flaw(
    name: str, content: str | bytes, line: int | None, flaw: str
) -> None:
    with pytest.raises(TranscriptFlawError) as raised:
        read_calls(name, content if isinstance(content, bytes) else content.encode())
    assert flaw in str(raised.value.data["flaw"])
    assert raised.value.data.get("line") == line


@pytest.mark.parametrize(
    ("name", "content", "read", "flaws"),
    [
        (
            "a.csv",
            'text,start_s\n你好,1\n再见,很久\n我要退保,救命,2\n"两\n行",2,\n坏\0,3\n晚,700000\n完了,3\n',
            ["你好", "两\n行", "完了"],
            [(3, "时间读不出来"), (4, "多出几列"), (7, "不是表格"), (8, "超过一周")],
        ),
        (
            "a.srt",
            "1\n00:00:01,000 --> 00:xx:02,000\n丢了\n\n2\n00:00:03,000 --> 00:00:04,000\n你好\n",
            ["你好"],
            [(2, "起止时间")],
        ),
    ],
)
def test_a_broken_row_is_named_with_its_line_and_all_others_are_read(
    name: str, content: str, read: list[str], flaws: list[tuple[int, str]]
) -> None:
    _, [call], told = read_calls(name, content.encode())
    assert [each.text for each in call.utterances] == read
    assert [flaw.data["line"] for flaw in told] == [line for line, _ in flaws]
    assert all(words in str(flaw.data["flaw"]) for flaw, (_, words) in zip(told, flaws, strict=True))


@pytest.mark.parametrize("kind", ["json", "csv", "srt", "vtt"])
@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200))
def test_whatever_is_in_a_file_it_is_read_or_refused(kind: str, content: bytes) -> None:
    try:
        _, calls, _ = read_calls(f"a.{kind}", content)
    except TranscriptFlawError:
        return
    assert all(call.utterances for call in calls)


HUGE = st.sampled_from([10**30, -1, 1e308, float("inf"), float("nan"), 2**63])
# json.dumps writes half a surrogate pair as an escape, as a broken recogniser does.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=5)

json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | HUGE | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "segments",
                    "sentence_info",
                    "timestamp",
                    "json_1best",
                    "st",
                    "rt",
                    "ws",
                    "cw",
                    "w",
                    "speaker",
                    "end",
                    "result",
                    "text",
                    "key",
                    "sentences",
                    "ResultDetail",
                    "orderResult",
                    "lattice",
                    "start",
                    "Data",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(content=json_values)
def test_json_of_any_shape_is_read_or_refused(content: object) -> None:
    try:
        _, calls, _ = read_calls("a.json", json.dumps(content).encode())
    except TranscriptFlawError:
        return
    for call in calls:
        for each in call.utterances:
            assert each.text
            (each.text + each.side + call.key + call.phone).encode()  # as a database and a report take it
            assert all(time is None or 0 <= time <= LONGEST_CALL for time in (each.start, each.end))


def test_half_characters_and_nul_are_left_out() -> None:
    said = json.dumps([{"key": "a\ud800\0", "text": "好\udfff的", "timestamp": [[-1, 900]]}])
    assert read_calls("a.json", said.encode())[1] == [Call("a", (Utterance(UNMARKED, "好的", None, 900),))]


def test_thousands_of_open_tags_are_read_at_once() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\n" + "<v" * 100_000 + "<a" * 100_000 + "{\\" * 100_000 + "\n"
    assert len(read_calls("a.srt", srt.encode())[1]) == 1


def test_a_call_list_tells_who_called_and_when_and_the_transcript_itself_goes_before_it() -> None:
    listed = CallList.read(
        "录音,主叫,通话时间\na.json,13800000001,2026/11/20 9:05\nA7,13800000002,\n".encode("gb18030")
    )
    said = (Utterance("0", "好"),)
    assert listed.told("a.json", Call("", said)) == ("13800000001", "2026/11/20 9:05")
    assert listed.told("x.csv", Call("A7", said, began="2026-11-21")) == ("13800000002", "2026-11-21")
    assert listed.told("other.json", Call("", said)) == ("", "")
    for broken in ("电话\n138\n", "录音,主叫\na.json,1\0\n", ""):
        with pytest.raises(TranscriptFlawError):
            CallList.read(broken.encode())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026/11/20 9:05", "2026-11-20T09:05:00+08:00"),
        ("20261120090507", "2026-11-20T09:05:07+08:00"),
        ("2026-11-20T01:05:00Z", "2026-11-20T01:05:00+00:00"),
        ("2026-11-20", "2026-11-20T00:00:00+08:00"),
    ],
)
def test_the_moment_of_a_call_as_call_centres_write_it(written: str, read: str) -> None:
    found = read_moment(written)
    assert found is not None
    assert found.isoformat() == read


def test_a_moment_that_does_not_read_is_refused_and_none_is_none() -> None:
    assert read_moment("") is None
    for wrong in ("昨天", "0001-01-01", "00010101000000", "9999-12-31T23:59:59-12:00"):
        with pytest.raises(TranscriptFlawError):
            read_moment(wrong)


def spoken(name: str, content: object) -> tuple[Utterance, ...]:
    [call] = read_calls(name, json.dumps(content, ensure_ascii=False).encode())[1]
    return call.utterances
