"""Our runner of Rasa's graph against Rasa's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.dialogue.graph_runner import PlannedGraphRunner

RAN: list[str] = []


class Adder(GraphComponent):
    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: Any, resource: Any, execution_context: Any) -> Adder:
        return cls(execution_context.node_name)

    def add(self, left: int, right: int) -> int:
        RAN.append(self._name)
        return left + right


def node(left: str, right: str) -> SchemaNode:
    return SchemaNode({"left": left, "right": right}, Adder, "create", "add", {}, eager=True)


# Each after what it needs is not the order in which they stand here.
SCHEMA = GraphSchema(
    {"top": node("a", "b"), "b": node("a", "message"), "a": node("message", "message"), "off": node("a", "a")}
)


@pytest.fixture
def runner(tmp_path: Path) -> PlannedGraphRunner:
    RAN.clear()
    return PlannedGraphRunner(SCHEMA, LocalModelStorage(tmp_path), ExecutionContext(SCHEMA))


def test_it_gives_what_dask_gives(runner: PlannedGraphRunner, tmp_path: Path) -> None:
    stock = DaskGraphRunner(SCHEMA, LocalModelStorage(tmp_path), ExecutionContext(SCHEMA))
    for targets in (["top"], ["a"], ["b", "top"], ["message"]):
        assert runner.run({"message": 3}, targets) == stock.run({"message": 3}, targets)


def test_only_what_the_target_needs_runs_and_once(runner: PlannedGraphRunner) -> None:
    assert runner.run({"message": 1}, ["top"]) == {"top": 5}
    assert RAN == ["a", "b", "top"]


def test_nothing_is_kept_from_one_run_to_the_next(runner: PlannedGraphRunner) -> None:
    assert runner.run({"message": 1}, ["top"]) == {"top": 5}
    assert runner.run({"message": 2}, ["top"]) == {"top": 10}


def test_an_input_that_would_hide_a_node_is_refused(runner: PlannedGraphRunner) -> None:
    with pytest.raises(ValueError, match="name of a node"):
        runner.run({"message": 1, "a": 5}, ["top"])


def test_a_missing_input_is_an_error(runner: PlannedGraphRunner) -> None:
    with pytest.raises(Exception, match="Missing input"):
        runner.run({}, ["top"])
