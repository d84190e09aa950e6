"""Plays a dialogue on the stack: does what each turn says and compares what came of it with what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot.calendars.clocks import SHANGHAI
from bot.insurance.claim import Claim
from bot.insurance.hand_off import HandOff
from bot.store.demo_people import HOUSEHOLD, NAMED_CUSTOMERS
from tests.dialogues.desk_deeds import desk_does
from tests.dialogues.house_rules import sounds_unlike_speech
from tests.dialogues.kinds import Moment, flaw_of
from tests.dialogues.reading import Dialogue, DialogueTurn
from tests.photos import PDF, photo
from tests.servicing_talk import close_requests_on_value, filed
from tests.stack import Answer, Chat, Stack

PEOPLE = {person.name: person for person in (*NAMED_CUSTOMERS, *HOUSEHOLD)}
_NUMBERS = count(1)  # no two photos are alike
PAPERS: Mapping[str, Callable[[], bytes]] = {
    "清楚的照片": lambda: photo(next(_NUMBERS), size=(800, 600)),
    "很暗的照片": lambda: photo(next(_NUMBERS), size=(800, 600), light=30),
    "PDF": lambda: PDF + b"%% %d\n%%%%EOF\n" % next(_NUMBERS),
}
_QUEUE_LENGTH = re.compile(r"现在您排在第一位|前面还有 \d+ 位")


@dataclass(frozen=True)
class Line:
    """One answer of the assistant and where it was given, for the checks over everything that was said."""

    place: str
    said: str
    answer: Answer


@dataclass(frozen=True)
class Player:
    stack: Stack

    def play(self, dialogue: Dialogue) -> list[Line]:
        """All that was answered. Raises AssertionError naming file, dialogue and turn."""
        close_requests_on_value(self.stack.unit_of_work)
        self.stack.let_time_pass(minutes=31)  # the customers of the last dialogue have long gone
        self.stack.issue_endorsements()
        performance = _Performance(self.stack, dialogue)
        performance.run()
        return performance.transcript


class _Performance:
    def __init__(self, stack: Stack, dialogue: Dialogue) -> None:
        self._stack, self._dialogue = stack, dialogue
        self.transcript: list[Line] = []
        self._pages: dict[str, Chat] = {}
        self._answers: dict[str, Answer] = {}
        self._known: dict[str, str] = {}

    def run(self) -> None:
        event_on = self._dialogue.given.get("insured_event")
        today = datetime.now(SHANGHAI).date()
        for key, pay_by in (("agreed", today + timedelta(days=10)), ("not_agreed", None)):
            if key in self._dialogue.given:
                self._stack.record_agreement(PEOPLE[self._dialogue.given[key]].party_id, pay_by)
        assessed = self._dialogue.given.get("assessed")
        claim_no = self._stack.record_assessment(PEOPLE[assessed].party_id) if assessed else ""
        asked = self._dialogue.given.get("follow_up")
        if asked:
            self._known["回访号"] = self._stack.raise_new_policy_follow_up(PEOPLE[asked].party_id)
        region = self._dialogue.given.get("disaster")
        event_id = self._stack.switch_on_event(region) if region else ""
        if event_on:
            yesterday = today - timedelta(days=1)
            self._stack.record_insured_event(event_on, yesterday)
        try:
            for number, turn in enumerate(self._dialogue.turns, 1):
                self._take(turn, f"tests/dialogues/{self._dialogue.file} “{self._dialogue.name}” 第 {number} 句")
        finally:
            if event_id:
                self._stack.switch_off_event(event_id)
            if claim_no:
                self._stack.withdraw_claim(claim_no)
            if asked:
                self._stack.call_off_follow_up(self._known["回访号"])
            if event_on:
                self._stack.record_insured_event(event_on, None)

    def _take(self, turn: DialogueTurn, place: str) -> None:
        if turn.deed == "later_minutes":
            self._stack.let_time_pass(int(turn.what))
            return
        if turn.deed == "desk":
            with self._stack.unit_of_work() as work:
                desk_does(work, self._pages[turn.by].id, turn.what, datetime.now(SHANGHAI))
                work.commit()
            return
        page = self._pages.get(turn.by)
        if page is None:
            page = self._pages[turn.by] = self._stack.chat()
            if turn.by in self._dialogue.channels:
                self._stack.comes_by(page.id, self._dialogue.channels[turn.by])
        said = f"{turn.by}：{turn.deed} {turn.what}"
        before, stood = self._answers.get(turn.by), self._registered(page)
        try:
            answer = self._do(turn, page, place)
        except AssertionError as error:
            raise AssertionError(f"\n{place}\n  {said}\n  {error}") from None
        self._answers[turn.by] = answer
        wrong = self._compare(turn, page, answer)
        if self._dialogue.channels.get(turn.by) == "ivr" and (found := sounds_unlike_speech(answer)):
            wrong.append(f"电话里不能说：{found}")
        made = tuple(kind for number, kind in self._registered(page).items() if number not in stood)
        moment = Moment(before, answer, page.owner, made, "says" in turn.expect)
        flaws = ((kind, flaw_of(kind, self._dialogue.about, moment)) for kind in turn.shows)
        wrong += [f"不能算“{kind}”：{flaw}" for kind, flaw in flaws if flaw]
        for name, pattern in turn.remember.items():
            found = re.search(pattern, answer.text)
            if found:
                self._known[name] = found.group()
            else:
                wrong.append(f"没有找到要记住的“{name}”（{pattern}）")
        if wrong:
            told = "\n    ".join([*answer.text.splitlines(), f"按钮 {answer.titles}"])
            raise AssertionError("\n  ".join([f"\n{place}", said, *wrong, f"机器人说：\n    {told}"]))

    def _do(self, turn: DialogueTurn, page: Chat, place: str) -> Answer:
        if turn.deed == "identify":
            person = PEOPLE[turn.what]
            for text, then in ((person.name, "id_number"), (person.id_number, "otp")):
                answer = self._note(place, text, page.say(text))
                if answer.slot != then:
                    raise AssertionError(f"说完“{text}”应该问 {then}，却问了 {answer.slot}：{answer.text}")
            return self._note(place, "验证码", page.say(self._stack.newest_code(person.phone)))
        if turn.deed == "pick":
            choice = page.choice(turn.what)
            first, *_ = [page.send(choice=choice) for _ in range(turn.times)]
            answer = page.answer_to(first) if turn.times == 1 else page.everything_since(first)
            return self._note(place, f"[{turn.what}]", answer)
        if turn.deed == "upload":
            return self._note(place, f"[文件] {turn.what}", page.upload(PAPERS[turn.what](), f"{turn.what}.png"))
        return self._note(place, turn.what, page.say(self._words(turn)))

    def _words(self, turn: DialogueTurn) -> str:
        phone = PEOPLE[turn.what].phone if turn.what in PEOPLE else turn.what
        if turn.deed == "code":
            return self._stack.newest_code(phone)
        if turn.deed == "wrong_code":
            return "111111" if phone == "没有人" or self._stack.newest_code(phone) != "111111" else "222222"
        if turn.deed == "consent_code":
            return f"确认码 {self._stack.newest_consent_code(phone)}"
        return self._fill(turn.what)

    def _note(self, place: str, said: str, answer: Answer) -> Answer:
        self.transcript.append(Line(place, said, answer))
        return answer

    def _fill(self, text: str) -> str:
        for name, value in self._known.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _registered(self, page: Chat) -> dict[str, str]:
        """Number → kind of everything that this conversation has in the registers."""
        with self._stack.unit_of_work() as work:
            return {
                **{each.claim_no: "report_claim" for each in work.claims.of_conversation(page.id)},
                **{each.complaint_no: "file_complaint" for each in work.complaints.of_conversation(page.id)},
                **{each.endorsement_no: "change_beneficiary" for each in work.endorsements.of_conversation(page.id)},
                **{each.request_no: each.kind for each in filed(work, page.id)},
            }

    # -- what was expected ---------------------------------------------------------------------------------------------

    def _compare(self, turn: DialogueTurn, page: Chat, answer: Answer) -> list[str]:
        expect, wrong = turn.expect, []
        for key, got in (("slot", answer.slot), ("kind", answer.kind), ("owner", page.owner)):
            if key in expect and expect[key] != got:
                wrong.append(f"{key} 应该是 {expect[key] or '（什么都不问）'}，实际是 {got or '（什么都不问）'}")
        if expect.get("silent") and answer.messages:
            wrong.append("这时机器人不该说话")
        wrong += [f"没有说“{one}”" for one in _list(expect.get("says")) if not self._has(answer.text, one)]
        wrong += [f"不该说“{one}”" for one in _list(expect.get("never")) if self._has(answer.text, one)]
        for title in _list(expect.get("offers")):
            if not any(offered.startswith(title) for offered in answer.titles):
                wrong.append(f"没有按钮 [{title}]")
        if "same_as" in expect:
            mine, others = _without_queue(answer), _without_queue(self._answers[expect["same_as"]])
            if mine != others:
                wrong.append(f"应该和“{expect['same_as']}”得到的话一字不差，那边是：{others}")
        for phone, words in expect.get("text_to", {}).items():
            newest = next(iter(self._stack.texts(PEOPLE[phone].phone if phone in PEOPLE else phone)), "")
            wrong += [f"短信里没有“{one}”" for one in _list(words) if not self._has(newest, one)]
        return wrong + self._compare_stored(expect, page)

    def _compare_stored(self, expect: Mapping[str, Any], page: Chat) -> list[str]:
        with self._stack.unit_of_work() as work:
            claims = work.claims.of_conversation(page.id)
            stored = {
                "claims": len(claims),
                "complaints": len(work.complaints.of_conversation(page.id)),
                "changes": len(work.endorsements.of_conversation(page.id)),
                "requests": len(filed(work, page.id)),
            }
            waiting = work.hand_offs.open_for(page.id)
        wrong = [
            f"系统里应该有 {number} 件 {what}，实际有 {stored[what]} 件"
            for what, number in expect.get("filed", {}).items()
            if stored[what] != number
        ]
        if "claim" in expect:
            wrong += _compare_claim(expect["claim"], claims[0] if claims else None)
        if "hand_off" in expect:
            wrong += self._compare_hand_off(expect["hand_off"], waiting)
        return wrong

    def _compare_hand_off(self, expect: Mapping[str, Any], waiting: HandOff | None) -> list[str]:
        if waiting is None:
            return ["没有转给人工"]
        wrong = []
        for key in ("reason", "post"):
            if key in expect and expect[key] != getattr(waiting, key):
                wrong.append(f"转人工的 {key} 应该是 {expect[key]}，实际是 {getattr(waiting, key)}")
        if "priority" in expect and expect["priority"] != waiting.priority.name.lower():
            wrong.append(f"转人工的 priority 应该是 {expect['priority']}，实际是 {waiting.priority.name.lower()}")
        passed = dict(waiting.slots)
        for label, value in expect.get("passes", {}).items():
            if not self._has(passed.get(label, ""), value):
                wrong.append(f"转给人工的“{label}”应该是 {value}，实际是 {passed.get(label, '（没有）')}")
        return wrong

    def _has(self, text: str, wanted: str) -> bool:
        wanted = self._fill(str(wanted))
        if wanted.startswith("re:"):
            return re.search(wanted[3:], text, re.DOTALL) is not None
        return wanted in text


def _compare_claim(expect: Mapping[str, Any], claim: Claim | None) -> list[str]:
    if claim is None:
        return ["系统里没有这个报案"]
    values = {"matched": claim.matched, "notes": len(claim.notes)}
    wrong = []
    for name, wanted in expect.items():
        got = values[name] if name in values else getattr(claim.report, name)
        if got != wanted:
            wrong.append(f"报案里的 {name} 应该是 {wanted!r}，实际是 {got!r}")
    return wrong


def _without_queue(answer: Answer) -> str:
    """The words without the length of the queue, which is nobody's secret but changes by itself."""
    return _QUEUE_LENGTH.sub("…", answer.text) + f" {answer.titles}"


def _list(value: Any) -> Sequence[str]:
    return [] if value is None else [value] if isinstance(value, str) else value
