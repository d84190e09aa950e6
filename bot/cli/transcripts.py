"""`python -m bot transcripts import FILE...`: recorded calls as their transcripts tell them, read in batches.

A file that cannot be read keeps no other from being read; it is named with the line and what is wrong, and the exit code is 1.
What was read before is passed over, so a run that was cut off is simply started again; with --open-cases its cases are opened if they
are not yet, and with --again it is read anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import yaml
from tqdm import tqdm

from bot.bootstrap import build_transcript_import, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.channels.transcripts.call_list import CallList, read_moment
from bot.channels.transcripts.formats import LARGEST_FILE, TOO_LARGE, read_calls
from bot.channels.transcripts.payload import Call, TranscriptFlawError
from bot.documents.transcript_report import FlawedFile, show_report
from bot.nlu.sentence_reader import SentenceReader
from bot.services.transcripts.call import PhoneCall, SidesFlawError, Speaker, Spoken, named, parse_sides
from bot.services.transcripts.import_calls import ImportCalls
from bot.services.transcripts.report import build_report
from bot.serving import ready_to_serve
from bot.settings import Settings, read_settings

# What a format itself calls its sides: Huawei Cloud SIS writes the roles.
KNOWN_SIDES = {"AGENT": Speaker.AGENT, "USER": Speaker.CUSTOMER}


@dataclass
class Batch:
    """What a run did; `ids` are the calls of all files that were read, new or not."""

    files: int = 0
    calls: int = 0
    known: int = 0
    utterances: int = 0
    offered: int = 0
    complaints: int = 0
    call_backs: int = 0
    seconds: float = 0.0
    flawed: list[FlawedFile] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    parser = commands.add_parser("transcripts", help="热线录音的转写文本：批量分析")
    inner = parser.add_subparsers(dest="what", required=True, metavar="动作")
    take = inner.add_parser("import", help="读入转写文件：识别意图、投诉和险情，出报告；读过的不会重复")
    take.add_argument("files", metavar="FILE", nargs="+", type=Path, help="JSON、SRT、VTT，或 CSV、TSV、TXT 表格")
    take.add_argument("--sides", metavar="路=谁", default="", help="哪一路是谁，如 0=坐席,1=客户；没分开的写 -=客户")
    take.add_argument("--calls", metavar="CSV", type=Path, help="话单：文件、主叫、通话时间三列")
    take.add_argument("--open-cases", action="store_true", help="把投诉登记下来，把险情约成今天的回电")
    take.add_argument("--again", action="store_true", help="以前读过的也重新读，如 --sides 写反了的那一批")
    take.add_argument("--report", metavar="HTML", type=Path, help="把报告写到这个文件")
    take.add_argument("--json", action="store_true", help="输出 JSON")
    take.set_defaults(run=run)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """0 when every file was read, 1 when one was not."""
    speakers = {**KNOWN_SIDES, **(parse_sides(options.sides) if options.sides else {})}
    if options.report and not options.report.parent.is_dir():
        parser.error(f"没有这个文件夹：{options.report.parent}")
    call_list = _call_list(options.calls)
    settings, now = read_settings(), datetime.now(SHANGHAI)
    prepare_store(settings, now.date())
    reader = SentenceReader.open(settings.model_dir / "current.tar.gz")
    ready_to_serve()
    importer = build_transcript_import(
        settings, reader, reader.in_doubt, open_cases=options.open_cases, again=options.again
    )
    batch, began = Batch(), time.perf_counter()
    for path in tqdm(options.files, unit="份", disable=None, file=sys.stderr):
        _read(path, speakers, call_list, importer, batch, now)
    batch.seconds = time.perf_counter() - began
    if options.report:
        options.report.write_text(_report(settings, batch, now), encoding="utf-8")
    _tell(batch, options)
    return 1 if batch.flawed else 0


def _call_list(path: Path | None) -> CallList:
    """Raises TranscriptFlawError."""
    if path is None:
        return CallList({})
    try:
        return CallList.read(path.read_bytes())
    except OSError as error:
        raise TranscriptFlawError(flaw=f"话单 {path.name} 读不了：{error.strerror}") from error


def _read(
    path: Path, speakers: Mapping[str, Speaker], call_list: CallList, importer: ImportCalls, batch: Batch, now: datetime
) -> None:
    batch.files += 1
    try:
        calls = list(_calls(path, speakers, call_list))
    except (OSError, TranscriptFlawError, SidesFlawError) as error:
        batch.flawed.append(_flawed(path, error))
        return
    batch.ids += [call.call_id for call in calls]
    for done in importer(calls, now):
        batch.calls += done.is_new
        batch.known += not done.is_new
        batch.utterances += done.utterances
        batch.offered += done.offered
        batch.complaints += bool(done.complaint_no)
        batch.call_backs += bool(done.call_back_no)


def _calls(path: Path, speakers: Mapping[str, Speaker], call_list: CallList) -> Iterator[PhoneCall]:
    """Raises OSError, TranscriptFlawError, SidesFlawError."""
    if path.stat().st_size > LARGEST_FILE:
        raise TranscriptFlawError(flaw=TOO_LARGE)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    _, calls = read_calls(path.name, content, speakers)
    seen: Counter[str] = Counter()
    for call in calls:
        named(call.sides, speakers)
        seen[call.key] += 1
        # Two calls of one name are two calls.
        number = digest if seen[call.key] == 1 else f"{digest}\0{seen[call.key]}"
        yield _phone_call(call, path.name, number, speakers, call_list)


def _phone_call(call: Call, name: str, digest: str, speakers: Mapping[str, Speaker], call_list: CallList) -> PhoneCall:
    phone, began = call_list.told(name, call)
    return PhoneCall(
        call_id=hashlib.sha256(f"{digest}\0{call.key}".encode()).hexdigest(),
        source=f"{name}#{call.key}" if call.key else name,
        spoken=tuple(Spoken(speakers[each.side], each.text, each.start, each.end) for each in call.utterances),
        phone=phone,
        began=read_moment(began),
    )


def _flawed(path: Path, error: OSError | TranscriptFlawError | SidesFlawError) -> FlawedFile:
    if isinstance(error, OSError):
        return FlawedFile(path.name, error.strerror or "读不了", "")
    line, place = error.data.get("line"), error.data.get("place")
    where = f"第 {line} 行" if line else str(place or "")
    return FlawedFile(path.name, str(error.data["flaw"]), where)


def _report(settings: Settings, batch: Batch, now: datetime) -> str:
    contract = yaml.safe_load((settings.data_dir / "intents.yml").read_text(encoding="utf-8"))["intents"]
    with build_unit_of_work(settings)() as work:
        report = build_report(work, batch.ids)
    return show_report(report, {name: row["zh"] for name, row in contract.items()}, batch.flawed, now)


def _tell(batch: Batch, options: argparse.Namespace) -> None:
    if options.json:
        told = {key: value for key, value in asdict(batch).items() if key != "ids"}
        print(json.dumps({**told, "per_second": _speed(batch)}, ensure_ascii=False))
        return
    print(
        f"{batch.files} 个文件，新读入 {batch.calls} 通、{batch.utterances} 句（每秒 {_speed(batch):.0f} 句），"
        f"以前读过 {batch.known} 通；给训练师 {batch.offered} 句，登记投诉 {batch.complaints} 件，约回电 {batch.call_backs} 个。"
    )
    for one in batch.flawed:
        print(f"没有读出 {one.name}{f'，{one.where}' if one.where else ''}：{one.flaw}", file=sys.stderr)
    if options.report:
        print(f"报告在 {options.report}")


def _speed(batch: Batch) -> float:
    return batch.utterances / batch.seconds if batch.seconds else 0.0
