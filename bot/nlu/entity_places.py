"""Places: administrative names from the word list, roads and landmarks by their last word, addresses as whole spans."""

from __future__ import annotations

import re

from bot.text.candidates import Candidate

_ROAD_WORD = (
    r"高速公路|高速路|高速|国道|省道|县道|快速路|高架桥|高架|立交桥|立交|大道|大街|[东南西北中]路|[东南西北]街|路|街|巷|胡同|"
    r"大桥|桥|隧道|收费站|服务区|停车场|小区|花园|公寓|大厦|广场|新区|开发区|产业园|工业园|火车站|高铁站|机场|体育馆|体育中心|步行街|水库"
)
_SUFFIX = re.compile(rf"(?:{_ROAD_WORD})(?![\u4e00-\u9fff]*医院)")
_TAIL = re.compile(
    r"(?:[东南西北]?[一二三\d]?段)?(?:[A-Z]?[\d零〇一二三四五六七八九十百幺]{1,5}(?:号院|号楼|号门(?!口)|号|弄|栋|幢|座|单元|室|公里处?|公里|楼|层|停车场))*"
    r"(?:地下[一二三\d]层|[东南西北]侧|门口|附近|路口|交叉口|旁边?|出口|入口|匝道|地库|停车场)*"
)
_NUMBERED_ROAD = re.compile(
    r"(?:[GS]\d{1,4}(?![\dA-Za-z])(?:[\u4e00-\u9fff]{1,3}高速)?|\d{3}(?:国道|省道|县道)|[一-鿿]?[东南西北]?[一二三四五六]环(?:[东南西北]?路)?(?:辅路|主路)?)"
    r"(?:[KkA-Z]?\d+(?:\+\d+)?公里处?)?"
)
# Words in -路, -街, -桥 and so on that name no place.
_NO_PLACE = frozenset(
    [
        "走路",
        "赶路",
        "跑路",
        "迷路",
        "顺路",
        "线路",
        "短路",
        "思路",
        "套路",
        "上路",
        "道路",
        "马路",
        "公路",
        "铁路",
        "十字路",
        "半路",
        "一路",
        "网路",
        "出路",
        "领路",
        "带路",
        "绕路",
        "堵路",
        "后路",
        "岔路",
        "小路",
        "大路",
        "水路",
        "电路",
        "销路",
        "退路",
        "几路",
        "啥路",
        "山路",
        "走高速",
        "上高速",
        "高速",
        "高速公路",
        "高速路",
        "国道",
        "省道",
        "路",
        "街",
        "桥",
        "隧道",
        "小区",
        "停车场",
        "收费站",
        "服务区",
        "花园",
        "公寓",
        "大厦",
        "广场",
        "大街",
        "大桥",
        "大道",
        "天桥",
        "搭桥",
        "机场",
        "火车站",
        "高铁站",
        "高架",
        "高架桥",
        "上街",
        "逛街",
        "过街",
        "机场路",
        "新区",
        "开发区",
        "公里路",
        "养路",
        "修路",
        "后桥",
        "前桥",
        "车桥",
        "体育馆",
        "水库",
        "立交桥",
        "巷",
        "胡同",
        "街道",
        "问路",
        "开路",
        "来路",
        "门路",
        "过路",
        "末路",
        "活路",
        "生路",
        "死路",
        "让路",
        "探路",
        "通路",
        "多路",
        "路路",
        "气路",
        "油路",
        "全路",
        "弯路",
        "老路",
        "近路",
        "远路",
        "夜路",
        "土路",
        "车路",
        "回路",
        "上班路",
        "下班路",
        "送货路",
        "放学路",
        "回家路",
        "跳广场",
        "老路",
        "没路",
    ]
)
_NO_NAME = re.compile(
    r"(?:[在去到住从往送于进把我你他她它们的了是和跟与或被给来过着就都这那哪有没要想问找让请按离对由等停堵开坏撞坐走跑跳上下个条段座几每某啥刚]|一|二|三|"
    r"马上|现在|公司|单位|老家|本地|附近|外地|自己|我们|你们|前面|后面|旁边|对面|刚才|昨天|今天|车子|汽车|司机|护栏|线路|上班|下班|送货|放学|回家|晚上|高速|长|大|小|老|新|旧|同|整个|全|地下|超市|商场|农村|城里|业务|收费|免费|"
    r"一个|一条|这个|那个|哪个|服务区|律师|健身房|啤酒|醉酒)$"
)
_NAMED_PREMISES = re.compile(
    r"(?:停在?|堵在|困在|(?<![现正还实人])在|地点:?|送到|拖到)(?P<place>(?P<name>[\u4e00-\u9fff]{2,4})(?:酒店|小学|中学|大学|幼儿园|汽修厂?|商场|超市停车场|菜市场|4[Ss]店))"
)
_NOT_HERE_AFTER = re.compile(r"人(?!民|行)|话|时间|菜|居民|保险|银行|农商|现代|大众|人寿|财险|分行|产")


class PlaceFinder:
    """Reads places from folded text and its tokens."""

    def __init__(self, places: frozenset[str]) -> None:
        self._places = places
        self._longest = max(map(len, places), default=0)

    def find(self, folded: str, boundaries: set[tuple[int, int]]) -> list[Candidate]:
        """浙江省宁波市鄞州区, 重庆渝北, 苏州解放路12号: neighbouring parts make one place."""
        spans = sorted(
            [
                *self._administrative(folded, boundaries),
                *_where_it_happened(folded),
                *_landmarks(folded, boundaries),
                *(match.span() for match in _NUMBERED_ROAD.finditer(folded)),
            ]
        )
        merged: list[tuple[int, int]] = []
        for start, end in spans:
            if merged and start <= merged[-1][1] + (folded[merged[-1][1] : start] == " "):
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return [self._with_tail(folded, start, end) for start, end in merged]

    def _with_tail(self, folded: str, start: int, end: int) -> Candidate:
        tail = _TAIL.match(folded, end)
        end = tail.end() if tail else end
        return Candidate("location", start, end, folded[start:end])

    def _administrative(self, folded: str, boundaries: set[tuple[int, int]]) -> list[tuple[int, int]]:
        """The longest listed names, left to right, with 省, 市, 区, 县 behind them."""
        found, index = [], 0
        starts, ends = {start for start, _ in boundaries}, {end for _, end in boundaries}
        while index < len(folded):
            end = self._listed_end(folded, index)
            if end is None:
                index += 1
                continue
            suffix = re.compile(r"[省市区县州](?![的长内外分]?[行府民])").match(folded, end)
            end = suffix.end() if suffix else end
            # 隧|道里: a short name must begin and end with a word.
            whole = end - index > 2 or (index in starts and end in ends)
            if whole and not _NOT_HERE_AFTER.match(folded, end):
                found.append((index, end))
            index = end if whole else index + 1
        return found

    def _listed_end(self, folded: str, index: int) -> int | None:
        for size in range(min(self._longest, len(folded) - index), 1, -1):
            if folded[index : index + size] in self._places:
                return index + size
        return None


def _where_it_happened(folded: str) -> list[tuple[int, int]]:
    """地点实验小学门口, 送到丰田4S店: a named shop or school is a place only behind a word that asks where."""
    matches = _NAMED_PREMISES.finditer(folded)
    return [match.span("place") for match in matches if not _NO_NAME.search(match["name"])]


def _landmarks(folded: str, boundaries: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """人民路, 锦绣花园, 沪昆高速: a word that ends like a place, with the word before it if that is its name."""
    by_end = {end: start for start, end in boundaries}
    found = []
    for match in _SUFFIX.finditer(folded):
        start = by_end.get(match.end())
        if start is None:
            continue
        if start >= match.start():
            start = _name_before(folded, match.start(), by_end)
        if start is not None and folded[start : match.end()] not in _NO_PLACE:
            found.append((_with_lone_character(folded, start), match.end()))
    return found


def _with_lone_character(folded: str, start: int) -> int:
    """在亮|马桥路: a character that the tokenizer left alone between 在 and the name is the name's."""
    lone, behind = folded[start - 1 : start], folded[start - 2 : start - 1]
    belongs = start >= 2 and behind in "在到于往沿" and "\u4e00" <= lone <= "\u9fff" and not _NO_NAME.search(lone)
    return start - 1 if belongs else start


def _name_before(folded: str, end: int, by_end: dict[int, int]) -> int | None:
    """Where the name in front of a landmark word begins: one token of Chinese, none of the words that name nothing."""
    start = by_end.get(end)
    if start is None or not re.fullmatch(r"[\u4e00-\u9fff]{2,6}", folded[start:end]):
        return None
    return None if _NO_NAME.search(folded[start:end]) else start
