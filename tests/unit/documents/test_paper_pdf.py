"""A policy is printed as a PDF that holds Chinese and needs no font file."""

from __future__ import annotations

import re

from bot.documents.paper_pdf import FONT, print_paper
from bot.services.paper import Paper
from tests.pdf_text import words

PAPER = Paper(
    title="安家定期寿险 电子保单",
    lines=(("保险单号", "P2023001234"), ("投保人", "王建国，证件号 110***********0332"), ("备注", "<b>&")),
    sections=(
        ("保险责任", ("身故保险金（第四条）100 万元：等待期后身故，给付基本保额。",) * 80),
        ("责任免除", ("第五条：……",)),
    ),
    verification_code="ABCD-EFGH-JKMN",
)


def test_the_file_is_a_pdf_of_several_pages_with_the_font_of_the_reader() -> None:
    pdf = print_paper(PAPER)
    assert pdf.startswith(b"%PDF-")
    assert FONT.encode() in pdf
    assert b"/FontFile" not in pdf
    assert len(re.findall(rb"/Type /Page\b", pdf)) > 1


def test_what_is_to_be_read_is_in_it_and_markup_is_text() -> None:
    text = words(print_paper(PAPER))
    for wanted in ("安家定期寿险", "P2023001234", "等待期后身故", "责任免除", "ABCD-EFGH-JKMN", "<b>&"):
        assert wanted in text, text[:400]


def test_a_letter_that_is_sealed_by_hand_has_no_code() -> None:
    letter = Paper("告知书", (("投诉编号", "T1"),), (("依据", ("第十八条",)), ("", ("示例公司",))))
    text = words(print_paper(letter))
    assert "验证码" not in text
    assert "示例公司" in text


def test_the_files_properties_tell_nothing_about_anybody() -> None:
    information = print_paper(PAPER)
    assert b"P2023001234" not in information
    assert "王建国".encode("utf-16-be") not in information
