"""A customer's sentence without what tells who somebody is, for everybody who reads it later."""

from __future__ import annotations

import re

from bot.services.understanding import Understood
from bot.text.masking import mask_free_text, mask_name
from bot.text.spoken_masking import mask_spoken

_HIDDEN = frozenset({"phone", "id_number", "bank_card", "email", "plate_no", "policy_no", "claim_no", "complaint_no"})
# An address that leads to a door; the name of a town does not.
_DOOR = re.compile(r"[\d零一二三四五六七八九十幺两*]+\s*(?:号|栋|幢|单元|室|弄|楼)")
_TITLED = re.compile(r".{1,2}(?:先生|女士|小姐|老师|经理|师傅|总)")  # a family name is nobody


def mask_said(text: str, said: Understood) -> str:
    """`text` without what tells who somebody is: numbers, names, plates, doors. Its length stays but for e-mails."""
    for entity in sorted(said.entities, key=lambda each: each.start, reverse=True):
        found = text[entity.start : entity.end]
        if entity.type in _HIDDEN or (entity.type == "location" and _DOOR.search(found)):
            hidden = "*" * len(found)
        elif entity.type == "person_name" and not _TITLED.fullmatch(found):
            hidden = mask_name(found)
        else:
            continue
        text = text[: entity.start] + hidden + text[entity.end :]
    return mask_free_text(mask_spoken(text))
