"""What may become a training sentence, and what trainers may do when."""

from __future__ import annotations

import pytest

from bot.services.review.errors import ExampleFlawError
from bot.services.review.example import LONGEST, mark, plain, read_example
from bot.services.understanding import Entity

TYPES = ("document", "line_of_business")


def test_a_sentence_is_read_on_one_line_with_its_marks():
    assert read_example("  [发票](document)\n丢了 怎么办 ", TYPES) == "[发票](document) 丢了 怎么办"
    assert plain("[发票](document)和[病历](document)") == "发票和病历"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "空"), ("好" * (LONGEST + 1), "最长"), ("[发票](invoice)", "invoice"), ("发票[丢了", "方括号"),
        ("[发票]丢了", "方括号"), ("我叫李*明", "隐去"), ("电话138****1234", "隐去"), ("打13800001234找我", "真实信息"),
        ("退\u200b保", "看不见"),
    ],
)  # fmt: skip
def test_what_no_corpus_should_hold_is_refused_with_why(written, why):
    with pytest.raises(ExampleFlawError) as raised:
        read_example(written, TYPES)
    assert why in str(raised.value.data["flaw"])


def test_entities_are_marked_where_masking_left_them():
    entities = (Entity("document", "发票", "发票", 0, 2), Entity("document", "病历", "病历", 3, 5))
    assert mark("发票和病历", "发票和病历", entities) == "[发票](document)和[病历](document)"
    assert mark("发票和病历", "**和病历", entities) == "**和[病历](document)"
    assert mark("发票a@b.cn", "发票a***@b.cn", entities) == "发票a***@b.cn"
    assert mark("发票和[病历", "发票和[病历", entities) == "发票和[病历"
