"""How long the checks of the corpus take: `python -m benchmarks.validate`, each run in a process of its own as a trainer's is.

The shipped files, and the same grown to 20,000 examples by sentences put together of halves of others, so that each shares its
pairs of characters with many. Then one more check of a draft in a process that has checked before, as an editor does it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bot.settings import ROOT
from bot.training.checks import find_faults
from bot.training.lined_corpus import LinedCorpus, read_texts

WANTED, SECONDS = 20_000, 10.0
_RUN = "import sys; from bot.cli import main; sys.exit(main(['validate', '--json', '--root', sys.argv[1]]))"


def grow(texts: dict[str, str], wanted: int, draw: Random) -> dict[str, str]:
    """As many examples, each new one in a file beside the others."""
    corpus = LinedCorpus.of(texts)
    known = {each.skeleton for each in corpus.examples}
    plain = [each for each in corpus.examples if len(each.text) >= 8]
    grown: dict[str, list[str]] = {}
    while len(known) < wanted:
        one, other = draw.choice(plain), draw.choice(plain)
        text = f"{one.text[: len(one.text) // 2]}{other.text[len(other.text) // 2 :]}"
        if text not in known and "[" not in text:
            known.add(text)
            grown.setdefault(one.intent, []).append(text)
    groups = (
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in more)
        for intent, more in grown.items()
    )
    return {**texts, "data/nlu/zz_grown.yml": f'version: "3.1"\nnlu:\n{"".join(groups)}'}


def command_seconds(texts: dict[str, str]) -> tuple[float, float]:
    """Of `python -m bot validate`, from start to end: by the clock, and of a processor."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        began, used = time.perf_counter(), _processor()
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _RUN, folder], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"validate ended with {done.returncode}")
        return time.perf_counter() - began, _processor() - used


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def draft_seconds(texts: dict[str, str], name: str, more: str) -> float:
    """Of checking a draft where the same files were checked before."""
    find_faults(LinedCorpus.of(texts))
    began = time.perf_counter()
    find_faults(LinedCorpus.of({**texts, name: texts[name] + more}))
    return time.perf_counter() - began


def main() -> int:
    """1 when 20,000 examples take ten seconds or more."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    shipped = read_texts(ROOT)
    grown = grow(shipped, WANTED, Random(20))
    seconds = {}
    for title, texts in (("shipped", shipped), ("grown", grown)):
        corpus = LinedCorpus.of(texts)
        seconds[title], used = command_seconds(texts)
        print(
            f"{title}: {len(corpus.examples):,} examples in {len(texts)} files: {seconds[title]:.1f} s, {used:.1f} s of a processor"
        )
    story = "\n- story: 草稿\n  steps:\n  - intent: thank\n  - action: utter_thank\n"
    print(f"a draft of a story, checked again: {draft_seconds(grown, 'data/stories/after_a_journey.yml', story):.2f} s")
    sentence = "    - 这一句还没有人说过，拿来试试看\n"
    print(f"a draft of a sentence, checked again: {draft_seconds(grown, 'data/nlu/zz_grown.yml', sentence):.2f} s")
    return 0 if seconds["grown"] < SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
