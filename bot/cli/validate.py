"""`python -m bot validate [--json] [FILE...]`: what is wrong with the files that trainers write, before anything is trained.

All files are read and compared whatever is named: FILE only chooses whose findings are shown, and counted in the exit code.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tqdm import tqdm

from bot.settings import ROOT
from bot.training.checks import CHECKS, find_faults
from bot.training.finding import Finding, Severity
from bot.training.lined_corpus import LinedCorpus, read_texts


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    parser = commands.add_parser("validate", help="检查例句、故事、规则、词典和答案：哪个文件哪一行要改，怎么改")
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="只看这几个文件的；不写就看全部")
    parser.add_argument("--root", metavar="DIR", type=Path, default=ROOT, help="检查另一个文件夹里的一份")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """0 without errors (there may be warnings), 1 with one."""
    root, began = options.root.resolve(), time.perf_counter()
    texts = read_texts(root)
    if not texts:
        parser.error(f"{options.root} 里没有训练文件")
    wanted = {_name(path, root, texts, parser) for path in options.files}
    with tqdm(total=len(CHECKS), unit="项", disable=None, file=sys.stderr, leave=False) as bar:
        corpus = LinedCorpus.of(texts)

        def starting(name: str) -> None:
            bar.set_description_str(name)
            bar.update()

        found = find_faults(corpus, starting)
    found = [each for each in found if not wanted or each.file in wanted]
    seconds = time.perf_counter() - began
    if options.json:
        _print_json(found, corpus, len(texts), seconds)
    else:
        _tell(found, corpus, len(texts), seconds)
    return 1 if _count(found)[Severity.ERROR] else 0


def _name(path: Path, root: Path, texts: dict[str, str], parser: argparse.ArgumentParser) -> str:
    """A file as findings name it: written from here, or from the corpus's own folder."""
    for full in (path.resolve(), (root / path).resolve()):
        name = full.relative_to(root).as_posix() if full.is_relative_to(root) else ""
        if name in texts:
            return name
    parser.error(f"{path} 不是训练者改的文件，或者没有这个文件")


def _count(found: Sequence[Finding]) -> Counter[Severity]:
    return Counter(each.severity for each in found)


def _print_json(found: Sequence[Finding], corpus: LinedCorpus, files: int, seconds: float) -> None:
    counts = _count(found)
    report = {
        "files": files,
        "examples": len(corpus.examples),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "seconds": round(seconds, 2),
        "findings": [each.as_json() for each in found],
    }
    print(json.dumps(report, ensure_ascii=False))


def _tell(found: Sequence[Finding], corpus: LinedCorpus, files: int, seconds: float) -> None:
    for file, findings in groupby(found, key=lambda each: each.file):
        print(file)
        for each in findings:
            where = f"第 {each.line} 行" if each.line else "整个文件"
            print(f"  {where}  {each.severity.zh}：{each.message}\n      改法：{each.remedy}")
        print()
    counts = _count(found)
    told = f"{counts[Severity.ERROR]} 个错误，{counts[Severity.WARNING]} 个提醒" if found else "没有问题"
    print(f"看了 {files} 个文件、{len(corpus.examples)} 句例句，用了 {seconds:.1f} 秒：{told}。")
    if corpus.unreadable:
        print("有文件读不下去，先改好它们再跑一遍：别的检查要对照它们，这次没有做。")
