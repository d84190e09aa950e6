"""docs/openapi.yml against what a running server answers: every status and every error code."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_core import Spec
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.request import V31RequestValidator
from openapi_core.validation.response import V31ResponseValidator
from openapi_spec_validator import validate_spec

from bot.channels.errors import CATALOGUE
from bot.channels.web.limits import Rate
from bot.channels.web.tokens import Tokens
from bot.conversations.messages import InputHint, OfferedChoice, Reply
from bot.errors import StoreUnavailableError
from bot.insurance.matter_file import MAX_BYTES
from tests.chat_server import ROOMY, ChatServer, Customer, events, sqlite_log
from tests.fakes import START
from tests.photos import HTML, PDF, photo

CONTRACT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yml").read_text())
SPEC = Spec.from_dict(CONTRACT)
SESSIONS, MESSAGES, STREAM = "/api/chat/sessions", "/api/chat/messages", "/api/chat/stream"
DOCUMENTS, FILES = "/api/chat/documents", "/api/chat/files"
# Only a client that stops in the middle, or a request to an address or with a method that the contract does not know.
OUTSIDE = {"body_incomplete", "not_found", "method_not_allowed", "bad_event"}  # the last is the hotline's


@dataclass
class Contract:
    """Asks the server and holds each answer against the contract; remembers the codes it has seen."""

    http: aiohttp.ClientSession
    server: ChatServer
    customer: Customer
    seen: set[str] = field(default_factory=set)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        """The status and the error code, "" when there is none."""
        sent = {"Content-Type": "application/json", **self.customer.headers, **(headers or {})}
        async with self.http.request(method, self.server.url + path, params=query, data=body, headers=sent) as response:
            raw = await response.text()
            request = MockRequest(self.server.url, method.lower(), path, args=query, headers=sent)
            answer = MockResponse(raw, response.status, dict(response.headers), response.content_type)
            V31ResponseValidator(SPEC).validate(request, answer)
            code = json.loads(raw).get("code", "") if response.content_type == "application/json" else ""
            self.seen.add(code)
            return response.status, code

    async def hand_in(self, content: bytes, message_id: str = "", **headers: str) -> tuple[int, str]:
        sent = {"Content-Type": "image/png", "X-Message-Id": message_id or str(uuid.uuid4()), "X-File-Name": "a.png"}
        return await self.ask("POST", FILES, body=content, headers={**sent, **headers})

    async def ask_for_files(self) -> None:
        """Until the conversation is asked for one, whatever is said."""
        self.server.assistant.answer = lambda _: [Reply("请发病历", (), InputHint("claim_files", "file"))]
        after = await self.customer.say("补交")
        await self.customer.until_said("请发病历", after)

    async def send(self, **fields: object) -> tuple[int, str]:
        fields.setdefault("id", str(uuid.uuid4()))
        return await self.ask("POST", MESSAGES, body=json.dumps(fields).encode())


@pytest.fixture
async def contract(tmp_path: Path) -> AsyncIterator[Contract]:
    async with aiohttp.ClientSession() as http, ChatServer(sqlite_log(tmp_path)).running() as server:
        yield Contract(http, server, await Customer.arrive(http, server.url))


def test_the_contract_is_a_valid_openapi_document() -> None:
    validate_spec(CONTRACT)


def test_the_contract_knows_every_error_code_under_its_status() -> None:
    written: dict[str, str] = {}
    for status, name in _error_responses():
        schema = CONTRACT["components"]["responses"][name]["content"]["application/json"]["schema"]["properties"][
            "code"
        ]
        written.update({code: status for code in schema.get("enum", [schema.get("const")])})
    assert written == {
        code: str(status) for code, (status, _) in CATALOGUE.items() if code not in ("method_not_allowed", "bad_event")
    }


def _error_responses() -> set[tuple[str, str]]:
    found = set()
    for path in CONTRACT["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if "$ref" in response:
                    found.add((status, response["$ref"].rpartition("/")[2]))
    return found


async def test_success_is_as_promised(contract: Contract) -> None:
    contract.server.assistant.answer = lambda _: [
        Reply("电话多少？", (OfferedChoice("不方便", "/deny"),), InputHint("phone", "phone")),
        Reply("谢谢"),
    ]
    message_id = str(uuid.uuid4())
    assert await contract.ask("POST", SESSIONS) == (201, "")
    assert await contract.ask("POST", SESSIONS, body=b"{}") == (201, "")
    assert await contract.send(id=message_id, text="报案") == (202, "")
    assert await contract.send(id=message_id, text="报案") == (200, "")
    await contract.customer.until_said("谢谢")
    assert await contract.ask("GET", MESSAGES) == (200, "")
    assert await contract.ask("GET", MESSAGES, query={"after": "99", "wait": "0.01"}) == (200, "")
    choice = (await contract.customer.poll())["messages"][0]["choices"][0]["id"]
    assert await contract.send(choice=choice) == (202, "")


async def test_a_file_is_as_promised(contract: Contract) -> None:
    await contract.ask_for_files()
    message_id = str(uuid.uuid4())
    assert await contract.hand_in(photo(), message_id) == (202, "")
    assert await contract.hand_in(photo(), message_id) == (200, "")


async def test_a_document_is_as_promised_and_comes_once(contract: Contract) -> None:
    contract.server.documents["a-token_1", contract.customer.conversation_id] = b"%PDF-1.4 ..."
    contract.server.documents["a-token_2", "another conversation"] = b"%PDF-1.4 ..."
    address = f"{contract.server.url}{DOCUMENTS}/a-token_1"
    assert await contract.ask("GET", f"{DOCUMENTS}/a-token_2") == (404, "document_gone")
    async with contract.http.get(address) as response:
        assert response.status == 401
    async with contract.http.get(address, headers=contract.customer.headers) as response:
        assert (response.status, await response.read()) == (200, b"%PDF-1.4 ...")
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == 'attachment; filename="policy.pdf"'
        assert response.headers["Cache-Control"] == "no-store"
    assert await contract.ask("GET", f"{DOCUMENTS}/a-token_1") == (404, "document_gone")


@pytest.mark.parametrize("banner", ["", "厦门暴雨：人先到安全的高处。"])
async def test_the_banner_is_as_promised_before_there_is_a_conversation(contract: Contract, banner: str) -> None:
    contract.server.banner = banner
    assert await contract.ask("GET", "/api/chat/banner") == (200, "")
    async with contract.http.get(f"{contract.server.url}/api/chat/banner") as response:
        assert await response.json() == {"text": banner}


async def test_a_logout_is_as_promised_and_a_statement_that_nobody_signed_is_refused(contract: Contract) -> None:
    assert await contract.ask("POST", f"{SESSIONS.rpartition('/')[0]}/logout") == (204, "")
    assert await contract.ask("POST", SESSIONS, body=b'{"identity": "a.b.c"}') == (401, "identity_invalid")


async def test_health_is_as_promised(contract: Contract) -> None:
    assert await contract.ask("GET", "/healthz") == (200, "")
    assert await contract.ask("GET", "/readyz") == (200, "")
    contract.server.ready["actions"] = False
    assert await contract.ask("GET", "/readyz") == (200, "")
    contract.server.ready["log"] = False
    assert await contract.ask("GET", "/readyz") == (503, "")


async def test_events_are_as_promised(contract: Contract) -> None:
    async with events(contract.customer) as stream:
        for _ in range(2):
            event = await anext(stream)
            schema = {"message": "Message", "owner": "OwnerChange"}[event.name]
            Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **CONTRACT}).validate(event.data)


async def test_each_refusal_is_as_promised(contract: Contract, tmp_path: Path) -> None:
    message_id = str(uuid.uuid4())
    assert (await contract.send(id=message_id, text="报案"))[0] == 202
    assert await contract.send(id=message_id, text="投诉") == (409, "message_conflict")
    await _bad_requests(contract)
    await _no_access(contract)
    await _too_much(contract, tmp_path)
    assert await contract.ask("GET", f"{DOCUMENTS}/unknown") == (404, "document_gone")
    await _bad_files(contract)
    await _out_of_order(contract)
    assert set(CATALOGUE) - contract.seen == OUTSIDE


async def _bad_requests(contract: Contract) -> None:
    assert await contract.ask("POST", MESSAGES, body=b"{") == (400, "bad_json")
    assert await contract.ask("POST", MESSAGES, body=b"[]") == (400, "not_an_object")
    assert await contract.ask("POST", SESSIONS, body=b"[]") == (400, "not_an_object")
    assert await contract.send(text="a", sender="victim") == (400, "unknown_key")
    assert await contract.send(id="1", text="a") == (400, "bad_id")
    assert await contract.send() == (400, "text_or_choice")
    assert await contract.send(text=" ") == (400, "empty_text")
    assert await contract.send(text="a\0") == (400, "control_characters")
    assert await contract.send(choice="never-offered") == (400, "unknown_choice")
    assert await contract.ask("GET", MESSAGES, query={"wait": "26"}) == (400, "bad_query")
    assert await contract.ask("GET", STREAM, query={"after": "x"}) == (400, "bad_query")
    assert await contract.ask("GET", STREAM, headers={"Last-Event-ID": "x"}) == (400, "bad_query")
    packed = {"Content-Encoding": "deflate"}
    assert await contract.ask("POST", MESSAGES, body=b"x", headers=packed) == (400, "bad_encoding")
    assert await contract.ask("POST", SESSIONS, headers={"Origin": "https://evil.example"}) == (403, "cross_site")


async def _bad_files(contract: Contract) -> None:
    assert await contract.hand_in(photo()) == (409, "file_not_asked_for")
    await contract.ask_for_files()
    assert await contract.hand_in(b"") == (400, "file_empty")
    assert await contract.hand_in(photo()[:300]) == (400, "file_broken")
    assert await contract.hand_in(HTML) == (415, "file_type")
    assert await contract.hand_in(bytes(MAX_BYTES + 1)) == (413, "file_too_large")
    assert await contract.hand_in(photo(), "1") == (400, "bad_id")
    assert await contract.hand_in(photo(), **{"X-File-Name": "%FF"}) == (400, "bad_file_name")
    for number in range(20):
        assert await contract.hand_in(PDF + b"%%%d\n%%%%EOF" % number) == (202, "")
    assert await contract.hand_in(PDF) == (409, "too_many_files")


async def _no_access(contract: Contract) -> None:
    assert await contract.ask("POST", SESSIONS, body=b'{"identity": "a.b.c"}') == (401, "identity_invalid")
    for method, path in (("POST", MESSAGES), ("POST", FILES), ("GET", MESSAGES), ("GET", STREAM)):
        assert await contract.ask(method, path, headers={"Authorization": ""}) == (401, "token_missing")
        assert await contract.ask(method, path, headers={"Authorization": "Bearer x"}) == (401, "token_invalid")
        gone = f"Bearer {Tokens('a key of the tests').issue('gone', START)[0]}"
        body = json.dumps({"id": str(uuid.uuid4()), "text": "a"}).encode() if method == "POST" else None
        answer = await contract.ask(
            method, path, body=body, headers={"Authorization": gone, "X-Message-Id": str(uuid.uuid4())}
        )
        assert answer == (404, "conversation_not_found")
        contract.server.clock.now = START + timedelta(hours=25)
        assert await contract.ask(method, path) == (401, "token_expired")
        contract.server.clock.now = START


async def _too_much(contract: Contract, tmp_path: Path) -> None:
    assert await contract.send(text="保" * 2001) == (413, "text_too_long")
    assert await contract.ask("POST", MESSAGES, body=b" " * 70_000) == (413, "body_too_large")
    assert await contract.ask("POST", SESSIONS, body=b" " * 70_000) == (413, "body_too_large")
    rare = Rate(1, 0.001)
    limits = replace(ROOMY, messages=rare, sessions=rare, reads=rare)
    async with ChatServer(sqlite_log(tmp_path), limits=limits).running() as server:
        strict = replace(contract, server=server, customer=await Customer.arrive(contract.http, server.url))
        assert await strict.ask("POST", SESSIONS) == (429, "rate_limited")
        assert [await strict.send(text="a"), await strict.send(text="b")] == [(202, ""), (429, "rate_limited")]
        assert [await strict.ask("GET", MESSAGES), await strict.ask("GET", STREAM)] == [
            (200, ""),
            (429, "rate_limited"),
        ]
    async with ChatServer(sqlite_log(tmp_path), limits=replace(ROOMY, waiting=0)).running() as server:
        crowded = replace(contract, server=server)
        assert await crowded.ask("GET", MESSAGES) == (429, "too_many_waiting")
        assert await crowded.ask("GET", STREAM) == (429, "too_many_waiting")


async def _out_of_order(contract: Contract) -> None:
    outages = cycle([OSError("database is away"), StoreUnavailableError()])

    def broken(*_: object, **__: object) -> None:
        raise next(outages)

    def defect(*_: object) -> None:
        raise KeyError("a defect")

    contract.server.log.receive = contract.server.log.after = contract.server.log.open = broken  # type: ignore[method-assign,assignment]
    for _ in range(2):
        assert await contract.ask("POST", SESSIONS) == (503, "temporarily_unavailable")
    for _ in range(2):
        assert await contract.send(text="a") == (503, "temporarily_unavailable")
    for path in (MESSAGES, STREAM):
        assert await contract.ask("GET", path) == (503, "temporarily_unavailable")
        assert await contract.ask("GET", path) == (503, "temporarily_unavailable")
    contract.server.feed.watchers = defect  # type: ignore[method-assign,assignment]
    assert await contract.ask("GET", MESSAGES) == (500, "internal")


async def test_addresses_and_methods_outside_the_contract_get_coded_errors_too(contract: Contract) -> None:
    for method, path, status, code in (
        ("GET", "/api/chat/nothing", 404, "not_found"),
        ("DELETE", MESSAGES, 405, "method_not_allowed"),
    ):
        async with contract.http.request(method, contract.server.url + path) as response:
            assert (response.status, (await response.json())["code"]) == (status, code)


@pytest.mark.parametrize("fields", [{"text": "报案"}, {"choice": "aB3_-"}])
def test_the_contract_takes_what_the_server_takes(fields: dict[str, str]) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), **fields})
    headers = {"Authorization": "Bearer x"}
    V31RequestValidator(SPEC).validate(MockRequest("http://desk", "post", MESSAGES, headers=headers, data=body))


async def test_a_look_is_as_promised(contract: Contract) -> None:
    assert await contract.ask("POST", "/api/chat/seen", body=b'{"seq": 1}') == (204, "")
    assert await contract.ask("POST", "/api/chat/seen", body=b'{"seq": 0}') == (400, "bad_query")
