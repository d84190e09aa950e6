from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.errors import ConfigurationError
from bot.nlu.extractors import HEARD, InsuranceEntityExtractor, reference_time
from bot.nlu.tokenizer import LexiconJiebaTokenizer

CONTEXT = ExecutionContext(GraphSchema({}), "test")
RECEIVED = {"received_at": "2026-11-23T09:00:00+08:00"}


class Pipeline:
    """Tokenizer and extractor, as the graph runs them."""

    def __init__(self, folder: Path) -> None:
        storage = LocalModelStorage(folder)
        self.tokenizer = LexiconJiebaTokenizer.create({}, storage, Resource("tokenizer"), CONTEXT)
        self.extractor = InsuranceEntityExtractor.create({}, storage, Resource("extractor"), CONTEXT)

    def entities(self, text: str) -> list[dict[str, Any]]:
        message = Message({TEXT: text, "metadata": RECEIVED})
        self.extractor.process(self.tokenizer.process([message]))
        found: list[dict[str, Any]] = message.get(ENTITIES)
        return found

    def values(self, text: str) -> list[tuple[str, object]]:
        return [(each["entity"], each["value"]) for each in self.entities(text)]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return Pipeline(tmp_path_factory.mktemp("storage"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P 2023 001234", ("policy_no", "P2023001234")),
        ("保单号幺二三四五六七八九零一二三", ("policy_no", "1234567890123")),
        ("保单号是p2023零零一二三四", ("policy_no", "P2023001234")),
        ("我的单子PDAA202344010000012345", ("policy_no", "PDAA202344010000012345")),
        ("报案号c20260001234", ("claim_no", "C20260001234")),
        ("赔案号 2026 0001 234", ("claim_no", "20260001234")),
        ("投诉编号T20260000012", ("complaint_no", "T20260000012")),
        ("身份证11010519491231002x", ("id_number", "11010519491231002X")),
        ("身份证号110105 19491231 002叉", ("id_number", "11010519491231002X")),
        ("幺三八零零零零零零零零", ("phone", "13800000000")),
        ("手机138 0000 0000", ("phone", "13800000000")),
        ("电话一三八八个零", ("phone", "13800000000")),
        ("座机010-12345678", ("phone", "010-12345678")),
        ("不对，幺三八，幺三九零零零零零零五六", ("phone", "13900000056")),
        ("卡号6222 0200 0000 0000 012", ("bank_card", "6222020000000000012")),
        ("京a·12345", ("plate_no", "京A12345")),
        ("车牌京A幺二三四五", ("plate_no", "京A12345")),
        ("浙AD12345", ("plate_no", "浙AD12345")),
        ("邮箱ZhangSan@Example.com", ("email", "zhangsan@example.com")),
        ("wang_li2020 艾特 example 点 com", ("email", "wang_li2020@example.com")),
        ("我叫王小宇", ("person_name", "王小宇")),
        ("欧阳明", ("person_name", "欧阳明")),
        ("姓名改成王小宇", ("person_name", "王小宇")),
        ("赵经理没接电话", ("person_name", "赵经理")),
        ("我儿子", ("relationship", "子女")),
        ("受益人写我儿", ("relationship", "子女")),
        ("我儿媳", ("relationship", "其他")),
        ("闺女", ("relationship", "子女")),
        ("老公", ("relationship", "配偶")),
        ("外公", ("relationship", "祖父母")),
        ("我岳父", ("relationship", "其他")),
        ("前妻", ("relationship", "其他")),
        ("儿媳妇", ("relationship", "其他")),
        ("上周五", ("date", "2026-11-20")),
        ("二零二三年五月一号", ("date", "2023-05-01")),
        ("下午三点半", ("time", "15:30")),
        ("三万五", ("amount", 35000)),
        ("1.2万", ("amount", 12000)),
        ("一半", ("percentage", 50)),
        ("百分之三十", ("percentage", 30)),
        ("浙江省宁波市鄞州区", ("location", "浙江省宁波市鄞州区")),
        ("撞在解放路12号门口", ("location", "解放路12号门口")),
        ("在亮马桥路撞了护栏", ("location", "亮马桥路")),
        ("建国路幺零八号", ("location", "建国路幺零八号")),
        ("人民路一百二十号", ("location", "人民路一百二十号")),
        ("鲁 b 三三 m 零六", ("plate_no", "鲁B33M06")),
        ("107国道", ("location", "107国道")),
        ("送到省人民医院了", ("hospital", "省人民医院")),
        ("右腿骨折", ("illness", "右腿骨折")),
        ("得了甲状腺癌", ("illness", "甲状腺癌")),
        ("车险", ("line_of_business", "motor")),
        ("重疾", ("line_of_business", "critical_illness")),
        ("要交出院小结吗", ("document", "出院小结")),
        ("叫个拖车", ("roadside_service", "towing")),
        ("来搭个电", ("roadside_service", "jump_start")),
        ("我要投诉你们服务态度差", ("complaint_kind", "attitude")),
    ],
)
def test_each_entity_of_the_contract_has_its_normal_form(
    pipeline: Pipeline, text: str, expected: tuple[str, object]
) -> None:
    assert pipeline.values(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "你好", "我要退保", "身份证号110105194912310021", "定点医院有哪些", "周转不开", "万一有事呢",
        "千万别挂电话", "方便的话", "安全吗", "查一下", "任何时候都行", "走路去的", "一点也不", "", "   ", "😀",
    ],
)  # fmt: skip
def test_ordinary_talk_holds_no_entity(pipeline: Pipeline, text: str) -> None:
    assert pipeline.values(text) == []


def test_a_word_of_complaint_is_no_kind_of_complaint_elsewhere(pipeline: Pipeline) -> None:
    assert pipeline.values("怎么退保") == []


def test_several_entities_come_in_reading_order(pipeline: Pipeline) -> None:
    assert pipeline.values("昨天下午三点我老公在苏州解放路追尾了，车牌苏E12345，电话13800000000") == [
        ("date", "2026-11-22"),
        ("time", "15:00"),
        ("relationship", "配偶"),
        ("location", "苏州解放路"),
        ("plate_no", "苏E12345"),
        ("phone", "13800000000"),
    ]


def test_numbers_one_after_another_are_not_run_together(pipeline: Pipeline) -> None:
    assert pipeline.values("P2023001234 13800000000 11010519491231002X") == [
        ("policy_no", "P2023001234"),
        ("phone", "13800000000"),
        ("id_number", "11010519491231002X"),
    ]


def test_offsets_are_those_of_the_message_as_written(pipeline: Pipeline) -> None:
    text = "我的保單號是Ｐ２０２３００１２３４，謝謝"
    (entity,) = pipeline.entities(text)
    assert text[entity["start"] : entity["end"]] == "Ｐ２０２３００１２３４"
    assert entity["value"] == "P2023001234"
    assert entity["extractor"] == "InsuranceEntityExtractor"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("由于七月没交保费就失效了", [("date", "2026-07")]),
        ("出了意外现在在医院", []),
        ("医疗现在怎么赔", []),
        ("保丹号123456789012", [("policy_no", "123456789012")]),
        ("受意人叫舒一仁", [("person_name", "舒一仁")]),
        ("以外险五月二号交了三千块", [("line_of_business", "accident"), ("date", "2026-05-02"), ("amount", 3000.0)]),
    ],
)
def test_a_term_is_read_as_heard_and_a_value_as_written(
    pipeline: Pipeline, text: str, expected: list[tuple[str, object]]
) -> None:
    assert pipeline.values(text) == expected


def test_what_was_heard_travels_beside_what_was_written(pipeline: Pipeline) -> None:
    misheard, plain = Message({TEXT: "我的收益人是Ａ１２", "metadata": RECEIVED}), Message({TEXT: "Ａ１２受益人"})
    pipeline.extractor.process(pipeline.tokenizer.process([misheard, plain]))
    assert misheard.get(TEXT) == "我的收益人是Ａ１２"
    assert misheard.get(HEARD) == misheard.as_dict(only_output_properties=True)[HEARD] == "我的受益人是Ａ１２"
    assert plain.get(HEARD) is None


def test_a_mistyped_id_number_is_neither_id_nor_card(pipeline: Pipeline) -> None:
    assert pipeline.values("身份证110105194912310021") == []


def test_entities_of_other_extractors_are_kept(pipeline: Pipeline) -> None:
    other = {"entity": "x", "start": 0, "end": 1, "value": "y", "extractor": "Other"}
    message = Message({TEXT: "车险", "metadata": RECEIVED, ENTITIES: [other]})
    pipeline.extractor.process(pipeline.tokenizer.process([message]))
    assert [each["entity"] for each in message.get(ENTITIES)] == ["x", "line_of_business"]


def test_relative_dates_follow_the_time_of_the_message() -> None:
    assert reference_time(Message({TEXT: "x", "metadata": RECEIVED})).isoformat() == "2026-11-23T09:00:00+08:00"
    naive = Message({TEXT: "x", "metadata": {"received_at": "2026-11-23T09:00:00"}})
    assert reference_time(naive).utcoffset() == reference_time(Message({TEXT: "x"})).utcoffset()
    with pytest.raises(ValueError, match="Invalid isoformat"):
        reference_time(Message({TEXT: "x", "metadata": {"received_at": "yesterday"}}))


def test_a_loaded_model_needs_no_folder(tmp_path: Path) -> None:
    folder = tmp_path / "entities"
    folder.mkdir()
    for file in Path("data/lexicon/entities").glob("*.txt"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "storage").mkdir()
    storage = LocalModelStorage(tmp_path / "storage")
    config = {"entities_dir": str(folder)}
    InsuranceEntityExtractor.create(config, storage, Resource("e"), CONTEXT).train(TrainingData())
    for file in folder.iterdir():
        file.unlink()
    loaded = InsuranceEntityExtractor.load(config, storage, Resource("e"), CONTEXT)
    message = Message({TEXT: "车险", "metadata": RECEIVED})
    loaded.process([message])
    assert message.get(ENTITIES)[0]["value"] == "motor"


def test_a_missing_word_list_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "illness.txt").write_text("骨折\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        InsuranceEntityExtractor.create(
            {"entities_dir": str(tmp_path)}, LocalModelStorage(tmp_path / "s"), Resource("e"), CONTEXT
        )
    assert "relationship" in str(caught.value.data["missing"])
