"""A policy is printed as a PDF that holds Chinese and needs no font file."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode

from bot.documents.paper_pdf import FONT, print_paper
from bot.services.paper import Paper

PAPER = Paper(
    title="安家定期寿险 电子保单",
    lines=(("保险单号", "P2023001234"), ("投保人", "王建国，证件号 110***********0332"), ("备注", "<b>&")),
    sections=(
        ("保险责任", ("身故保险金（第四条）100 万元：等待期后身故，给付基本保额。",) * 80),
        ("责任免除", ("第五条：……",)),
    ),
    verification_code="ABCD-EFGH-JKMN",
)


def words(pdf: bytes) -> str:
    """The text of a file with UCS-2 strings, without a PDF library."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    plain = b"".join(zlib.decompress(a85decode(b"<~" + stream.strip(), adobe=True)) for stream in streams)
    strings = re.findall(rb"\((.*?)(?<!\\)\) Tj", plain, re.DOTALL)
    return "".join(_unescape(found).decode("utf-16-be", "ignore") for found in strings)


def _unescape(text: bytes) -> bytes:
    text = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), text)
    return re.sub(rb"\\(.)", rb"\1", text, flags=re.DOTALL)


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


def test_the_files_properties_tell_nothing_about_anybody() -> None:
    information = print_paper(PAPER)
    assert b"P2023001234" not in information
    assert "王建国".encode("utf-16-be") not in information
