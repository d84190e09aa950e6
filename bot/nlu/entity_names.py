"""Person names: by the words that introduce one, by a title, by what they are made of, or alone as the message."""

from __future__ import annotations

import re

from bot.nlu.vocabularies import Vocabularies
from bot.text.candidates import Candidate

_HAN = r"[\u4e00-\u9fff]"
# After these comes a name and hardly anything else, so even a rare surname and a rare given name are believed.
_STRONG = re.compile(
    r"(?:我叫|他叫|她叫|名叫|名字叫做?|名字是|叫做|姓名(?:是|为|叫|改成|改为|登记成了?|写成了?)?|户名是?|"
    r"名字(?:改成|改为|写成了?|登记成了?|打成了?|写错成)?|曾用名|自称|以前叫|现在叫)[\s:,]{0,2}"
)
# A role is often followed by the name of who has it, and as often by something else.
_ROLE = re.compile(
    r"(?:本人|投诉人|报案人|申请人|出险人|联系人|负责人|司机|车主|业务员|经理|代理人|理赔员|查勘员|定损员|专员|顾问|讲师|收费员|营销员|柜员|客服|"
    r"投保人|被保险人|被保人|受益人|领取人|推荐人|经办人|举报|夸夸|表扬|我是|这是|不是|是|叫|找|给|换成|改成|改为|变更为|成|由)"
    r"(?:叫|是|为|换成|改成|改为|变更为|写的是?)?[\s:,]{0,2}"
)
_BARE = re.compile(rf"^\s*({_HAN}{{2,4}})[\s。.!]*$")
_TITLE = re.compile(
    r"先生|女士|小姐|经理|主任|师傅|老师|主管|科长|处长|会计|医生|大夫|专员|总|工(?!作|伤|人|资|程|地)|姐(?!姐|夫|弟|妹)|哥(?!哥)|某{1,2}"
)
_NICKNAME = re.compile(r"[小老阿](?P<surname>[\u4e00-\u9fff])")
_NOT_NICKNAMES = frozenset(
    [
        "小时",
        "小孩",
        "小区",
        "小车",
        "小米",
        "小费",
        "小金",
        "小康",
        "小白",
        "小于",
        "小路",
        "小麦",
        "小高",
        "小汤",
        "小龙",
        "小石",
        "老龙",
        "老解",
        "老于",
        "老方",
        "小方",
        "老石",
        "小解",
        "小游",
        "小陆",
        "老路",
        "阿姚",
        "老齐",
        "小齐",
        "小盛",
        "小程",
        "小钱",
        "小毛病",
        "老高",
        "老毛病",
        "阿姨",
    ]
)
_TAIL = re.compile(r"先生|女士|小姐|经理|主任|师傅|老师|[姐哥]|某")

# A given name does not hold these; they are the sentence going on.
_FUNCTION = frozenset(
    "的了吗呢吧啊呀么是在不没有我你他她它们这那就都也很还要会能把被给让和跟与或为从到去来说个位号险保单费钱款案赔手电身证卡车已因想请您该即其且但并行啥谁哪何怎几栏查付"
)


class NameFinder:
    """Finds Chinese names of two to four characters that begin with a known surname."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._common = vocabularies.surnames_common
        self._any = vocabularies.surnames_common | vocabularies.surnames_rare
        self._given = vocabularies.given_names
        self._not_names = vocabularies.not_names

    def find(self, folded: str, boundaries: set[tuple[int, int]]) -> list[Candidate]:
        """Candidates in folded text; `boundaries` are the tokens' (start, end): a name does not end inside a word."""
        bare = _BARE.match(folded)
        if bare and self._fits(bare[1], self._any, self._given) and not self._is_word(bare[1]):
            return [_candidate(folded, bare.start(1), bare.end(1))]
        starts, ends = {start for start, _ in boundaries}, {end for _, end in boundaries}
        found: list[Candidate] = []
        for match in _STRONG.finditer(folded):
            found += self._name_at(folded, match.end(), ends, surnames=self._any, given=None)
        for match in _ROLE.finditer(folded):
            found += self._name_at(folded, match.end(), ends, surnames=self._common, given=self._given)
        for start in sorted(starts):
            if folded[start : start + 1] in self._common or folded[start : start + 2] in self._common:
                named = self._name_at(folded, start, ends, surnames=self._common, given=self._given)
                # Two characters without a cue are a name only if the segmenter, too, took them for one word.
                found += [one for one in named if one.end - start > 2 or (start, one.end) in boundaries]
        return [*found, *self._titled(folded, starts, ends)]

    def _name_at(
        self,
        folded: str,
        start: int,
        ends: set[int],
        *,
        surnames: frozenset[str],
        given: frozenset[str] | None,
    ) -> list[Candidate]:
        """The name that starts at `start`, the longest first; `given` None lets any given name pass."""
        lengths = (4, 3) if folded[start : start + 2] in surnames else (3, 2)
        for length in lengths:
            end = start + length
            name = folded[start:end]
            if len(name) == length and end in ends and self._fits(name, surnames, given) and not self._is_word(name):
                return [_candidate(folded, start, end)]
        return []

    def _titled(self, folded: str, starts: set[int], ends: set[int]) -> list[Candidate]:
        """王女士, 赵经理, 小李: surname and title together are what the customer calls them."""
        found = []
        for match in _TITLE.finditer(folded):
            start = match.start() - 1
            if start in starts and folded[start] in self._common and not self._is_word(folded[start : match.end()]):
                found.append(_candidate(folded, start, match.end()))
        for match in _NICKNAME.finditer(folded):
            plain = match["surname"] in self._common and match[0] not in _NOT_NICKNAMES
            if plain and match.start() in starts and match.end() in ends and not _TAIL.match(folded, match.end()):
                found.append(_candidate(folded, match.start(), match.end()))
        return found

    def _fits(self, text: str, surnames: frozenset[str], given: frozenset[str] | None) -> bool:
        if text[:2] in surnames and len(text) > 2:
            rest = text[2:]
        elif text[:1] in surnames and 2 <= len(text) <= 3:
            rest = text[1:]
        else:
            return False
        if not re.fullmatch(f"{_HAN}+", rest):
            return False
        return all(char in given for char in rest) if given is not None else not any(char in _FUNCTION for char in rest)

    def _is_word(self, text: str) -> bool:
        """Whether a word of the language, not a name, stands there or at its beginning."""
        heads = (text[:size] for size in range(2, len(text) + 1))
        return any(head in self._not_names and head not in self._any for head in heads)


def _candidate(folded: str, start: int, end: int) -> Candidate:
    return Candidate("person_name", start, end, folded[start:end])
