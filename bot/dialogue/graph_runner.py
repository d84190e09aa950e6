"""Runs Rasa's graph without Dask, which finds the same order anew for each of the three runs of a message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

Result = tuple[str, Any]  # a node's or an input's name, and its output
Plan = list[tuple[str, GraphNode, list[str]]]  # name, node, the names of what it needs; each after what it needs


class PlannedGraphRunner(DaskGraphRunner):
    """Runs nodes one after the other, in an order that is found once for each set of targets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[tuple[str, ...], Plan] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the targets, by default of the schema's.

        Raises:
            ValueError: an input has the name of a node.
            GraphComponentException: a node failed.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        if wanted not in self._plans:
            self._plans[wanted] = self._plan(wanted)
        results: dict[str, Result] = {name: (name, value) for name, value in (inputs or {}).items()}
        if not results.keys().isdisjoint(self._instantiated_nodes):
            raise ValueError("an input has the name of a node")
        for name, node, needs in self._plans[wanted]:
            results[name] = node(*(results.get(need, need) for need in needs))
        return dict(results[name] for name in wanted)

    def _plan(self, targets: tuple[str, ...]) -> Plan:
        nodes = self._graph_schema.nodes
        plan: dict[str, tuple[str, GraphNode, list[str]]] = {}

        def visit(name: str) -> None:
            if name in plan or name not in nodes:  # what is no node is an input
                return
            needs = list(nodes[name].needs.values())
            for need in needs:
                visit(need)
            plan[name] = (name, self._instantiated_nodes[name], needs)

        for target in targets:
            visit(target)
        return list(plan.values())
