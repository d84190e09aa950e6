"""Whatever the page may be asked to show, the Rasa server may ask for."""

from __future__ import annotations

import json

import pytest
import yaml

from bot.clients.rasa_answer import parse_answer
from bot.settings import ROOT

CONTRACT = yaml.safe_load((ROOT / "docs" / "openapi.yml").read_text(encoding="utf-8"))
HINT = CONTRACT["components"]["schemas"]["Message"]["properties"]["input"]["oneOf"][1]
KINDS = HINT["properties"]["kind"]["enum"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_field_of_the_contract_may_be_asked_for(kind: str) -> None:
    message = {"text": "请发病历。", "choices": [], "input": {"slot": "claim_files", "kind": kind}}
    (reply,) = parse_answer(json.dumps({"messages": [message]}).encode())
    assert reply.input is not None
    assert reply.input.kind == kind


def test_the_contract_has_the_field_for_files() -> None:
    assert "file" in KINDS
