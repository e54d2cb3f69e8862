"""One record of an output file."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from bedrock_batch.families import FAMILIES, Answer, Family, without_content
from bedrock_batch.results.row import Outcome, Row

IsValid = Callable[[str, Mapping[str, Any]], bool]
"""Whether the text of an answer satisfies the JSON Schema that its record asks for."""

_NOT_OF_THIS_FORM: Final = (KeyError, IndexError, TypeError, AttributeError, ValueError)


def row_of(record: Mapping[str, Any], family: Family | None, *, is_valid: IsValid | None = None) -> Row:
    """The row of an output record."""
    record_id: str = record["recordId"]
    # Members that are not set may be null.
    output = record.get("modelOutput")
    if not isinstance(output, dict):
        return _error(record_id, record.get("error"))
    answer = _answer(output, family)
    if answer is None:
        # The form of a model that nobody knows may be right. Of a known one it is not what was asked for.
        answer, is_right = without_content(output), family is None
    elif is_valid is not None and (schema := _schema(record.get("modelInput"), family)) is not None:
        is_right = answer.text is not None and is_valid(answer.text, schema)
    else:
        is_right = _is_content(answer)
    is_whole = answer.vectors is not None or (answer.text is not None and not answer.has_more)
    return Row(
        record_id=record_id,
        outcome=Outcome.SUCCESS if is_right else Outcome.INVALID_OUTPUT,
        text=answer.text,
        vectors=answer.vectors,
        stop_reason=answer.stop_reason,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        output=None if is_whole else finite(output),
    )


def _schema(body: Any, family: Family | None) -> Mapping[str, Any] | None:
    if family is None or family.asked_schema is None or not isinstance(body, dict):
        return None
    return family.asked_schema(body)


def finite(value: Any) -> Any:
    """A JSON value in which numbers that are no double, which JSON cannot have, are texts such as `Infinity`."""
    return json.loads(json.dumps(value), parse_constant=str)


def _is_content(answer: Answer) -> bool:
    return answer.text is not None or answer.vectors is not None or answer.has_more


def _error(record_id: str, error: Any) -> Row:
    if not isinstance(error, dict):
        return Row(record_id=record_id, outcome=Outcome.ERROR, error_message="neither modelOutput nor error")
    code, message = error.get("errorCode"), error.get("errorMessage")
    return Row(
        record_id=record_id,
        outcome=Outcome.ERROR,
        error_code=code if isinstance(code, int) else None,
        error_message=None if message is None else str(message),
    )


def _answer(output: Mapping[str, Any], family: Family | None) -> Answer | None:
    empty = None
    for each in (family,) if family is not None else FAMILIES:
        try:
            answer = each.answer(output)
        except _NOT_OF_THIS_FORM:
            continue
        if _is_content(answer):
            return answer
        empty = empty or answer
    return empty
