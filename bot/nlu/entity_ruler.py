"""Closed vocabularies through spaCy's EntityRuler: relationship, document, line of business, illness, …

The Doc is made of single characters, not of jieba words: a phrase then matches wherever it is written, however jieba
cut it (行驶证原件, 我家老爷子的). Word boundaries still matter for one-character words (娃, 爸): those must be a whole token.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from bot.nlu.vocabularies import Entry, Vocabularies
from bot.text.candidates import Candidate

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline import EntityRuler
    from spacy.tokens import Doc

_OWNER = re.compile(r"[我俺咱](?:家|的|们|们家)?$")
_COMPLAINT = re.compile(r"投诉|举报|不满|说法|曝光|意见很大|维权|告你们|消协|银保监|监管")
# 身份证号 is the number, not the card; 发票号 likewise. 生病 is no paper.
_NOT_A_DOCUMENT_AFTER = re.compile(r"号(?!召)|室|\s?\d|后[四六]|尾号|最后|上的?名字|地址|登录|实名|有效期|过期|到期")
_SELF_BEFORE = re.compile(r"(?:^|是|写|为|填|关系.?|选|[:,，])$")
_END = re.compile(r"[\s。.!,，]*$")
_STANDS_ANYWHERE = frozenset("娃")
_SEPARATOR = "\x1f"


class VocabularyRuler:
    """Finds the words of the vocabularies in folded text; the longest phrase wins."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in vocabularies.entries:
            self._entries.setdefault(f"{entry.entity}{_SEPARATOR}{entry.word}", entry)
        self._nlp = _blank_chinese(list(self._entries.values()))
        self._ruler = self._nlp.get_pipe("entity_ruler")

    def find(self, folded: str, boundaries: Collection[tuple[int, int]]) -> list[Candidate]:
        """Candidates in folded text. `boundaries` are the (start, end) of the message's tokens."""
        doc: Doc = self._ruler(self._nlp.make_doc(folded.lower()))
        complains = bool(_COMPLAINT.search(folded))
        found = []
        for span in doc.ents:
            entry = self._entries[f"{span.label_}{_SEPARATOR}{span.text}"]
            # One character a token, so token offsets are character offsets.
            start, end = span.start, span.end
            if entry.entity == "complaint_kind" and not complains:
                continue
            if self._holds(entry, folded, start, end, boundaries):
                found.append(
                    Candidate(
                        entry.entity,
                        start,
                        end,
                        entry.value if entry.value != entry.word else folded[start:end],
                    )
                )
        return found

    def _holds(self, entry: Entry, folded: str, start: int, end: int, boundaries: Collection[tuple[int, int]]) -> bool:
        before, after = folded[:start], folded[end:]
        if entry.behind == "我" and not _OWNER.search(before) and not (_END.match(before) and _END.match(after)):
            return False
        if entry.word == "本人" and not (_SELF_BEFORE.search(before) and _END.match(after)):
            return False
        if entry.behind not in {None, "我"} and not before.endswith(str(entry.behind)):
            return False
        if entry.entity == "document" and _NOT_A_DOCUMENT_AFTER.match(after):
            return False
        if entry.word == "孩子" and before.endswith("生"):
            return False
        if len(entry.word) > 1 or entry.word in _STANDS_ANYWHERE:
            return True
        return (start, end) in boundaries or bool(_OWNER.search(before))


def _blank_chinese(entries: list[Entry]) -> Language:
    """spaCy's blank Chinese pipeline with our tokens and a ruler; no model is downloaded, none is trained."""
    import spacy
    from spacy.tokens import Doc

    nlp = spacy.blank("zh")

    def one_token_a_character(text: str) -> Doc:
        return Doc(nlp.vocab, words=list(text), spaces=[False] * len(text))

    nlp.tokenizer = one_token_a_character
    ruler = cast("EntityRuler", nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "ORTH"}))
    ruler.add_patterns([{"label": entry.entity, "pattern": entry.word} for entry in entries])
    return nlp
