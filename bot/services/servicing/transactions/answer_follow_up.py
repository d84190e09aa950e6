"""回访 (G04, G09, G11): the questions of a follow-up in the chat, asked of the right person alone and of nobody twice.

Neutral, one at a time, nothing sold (基本服务规定 art 15; X-12); every answer is kept at once, so that it can be stopped
and gone on with; what an answer names as a problem is told to a post that does not sell, with its days.
"""

from __future__ import annotations

from datetime import date

from bot.insurance.follow_up import FollowUp, FollowUpState
from bot.insurance.identity import IdentityLevel
from bot.services.deadlines import speak_date
from bot.services.follow_ups.subject import subject_of
from bot.services.follow_ups.take_answers import finish
from bot.services.follow_ups.wish import find_follow_up_no
from bot.services.journeys.journey import Opening, Situation
from bot.services.reply import TO_HUMAN, Denial, Reply, choose, intend
from bot.services.servicing.follow_up_steps import (
    AGAIN,
    FOLLOW_UP,
    TOLD,
    answering,
    choosing_step,
    keep,
    proved_follow_up,
    question_steps,
    rules_of,
)
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction

_SURRENDER = choose("我要退保", "@switch:surrender_policy")
_COMPLAIN = intend("登记投诉", "file_complaint")


def _start(situation: Situation) -> Opening:
    number = find_follow_up_no(situation.said.text)
    return Opening((), {TOLD: number} if number else {})


def _finish(case: Case) -> tuple[Reply, ...]:
    situation = case.situation
    if keep(situation) is None:
        return (_expired(),)
    rules = rules_of(situation)
    with situation.services.unit_of_work() as work:
        found = proved_follow_up(work, situation, situation.get(FOLLOW_UP))
        if found is None:
            return (_expired(),)
        done = finish(work, found, answering(situation, found.party_id), rules)
        until = subject_of(work, done, case.today).cooling_off_until
        work.commit()
    problems = rules.forms.problems_of(done)
    lines = [_thanks(done, case.today)]
    if done.problem_no:
        lines.append(_who_and_when(done, case))
    still_cooling = until is not None and until >= case.today and any(each.mis_selling for each in problems)
    if still_cooling and until:
        lines.append(
            f"犹豫期到 {speak_date(until, case.today)}，这之前您可以解除合同，退还已交的保费；要不要退由您自己定。"
        )
    complains = (_COMPLAIN,) if any(each.complain for each in problems) else ()
    ways = (*complains, *((_SURRENDER,) if still_cooling else ()), TO_HUMAN, intend("没别的事了", "goodbye"))
    return (Reply("\n".join(lines), ways),)


def _thanks(done: FollowUp, today: date) -> str:
    if done.state is FollowUpState.DONE:
        return f"{done.kind.zh}做完了，谢谢您。{len(done.answers)} 个回答都记下了。"
    by = f"最晚 {speak_date(done.call_by, today)}" if done.call_by else ""
    return f"都记下了，谢谢您。答得很快，为了确认每一题您都看到了，同事会再打一次您登记的手机，{by}。"


def _who_and_when(done: FollowUp, case: Case) -> str:
    """Who deals with what was named, by when, and how the customer hears of it."""
    rules, now = rules_of(case.situation), case.situation.now
    by = speak_date(rules.deadlines.due("D-V03", now).internal_due, case.today)
    problems = rules.forms.problems_of(done)
    named = "、".join(each.zh for each in problems)
    law = ""
    if any(each.mis_selling for each in problems):
        latest = speak_date(rules.deadlines.due("D-V02", now).internal_due, case.today)
        law = f"按规定由不做销售的人解决，法定最晚 {latest}。"
    return (
        f"您说的{named}，已经立了一件，编号 {done.problem_no}，最晚 {by} 答复您，短信通知。{law}"
        f"说“{done.problem_no} 到哪一步了”随时能查。"
    )


def _expired() -> Reply:
    words = "核对身份已经过了 30 分钟，答过的都留着，还差最后一步。再核对一次就好。"
    return Reply(words, (AGAIN, TO_HUMAN), denied=Denial("follow_up", "", "not_proved"))


TRANSACTION = Transaction(
    kind="answer_follow_up",
    zh="回访",
    intents=(),
    post="投诉回访",
    level=IdentityLevel.L2,
    questions=NEVER_ONLY_ASKED,
    start=_start,
    steps=(choosing_step(), *question_steps()),
    shows=_finish,
    cancelled="好的，先停在这里，答过的都留着。想接着答，说“回访”就行；也可以约我们打电话。",
)
