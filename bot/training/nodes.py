"""YAML as nodes that know their lines, with complaints a trainer understands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml


class MisshapenError(Exception):
    """A file does not read as what it should be; `line` from 1, `remedy` says how it is written."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


_PROBLEMS = {
    "could not find expected ':'": "少了冒号，或者冒号后面没有空一格",
    "mapping values are not allowed in this context": "多了一个冒号，或者这一行缩进不对",
    "did not find expected key": "这一行的缩进和上下不齐，或者引号没有配对",
    "did not find expected '-' indicator": "这一行的缩进和上下的“- ”不齐",
    "found character": "有不能用的字符：缩进只能用空格，不能用 Tab",
    "found a tab character": "缩进只能用空格，不能用 Tab",
    "block sequence entries are not allowed": "“- ”不能写在这里，要另起一行、和上下的“- ”对齐",
    "found unknown escape character": "双引号里有“\\”，改用单引号",
    "did not find expected ',' or ']'": "方括号没有配对，或者逗号写成了中文逗号",
    "did not find expected ',' or '}'": "花括号没有配对，或者逗号写成了中文逗号",
    "found unexpected end of stream": "引号没有配对",
    "found undefined alias": "“*名字”前面没有写过“&名字”",
}


@dataclass(frozen=True)
class Node:
    """One value of a file."""

    raw: yaml.Node

    @property
    def line(self) -> int:
        return int(self.raw.start_mark.line) + 1

    @property
    def text(self) -> str:
        """A scalar's text. Raises MisshapenError."""
        if not isinstance(self.raw, yaml.ScalarNode):
            raise MisshapenError(self.line, "这里应该是一段文字", "写成“词: 文字”，不要再分层")
        return str(self.raw.value)

    @property
    def is_null(self) -> bool:
        return self.raw.tag == "tag:yaml.org,2002:null"

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.raw, yaml.SequenceNode)

    def items(self) -> list[Node]:
        """A list's values; of an empty value none. Raises MisshapenError."""
        if self.is_null:
            return []
        if not isinstance(self.raw, yaml.SequenceNode):
            raise MisshapenError(self.line, "这里应该是一串，每项前面写“- ”", "每项另起一行，前面写“- ”")
        return [Node(each) for each in self.raw.value]

    def pairs(self) -> list[tuple[Node, Node]]:
        """A mapping's keys and values. Raises MisshapenError, also for a key that is there twice."""
        if self.is_null:
            return []
        if not isinstance(self.raw, yaml.MappingNode):
            raise MisshapenError(self.line, "这里应该写成“词: 内容”", "每行写“词: 内容”，冒号后面空一格")
        found = [(Node(key), Node(value)) for key, value in self.raw.value]
        seen: dict[str, int] = {}
        for key, _ in found:
            if key.text in seen:
                raise MisshapenError(
                    key.line, f"“{key.text}”写了两遍，第 {seen[key.text]} 行已经有了", "合成一处，或者删掉一处"
                )
            seen[key.text] = key.line
        return found

    def mapping(self) -> dict[str, Node]:
        """As `pairs`, by key."""
        return {key.text: value for key, value in self.pairs()}

    def texts(self) -> Iterator[tuple[str, int]]:
        """The texts of a list, or of a single scalar, with their lines."""
        for each in self.items() if self.is_list else [self]:
            yield each.text, each.line


def read_node(text: str) -> Node:
    """The top of a YAML text. Raises MisshapenError with the line."""
    try:
        top = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        problem = failure.problem or ""
        told = next((zh for en, zh in _PROBLEMS.items() if problem.startswith(en)), f"不合 YAML 的写法（{problem}）")
        raise MisshapenError(
            int(mark.line) + 1 if mark else 0,
            told,
            "照上一段没有问题的样子改这一行：缩进用空格、和同级的对齐，冒号后面空一格",
        ) from failure
    except yaml.YAMLError as failure:
        raise MisshapenError(
            0, f"不合 YAML 的写法（{failure}）", "文件要存成 UTF-8，不能有看不见的控制字符"
        ) from failure
    if top is None:
        raise MisshapenError(1, "文件是空的", "不要的文件就删掉；要的把内容写回来")
    return Node(top)
