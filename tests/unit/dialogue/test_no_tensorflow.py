"""TensorFlow stays out of the server's process, unless the model needs it; and who wants it all the same hears why."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bot.dialogue.no_tensorflow import COMPONENTS_THAT_NEED_IT, STAND_INS, needs_tensorflow
from bot.errors import ConfigurationError
from bot.settings import ROOT

OURS = "bot.nlu.intent_classifier.LexicalIntentClassifier"
RULES = "rasa.core.policies.rule_policy.RulePolicy"


def archive(folder: Path, content: object) -> Path:
    path, metadata = folder / "model.tar.gz", json.dumps(content).encode()
    with tarfile.open(path, "w:gz") as file:
        info = tarfile.TarInfo("metadata.json")
        info.size = len(metadata)
        file.addfile(info, io.BytesIO(metadata))
    return path


def model(folder: Path, *components: str) -> Path:
    nodes = {f"run_{index}": {"uses": name} for index, name in enumerate(components)}
    return archive(folder, {"predict_schema": {"nodes": nodes}})


def run(script: str, model: Path) -> str:
    """What a fresh interpreter prints, with `model` as its argument."""
    head = "import sys\nfrom pathlib import Path\nfrom bot.dialogue.no_tensorflow import *\n"
    command = [sys.executable, "-W", "ignore", "-c", head + script, str(model)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_a_model_of_our_components_and_rules_needs_none(tmp_path: Path) -> None:
    assert not needs_tensorflow(model(tmp_path, OURS, RULES))


@pytest.mark.parametrize("component", sorted(COMPONENTS_THAT_NEED_IT))
def test_one_component_that_needs_it_is_enough(tmp_path: Path, component: str) -> None:
    assert needs_tensorflow(model(tmp_path, OURS, f"{component}.Component"))


@pytest.mark.parametrize("content", [[], {}, {"predict_schema": {}}, {"predict_schema": {"nodes": {"a": {}}}}])
def test_what_is_no_model_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(ConfigurationError):
        needs_tensorflow(archive(tmp_path, content))


def test_a_file_that_is_not_there_or_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("text")
    for name in ("nothing", "text"):
        with pytest.raises(ConfigurationError):
            needs_tensorflow(tmp_path / name)


@pytest.mark.parametrize(("module", "names"), STAND_INS.items())
def test_the_stand_ins_have_all_the_names_that_rasa_imports_from_them(module: str, names: tuple[str, ...]) -> None:
    from rasa.utils import train_utils

    source = Path(train_utils.__file__).read_text(encoding="utf-8")
    imported = [line for line in source.splitlines() if line.startswith(f"from {module} import ")]
    assert imported == [f"from {module} import {', '.join(names)}"]


def test_the_whole_server_is_imported_without_tensorflow_or_keras(tmp_path: Path) -> None:
    script = """
assert keep_out_tensorflow(Path(sys.argv[1]))
import bot.dialogue.app, bot.dialogue.escalation_policy, bot.nlu.tokenizer, bot.nlu.intent_classifier
import bot.nlu.extractors, bot.nlu.fallback, rasa.core.policies.rule_policy, rasa.core.policies.memoization
print(sorted({name.partition(".")[0] for name in sys.modules} & KEPT_OUT))
"""
    assert run(script, model(tmp_path, OURS, RULES)) == "[]"


def test_a_component_that_wants_it_all_the_same_fails_and_names_the_remedy(tmp_path: Path) -> None:
    script = """
assert keep_out_tensorflow(Path(sys.argv[1]))
from rasa.shared.utils.common import class_from_module_path
for path in ("rasa.core.policies.ted_policy.TEDPolicy", "rasa.nlu.classifiers.diet_classifier.DIETClassifier"):
    try:
        class_from_module_path(path)
    except TensorFlowKeptOutError as error:
        print("COMPONENTS_THAT_NEED_IT" in str(error))
"""
    assert run(script, model(tmp_path, OURS, RULES)).splitlines() == ["True", "True"]


def test_a_stand_in_cannot_be_used(tmp_path: Path) -> None:
    script = """
assert keep_out_tensorflow(Path(sys.argv[1]))
from rasa.utils import train_utils
for call in (lambda: train_utils.create_common_callbacks(1), lambda: train_utils.RasaBatchDataGenerator(None, 1)):
    try:
        call()
    except TensorFlowKeptOutError as error:
        print(error.name)
"""
    assert run(script, model(tmp_path, OURS, RULES)).splitlines() == ["tensorflow", "tensorflow"]


def test_nothing_is_changed_where_the_model_needs_it_or_it_is_here_already(tmp_path: Path) -> None:
    wanted = model(tmp_path, "rasa.core.policies.ted_policy.TEDPolicy")
    before = "before = list(sys.meta_path)\n"
    after = "print(keep_out_tensorflow(Path(sys.argv[1])), sys.meta_path == before)"
    assert run(before + after, wanted) == "False True"
    assert run(before + "sys.modules['tensorflow'] = sys\n" + after, model(tmp_path, OURS)) == "False True"
