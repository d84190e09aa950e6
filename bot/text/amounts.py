"""Sums of money in yuan: with a unit (三百块, 五块二), large and bare (三万五), or bare after a word about money."""

from __future__ import annotations

import re

from bot.text.normalise import fold
from bot.text.numerals import NUMBER, parse_number
from bot.text.spans import Span, without_overlaps
from bot.text.tails import CUE as TAIL

Amount = int | float

_ROUGH = r"(?:[多来]|出头)?"
_YUAN = r"(?:块钱|元钱|人民币|块|元|圆)"
_DIMES_AND_FEN = (
    r"(?:(?:零(?=[^零]毛|[^零]角))?(?P<jiao>[一二两三四五六七八九半\d])(?:毛|角)?(?:(?P<fen>[一二三四五六七八九\d])分?)?"
    r"(?![\d十百千万个年月天人次])|零(?P<only_fen>[一二两三四五六七八九])分(?!钟))?"
)
_DECIMAL = r"(?:点[零一二三四五六七八九]+[万千百亿]?)?"
_WITH_UNIT = re.compile(rf"(?P<number>{NUMBER}{_DECIMAL}){_ROUGH}(?P<more>[万亿千百]?){_YUAN}{_DIMES_AND_FEN}")
_DIMES = re.compile(rf"(?P<number>{NUMBER})(?:毛钱?|角钱)(?![病])")
# 一块儿, 一块交: "together", not a coin.
_TOGETHER = re.compile(r"一块(?=[^钱,，。!！?？;；\s\d]|$)")
_MEASURE = (
    r"(?!\s*(?:号|[个人名位次天日月周岁份条单户种家件台辆米里楼斤吨克字句遍回步度分点倍平厘毫股票%时小级头只亩箱瓶]|"
    r"年(?!交|要|得|缴)|公[里斤]|强|医疗|成|之|用户|客户|保单|车主|多))"
)
_LARGE = re.compile(
    rf"(?<![第每\d.几数好])(?P<number>(?=[\d一二两俩三四五六七八九十壹贰叁肆伍陆柒捌玖拾]){NUMBER}(?:点[零一二三四五六七八九]+[万亿千wW])?)"
    rf"(?![零〇一二两三四五六七八九十百千\d.点]){_ROUGH}(?P<more>[万亿]?)(?![万亿百千来]){_MEASURE}"
)
# 一个亿, 两个亿五千万; 一个亿万富翁 is no sum.
_YI = re.compile(rf"(?<![第\d.几数好])(?P<number>(?:{NUMBER}|半)个亿(?!万?富)(?:{NUMBER})?)(?:{_YUAN})?")
# 一点五个w, 两个万: the unit as it is chatted.
_WAN = re.compile(
    rf"(?<![第\d.几数好])(?P<number>{NUMBER}{_DECIMAL})个(?P<unit>[wW](?![A-Za-z0-9])|万(?![人元块能用达科年]|一))"
)
# 五十个保的, 保额一百个: so many 万, as salesmen talk; only a word about cover makes a bare 个 money.
_ENDS = r"(?=$|[\s,，。!！?？;；、]|的|吧|吗|呢|左右|够|吃|了)"
_SLANG = re.compile(
    rf"(?:保额(?:就?是|现在|目前|原来|当时|总共|一共|有|才|只有|做到?|做了|买了?|加到|提到|降到|改成|改为|要|给|上到|写的|[:：\s]){{0,2}}(?P<cover>{NUMBER})个{_ENDS}"
    rf"|(?<![第\d.几数好])(?P<insured>{NUMBER})个(?:的保额|保的|保额)"
    rf"|(?:赔付?|保)(?:了|到|我|给我|的是|过)?(?P<paid>(?=[\d一二三四五六七八九]*[十百\d]){NUMBER})个{_ENDS})"
)
_HAS_UNIT = re.compile(r"[百佰千仟万亿kKwW]")
_CUE = (
    r"(?:保额|保费|保险金|金额|价格|报价|预算|人均|费用|赔款|工资|月供|存款|余额|欠款|本金|本息|利息|现金价值|免赔额|定损|奖金|押金|"
    r"垫付|报销|支付|贷款|交费|缴费|交|缴|赔偿|赔付|赔|花|付|扣|划走|退|领|取|存|借|贷|还|给|收|要|充|修车|修|才|只|少|坑|涨到|涨|"
    r"降到|降|加到|提到|改成|改为|改回|调到|到手|每年|一年|每个?月|一个月|一天|每天|报|是)"
    r"(?:了|过|的是|的|是|为|我|他|她|您|你|们|掉|走|出|回来|到|大概|大约|差不多|一共|总共|就|都|也|才|只有|只|有|得|给|交|:|\s|这|那){0,4}"
)
_BARE = re.compile(rf"{_CUE}(?P<number>[1-9]\d{{2,6}}(?:\.\d{{1,2}})?)(?![\d.\-/:A-Za-z]){_ROUGH}{_MEASURE}")
_NEXT_BARE = re.compile(r"[\s、和跟]{1,2}(?P<number>[1-9]\d{2,6})(?![\d.\-/:A-Za-z年月日号])" + _MEASURE)


def find_amounts(text: str) -> list[Span[Amount]]:
    """Sums in yuan, in reading order. Vague ones (几万, 三五千) have no value and are left out."""
    folded = fold(text)
    spans = [*_with_unit(folded, text), *_bare(folded, text)]
    return without_overlaps(spans)


def largest_amount(text: str) -> Amount | None:
    """The largest sum named, in yuan; None when none is."""
    return max((span.value for span in find_amounts(text)), default=None)


def _with_unit(folded: str, text: str) -> list[Span[Amount]]:
    spans = []
    for match in _WITH_UNIT.finditer(folded):
        if _is_vague(folded, match.start("number"), match["number"]) or _TOGETHER.match(folded, match.start()):
            continue
        value = parse_number(match["number"] + match["more"])
        if not value:
            continue
        for digit, scale in ((match["jiao"], 0.1), (match["fen"] or match["only_fen"], 0.01)):
            value += (5 if digit == "半" else parse_number(digit) or 0) * scale if digit else 0
        spans.append(_span(match, text, value))
    for match in _DIMES.finditer(folded):
        dimes = parse_number(match["number"])
        if dimes is not None:
            spans.append(_span(match, text, dimes * 0.1))
    return [*spans, *_by_the_piece(folded, text)]


def _by_the_piece(folded: str, text: str) -> list[Span[Amount]]:
    """两个万, 保额一百个, 一个亿: a big unit or what stands for it behind 个."""
    spans = []
    for match in _WAN.finditer(folded):
        value = parse_number(match["number"] + match["unit"])
        if value and not _is_vague(folded, match.start("number"), match["number"]):
            spans.append(_span(match, text, value))
    for match in _SLANG.finditer(folded):
        group = match.lastgroup or ""
        value = parse_number(match[group])
        if value and not _is_vague(folded, match.start(group), match[group]):
            spans.append(_of_slang(match, group, text, value))
    for match in _YI.finditer(folded):
        head, _, rest = match["number"].partition("个亿")
        hundred_millions = 0.5 if head == "半" else parse_number(head)
        if hundred_millions:
            spans.append(_span(match, text, hundred_millions * 10**8 + (parse_number(rest) or 0)))
    return spans


_NO_MONEY_BEFORE = re.compile(
    r"(?:分之|(?:粉丝|播放|浏览|点赞|阅读|关注|转发)(?:量|数)?(?:有|是|了|破|过)?)$"
    # Digits that name something: 尾号是7788, 手机号是一百三十八 零零…
    rf"|(?:{TAIL}|[卡账帐单案证编]号|手机号|电话号|号码)(?:码|数)?(?:应该|好像)?(?:是|为|写的|不对|[:：\s,，])*$"
)
_CUE_REACH = 20
# 一百三十八 零零一三: a number read out, whatever stands before it.
_READ_OUT = re.compile(r"一百[三五六七八九]十[一二三四五六七八九]?[\s,，、]{0,2}[0-9零〇○一二三四五六七八九幺]{3}")


def _bare(folded: str, text: str) -> list[Span[Amount]]:
    spans = []
    for pattern in (_LARGE, _BARE):
        for match in pattern.finditer(folded):
            if _is_vague(folded, match.start("number"), match["number"]):
                continue
            start = match.start("number")
            if _NO_MONEY_BEFORE.search(folded, max(0, start - _CUE_REACH), start) or _READ_OUT.match(folded, start):
                continue
            more = match["more"] if pattern is _LARGE else ""
            if pattern is _LARGE and not _HAS_UNIT.search(match["number"] + more):
                continue
            value = parse_number(match["number"] + more)
            if value:
                spans.append(_span(match, text, value))
                spans.extend(_listed_after(folded, match.end(), text) if pattern is _BARE else [])
    return spans


def _listed_after(folded: str, start: int, text: str) -> list[Span[Amount]]:
    """6800 7900 9200: bare sums in a row after one that a cue announced."""
    spans = []
    while match := _NEXT_BARE.match(folded, start):
        spans.append(_span(match, text, float(match["number"])))
        start = match.end()
    return spans


_TWO_DIGITS_TOGETHER = re.compile(r"[一二三四五六七八九]{2}(?=[十百千万])|(?<=[百千万亿wWkK])[一二三四五六七八九]{2}$")
# 我们俩万一出事, 你俩千万别急: two people, no sum.
_TWO_PEOPLE = re.compile(r"俩(?:万一(?![千百])|千万(?![元块]))")
_PERSON_BEFORE = frozenset("们你我他她咱哥姐弟妹爷娘夫妻口")
# 5W30, a plate, a part's number: letters on either side are no unit.
_CODE = re.compile(r"[A-Za-z]")


def _is_vague(folded: str, start: int, number: str) -> bool:
    """几百块, 三五千, 一万二三: an order of size, not a sum; nor are 我们俩 and A2w5 any."""
    before, after = folded[start - 1 : start] if start else "", folded[start + len(number) :][:1]
    if number.startswith("俩") and (before in _PERSON_BEFORE or _TWO_PEOPLE.match(folded, start)):
        return True
    if _CODE.search(number) and (_CODE.match(before) or _CODE.match(after)):
        return True
    return before in {"几", "数"} or bool(_TWO_DIGITS_TOGETHER.search(number))


def _of_slang(match: re.Match[str], group: str, text: str, ten_thousands: Amount) -> Span[Amount]:
    start, end = match.start(group), match.end(group) + len("个")
    return Span(start, end, text[start:end], int(ten_thousands * 10**4))


def _span(match: re.Match[str], text: str, value: Amount) -> Span[Amount]:
    rounded = round(float(value), 2)
    start, end = match.start("number"), match.end()
    return Span(start, end, text[start:end], int(rounded) if rounded.is_integer() else rounded)
