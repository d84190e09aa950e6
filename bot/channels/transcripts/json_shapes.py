"""Transcripts in JSON, one reader a vendor. Which one it is is read off the fields that only it has.

Units differ: Whisper counts seconds, all others milliseconds (iFLYTEK as strings). Fields: FunASR's model outputs,
openai/whisper's `result`, Alibaba Cloud 录音文件识别, Tencent Cloud 录音文件识别 (`ResultDetail`), iFLYTEK 语音转写 (`orderResult`),
Huawei Cloud SIS 录音文件识别 (`segments`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from bot.channels.transcripts.json_lines import line_of, read_with_lines
from bot.channels.transcripts.payload import UNMARKED, Call, TranscriptFlawError, Utterance, moment
from bot.channels.transcripts.splitting import split_timed

Json = Any
_MOST_LINED = 10_000_000  # characters of a file whose flaw is looked for by line: some ten seconds
_BLANK_INSIDE = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")


class Shape(NamedTuple):
    """`holds`: whether a decoded file is of this shape; `read`: its calls."""

    name: str
    holds: Callable[[Json], bool]
    read: Callable[[Json], list[Call]]


def read_json(text: str) -> tuple[str, list[Call]]:
    """Name of the shape and the calls.

    Raises:
        TranscriptFlawError: with the line of a syntax error; with the place of a field, and its line where the file has lines.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise TranscriptFlawError(flaw=f"不是完整的 JSON：第 {error.colno} 列附近", line=error.lineno) from error
    except RecursionError as error:
        raise TranscriptFlawError(flaw="JSON 嵌套太深") from error
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise TranscriptFlawError(flaw="JSON 里的数字太长") from error
    for shape in SHAPES:
        if shape.holds(content):
            try:
                return shape.name, shape.read(content)
            except TranscriptFlawError as flaw:
                raise _with_line(flaw, shape, text) from flaw
    raise TranscriptFlawError(flaw="不是认识的转写格式（FunASR、Whisper、阿里云、腾讯云、讯飞、华为云）")


def _with_line(flaw: TranscriptFlawError, shape: Shape, text: str) -> TranscriptFlawError:
    """The same flaw found again in a reading that knows lines; as it is where all is one line, or too much for that reading."""
    if "\n" not in text.strip() or len(text) > _MOST_LINED:
        return flaw
    try:
        shape.read(read_with_lines(text))
    except RecursionError:
        return flaw
    except TranscriptFlawError as found:
        return found
    return flaw


def _where(holder: Json, place: str) -> dict[str, Json]:
    line = line_of(holder)
    return {"place": place, "line": line} if line else {"place": place}


def _field(holder: Json, name: str, place: str) -> Json:
    """A field whatever the case of its first letter (the vendors' two APIs differ). Raises TranscriptFlawError."""
    if isinstance(holder, Mapping):
        for key in (name, name[:1].upper() + name[1:]):
            if key in holder:
                return holder[key]
    raise TranscriptFlawError(flaw=f"缺少字段 {name}", **_where(holder, place))


def _has(holder: Json, *names: str) -> bool:
    return isinstance(holder, Mapping) and any(
        key in holder for name in names for key in (name, name[:1].upper() + name[1:])
    )


def _text(holder: Json, name: str, place: str) -> str:
    found = _field(holder, name, place)
    if not isinstance(found, str):
        raise TranscriptFlawError(flaw=f"字段 {name} 不是文字", **_where(holder, place))
    return found


def _time(holder: Json, name: str, place: str, *, factor: float = 1) -> int | None:
    """Milliseconds; None where it is null or not there. Raises TranscriptFlawError for what is no number."""
    found = _field(holder, name, place) if _has(holder, name) else None
    if found in (None, ""):
        return None
    try:
        milliseconds = round(float(found) * factor)
    except (TypeError, ValueError, OverflowError) as error:
        raise TranscriptFlawError(flaw=f"字段 {name} 不是时间", **_where(holder, place)) from error
    return moment(milliseconds, **_where(holder, place))


def _side(holder: Json, name: str) -> str:
    found = _field(holder, name, "") if _has(holder, name) else None
    return UNMARKED if found is None or found == "" else str(found)


def _items(holder: Json, place: str) -> Iterator[tuple[Json, str]]:
    if not isinstance(holder, Sequence) or isinstance(holder, str):
        raise TranscriptFlawError(flaw="应当是一个列表", place=place)
    return ((each, f"{place}[{number}]") for number, each in enumerate(holder))


def _inside(content: Json, *wrappers: str) -> Json:
    """What a vendor's answer wraps: `Result`, `Response`, `Data`, `content`; itself where nothing wraps it.

    Alibaba's callback writes its `Result` as a JSON string.
    """
    for wrapper in wrappers:
        inner = _field(content, wrapper, "") if _has(content, wrapper) else None
        if isinstance(inner, str) and inner.lstrip().startswith("{"):
            inner = _unpacked(inner, wrapper)
        if isinstance(inner, Mapping):
            content = inner
    return content


def _is_funasr(content: Json) -> bool:
    first = content[0] if isinstance(content, list) and content else content
    return _has(first, "key") and _has(first, "text")


def _read_funasr(content: Json) -> list[Call]:
    calls = []
    for each, place in _items(content if isinstance(content, list) else [content], "$"):
        if _has(each, "sentence_info"):
            said = tuple(
                Utterance(_side(one, "spk"), _text(one, "text", at), _time(one, "start", at), _time(one, "end", at))
                for one, at in _items(each["sentence_info"], f"{place}.sentence_info")
            )
        else:
            said = tuple(_funasr_whole(each, place))
        calls.append(Call(_text(each, "key", place), said))
    return calls


def _funasr_whole(each: Json, place: str) -> Iterator[Utterance]:
    """Without a sentence model: one text, and a pair of times for each character or word of it."""
    try:
        times = [(int(start), int(end)) for start, end in each.get("timestamp") or []]
    except (TypeError, ValueError, OverflowError) as error:
        raise TranscriptFlawError(flaw="字段 timestamp 不是一列起止时间", **_where(each, place)) from error
    # Without punctuation the model writes blanks between the characters.
    return split_timed(_BLANK_INSIDE.sub("", _text(each, "text", place)), times)


def _is_huawei(content: Json) -> bool:
    segments = _inside(content, "result").get("segments") if isinstance(content, Mapping) else None
    return isinstance(segments, list) and bool(segments) and _has(segments[0], "result")


def _read_huawei(content: Json) -> list[Call]:
    said = []
    for each, place in _items(_inside(content, "result")["segments"], "segments"):
        result = _field(each, "result", place)
        role = _side(_field(result, "analysis_info", place), "role") if _has(result, "analysis_info") else UNMARKED
        said.append(
            Utterance(
                role, _text(result, "text", place), _time(each, "start_time", place), _time(each, "end_time", place)
            )
        )
    return [Call("", tuple(said))]


def _is_whisper(content: Json) -> bool:
    return isinstance(content, Mapping) and isinstance(content.get("segments"), list)


def _read_whisper(content: Json) -> list[Call]:
    said = tuple(
        Utterance(
            _side(each, "speaker"),
            _text(each, "text", place),
            _time(each, "start", place, factor=1000),
            _time(each, "end", place, factor=1000),
        )
        for each, place in _items(content["segments"], "segments")
    )
    return [Call("", said)]


def _read_alibaba(content: Json) -> list[Call]:
    said = tuple(
        Utterance(
            _side(each, "channelId"),
            _text(each, "text", place),
            _time(each, "beginTime", place),
            _time(each, "endTime", place),
        )
        for each, place in _items(_field(_inside(content, "result"), "sentences", "$"), "sentences")
    )
    return [Call("", said)]


def _read_tencent(content: Json) -> list[Call]:
    detail = _field(_inside(content, "response", "data"), "resultDetail", "$")
    said = tuple(
        Utterance(
            _side(each, "speakerId"),
            _text(each, "finalSentence", place),
            _time(each, "startMs", place),
            _time(each, "endMs", place),
        )
        for each, place in _items([] if detail is None else detail, "ResultDetail")
        # Null where nothing was made out; every field but the times is there all the same.
        if _field(each, "finalSentence", place) is not None
    )
    return [Call("", said)]


def _read_iflytek(content: Json) -> list[Call]:
    order = _unpacked(_field(_inside(content, "content"), "orderResult", "$"), "orderResult")
    said = []
    for each, place in _items(_field(order, "lattice", "orderResult"), "lattice"):
        best = _field(_unpacked(_field(each, "json_1best", place), place), "st", place)
        words = "".join(
            str(_field(candidate, "w", place))
            for piece, _ in _items(_field(best, "rt", place), place)
            for word, _ in _items(_field(piece, "ws", place), place)
            for candidate, _ in islice(_items(_field(word, "cw", place), place), 1)
        )
        said.append(Utterance(_side(best, "rl"), words, _time(best, "bg", place), _time(best, "ed", place)))
    return [Call("", tuple(said))]


def _unpacked(value: Json, place: str) -> Json:
    """JSON inside a JSON string. Raises TranscriptFlawError."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise TranscriptFlawError(flaw="里面的 JSON 文字读不出来", place=place) from error


SHAPES: tuple[Shape, ...] = (
    Shape("funasr", _is_funasr, _read_funasr),
    Shape("huawei", _is_huawei, _read_huawei),
    Shape("whisper", _is_whisper, _read_whisper),
    Shape("alibaba", lambda content: _has(_inside(content, "result"), "sentences"), _read_alibaba),
    Shape("tencent", lambda content: _has(_inside(content, "response", "data"), "resultDetail"), _read_tencent),
    Shape("iflytek", lambda content: _has(_inside(content, "content"), "orderResult"), _read_iflytek),
)
