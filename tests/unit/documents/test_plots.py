"""Plots as shapes: to scale, escaped, empty where there is nothing; and the report they are printed in."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

from bot.calendars.clocks import SHANGHAI
from bot.documents.plots import Box, Words, draw, svg
from bot.documents.report_pdf import print_report
from bot.services.figures.report import Chart, Report, Section, Series, Sheet, bars
from tests.pdf_text import words

HOSTILE = "<script>alert(1)</script>\"'&"


def boxes(chart: Chart) -> list[Box]:
    return [
        shape
        for shape in draw(chart).shapes
        if (isinstance(shape, Box) and shape.y > 20) or (isinstance(shape, Box) and chart.lying)
    ]


def test_lying_bars_are_as_long_as_their_counts_the_most_frequent_first():
    chart = bars("按类别", {"销售": 1, "理赔": 4})
    longest, shortest = boxes(chart)
    assert chart.labels == ("理赔", "销售")
    assert round(longest.width / shortest.width, 6) == 4
    assert longest.says == "理赔 4 件"


def test_columns_stand_on_one_line_and_nothing_measured_has_none():
    chart = Chart("趋势", ("10月", "11月"), (Series("及时率", (50.0, None)), Series("满意度", (100.0, 25.0))), "%")
    found = boxes(chart)
    assert len(found) == 3
    assert {round(box.y + box.height, 3) for box in found} == {180.0}
    heights = {box.says: round(box.height, 2) for box in found}
    assert heights["10月 满意度 100%"] == 2 * heights["10月 及时率 50%"]


def test_a_chart_without_values_says_so():
    plot = draw(Chart("空", (), (Series("空", ()),)))
    assert [shape.text for shape in plot.shapes if isinstance(shape, Words)] == ["没有数据"]
    assert draw(Chart("空", ("甲",), (Series("空", (0,)),))).height < 50


def test_markup_is_escaped_and_carries_no_style():
    markup = svg(draw(bars(HOSTILE, {HOSTILE: 3})))
    assert "<script" not in markup
    assert "style=" not in markup
    ElementTree.fromstring(markup)


def test_a_report_is_printed_with_its_figures_tables_and_plots():
    chart = Chart("趋势", ("10月", "11月"), (Series("投诉", (3, 8)),), "件")
    section = Section(
        "按类别", (bars("按类别", {f"类别{HOSTILE}": 2}), chart), (Sheet(("类别", "件"), (("销售", "2"),)),), ("注一",)
    )
    report = Report("消费投诉分析", "2026 年 11 月", (("收到投诉", "2 件"),), (section,), ("注二",))
    printed = print_report(report, datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI), "示例保险")
    assert printed.startswith(b"%PDF")
    text = words(printed)
    for shown in ("消费投诉分析", "2026 年 11 月", "2026-11-23 09:12", "收到投诉", "销售", "注一", "注二", "11月"):
        assert shown in text
