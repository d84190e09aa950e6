"""Calls of the action server: what is sent, over which connection, and what counts as an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from rasa.core.actions.action import ActionBotResponse, ActionListen, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError

from bot.dialogue.action_calls import (
    ActionUnreachableError,
    BadActionAnswerError,
    JourneyForm,
    KeepAliveEndpoint,
    ServedAction,
    action_call,
    build_actions,
    check_answer,
)
from bot.dialogue.breaker import Breaker
from bot.dialogue.tracker import ConversationTracker

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [report_claim]
slots:
  claim_place: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  plate: {type: text, influence_conversation: false, mappings: [{type: custom}]}
forms:
  claim_form: {required_slots: [claim_place]}
  plain_form: {required_slots: [plate]}
actions: [validate_claim_form, action_submit_claim, utter_hello]
responses:
  utter_hello: [{text: 您好}]
""")
METADATA = {"message_id": "m1", "received_at": "2026-11-23T09:12:00+08:00", "channel": "web", "chosen": False}
REQUESTS = [{"text": "科苑路", "start": 0, "end": 3, "intent": "inform", "confidence": 0.9}]
RANKING = [{"name": "report_claim", "confidence": 0.9}]
ENTITIES = [{"entity": "location", "value": "科苑路", "start": 0, "end": 3}]


def reported() -> Event:
    parsed = {
        "intent": RANKING[0],
        "intent_ranking": RANKING,
        "requests": REQUESTS,
        "heard": "科苑路口",
        "alarm": "科苑路",
        "interlude": "waits",
        "entities": ENTITIES,
        "text_tokens": [(0, 3)],
    }
    return UserUttered("科苑路", RANKING[0], ENTITIES, parsed, message_id="m1", metadata=METADATA)


def tracker(*events: Event) -> ConversationTracker:
    begun = [ActionExecuted("action_listen"), BotUttered("在哪里？"), ActionExecuted("action_listen"), reported()]
    made: ConversationTracker = ConversationTracker.from_events("c1", [*begun, *events], DOMAIN.slots, domain=DOMAIN)
    return made


@dataclass
class ActionServer:
    """Answers every call with `answer`, keeps the calls and counts the connections they came by."""

    url: str = ""
    answer: Any = field(default_factory=lambda: {"events": [], "responses": []})
    status: int = 200
    delay: float = 0
    calls: list[dict[str, Any]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)

    async def run(self, request: web.Request) -> web.Response:
        self.calls.append(await request.json())
        await asyncio.sleep(self.delay)
        self.connections.add(request.transport)
        self.secrets.add(request.headers["Authorization"])
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def server() -> AsyncIterator[ActionServer]:
    server, app = ActionServer(), web.Application()
    app.add_routes([web.post("/webhook", server.run)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    yield server
    await runner.cleanup()


@pytest.fixture
async def endpoint(server: ActionServer) -> AsyncIterator[KeepAliveEndpoint]:
    endpoint = KeepAliveEndpoint(server.url, {"Authorization": "Bearer s"})
    yield endpoint
    await endpoint.close()


async def run(action: RemoteAction | FormAction, seen: DialogueStateTracker) -> list[Event]:
    nlg = TemplatedNaturalLanguageGenerator(DOMAIN.responses)
    events: list[Event] = await action.run(CollectingOutputChannel(), nlg, seen, DOMAIN)
    return events


def test_a_call_carries_the_message_the_slots_and_what_the_bot_said_and_nothing_else() -> None:
    seen = tracker(SlotSet("claim_place", "科苑路"), ActiveLoop("claim_form"))
    call = action_call("validate_claim_form", seen)
    said = call["tracker"].pop("events")
    assert [(each["event"], each["text"]) for each in said] == [("bot", "在哪里？")]
    slots = call["tracker"].pop("slots")
    assert (slots["claim_place"], slots["plate"], slots["requested_slot"]) == ("科苑路", None, None)
    loop = call["tracker"].pop("active_loop")
    assert (loop["name"], loop["rejected"]) == ("claim_form", False)
    assert call["tracker"] == {
        "sender_id": "c1",
        "latest_message": {
            "text": "科苑路",
            "intent": RANKING[0],
            "intent_ranking": RANKING,
            "requests": REQUESTS,
            "heard": "科苑路口",
            "alarm": "科苑路",
            "interlude": "waits",
            "entities": ENTITIES,
            "message_id": "m1",
            "metadata": METADATA,
        },
        "paused": False,
        "followup_action": None,
        "latest_action_name": "action_listen",
    }
    assert (call["next_action"], call["sender_id"], call["domain"]) == ("validate_claim_form", "c1", {})


def test_a_call_is_json_even_before_anybody_spoke() -> None:
    empty = ConversationTracker("c1", DOMAIN.slots)
    call = json.loads(json.dumps(action_call("action_submit_claim", empty)))
    assert (call["tracker"]["latest_message"]["text"], call["tracker"]["events"]) == (None, [])


async def test_all_calls_of_a_process_use_one_connection(server: ActionServer, endpoint: KeepAliveEndpoint) -> None:
    for _ in range(3):
        await run(ServedAction("action_submit_claim", endpoint), tracker())
    assert len(server.calls) == 3
    assert len(server.connections) == 1
    assert server.secrets == {"Bearer s"}


async def test_calls_at_the_same_time_do_not_wait_for_each_other(
    server: ActionServer, endpoint: KeepAliveEndpoint
) -> None:
    await asyncio.gather(*(run(ServedAction("action_submit_claim", endpoint), tracker()) for _ in range(5)))
    assert len(server.calls) == 5


async def test_a_closed_endpoint_opens_again_when_called(server: ActionServer, endpoint: KeepAliveEndpoint) -> None:
    await run(ServedAction("action_submit_claim", endpoint), tracker())
    await endpoint.close()
    await run(ServedAction("action_submit_claim", endpoint), tracker())
    assert len(server.connections) == 2


async def test_what_the_action_said_and_did_becomes_events(server: ActionServer, endpoint: KeepAliveEndpoint) -> None:
    server.answer = {
        "events": [
            {"event": "slot", "name": "plate", "value": "粤B12345"},
            {"event": "followup", "name": "claim_form"},
        ],
        "responses": [
            {"text": "好的", "buttons": [{"title": "报案", "payload": "/report_claim"}], "custom": {"input": 1}}
        ],
    }
    said, slot, followup = await run(ServedAction("action_submit_claim", endpoint), tracker())
    assert isinstance(said, BotUttered)
    assert (said.text, said.data["buttons"], said.data["custom"]) == (
        "好的",
        [{"title": "报案", "payload": "/report_claim"}],
        {"input": 1},
    )
    assert slot == SlotSet("plate", "粤B12345")
    assert followup.action_name == "claim_form"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"events": []},
        {"responses": []},
        {"events": None, "responses": []},
        {"events": [], "responses": None},
        {"events": [None], "responses": []},
        {"events": [{}], "responses": []},
        {"events": [{"event": 1}], "responses": []},
        {"events": [], "responses": ["好的"]},
    ],
)
def test_an_answer_that_is_not_as_promised_is_refused(answer: Any) -> None:
    with pytest.raises(BadActionAnswerError):
        check_answer("action_submit_claim", answer)


@pytest.mark.parametrize("status", [400, 404, 413, 500])
async def test_an_error_that_the_server_answers_is_this_turns_own(
    server: ActionServer, endpoint: KeepAliveEndpoint, status: int
) -> None:
    server.status = status
    with pytest.raises(ClientResponseError, match=str(status)):
        await run(ServedAction("action_submit_claim", endpoint), tracker())


@pytest.mark.parametrize("status", [401, 502, 503, 504])
async def test_a_server_that_cannot_work_now_is_unreachable(
    server: ActionServer, endpoint: KeepAliveEndpoint, status: int
) -> None:
    server.status = status
    with pytest.raises(ActionUnreachableError, match=str(status)):
        await run(ServedAction("action_submit_claim", endpoint), tracker())


async def test_a_late_answer_is_no_fault_of_the_turn(
    server: ActionServer, endpoint: KeepAliveEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dialogue.action_calls.ACTION_SECONDS", 0.05)
    server.delay = 5
    with pytest.raises(ActionUnreachableError, match="TimeoutError"):
        await run(ServedAction("action_submit_claim", endpoint), tracker())


async def test_an_unknown_event_is_an_error_and_not_left_out(server: ActionServer, endpoint: KeepAliveEndpoint) -> None:
    server.answer = {"events": [{"event": "made_up"}], "responses": []}
    with pytest.raises(KeyError):
        await run(ServedAction("action_submit_claim", endpoint), tracker())


async def test_nobody_listening_is_no_fault_of_the_turn() -> None:
    endpoint = KeepAliveEndpoint("http://127.0.0.1:9/webhook", {})
    with pytest.raises(ActionUnreachableError, match="ClientConnectorError"):
        await run(ServedAction("action_submit_claim", endpoint), tracker())
    await endpoint.close()


async def test_three_late_answers_in_a_row_let_the_next_turns_fail_at_once_until_one_is_answered(
    server: ActionServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dialogue.action_calls.ACTION_SECONDS", 0.05)
    now = [100.0]
    endpoint = KeepAliveEndpoint(server.url, {"Authorization": "Bearer s"}, Breaker(clock=lambda: now[0]))
    server.delay = 5
    for _ in range(3):
        with pytest.raises(ActionUnreachableError, match="TimeoutError"):
            await run(ServedAction("action_submit_claim", endpoint), tracker())
    for action in (ServedAction("action_other", endpoint), JourneyForm("claim_form", endpoint)):
        with pytest.raises(ActionUnreachableError, match="NotAskedError"):
            await run(action, tracker())
    assert {call["next_action"] for call in server.calls} <= {"action_submit_claim"}
    now[0] += 2
    server.delay = 0
    server.answer = {"events": ASKED, "responses": []}
    for action in (JourneyForm("claim_form", endpoint), ServedAction("action_other", endpoint)):
        await run(action, tracker())
    assert [call["next_action"] for call in server.calls[-2:]] == ["validate_claim_form", "action_other"]
    await endpoint.close()


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_that_answers_errors_is_asked_each_time(
    server: ActionServer, endpoint: KeepAliveEndpoint, status: int
) -> None:
    server.status = status
    for _ in range(4):
        with pytest.raises((ActionUnreachableError, ClientResponseError)):
            await run(ServedAction("action_submit_claim", endpoint), tracker())
    assert len(server.calls) == 4


ASKED = [
    {"event": "slot", "name": "claim_place", "value": "科苑路"},
    {"event": "slot", "name": "requested_slot", "value": "claim_place"},
]
ENDED = [
    {"event": "slot", "name": "claim_place", "value": "科苑路"},
    {"event": "slot", "name": "requested_slot", "value": None},
]


@pytest.mark.parametrize("answered", [ASKED, ENDED])
@pytest.mark.parametrize(
    "before",
    [
        [],
        [
            ActiveLoop("claim_form"),
            SlotSet("requested_slot", "claim_place"),
            ActionExecuted("action_listen"),
            reported(),
        ],
    ],
    ids=["opening", "running"],
)
async def test_a_form_does_what_a_stock_form_does(
    server: ActionServer, endpoint: KeepAliveEndpoint, before: list[Event], answered: list[dict[str, Any]]
) -> None:
    server.answer = {"events": answered, "responses": [{"text": "好的"}]}
    ours = await run(JourneyForm("claim_form", endpoint), tracker(*before))
    stock = await run(FormAction("claim_form", endpoint), tracker(*before))
    assert ours == stock
    sent, wanted = (call["tracker"] for call in server.calls)
    for name in ("slots", "latest_action_name"):
        assert sent[name] == wanted[name]
    assert sent["active_loop"] == wanted["active_loop"]


async def test_a_form_shows_its_validation_what_was_filled_before(
    server: ActionServer, endpoint: KeepAliveEndpoint
) -> None:
    server.answer = {"events": ASKED, "responses": []}
    seen = tracker(SlotSet("claim_place", "科苑路"))
    await run(JourneyForm("claim_form", endpoint), seen)
    assert server.calls[0]["tracker"]["slots"]["claim_place"] == "科苑路"
    assert seen.active_loop is None


def test_each_action_of_the_domain_is_made_once_and_of_its_kind() -> None:
    endpoint = KeepAliveEndpoint("http://127.0.0.1:9/webhook", {})
    actions = build_actions(DOMAIN, endpoint)
    assert set(actions) == set(DOMAIN.action_names_or_texts)
    kinds = {name: type(actions[name]) for name in actions}
    assert kinds["action_submit_claim"] is ServedAction
    assert kinds["claim_form"] is JourneyForm
    assert kinds["plain_form"] is FormAction
    assert kinds["utter_hello"] is ActionBotResponse
    assert kinds["action_listen"] is ActionListen
    assert all(actions[name].name() == name for name in actions)
