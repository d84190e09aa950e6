from pathlib import Path

import jieba
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.tokenizer import LexiconJiebaTokenizer

CONTEXT = ExecutionContext(GraphSchema({}), "test")
RESOURCE = Resource("tokenizer")


def build(storage: LocalModelStorage, **config: object) -> LexiconJiebaTokenizer:
    merged = {**LexiconJiebaTokenizer.get_default_config(), **config}
    return LexiconJiebaTokenizer.create(merged, storage, RESOURCE, CONTEXT)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> LexiconJiebaTokenizer:
    return build(LocalModelStorage(tmp_path_factory.mktemp("storage")))


def words(tokenizer: LexiconJiebaTokenizer, text: str) -> list[str]:
    message = Message({TEXT: text})
    tokenizer.process([message])
    return [token.text for token in message.get(TOKENS_NAMES[TEXT])]


@pytest.mark.parametrize(
    "word", ["免赔额", "被保险人", "犹豫期", "现金价值", "交强险", "百万医疗", "增额终身寿", "保单号"]
)
def test_insurance_words_stay_whole(tokenizer: LexiconJiebaTokenizer, word: str) -> None:
    assert word in words(tokenizer, f"请问{word}是多少")


def test_offsets_are_those_of_the_message_as_written(tokenizer: LexiconJiebaTokenizer) -> None:
    text = "我的　保單號　是Ｐ２０２３，謝謝"
    message = Message({TEXT: text})
    tokenizer.process([message])
    tokens = message.get(TOKENS_NAMES[TEXT])
    assert "保单号" in [token.text for token in tokens]
    assert all(len(text[token.start : token.end]) == len(token.text) for token in tokens)
    assert [text[token.start : token.end] for token in tokens if token.text == "保单号"] == ["保單號"]


def test_white_space_is_no_token(tokenizer: LexiconJiebaTokenizer) -> None:
    assert all(word.strip() for word in words(tokenizer, " 退 保　\n 怎么 办 "))
    assert words(tokenizer, "   ") == []


def test_other_users_of_jieba_are_not_changed(tokenizer: LexiconJiebaTokenizer) -> None:
    assert "免赔额" in words(tokenizer, "免赔额多少")
    assert "免赔额" not in jieba.lcut("免赔额多少")


def test_a_missing_or_empty_lexicon_is_refused(tmp_path: Path) -> None:
    storage = LocalModelStorage(tmp_path / "storage")
    with pytest.raises(ConfigurationError):
        build(storage, lexicon_dir=str(tmp_path / "nowhere"))
    (tmp_path / "empty.txt").write_text("# only a comment\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        build(storage, lexicon_dir=str(tmp_path))


def test_a_malformed_line_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("免赔额\n犹豫期 often\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        build(LocalModelStorage(tmp_path / "storage"), lexicon_dir=str(tmp_path))
    assert (caught.value.data["file"], caught.value.data["line"]) == ("words.txt", 2)


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        build(LocalModelStorage(tmp_path), dictionary_pathh="x")


def test_a_loaded_model_needs_no_folder(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon"
    lexicon.mkdir()
    (tmp_path / "storage").mkdir()
    (lexicon / "words.txt").write_text("福满堂安心保\n", encoding="utf-8")
    storage = LocalModelStorage(tmp_path / "storage")
    config = {**LexiconJiebaTokenizer.get_default_config(), "lexicon_dir": str(lexicon)}
    build(storage, lexicon_dir=str(lexicon)).train(TrainingData())
    (lexicon / "words.txt").unlink()
    loaded = LexiconJiebaTokenizer.load(config, storage, RESOURCE, CONTEXT)
    assert "福满堂安心保" in words(loaded, "我买了福满堂安心保")


def test_a_model_without_lexicon_does_not_load(tmp_path: Path) -> None:
    config = LexiconJiebaTokenizer.get_default_config()
    with pytest.raises(ConfigurationError):
        LexiconJiebaTokenizer.load(config, LocalModelStorage(tmp_path), Resource("nothing"), CONTEXT)


def test_a_changed_word_changes_the_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("免赔额\n", encoding="utf-8")
    config = {"lexicon_dir": str(tmp_path)}
    before = LexiconJiebaTokenizer.fingerprint_addon(config)
    file.write_text("免赔额\n犹豫期\n", encoding="utf-8")
    assert LexiconJiebaTokenizer.fingerprint_addon(config) != before
