"""Reading a model for predictions only."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata


class PredictionStorage(LocalModelStorage):
    """Leaves the schema for training empty: reading it imports components that only check training data, and with
    them TensorFlow."""

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        serialised = json.loads((directory / MODEL_ARCHIVE_METADATA_FILE).read_text(encoding="utf-8"))
        return ModelMetadata.from_dict({**serialised, "train_schema": {"nodes": {}}})
