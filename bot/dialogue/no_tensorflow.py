"""Keeps TensorFlow out of a server process whose model needs none of it (docs/adr/0004).

Rasa's policies import `rasa.utils.train_utils`, which imports two modules that derive classes from Keras: 5 s of CPU and
half a gigabyte for classes that only training uses. Here these two modules are stand-ins, and any other import of
TensorFlow is an error that says so.
"""

from __future__ import annotations

import json
import sys
import tarfile
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from bot.errors import ConfigurationError

# Module: the names that others import from it.
STAND_INS = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
}
KEPT_OUT = {"tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"}
# Rasa's components that import TensorFlow when they are imported, by module.
COMPONENTS_THAT_NEED_IT = {
    "rasa.core.policies.ted_policy",
    "rasa.core.policies.unexpected_intent_policy",
    "rasa.nlu.classifiers.diet_classifier",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "rasa.nlu.selectors.response_selector",
}
_REMEDY = (
    "is kept out of this process, because no component of the model was known to need it; add the component's module to "
    "COMPONENTS_THAT_NEED_IT in bot/dialogue/no_tensorflow.py"
)


class TensorFlowKeptOutError(ImportError):
    """Something wants TensorFlow after all; the message says what to do."""


def keep_out_tensorflow(model: Path) -> bool:
    """Call it before Rasa is imported; False where TensorFlow is needed by `model`, or is here already.

    Raises:
        ConfigurationError: the archive cannot be read.
    """
    if needs_tensorflow(model) or "tensorflow" in sys.modules or not sys.modules.keys().isdisjoint(STAND_INS):
        return False
    sys.meta_path.insert(0, _Finder())
    return True


def needs_tensorflow(model: Path) -> bool:
    """Whether a component that the model predicts with is one of Rasa's that need TensorFlow.

    Raises:
        ConfigurationError: the archive cannot be read.
    """
    try:
        with tarfile.open(model) as archive:
            file = archive.extractfile("metadata.json")
            assert file is not None
            nodes = json.load(file)["predict_schema"]["nodes"]
        modules = {node["uses"].rpartition(".")[0] for node in nodes.values()}
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError("not a model that Rasa 3.6 has trained", file=str(model)) from error
    return not modules.isdisjoint(COMPONENTS_THAT_NEED_IT)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in KEPT_OUT:
            raise TensorFlowKeptOutError(f"{fullname} {_REMEDY}", name=fullname)
        return spec_from_loader(fullname, _StandInLoader()) if fullname in STAND_INS else None


class _StandInLoader(Loader):
    def exec_module(self, module: ModuleType) -> None:
        for name in STAND_INS[module.__name__]:
            setattr(module, name, type(name, (_StandIn,), {"__module__": module.__name__}))


class _StandIn:
    """A class that cannot be used."""

    def __init__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TensorFlowKeptOutError(f"{type(self).__name__} needs TensorFlow, which {_REMEDY}", name="tensorflow")
