"""A report of figures as PDF, with its plots; the font is that of `bot.documents.paper_pdf`."""

from __future__ import annotations

import io
from datetime import datetime
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from bot.documents.paper_pdf import FONT
from bot.documents.plots import Box, Plot, Stroke, Words, draw
from bot.services.figures.report import Report, Section, Sheet

_MARGIN = 18 * mm
_TONES = {
    "first": colors.HexColor("#0b5c5e"), "second": colors.HexColor("#c98a2b"), "third": colors.HexColor("#8aa6a3"),
    "ink": colors.black, "soft": colors.HexColor("#586668"), "grid": colors.HexColor("#d8dfdd"),
}  # fmt: skip
_BODY = ParagraphStyle("body", fontName=FONT, fontSize=9.5, leading=14, wordWrap="CJK")
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9, leading=12)
_SOFT = ParagraphStyle("soft", parent=_BODY, fontSize=8.5, leading=12, textColor=_TONES["soft"])
_HEADING = ParagraphStyle("heading", parent=_BODY, fontSize=12.5, leading=18, spaceBefore=10, spaceAfter=3)
_TITLE = ParagraphStyle("title", parent=_BODY, fontSize=18, leading=26)


def print_report(report: Report, made_at: datetime, company: str) -> bytes:
    """The report as one PDF file. `made_at` and `company` are said below its title."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
    document = SimpleDocTemplate(target, pagesize=A4, title=report.title, author=company, **margins)
    width = document.width
    made = f"{company}，{report.span}，{made_at:%Y-%m-%d %H:%M} 生成"
    flow: list[Flowable] = [Paragraph(escape(report.title), _TITLE), Paragraph(escape(made), _SOFT), Spacer(1, 3 * mm)]
    if report.figures:
        flow.append(_sheet(Sheet(("指标", "数值"), report.figures), width))
    for section in report.sections:
        flow += _section(section, width)
    flow += [Spacer(1, 4 * mm), *(Paragraph(escape(note), _SOFT) for note in report.notes)]
    document.build(flow, onFirstPage=_number, onLaterPages=_number)
    return target.getvalue()


def _section(section: Section, width: float) -> list[Flowable]:
    flow: list[Flowable] = [Paragraph(escape(section.title), _HEADING)]
    for chart in section.charts:
        flow.append(KeepTogether([Paragraph(escape(chart.title), _BODY), _drawing(draw(chart), width)]))
    flow += [_sheet(sheet, width) for sheet in section.sheets]
    return [*flow, *(Paragraph(escape(note), _SOFT) for note in section.notes)]


def _sheet(sheet: Sheet, width: float) -> Flowable:
    if not sheet.rows:
        return Paragraph("没有。", _SOFT)
    cells = [[Paragraph(escape(cell), _CELL) for cell in row] for row in (sheet.head, *sheet.rows)]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, _TONES["grid"]),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f2f5f4")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
    )
    table = Table(cells, colWidths=[width / len(sheet.head)] * len(sheet.head), style=style, repeatRows=1)
    table.spaceBefore, table.spaceAfter = 3 * mm, 2 * mm
    return table


def _drawing(plot: Plot, width: float) -> Drawing:
    scale = min(1.0, width / plot.width)
    drawing = Drawing(plot.width * scale, plot.height * scale)
    drawing.scale(scale, scale)
    for shape in plot.shapes:
        drawing.add(_drawn(shape, plot.height))
    return drawing


def _drawn(shape: Box | Stroke | Words, height: float) -> Rect | Line | String:
    """The shape with y upwards, as PDF counts it."""
    colour = _TONES[shape.tone]
    if isinstance(shape, Box):
        return Rect(
            shape.x, height - shape.y - shape.height, shape.width, shape.height, fillColor=colour, strokeColor=None
        )
    if isinstance(shape, Stroke):
        return Line(shape.x1, height - shape.y1, shape.x2, height - shape.y2, strokeColor=colour, strokeWidth=0.5)
    return String(
        shape.x, height - shape.y, shape.text, fontName=FONT, fontSize=11, fillColor=colour, textAnchor=shape.anchor
    )


def _number(canvas: Canvas, _: SimpleDocTemplate) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"第 {canvas.getPageNumber()} 页")
