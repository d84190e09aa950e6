"""What an officer wants written about a complaint, carried out in one transaction, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable

from bot.console.auth import Refusal
from bot.console.deps import ConsoleDeps
from bot.errors import BotError
from bot.services.handle_complaint import ComplaintFlawError, ComplaintStepError, OwnDecisionError, UnansweredError
from bot.services.inquire import AnsweredError, NotAskedError
from bot.services.move_complaint import NotApproverError
from bot.services.ports import UnitOfWork
from bot.services.recuse_officer import NotTheirOrderError
from bot.services.triage_complaint import NotToldError, RecusedError, TriageOverError

NOT_THEIRS: Refusal = (403, "投诉由投诉回访岗登记。")
RECUSED: Refusal = (403, "投诉的是您本人，或者您已经回避，按回避规定由别的同事处理（投诉办法第十七条）。")
_REFUSALS: dict[type[BotError], Refusal] = {
    RecusedError: RECUSED,
    OwnDecisionError: (403, "核查由上级机构办，作过原决定的人不能办，请主管登录办理（投诉办法第二十条）。"),
    NotApproverError: (403, "再延长 30 日由总公司高级管理人员审批，不能批自己申请的（投诉办法第十八条）。"),
    NotTheirOrderError: (403, "要求别的同事回避，由主管登记。"),
    NotToldError: (
        400, "投诉人没有留手机：不办的要告知本人，请写怎么告知的、凭证是什么（投诉办法第十八条、第二十一条）。",
    ),
    NotAskedError: (403, "这件协查没有问您。"),
    AnsweredError: (409, "这件协查已经答复，答复不能改。"),
}  # fmt: skip


def written(deps: ConsoleDeps, write: Callable[[UnitOfWork], object]) -> Refusal | None:
    """Why not; None when it is done."""
    try:
        with deps.unit_of_work() as work:
            write(work)
            work.commit()
    except LookupError:
        return 404, "没有这个编号的投诉。"
    except ComplaintStepError as error:
        return 409, f"这件投诉现在是“{error.data['stage']}”，不能这样登记。"
    except TriageOverError as error:
        return 409, f"这件投诉已经是“{error.data['stage']}”，不用再选。"
    except ComplaintFlawError as error:
        return 400, f"{error.data['flaw']}。"
    except UnansweredError as error:
        waits = error.data["waits"]
        return 409, f"还有 {waits} 件协查没有答复。回到上一页，等答复，或者勾选“不等答复”再作决定。"
    except tuple(_REFUSALS) as error:
        return _REFUSALS[type(error)]
    return None
