"""Slots, forms, actions and texts: what one file names, the domain and the program have too."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.training.checks.decisions import REQUESTED
from bot.training.checks.wording import first_of_each, listed, place, rather
from bot.training.code_names import code_names
from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import DOMAIN, RESPONSES, LinedCorpus
from bot.training.pieces import Named

_RASAS_ACTIONS = frozenset({
    "action_listen", "action_restart", "action_session_start", "action_default_fallback", "action_deactivate_loop",
    "action_back", "action_extract_slots",
})  # fmt: skip


def check_domain(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors for what is missing on one side, warnings for what nothing uses."""
    yield from _twice(corpus)
    yield from _used_and_missing(corpus)
    yield from _forms(corpus)
    yield from _actions(corpus)
    yield from _unused(corpus)


def _twice(corpus: LinedCorpus) -> Iterator[Finding]:
    domain = corpus.domain
    for what, names in (
        ("意图", domain.intents), ("实体", domain.entities), ("动作", domain.actions),
        ("回答", tuple(Named(each.name, each.where) for each in domain.responses)),
    ):  # fmt: skip
        first: dict[str, Named] = {}
        for each in names:
            before = first.setdefault(each.name, each)
            if before is not each:
                yield error(
                    "domain.twice",
                    each.where,
                    f"{what}“{each.name}”写了两遍，{place(before.where)}已经有了",
                    "删掉一处",
                    name=each.name,
                    other=list(before.where),
                )


def _used_and_missing(corpus: LinedCorpus) -> Iterator[Finding]:
    domain = corpus.domain
    steps = [step for flow in corpus.flows for step in flow.all_steps()]
    slots = {slot.name for slot in domain.slots}
    forms = {form.name for form in domain.forms}
    responses = {each.name for each in domain.responses}
    actions = {each.name for each in domain.actions} | _RASAS_ACTIONS
    used_slots = [Named(step.name, step.where) for step in steps if step.kind == "slot" and step.name != REQUESTED]
    needed = [slot for form in domain.forms for slot in form.slots]
    yield from _missing("slot", "槽位", [*used_slots, *needed], slots, f"在 {DOMAIN} 的 slots 下面加上它")
    loops = [Named(step.name, step.where) for step in steps if step.kind == "loop" and step.name]
    yield from _missing("form", "表单", loops, forms, f"在 {DOMAIN} 的 forms 下面加上它和它的槽位")
    done = [Named(step.name, step.where) for step in steps if step.kind == "action"]
    texts = [each for each in done if each.name.startswith("utter_")]
    yield from _missing("response", "回答", texts, responses, f"在 {RESPONSES} 里写上这句话")
    others = [each for each in done if not each.name.startswith("utter_")]
    yield from _missing(
        "action", "动作", others, actions | forms, f"程序里有的就加到 {DOMAIN} 的 actions；没有的请开发的同事写"
    )


def _missing(code: str, zh: str, used: list[Named], known: Collection[str], otherwise: str) -> Iterator[Finding]:
    for named, count in first_of_each(used):
        if named.name not in known:
            times = f"，这个文件里用了 {count} 处" if count > 1 else ""
            yield error(
                f"{code}.unknown",
                named.where,
                f"{zh}“{named.name}”没有{times}",
                rather(named.name, known, otherwise),
                name=named.name,
                count=count,
            )


def _forms(corpus: LinedCorpus) -> Iterator[Finding]:
    """A form asks for the slots that the program asks for, and something opens it."""
    code, domain = code_names(), corpus.domain
    opened = {step.name for flow in corpus.flows for step in flow.all_steps() if step.kind == "loop"}
    for form in domain.forms:
        wanted, has = code.forms.get(form.name), tuple(slot.name for slot in form.slots)
        if wanted is None:
            yield error(
                "form.not_in_program",
                form.where,
                f"表单“{form.name}”程序里没有",
                rather(form.name, code.forms, "请开发的同事先写，或者从这里删掉"),
                form=form.name,
            )
        elif wanted != has:
            yield _other_slots(form.name, form.where, wanted, has)
        if form.name not in opened:
            yield error(
                "form.never_opened",
                form.where,
                f"表单“{form.name}”没有一条规则打开或结束它",
                "在 data/rules/journeys.yml 里加上“开始”和“结束”两条规则",
                form=form.name,
            )
    have = {form.name for form in domain.forms}
    for name in sorted(set(code.forms) - have):
        yield error(
            "form.not_in_domain",
            (DOMAIN, 0),
            f"程序里要用表单“{name}”，{DOMAIN} 里没有",
            "加回来；改了名的改回去",
            form=name,
        )


def _other_slots(form: str, where: tuple[str, int], wanted: tuple[str, ...], has: tuple[str, ...]) -> Finding:
    missing, more = [each for each in wanted if each not in has], [each for each in has if each not in wanted]
    told = [f"少了 {listed(missing)}"] if missing else []
    told += [f"多了 {listed(more)}"] if more else []
    return error(
        "form.other_slots",
        where,
        f"表单“{form}”的 required_slots 和程序问的不一样：{'，'.join(told) or '顺序不同'}",
        f"改成：{'、'.join(wanted)}",
        form=form,
        missing=missing,
        more=more,
    )


def _actions(corpus: LinedCorpus) -> Iterator[Finding]:
    code = code_names()
    listed_actions = {each.name for each in corpus.domain.actions}
    for each in corpus.domain.actions:
        if not each.name.startswith("utter_") and not code.has_action(each.name):
            yield error(
                "action.not_in_program",
                each.where,
                f"动作“{each.name}”程序里没有",
                rather(
                    each.name, {w for w in code.words if w.startswith("action_")}, "请开发的同事先写，或者从这里删掉"
                ),
                action=each.name,
            )
    for form in corpus.domain.forms:
        if f"validate_{form.name}" not in listed_actions and form.name in code.forms:
            yield error(
                "action.not_in_domain",
                form.where,
                f"表单“{form.name}”少了动作 validate_{form.name}，问到的答案不会被记下",
                f"在 {DOMAIN} 的 actions 下面加“- validate_{form.name}”",
                action=f"validate_{form.name}",
            )


def _unused(corpus: LinedCorpus) -> Iterator[Finding]:
    words = code_names().words
    steps = {step.name for flow in corpus.flows for step in flow.all_steps()}
    asked = {slot.name for form in corpus.domain.forms for slot in form.slots}
    for slot in corpus.domain.slots:
        if slot.name not in steps | asked | words:
            yield warning(
                "slot.unused",
                slot.where,
                f"槽位“{slot.name}”没有谁用",
                "删掉它；刚加的，就把用它的故事或表单也写上",
                slot=slot.name,
            )
    for each in corpus.domain.responses:
        if each.name not in steps | words:
            yield warning(
                "response.unused",
                each.where,
                f"回答“{each.name}”没有一条规则或故事会说",
                "删掉它；刚加的，就把说它的规则也写上",
                response=each.name,
            )
        if not each.texts:
            yield error(
                "response.empty",
                each.where,
                f"回答“{each.name}”没有一句话",
                "在它下面写“- text: 要说的话”",
                response=each.name,
            )
