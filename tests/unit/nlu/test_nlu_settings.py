from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.nlu.settings import ExtractorSettings, TokenizerSettings


def test_defaults_need_no_key() -> None:
    assert TokenizerSettings.parse({}).lexicon_dir == Path("data/lexicon")
    assert ExtractorSettings.parse({}).claim_no_pattern.fullmatch("C20260001234")


def test_a_misspelt_key_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError) as caught:
        TokenizerSettings.parse({"lexicon_dirr": "x"})
    assert caught.value.data["unknown"] == ["lexicon_dirr"]
    with pytest.raises(ConfigurationError):
        ExtractorSettings.parse({"policy_pattern": "x"})


@pytest.mark.parametrize("config", [{"lexicon_dir": ""}, {"lexicon_dir": None}, {"intent_tokenization_flag": "yes"}])
def test_a_value_of_the_wrong_type_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        TokenizerSettings.parse(config)


def test_a_pattern_that_does_not_compile_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        ExtractorSettings.parse({"claim_no_pattern": "C("})
    assert caught.value.data["key"] == "claim_no_pattern"
