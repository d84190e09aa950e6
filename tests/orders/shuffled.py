"""A customer who answers what is asked, and between two answers says whatever comes to his mind, in an order that a seed
chooses: no story and no rule was written for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from tests.dialogues.house_rules import RULES
from tests.orders.asides import ASIDES, BESIDES, CHAT, GREETING, LATER, QUESTION, REPAIR, SECOND, WISHES, Asides
from tests.orders.errands import ERRANDS, Errand
from tests.servicing_talk import close_requests_on_value
from tests.stack import Answer, Stack

NOT_UNDERSTOOD = re.compile(r"没听明白|没对上|没太明白|不太明白|换个说法")
MOST_TURNS, MOST_TIMES_ASKED = 60, 5
OFTEN = 0.45  # of the places between two answers at which something else is said
MISSPELLS = 0.34
FIRST = (GREETING, QUESTION, CHAT)  # what may come before the errand
PROOFS = frozenset({"name", "id_number", "otp"})


@dataclass
class Outcome:
    """`lost`: why the errand is not done once with the values told last. `flaws`: what else went wrong on the way."""

    errand: str
    digits: str
    heard: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)

    @property
    def turns(self) -> int:
        return len(self.heard)

    def __str__(self) -> str:
        return "\n  ".join([f"\n{self.errand} {self.digits}", *self.lost, *self.flaws, "——", *self.heard])


def play(stack: Stack, number: int, seed: int, asides: Asides = ASIDES) -> Outcome:
    """One conversation, on a store where no earlier customer's request stands in the way."""
    close_requests_on_value(stack.unit_of_work)
    stack.let_time_pass(minutes=31)
    stack.issue_endorsements()
    errand = ERRANDS[number % len(ERRANDS)]
    return _Customer(stack, errand, Random(f"{seed} {number}"), f"{number:04d}", asides).run()


class _Customer:
    """One conversation. `digits`: four that no other customer has."""

    def __init__(self, stack: Stack, errand: Errand, draw: Random, digits: str, asides: Asides) -> None:
        self._stack, self._errand, self._draw, self._digits = stack, errand, draw, digits
        self._asides = asides
        self._page = stack.chat()
        self._told = {name: self._first_value(name) for name in errand.lines}  # as said, as stored
        self._answered: list[str] = []  # lines that were told
        self._asked: dict[str, int] = {}
        kinds = [*asides, REPAIR, REPAIR, REPAIR, *([BESIDES] if errand.adds else [])]
        self._plan = draw.sample(kinds, draw.randint(3, 7))
        self._done = 0
        self._outcome = Outcome(errand.name, digits)

    def run(self) -> Outcome:
        """From the first word to the last."""
        if self._draw.random() < 0.3:
            self._aside(self._draw.choice(FIRST), None)
        answer = self._say(self._draw.choice(self._errand.opens))
        while not self._done and answer.owner == "bot" and answer.slot and not self._outcome.lost:
            answer = self._next(answer)
        if not self._done and not self._outcome.lost:
            self._outcome.lost.append("转给了人工" if answer.owner != "bot" else f"不再问了，没有办成：{answer.text!r}")
        self._leave(answer)
        self._outcome.lost += self._compare()
        return self._outcome

    # -- turns ---------------------------------------------------------------------------------------------------------

    def _next(self, answer: Answer) -> Answer:
        """Something else, or the answer to the open question."""
        if self._outcome.turns > MOST_TURNS:
            self._outcome.lost.append(f"说了 {MOST_TURNS} 句还没有办成")
            return answer
        if answer.slot == "otp" and self._misspelt():
            return self._repair("name", answer)
        if self._plan and (answer.slot == "confirm" or self._draw.random() < OFTEN):
            kind = self._plan.pop()
            if kind == BESIDES:
                return self._answer(
                    answer, self._draw.choice(WISHES) if answer.slot not in PROOFS | {"confirm"} else ""
                )
            if kind == REPAIR:
                lines = [name for name in self._answered if self._errand.lines[name].repairs]
                return self._repair(self._draw.choice(lines), answer) if lines else answer
            return self._aside(kind, answer)
        return self._answer(answer)

    def _answer(self, answer: Answer, wish: str = "") -> Answer:
        slot = answer.slot
        self._asked[slot] = self._asked.get(slot, 0) + 1
        if self._asked[slot] > MOST_TIMES_ASKED:
            self._outcome.lost.append(f"答了 {MOST_TIMES_ASKED} 遍，还问 {slot}")
            return answer
        if slot == "edit":
            return self._say("不用改了")
        if slot == "confirm":
            title = next((each.title for each in answer.choices if "确认" in each.title), "")
            return self._say(title if title and self._draw.random() < 0.5 else "确认")
        if slot not in self._errand.answers:
            self._outcome.lost.append(f"没料到会问“{slot}”：{answer.text!r}")
            return answer
        text = self._draw.choice(self._errand.answers[slot])
        lines = [name for name in self._errand.lines if f"{{{name}}}" in text]
        said = text.format(
            code=self._code(answer) if "{code}" in text else "", **{k: v for k, (v, _) in self._told.items()}
        )
        before = slot
        got = self._say(said + wish)
        self._answered += [name for name in lines if name not in self._answered]
        if wish and not re.search(LATER, got.text):
            self._flaw("顺便说的那件没有记下", got)
        if got.slot == before and not wish and slot != "otp":
            self._flaw(f"答了 {slot}，还问 {slot}", got)
        return got

    def _aside(self, kind: str, before: Answer | None) -> Answer:
        """Said in between: answered, and the open question is still open."""
        text, wanted = self._draw.choice(self._asides[kind])
        answer = self._say(text, kind)
        if not re.search(wanted, answer.text):
            self._flaw(f"{kind}没有答（{wanted}）", answer)
        if kind == SECOND and before and answer.slot != before.slot and "先" in "".join(answer.titles):
            resume = next((title for title in answer.titles if title.startswith("继续")), "")
            answer = self._say(resume or "继续", kind)
        if before and answer.slot != before.slot and not self._done:
            self._flaw(f"{kind}以后不再问 {before.slot}，问 {answer.slot or '（什么都不问）'}", answer)
        return answer

    def _repair(self, name: str, before: Answer) -> Answer:
        """Another value in place of the one told: the next answers go on from there."""
        line = self._errand.lines[name]
        others = [each for each in self._values(name) if each != self._told[name]]
        if not others:
            return before
        self._told[name] = self._draw.choice(others)
        answer = self._say(self._draw.choice(line.repairs).format(self._told[name][0]), REPAIR)
        if answer.slot == name or (answer.slot not in (before.slot, "otp", "confirm", "id_number") and not self._done):
            self._flaw(f"更正以后不再问 {before.slot}，问 {answer.slot or '（什么都不问）'}", answer)
        return answer

    def _leave(self, answer: Answer) -> None:
        """Who is asked for a second matter now says that he does not want it; nothing more may come of it."""
        if answer.owner == "bot" and answer.slot:
            self._say("算了，不办了")
        if self._page.owner == "bot" and self._draw.random() < 0.3:
            self._say(self._draw.choice(("谢谢", "没别的事了，再见")))

    def _say(self, text: str, kind: str = "") -> Answer:
        answer = self._page.say(text)
        told = " ⏎ ".join(answer.text.splitlines())
        self._outcome.heard.append(f"{kind and f'［{kind}］'}{text} → [{answer.slot}] {told}")
        if not answer.messages and answer.owner == "bot":
            self._flaw("没有回答", answer)
        if NOT_UNDERSTOOD.search(answer.text):
            self._flaw("没听明白", answer)
        for rule in RULES:
            if found := rule(answer):
                self._flaw(f"{rule.__name__}：{found}", answer)
        self._done += bool(re.search(self._errand.done, answer.text)) and self._may_be_done()
        return answer

    # -- values --------------------------------------------------------------------------------------------------------

    def _first_value(self, name: str) -> tuple[str, str]:
        line = self._errand.lines[name]
        if line.wrong and self._draw.random() < MISSPELLS:
            return line.wrong, line.wrong
        return self._draw.choice(self._values(name))

    def _values(self, name: str) -> list[tuple[str, str]]:
        fill = self._digits
        return [(said.format(n=fill), stored.format(n=fill)) for said, stored in self._errand.lines[name].values]

    def _misspelt(self) -> bool:
        name = self._errand.lines.get("name")
        return name is not None and self._told["name"][0] == name.wrong

    def _code(self, answer: Answer) -> str:
        newest = answer.text[answer.text.rfind("验证码") :]
        to_email = "新邮箱" in newest and "email" in self._told
        assert self._errand.customer
        return self._stack.newest_code(self._told["email"][0] if to_email else self._errand.customer.phone)

    def _may_be_done(self) -> bool:
        """A complaint tells its number at once, and again when it is asked for: done is what the card's yes does."""
        return self._errand.shows or "确认" in self._outcome.heard[-1].partition(" → ")[0]

    def _flaw(self, what: str, answer: Answer) -> None:
        said = self._outcome.heard[-1].partition(" → ")[0]
        self._outcome.flaws.append(f"{what}｜{said} → {answer.text!r}")

    def _compare(self) -> list[str]:
        with self._stack.unit_of_work() as work:
            stored = self._errand.records(work, self._page.id)
            number = sum(
                len(each.of_conversation(self._page.id))
                for each in (work.claims, work.complaints, work.endorsements, work.requests)
            )
        if self._errand.shows:
            shown = "\n".join(self._outcome.heard)
            wanted = self._told["policy"][1]
            return [f"登记了 {number} 件"] * (number > 0) + [f"没有给看 {wanted}"] * (wanted not in shown)
        if len(stored) != 1 or number != 1:
            return [f"这件登记了 {len(stored)} 次，一共登记了 {number} 件"]
        return [
            f"{name} 最后说的是 {self._told[name][1]}，登记的是 {value}"
            for name, value in stored[0].items()
            if name in self._told and self._told[name][1] not in value
        ]
