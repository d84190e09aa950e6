"""`python -m bot transcripts import FILE...`: recorded calls as their transcripts tell them, read in batches.

A file, a row or a call that cannot be read keeps no other from being read; it is named with the line and what is wrong, and the
exit code is 1.
What was read before is passed over, so a run that was cut off is simply started again; with --open-cases its cases are opened if they
are not yet, and with --again it is read anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import yaml
from tqdm import tqdm

from bot.bootstrap import build_transcript_import, build_unit_of_work, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.channels.transcripts.call_list import CallList, read_moment
from bot.channels.transcripts.formats import LARGEST_FILE, TOO_LARGE, read_calls
from bot.channels.transcripts.identity import id_of, key_of, marks_of
from bot.channels.transcripts.payload import Call, TranscriptFlawError
from bot.documents.transcript_report import FlawedFile, show_report
from bot.nlu.sentence_reader import SentenceReader
from bot.services.transcripts.call import PhoneCall, SidesFlawError, Speaker, Spoken, named, parse_sides
from bot.services.transcripts.import_calls import Imported
from bot.services.transcripts.report import build_report
from bot.serving import ready_to_serve
from bot.settings import Settings, read_settings
from bot.text.masking import mask_file_name

MOST_TOLD = 20  # flaws that are told one by one of a file that has more
Importer = Callable[[Sequence[PhoneCall], datetime], Iterator[Imported]]
# What a format itself calls its sides: Huawei Cloud SIS writes the roles.
KNOWN_SIDES = {"AGENT": Speaker.AGENT, "USER": Speaker.CUSTOMER}


@dataclass
class Batch:
    """What a run did; `ids` are the calls of all files that were read, new or not."""

    files: int = 0
    calls: int = 0
    known: int = 0
    grown: int = 0  # of those
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
    take.add_argument(
        "--sides", metavar="路=谁", default="", help="哪一路是谁，如 0=坐席,1=客户；没分开的写 --sides=-=客户"
    )
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
    sizes = [_size(path) for path in options.files]
    with tqdm(total=sum(sizes), unit="B", unit_scale=True, disable=None, file=sys.stderr) as bar:
        for path, size in zip(options.files, sizes, strict=True):
            for share in read_file(path, speakers, call_list, importer, batch, now):
                bar.update(size * share)
                bar.set_postfix_str(f"{batch.calls + batch.known} 通", refresh=False)
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


def _size(path: Path) -> int:
    """Bytes; 0 for a file that there is not."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_file(
    path: Path, speakers: Mapping[str, Speaker], call_list: CallList, importer: Importer, batch: Batch, now: datetime
) -> Iterator[float]:
    """Take the calls of a file in and count them in `batch`; yields what part of the file each of them was, a file that
    cannot be read as one part."""
    batch.files += 1
    try:
        calls = list(_calls(path, speakers, call_list, batch))
    except (OSError, TranscriptFlawError, SidesFlawError) as error:
        batch.flawed.append(_flawed(path, error))
        yield 1.0
        return
    said = sum(len(call.spoken) for call in calls)
    for call, done in zip(calls, importer(calls, now), strict=True):
        batch.ids.append(done.call_id)
        batch.calls += done.is_new
        batch.known += not done.is_new
        batch.grown += done.grown
        batch.utterances += done.utterances
        batch.offered += done.offered
        batch.complaints += bool(done.complaint_no)
        batch.call_backs += bool(done.call_back_no)
        yield len(call.spoken) / said


def _calls(path: Path, speakers: Mapping[str, Speaker], call_list: CallList, batch: Batch) -> Iterator[PhoneCall]:
    """What of the file cannot be read is noted in `batch`. Raises OSError, TranscriptFlawError, SidesFlawError."""
    if path.stat().st_size > LARGEST_FILE:
        raise TranscriptFlawError(flaw=TOO_LARGE)
    _, calls, flaws = read_calls(path.name, path.read_bytes(), speakers)
    named([side for call in calls for side in call.sides], speakers)
    batch.flawed += [_flawed(path, flaw) for flaw in flaws[:MOST_TOLD]]
    if len(flaws) > MOST_TOLD:
        batch.flawed.append(FlawedFile(path.name, f"还有 {len(flaws) - MOST_TOLD} 行读不出来", ""))
    seen: Counter[str] = Counter()
    for call in calls:
        alike = id_of(call)
        seen[alike] += 1
        try:
            yield _phone_call(call, path.name, id_of(call, seen[alike]), speakers, call_list)
        except TranscriptFlawError as flaw:
            batch.flawed.append(replace(_flawed(path, flaw), where=mask_file_name(call.key)))


def _phone_call(call: Call, name: str, call_id: str, speakers: Mapping[str, Speaker], call_list: CallList) -> PhoneCall:
    phone, began = call_list.told(name, call)
    return PhoneCall(
        call_id=call_id,
        source=f"{name}#{call.key}" if call.key else name,
        spoken=tuple(Spoken(speakers[each.side], each.text, each.start, each.end) for each in call.utterances),
        phone=phone,
        began=read_moment(began),
        key=key_of(call, name),
        marks=marks_of(call),
    )


def _flawed(path: Path, error: OSError | TranscriptFlawError | SidesFlawError) -> FlawedFile:
    if isinstance(error, OSError):
        return FlawedFile(path.name, error.strerror or "读不了", "")
    line, place = error.data.get("line"), error.data.get("place")
    where = f"第 {line} 行" if line else str(place or "")
    if line and place:
        where += f" {place}"
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
        f"以前读过 {batch.known} 通{f'（其中 {batch.grown} 通有了新内容）' if batch.grown else ''}；给训练师 {batch.offered} 句，登记投诉 {batch.complaints} 件，约回电 {batch.call_backs} 个。"
    )
    for one in batch.flawed:
        print(f"没有读出 {one.name}{f'，{one.where}' if one.where else ''}：{one.flaw}", file=sys.stderr)
    if options.report:
        print(f"报告在 {options.report}")


def _speed(batch: Batch) -> float:
    return batch.utterances / batch.seconds if batch.seconds else 0.0
