"""Where a message about beneficiaries names people: "李梅占四成，剩下的给王和平"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.services.understanding import Understood

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲家封芮储靳邴松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全"
    "班仰秋仲伊宫宁仇栾暴甘祖武符刘景詹束龙叶幸司韶黎溥印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳"
    "逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘"
    "匡国文寇广禄阙东欧沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖仉"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|端木|独孤|南宫"
_TITLE = re.compile(r"(先生|女士|小姐|老师|经理|师傅)$")
_BEGINS = re.compile(rf"(?:{_COMPOUND}|[{_SURNAMES}])")
# What may stand before and behind a name. Many of these characters are also in names (王和平, 李想, 张全), so they cut
# a run of characters only where a whole name remains.
_FILLER = re.compile(
    r"受益人|关系|改成|改为|换成|分给|留给|剩下|余下|其余|剩余|份额|比例|名字|姓名|还有|另外|以及|加上|添加|增加|一个|我要|我想|想要|全部|一共"
    r"|[把将改换写填给都全各占得拿分是的和跟与及想就吧了叫他她我们俩两归要也再按让为个加那这由]"
)
# At the end of a run these belong to the name ("陈建和，子女"); before anything else they are "and".
_ENDS_A_NAME = frozenset("和全想成就")


def find_names(
    text: str, said: Understood, covered: Sequence[tuple[int, int]], known: Sequence[str]
) -> list[tuple[int, int, str]]:
    """(start, end, name) in reading order. `covered` are the places already read as something else; `known` are names
    told before. The recogniser's names are believed first, then whatever looks like a Chinese name is one."""
    found: list[tuple[int, int, str]] = []
    blanked = _blank(text, covered)
    for name in sorted(known, key=len, reverse=True):
        # 小宇 is 王小宇 when we know no other; one character alone could be anybody.
        called = re.compile(f"{re.escape(name[0])}?{re.escape(name[1:])}" if len(name) == 3 else re.escape(name))
        places = [hit.span() for hit in called.finditer(blanked)]
        found += [(*place, name) for place in places]
        blanked = _blank(blanked, places)
    for entity in said.of_type("person_name"):
        start = blanked.find(entity.value)
        if start >= 0 and _BEGINS.match(entity.value) and not _TITLE.search(entity.value):
            found.append((start, start + len(entity.value), entity.value))
            blanked = _blank(blanked, [(start, start + len(entity.value))])
    for run in re.finditer(r"[\u4e00-\u9fff·]+", blanked):
        found += _in_run(run.group(), run.start(), blanked[run.end() : run.end() + 1])
    return sorted(found)


def _blank(text: str, places: Sequence[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in places:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _in_run(run: str, offset: int, behind: str) -> list[tuple[int, int, str]]:
    found, at = [], 0
    while at < len(run):
        filler = _FILLER.match(run, at)
        if filler and (len(filler.group()) > 1 or _FILLER.match(run, filler.end()) or filler.end() == len(run)):
            at = filler.end()  # "都给王小宇": 都 is a surname too
            continue
        length = _name_length(run[at:], ends_there=behind in ("", ",", ";", "、", "。", "(", "\n"))
        if length:
            found.append((offset + at, offset + at + length, run[at : at + length]))
            at += length
            continue
        at = filler.end() if filler else at + 1
    return found


def _name_length(run: str, *, ends_there: bool) -> int:
    """How much of the beginning of `run` is one name; 0 when it begins with none."""
    if not _BEGINS.match(run):
        return 0
    for length in (3, 4, 2) if re.match(_COMPOUND, run) else (2, 3, 4):
        rest = run[length:]
        if len(run) < length:
            continue
        if length == 2 and ends_there and rest in _ENDS_A_NAME:
            return 3
        if not rest or _FILLER.match(rest):
            return length
    return 0
