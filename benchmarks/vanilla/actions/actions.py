"""The stock bot's one action, written as the tutorials write it: a row in SQLite, then a sentence."""

import os
import sqlite3
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher

COLUMNS = ("claim_line", "claim_injured", "claim_event_at", "claim_place", "claim_cause", "claim_phone")


class ActionSubmitClaim(Action):
    def name(self) -> str:
        return "action_submit_claim"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        with sqlite3.connect(os.environ["VANILLA_CLAIMS"], timeout=30) as connection:
            connection.execute(f"CREATE TABLE IF NOT EXISTS claims (no INTEGER PRIMARY KEY, {', '.join(COLUMNS)})")
            values = [tracker.get_slot(name) for name in COLUMNS]
            marks = ", ".join("?" * len(COLUMNS))
            inserted = connection.execute(f"INSERT INTO claims ({', '.join(COLUMNS)}) VALUES ({marks})", values)
        dispatcher.utter_message(text=f"报案成功，报案号 {inserted.lastrowid}。")
        return [AllSlotsReset()]
