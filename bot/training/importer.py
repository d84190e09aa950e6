"""What the assistant is trained on: the sentences of data/nlu and the questions of data/knowledge (`importers` in config.yml).

Stock Rasa reads fifty files three times over and hashes every sentence again for each file: ten seconds of a training that takes forty.
"""

from __future__ import annotations

from typing import Any, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.entities_parser import parse_training_example
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.settings import ROOT
from bot.training.corpus import read_corpus


class TrainingSentence(Message):
    """A message whose copies share what does not change. Rasa copies all sentences, to the last dictionary, each time that it
    puts training data together, and hashes them anew: six seconds of a training."""

    def __deepcopy__(self, _: dict[int, Any]) -> TrainingSentence:
        twin = TrainingSentence(self.data, set(self.output_properties), self.time, list(self.features))
        twin._cached_fingerprint = self._cached_fingerprint
        return twin


class CorpusImporter(RasaFileImporter):
    """Rasa's importer with our sentences beside what the training files hold (responses, stories, rules)."""

    @cached_method
    def get_nlu_data(self, language: Optional[str] = "zh") -> TrainingData:  # noqa: UP045
        """All examples. Raises ConfigurationError naming a file that is not as Rasa's NLU files are."""
        examples = [TrainingSentence(parse_training_example(text, intent).data) for intent, text in read_corpus(ROOT)]
        others: TrainingData = super().get_nlu_data(language)
        return TrainingData(training_examples=examples, responses=others.responses)

    @cached_method
    def get_domain(self) -> Domain:
        return super().get_domain()
