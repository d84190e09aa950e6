"""The table of syllables is the library's, and needs no library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

from bot.settings import ROOT
from bot.text.syllables import HAN, syllable, write_table


def test_every_character_sounds_as_the_library_says() -> None:
    assert [syllable(chr(code)) for code in HAN] == [lazy_pinyin(chr(code))[0] for code in HAN]


def test_what_is_no_han_character_sounds_like_itself() -> None:
    assert [syllable(each) for each in "a8，😀"] == list("a8，😀")


def test_the_table_in_the_repository_is_what_the_command_writes(tmp_path: Path) -> None:
    write_table(tmp_path / "syllables.txt")
    assert (tmp_path / "syllables.txt").read_bytes() == (ROOT / "bot" / "text" / "syllables.txt").read_bytes()


def test_neither_rules_nor_retrieval_load_the_library() -> None:
    lines = (
        "import sys",
        "from bot.complaints.heard import heard_terms",
        "from bot.services.retrieval import Field, Index",
        "heard_terms().correct('礼赔')",
        "Index.build([[Field('理赔', 1.0)]]).scores('礼赔')",
        "sys.exit('pypinyin' in sys.modules)",
    )
    assert (
        subprocess.run([sys.executable, "-W", "ignore", "-c", "\n".join(lines)], cwd=ROOT, check=False).returncode == 0
    )
