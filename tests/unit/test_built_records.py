"""Records that are built from objects and texts: their bodies, ids and bytes, and what is refused."""

import itertools
import json
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Size, Stack, Token
from aws_cdk.assertions import Annotations, Match

from bedrock_batch.families import Family
from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob
from unit.built import (
    ANTHROPIC,
    CHAT,
    CONVERSE,
    EMBEDDING,
    NO_TEXT,
    PROMPT,
    TEXTS,
    TOKEN,
    bodies,
    records,
    uploaded,
)

NUMBER = Token.as_number({"Ref": "A"})
LIST = Token.as_list({"Ref": "A"})
GIVEN = [{"recordId": f"r{number}", "modelInput": {"b": number, "a": "é"}} for number in range(100)]
SCHEMA = {
    "type": "object",
    "properties": {"z": {"type": "number"}, "a": {"type": "string"}},
    "additionalProperties": False,
}


def refused(call: Any, reason: str, *arguments: Any, **options: Any) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        call(*arguments, **options)
    assert str(error.value) == reason


def test_records_are_written_as_they_are_given(tmp_path: Path) -> None:
    built = JobInput.from_records(iter(GIVEN))
    # The bodies of this model are not known, so nothing is said of them.
    files = uploaded(built, tmp_path, InvocationType.INVOKE_MODEL, model="ai21.jamba-1-5-mini-v1:0")
    (content,) = (content for name, content in files.items() if name.startswith("asset."))

    assert content.splitlines()[1] == '{"recordId":"r1","modelInput":{"b":1,"a":"é"}}'.encode()
    assert [json.loads(line) for line in content.splitlines()] == GIVEN


def test_any_mapping_is_a_record() -> None:
    read_only = types.MappingProxyType({"modelInput": types.MappingProxyType({"a": (1, 2)})})

    assert records(JobInput.from_records([read_only] * 100), None)[0] == {"modelInput": {"a": [1, 2]}}


@pytest.mark.parametrize("invocation_type", InvocationType)
def test_the_same_texts_give_the_same_assembly(tmp_path: Path, invocation_type: InvocationType) -> None:
    one, two = (
        uploaded(JobInput.from_prompts(texts, system="s", answer_schema=SCHEMA), tmp_path / name, invocation_type)
        for name, texts in (("one", TEXTS), ("two", iter(TEXTS)))
    )

    assert len(one) == 3
    assert one == two


@pytest.mark.parametrize("is_staged", [True, False])
def test_the_assembly_has_each_built_file_once(tmp_path: Path, is_staged: bool) -> None:
    table = tmp_path / "a.csv"
    table.write_text("q\n" + "a\n" * 100)
    other = tmp_path / "records.txt"
    other.write_text('{"modelInput": {"messages": [{"role": "user", "content": [{"text": "?"}]}]}}\n' * 100)
    app = App(outdir=str(tmp_path / "out"), context={} if is_staged else {"aws:cdk:disable-asset-staging": True})
    stack = Stack(app, "Stack")
    inputs = [JobInput.from_table(table, prompt="{q}"), JobInput.from_file(other)]
    for number, each in enumerate([*inputs, *inputs]):
        ModelInvocationJob(stack, f"Job{number}", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=each)
    app.synth()

    files = json.loads((tmp_path / "out" / "Stack.assets.json").read_text())["files"].values()
    listed = {(tmp_path / "out" / each["source"]["path"]) for each in files}
    found = {*(tmp_path / "out").glob("*.jsonl")}
    assert len(found) == 3
    assert found <= listed
    assert all(each.name.startswith("asset.") is is_staged for each in found)


def test_one_input_serves_jobs_of_both_invocation_types(stack: Stack) -> None:
    built = JobInput.from_prompts(TEXTS)
    uris = {
        ModelInvocationJob(
            stack,
            each.value,
            model=BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
            input=built,
            invocation_type=each,
        )
        .node.find_child("Input")
        .asset_hash  # type: ignore[attr-defined]  # an asset
        for each in InvocationType
    }

    assert len(uris) == 2


def test_ids_are_made_of_positions_and_sort() -> None:
    found = [record["recordId"] for record in records(JobInput.from_prompts(TEXTS), CONVERSE)]

    assert (found[0], found[99]) == ("record-000001", "record-000100")
    assert found == sorted(found)
    raised = JobInput.from_prompts(TEXTS, max_records=2_000_000)
    assert records(raised, CONVERSE)[0]["recordId"] == "record-0000001"


@pytest.mark.parametrize(
    ("family", "body"),
    [
        (
            CONVERSE,
            {
                "messages": [{"role": "user", "content": [{"text": TEXTS[0]}]}],
                "system": [{"text": "Be short."}],
                "inferenceConfig": {"maxTokens": 9, "temperature": 0},
                "outputConfig": {
                    "textFormat": {
                        "type": "json_schema",
                        "structure": {"jsonSchema": {"name": "answer", "schema": json.dumps(SCHEMA)}},
                    }
                },
            },
        ),
        (
            ANTHROPIC,
            {
                "anthropic_version": "bedrock-2023-05-31",
                "max_tokens": 9,
                "messages": [{"role": "user", "content": [{"type": "text", "text": TEXTS[0]}]}],
                "system": "Be short.",
                "temperature": 0,
                "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
            },
        ),
    ],
)
def test_the_bodies_have_the_form_of_the_family(family: Family, body: dict[str, Any]) -> None:
    built = JobInput.from_prompts(TEXTS, system="Be short.", max_tokens=9, temperature=0, answer_schema=SCHEMA)

    assert bodies(built, family)[0] == body


def test_a_schema_that_changes_later_changes_no_record() -> None:
    schema = {"type": "integer"}
    built = JobInput.from_prompts(TEXTS, answer_schema=schema)
    schema["type"] = "string"

    assert '"integer' in str(bodies(built, CONVERSE)[0]).replace("\\", "")


@pytest.mark.parametrize("text", ["${AWS::Region}", "{{resolve:secretsmanager:a}}", "{x}", "%s", "\u2028\x00", '"\n'])
def test_a_text_may_hold_anything(text: str) -> None:
    (first, *_) = bodies(JobInput.from_prompts([text, *TEXTS], system=text), CONVERSE)

    assert first["messages"][0]["content"] == [{"text": text}]
    assert first["system"] == [{"text": text}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (5, "must be a JSON object, got a number"),
        ({"modelInput": 1}, "modelInput must be a JSON object, got a number"),
        ({"recordId": "", "modelInput": {}}, "recordId must be a string that is not empty, got an empty string"),
        ({"modelInput": {"a": float("nan")}}, "not JSON: NaN, an infinite number, or a value that holds itself"),
        ({"modelInput": {"a": {1}}}, "not JSON: a value of type set"),
        ({"modelInput": {(1, 2): 1}}, "not JSON: keys must be str, int, float, bool or None, not tuple"),
        ({"modelInput": {"a": "\ud83d"}}, "not UTF-8: half of a surrogate pair, such as half an emoji"),
        (
            {"modelInput": {"a": f"x{TOKEN}"}},
            "holds a token of CDK, whose value is known only at deployment",
        ),
        ({"modelInput": {"a": 10**5000}}, "not JSON: a number of thousands of digits"),
        ({"modelInput": {"a": 2**70}}, "modelInput.a: the number does not fit into 64 bits"),
        ({"modelInput": {1: 1, "1": 2}}, "modelInput.1: the key is there twice"),
        ({"modelInput": {"a": [NUMBER]}}, "holds a token of CDK, whose value is known only at deployment"),
        ({"modelInput": {"a": LIST}}, "holds a token of CDK, whose value is known only at deployment"),
        ({"modelInput": {f"x{NUMBER}": 1}}, "holds a token of CDK, whose value is known only at deployment"),
        ({"recordId": "r1", "modelInput": {}}, "recordId 'r1' is already in record 2"),
        ({"modelInput": {"a": "x" * 26_000_000}}, "a record may have 26,000,000 bytes at most"),
    ],
)
def test_fails_on_a_record_that_no_file_may_hold(change: Any, reason: str) -> None:
    prefix = "a record " if change == 5 else ""
    refused(JobInput.from_records, f"records:4: {prefix}{reason}", [*GIVEN[:3], change, *GIVEN[4:]])


def test_fails_on_values_that_hold_themselves() -> None:
    circle: dict[str, Any] = {}
    circle["modelInput"] = circle
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"modelInput": deep}
    refused(
        JobInput.from_records, "records:1: not JSON: NaN, an infinite number, or a value that holds itself", [circle]
    )
    refused(JobInput.from_records, "records:1: not JSON: nested too deeply", [deep])


def test_a_kind_of_fault_is_told_once_and_ten_kinds_at_most() -> None:
    same = [{"modelInput": 1}, *GIVEN[:50], *[{"modelInput": 2}] * 1500]
    refused(JobInput.from_records, "records:1: modelInput must be a JSON object, got a number (1,501 records)", same)
    values = [1, "a", None, [], True, {1}, float("nan"), "", 2, {"a": "\ud800"}, {(1,): 1}, {"a": b""}, {"a": 1j}]
    with pytest.raises(ValueError, match=r"^records:1: ") as error:
        JobInput.from_records([{"modelInput": value} for value in values])
    lines = str(error.value).splitlines()
    assert lines[0] == "records:1: modelInput must be a JSON object, got a number (2 records)"
    assert (len(lines), lines[-1]) == (11, "... and 2 more kinds of faults")


def test_no_more_is_read_of_endless_records_than_a_batch_may_have() -> None:
    numbers = itertools.count(1)
    reason = "a batch must have 100 to 120 records, got more"
    refused(JobInput.from_prompts, f"texts: {reason}", (f"What is {n}?" for n in numbers), max_records=120)
    assert next(numbers) == 122
    refused(JobInput.from_records, f"records: {reason}", ({"modelInput": {"n": n}} for n in numbers), max_records=120)
    assert next(numbers) == 122 + 122


@pytest.mark.parametrize(("count", "got"), [(99, "99"), (121, "more")])
def test_fails_on_a_number_of_records_that_no_batch_may_have(count: int, got: str) -> None:
    refused(
        JobInput.from_records,
        f"records: a batch must have 100 to 120 records, got {got}",
        [{"modelInput": {}}] * count,
        max_records=120,
    )
    refused(
        JobInput.from_prompts,
        f"texts: a batch must have 100 to 120 records, got {got}",
        ["x"] * count,
        max_records=120,
    )


def test_fails_on_records_that_are_larger_than_a_file_may_be(stack: Stack) -> None:
    built = JobInput.from_prompts(TEXTS, max_size=Size.bytes(1000))
    refused(
        ModelInvocationJob,
        "texts: the records may have 1,000 bytes at most",
        stack,
        "Job",
        model=BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        input=built,
    )
    assert not list(Path(stack.node.root.outdir).glob("*.jsonl"))  # type: ignore[attr-defined]  # an App
    reason = "max_size must be at most 5 GiB, which is what Amazon S3 copies at once, got 6 GiB"
    refused(JobInput.from_prompts, reason, TEXTS, max_size=Size.gibibytes(6))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"system": " "}, "system must have a text"),
        ({"system": f"in {TOKEN}"}, "system holds a token of CDK, whose value is known only at deployment"),
        ({"system": "\ud83d"}, "system is not UTF-8: half of a surrogate pair, such as half an emoji"),
        ({"max_tokens": 0}, "max_tokens must be a whole number above zero, got 0"),
        (
            {"max_tokens": -(10**5000)},
            "max_tokens must be a whole number above zero, got a number of over 4,300 digits",
        ),
        (
            {"max_tokens": 2**64},
            "max_tokens must be a whole number above zero that fits into 64 bits, got 18446744073709551616",
        ),
        (
            {"max_tokens": NUMBER},
            "max_tokens must be a whole number, got a token of CDK, whose value is known only at deployment",
        ),
        ({"temperature": NUMBER}, "temperature holds a token of CDK, whose value is known only at deployment"),
        (
            {"answer_schema": {"maximum": NUMBER}},
            "answer_schema holds a token of CDK, whose value is known only at deployment",
        ),
        ({"answer_schema": {"a": {1: 1, "1": 2}}}, "answer_schema: a.1: the key is there twice"),
        ({"answer_schema": {"a": 2**64}}, "answer_schema: a: the number does not fit into 64 bits"),
        (
            {"answer_schema": {"enum": LIST}},
            "answer_schema holds a token of CDK, whose value is known only at deployment",
        ),
        ({"temperature": -0.1}, "temperature must be a number from zero, got -0.1"),
        ({"temperature": float("nan")}, "temperature must be a number from zero, got nan"),
        ({"temperature": True}, "temperature must be a number, got bool"),
        ({"temperature": "1"}, "temperature must be a number, got str"),
        ({"answer_schema": {"a": {1}}}, "answer_schema is not JSON: a value of type set"),
        (
            {"answer_schema": {"steps": "string"}},
            'answer_schema: has no keyword of JSON Schema; an object is {"type": "object", "properties": {...}}',
        ),
        (
            {"answer_schema": {"type": "object", "properties": {"a\n": {"type": "objekt"}}, "required": ["b"]}},
            "answer_schema.additionalProperties: required with type object, and must be false\n"
            "answer_schema.required: names b, which is not in properties\n"
            "'answer_schema.properties.a\\n.type': must be one of object, array, string, integer, number, boolean, "
            "null, or a list of them",
        ),
        (
            {
                "answer_schema": {
                    "anyOf": [{"type": "integer", f"m{n}": 1, "minimum": n} for n in range(12)]
                    + [1]
                    + [{"type": "object", "properties": {f"a{n}": 1 for n in range(12)}, "additionalProperties": False}]
                }
            },
            "answer_schema.anyOf.minimum: structured output does not take it; say it in description\n"
            "answer_schema.anyOf: must be an object: a schema\n"
            + "\n".join(f"answer_schema.anyOf.properties.a{n}: must be an object: a schema" for n in range(8))
            + "\n... and 4 more",
        ),
        ({"answer_schema": "{}"}, "answer_schema must be a mapping of strings to values, got str"),
        (
            {"answer_schema": {"a": [f"in {TOKEN}"]}},
            "answer_schema holds a token of CDK, whose value is known only at deployment",
        ),
    ],
)
def test_fails_on_an_option_that_no_model_takes(options: dict[str, Any], reason: str) -> None:
    refused(JobInput.from_prompts, reason, TEXTS, **options)
    refused(JobInput.from_table, reason, "a.csv", prompt="{a}", **options)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" \n", "must not be empty"),
        (7, "must be a string, got int"),
        (f"in {TOKEN}", "holds a token of CDK, whose value is known only at deployment"),
        # The names of tests must not depend on how many tokens there are already.
        pytest.param(f"in {NUMBER}", "holds a token of CDK, whose value is known only at deployment", id="number"),
        pytest.param(LIST[0], "holds a token of CDK, whose value is known only at deployment", id="list"),
    ],
    # The numbers of tokens differ from process to process.
    ids=["blank", "number", "token", "number token", "list token"],
)
def test_fails_on_a_text_that_cannot_be_asked(text: Any, reason: str) -> None:
    refused(JobInput.from_prompts, f"texts:2: {reason}", [TEXTS[0], text, *TEXTS])


@pytest.mark.parametrize("name", ["texts", "records"])
def test_a_fault_of_a_body_is_told_under_its_position_in_the_list_of_the_user(stack: Stack, name: str) -> None:
    body = {"messages": [{"role": "user", "content": "?"}], "max_tokens": 5, "anthropic_version": "bedrock-2023-05-31"}
    bad = {"modelInput": {**body, "temperature": 2}}
    built = (
        JobInput.from_prompts(TEXTS, temperature=2)
        if name == "texts"
        else JobInput.from_records([*[{"modelInput": body}] * 99, bad])
    )
    told = {"texts": "texts:1", "records": "records:100"}[name]
    count = " (100 records)" if name == "texts" else ""
    refused(
        ModelInvocationJob,
        f"{told}: modelInput.temperature: must be a number from 0 to 1{count}",
        stack,
        "Job",
        model=BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        input=built,
    )


def test_what_a_model_may_accept_all_the_same_is_a_warning_with_the_position_of_the_user(stack: Stack) -> None:
    good: dict[str, Any] = {"modelInput": {"messages": [{"role": "user", "content": [{"text": "?"}]}]}}
    odd = [{"modelInput": {**good["modelInput"], "odd": 1}}, {**good, "recordID": "r"}]
    ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_records([*[good] * 100, *odd]),
    )
    for told in (
        r"records:101: modelInput\.odd: not a member that Amazon Nova is known to have",
        r"records:102: recordID: not a member that a record is known to have; did you mean recordId\?",
    ):
        Annotations.from_stack(stack).has_warning("/Stack/Job", Match.string_like_regexp(told))


def test_a_schema_of_any_depth_is_written_or_refused() -> None:
    told = set()
    deep: dict[str, Any] = {"type": "string"}
    for depth in range(1010):
        deep = {"type": "array", "items": deep}
        if depth > 900:
            try:
                assert bodies(JobInput.from_prompts(TEXTS, answer_schema=deep), CONVERSE)
            except ValueError as error:
                told.add(str(error).partition("n")[2])
    assert told
    assert [each for each in told if "too deeply" not in each] == []


def test_half_an_emoji_is_found_when_the_record_is_written() -> None:
    built = JobInput.from_prompts([*TEXTS, "\ud83d"])
    refused(bodies, "texts:101: not UTF-8: half of a surrogate pair, such as half an emoji", built, CONVERSE)


def test_a_text_alone_is_no_list_of_texts() -> None:
    refused(JobInput.from_prompts, "texts must be a list of strings, got str", "a text")
    refused(JobInput.from_records, "records must be a list of mappings, got dict of dict, str", GIVEN[0])


@pytest.mark.parametrize("kind", [set, frozenset])
def test_fails_on_a_set_whose_order_is_another_one_in_each_process(kind: Any) -> None:
    reason = f"texts must be a list of strings, got {kind.__name__}, which has no order"
    refused(JobInput.from_prompts, reason, kind(TEXTS))
    reason = f"records must be a list of mappings, got {kind.__name__}, which has no order"
    refused(JobInput.from_records, reason, kind())


@pytest.mark.parametrize(
    ("family", "options", "reason"),
    [
        (
            None,
            {},
            "the form of this model's request bodies is not known here: use "
            "invocation_type=InvocationType.CONVERSE, or write the bodies yourself, with JobInput.from_records",
        ),
        (
            NO_TEXT,
            {},
            "a record of Images cannot be made from a text: write the bodies yourself, with JobInput.from_records",
        ),
        (EMBEDDING, {"system": "s"}, "system: a record of Embedding has no member for it; leave it out"),
        (EMBEDDING, {"max_tokens": 1}, "max_tokens: a record of Embedding has no member for it; leave it out"),
        (EMBEDDING, {"answer_schema": {}}, "answer_schema: a record of Embedding has no member for it; leave it out"),
        (CHAT, {"temperature": 0}, "temperature: a record of Chat has no member for it; leave it out"),
        (
            PROMPT,
            {"answer_schema": SCHEMA},
            "answer_schema: AWS documents no structured output for Prompt: leave it out, or use "
            "invocation_type=InvocationType.CONVERSE",
        ),
    ],
)
def test_fails_on_what_the_model_of_the_job_cannot_be_asked(
    family: Family | None, options: dict[str, Any], reason: str
) -> None:
    refused(bodies, reason, JobInput.from_prompts(TEXTS, **options), family)


def test_the_default_of_a_family_is_no_reason_to_refuse_it() -> None:
    """Anthropic's builder takes 1,024 tokens if nothing is said."""
    assert bodies(JobInput.from_prompts(TEXTS, max_tokens=1024), ANTHROPIC)[0]["max_tokens"] == 1024


def test_a_custom_model_takes_converse_records_or_records_of_its_user(stack: Stack) -> None:
    arn = "arn:aws:bedrock:us-east-1:111122223333:custom-model/unknown.model-v1:0/abcdefghijkl"
    model = BatchModel.from_custom_model(arn)
    ModelInvocationJob(stack, "Own", model=model, input=JobInput.from_records(GIVEN))
    ModelInvocationJob(stack, "Converse", model=model, input=JobInput.from_prompts(TEXTS), invocation_type="Converse")  # type: ignore[arg-type]  # texts of enums are taken
    with pytest.raises(ValueError, match=r"^the form of this model's request bodies is not known here"):
        ModelInvocationJob(stack, "Native", model=model, input=JobInput.from_prompts(TEXTS))


def test_records_are_read_once() -> None:
    def once() -> Iterator[dict[str, Any]]:
        yield from GIVEN

    assert records(JobInput.from_records(once()), None) == GIVEN
