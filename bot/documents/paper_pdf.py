"""A paper for a customer as PDF.

STSong-Light is one of the fonts that PDF readers bring themselves (Adobe's Asian font collection), so nothing has to be
downloaded or installed to print Chinese; see docs/adr/0008-electronic-policies.md.
"""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from bot.services.paper import Paper

FONT = "STSong-Light"
_LABEL_WIDTH = 32 * mm
_MARGIN = 20 * mm


def print_paper(paper: Paper) -> bytes:
    """The paper as one PDF file."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title="保险资料",  # no name and no number: a file's properties are shown where its text is not
        author="保险客服",
    )
    document.build(list(_flow(paper, document.width)), onFirstPage=_footer(paper), onLaterPages=_footer(paper))
    return target.getvalue()


def _flow(paper: Paper, width: float) -> list[Flowable]:
    body = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=15, wordWrap="CJK")
    heading = ParagraphStyle("heading", parent=body, fontSize=12, leading=18, spaceBefore=8, spaceAfter=3)
    title = ParagraphStyle("title", parent=body, fontSize=17, leading=26, spaceAfter=6)
    code = (("验证码", paper.verification_code),) if paper.verification_code else ()
    rows = (*paper.lines[:1], *code, *paper.lines[1:])
    table = Table(
        [[Paragraph(escape(label), body), Paragraph(escape(value), body)] for label, value in rows],
        colWidths=[_LABEL_WIDTH, width - _LABEL_WIDTH],
        style=TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]),
    )
    flow: list[Flowable] = [Paragraph(escape(paper.title), title), table, Spacer(1, 4 * mm)]
    for name, paragraphs in paper.sections:
        flow.append(Paragraph(escape(name), heading) if name else Spacer(1, 8 * mm))
        flow += [Paragraph(escape(text), body) for text in paragraphs]
    return flow


def _footer(paper: Paper):  # type: ignore[no-untyped-def]
    def draw(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(FONT, 8)
        if paper.verification_code:
            canvas.drawString(_MARGIN, 10 * mm, f"验证码 {paper.verification_code}")
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"第 {canvas.getPageNumber()} 页")

    return draw
