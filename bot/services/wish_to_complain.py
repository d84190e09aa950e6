"""Whether words want a complaint or say that they are none ("我不是来投诉的，就问问")."""

from __future__ import annotations

import re

# "我不是来投诉的": who says so is made no complainant.
_DENIES = re.compile(
    r"没(?:有)?(?:说|想|打算|要)?要?投诉(?!过|成)|不(?:想|是(?:一定|非)?(?:要|来|想)?|打算|用|要)投诉(?!电话|编号)|^(?:我)?不投诉"
)
_WANTS = re.compile(
    r"(?:我|偏|就|必须|(?<!不是)一定|现在|马上|只能|只好)要投诉|(?:必须|只能|只好|不得不|也?得|还是要)投诉|不投诉不行|非投诉不可|(?:赶紧|快|给我|帮我|请|马上|直接)(?:给我)?(?:登记|记|提)[^，。]{0,2}投诉|早投诉|(?<!不)(?:是|就是|专门)来投诉|忍不了|忍无可忍"
)
_OF_EARLIER = re.compile(r"本来|之前|以前|一直|从来|原来|(?:客服|你们|他|她|业务员)[^，。]{0,4}(?:说|让|叫|劝)")


def wants_to_complain(text: str) -> bool:
    """Some words of it want the complaint, whatever others say of earlier or of other people's words."""
    return bool(_WANTS.search(text))


def denies_complaining(text: str) -> bool:
    """ "我不想投诉，就问问": said of now and of himself."""
    return bool(_DENIES.search(text)) and not _OF_EARLIER.search(text) and not wants_to_complain(text)
