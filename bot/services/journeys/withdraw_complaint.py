"""撤回投诉 as a conversation (F15): the complainant decides; no pressure to withdraw and none to stay."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.complaint import Complaint
from bot.services.follow_complaint import POST, withdraw_complaint
from bot.services.journeys.claim_answers import show_words
from bot.services.journeys.fields import read_words
from bot.services.journeys.find_complaint import denial_of, finding_steps, found, own, read_number
from bot.services.journeys.journey import Accepted, Ask, Ended, Journey, Opening, Reading, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.understanding import Understood

NUMBER, OTHER_NUMBER, REASON = "complaint_withdrawal_no", "complaint_withdrawal_other", "complaint_withdrawal_reason"
# Asks about withdrawing, or about a complaint that is not with us: answered, nothing is withdrawn.
_ASKS = re.compile(
    r"[?？]|吗|么$|怎么|怎样|会不会|能不能|可不可以|如果|12378|监管|银保监|金监|逼|求我|骚扰|威胁|让我撤|先撤"
)


def _running(complaint: Complaint) -> bool:
    return complaint.is_open


def _opening(situation: Situation) -> Opening:
    said = situation.said
    if not said.chosen and _ASKS.search(said.text):
        return Opening(ended=Ended((situation.services.knowledge.answer(said),)))
    mine = own(situation, _running)
    known = {NUMBER: mine[0].complaint_no} if len(mine) == 1 and not said.first("complaint_no") else {}
    return Opening((Reply("好的，撤不撤由您决定，撤回后以后还可以再投诉。"),), known)


def _read_reason(said: Understood, situation: Situation) -> Reading:
    return read_words(2, 200, none_as="未说明")(said, situation)


def _found(situation: Situation) -> tuple[Complaint, ...]:
    return found(situation, NUMBER, _running, proof="change")


def _not_found(situation: Situation) -> bool:
    return len(_found(situation)) != 1


def _ask_other(situation: Situation) -> Ask:
    mine = _found(situation)
    if mine:
        choices = tuple(choose(f"{one.complaint_no}（{one.stage.zh}）", one.complaint_no) for one in mine[:5])
        return Ask("要撤回哪一件？", "choice", choices)
    return Ask(
        "没有查到可以由您撤回的投诉：编号和当时留的手机要对得上。编号再给我一次，或者回“没有”，我请投诉专员帮您找。",
        "text",
        denied=denial_of(situation.get(NUMBER)),
    )


def _read_other(said: Understood, situation: Situation) -> Reading:
    reading = read_number(said, situation)
    if not isinstance(reading, Accepted):
        return reading
    chosen = replace(situation, answers={**situation.answers, NUMBER: reading.value})
    if len(_found(chosen)) != 1:
        words = Reply("还是没有对上，我请投诉专员帮您核实后撤回。", denied=denial_of(reading.value))
        return Ended((words,), hand_off="needs_person")
    return Accepted(reading.value, also={NUMBER: reading.value})


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Close it today; who could not be matched with the complaint changes nothing and learns nothing."""

    def running_or_just_withdrawn(complaint: Complaint) -> bool:
        # the second: this very message tried again after its answer was lost
        return complaint.is_open or complaint.last_notice_at == situation.now

    chosen = found(situation, NUMBER, running_or_just_withdrawn, proof="change")
    if len(chosen) != 1:  # withdrawn or decided meanwhile, or the proof ran out
        text = "这件投诉现在不能在线撤回，可能已经办结，或者核验过期了。要请投诉专员帮您看吗？"
        denied = denial_of(situation.get(NUMBER))
        return (Reply(text, (TO_HUMAN, intend("查投诉进度", "query_complaint")), denied=denied),)
    with situation.services.unit_of_work() as work:
        complaint = withdraw_complaint(work, chosen[0].complaint_no, situation.get(REASON), situation.now)
        work.commit()
    text = (
        f"投诉 {complaint.complaint_no} 已按您的要求撤回，今天终止处理。\n"
        "不影响您的保单和理赔；事情没有解决的话，随时可以再投诉，期限重新算。"
    )
    return (Reply(text, (intend("没别的事了", "goodbye"),)),)


def _ask_reason(_: Situation) -> Ask:
    choices = (choose("问题解决了"), choose("不想说", "没有"))
    return Ask("方便说说撤回的原因吗？不说也可以撤。", "text", choices)


JOURNEY = Journey(
    form="complaint_withdrawal_form",
    zh="撤回投诉",
    intent="withdraw_complaint",
    post=POST,
    opening=_opening,
    card_title="请核对，确认后今天就终止处理：",
    confirm_title="确认撤回",
    cancelled="好的，不撤了，投诉按原来的期限继续处理。",
    steps=(
        *finding_steps(NUMBER, "要撤回哪一件？", _running, proof="change", label="投诉编号"),
        Step(OTHER_NUMBER, "", _ask_other, _read_other, needed=_not_found, counted=False),
        Step(REASON, "撤回原因", _ask_reason, _read_reason, shows_as=show_words, free_text=True, counted=False),
    ),
)
