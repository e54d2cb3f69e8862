"""How texts become request bodies."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from bedrock_batch.families import Family, Question, faults_of_schema
from bedrock_batch.limits import INTEGERS
from bedrock_batch.record import read_strictly
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import has_any_token
from cdk_bedrock_batch._records.writer import json_of

FROM_RECORDS: Final = "write the bodies yourself, with JobInput.from_records"
_CONVERSE: Final = "use invocation_type=InvocationType.CONVERSE"
_SHOWN: Final = 10
_OPTIONS: Final = ("system", "max_tokens", "temperature", "answer_schema")
# Values that no family has as its default.
_PROBE: Final = Question(
    text="x", system="s", max_tokens=7, temperature=0.123, answer_schema={"type": "object", "properties": {}}
)

MakeBody = Callable[[Question], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What all questions of an input have in common."""

    system: str | None
    max_tokens: int | None
    temperature: float | None
    answer_schema: Mapping[str, Any] | None

    @classmethod
    def of(
        cls,
        *,
        system: str | None,
        max_tokens: int | None,
        temperature: float | None,
        answer_schema: Mapping[str, Any] | None,
        is_literal: bool = False,
    ) -> Self:
        """Check the options of a builder.

        :param is_literal: whether the texts are those of a file, in which nothing is a token of CDK.
        :raises ValueError: no model takes such a value. What is doubtful of a schema is told when the records are
            built.
        """
        if system is not None and not system.strip():
            raise ValueError("system must have a text")
        written = {"system": system, "answer_schema": answer_schema}
        for option, value in written.items():
            text = "" if value is None else json_of(option, value)
            if not is_literal:
                refuse_token(option, text)
        if max_tokens is not None and not 1 <= max_tokens <= INTEGERS[1]:
            most = " that fits into 64 bits" if max_tokens > 0 else ""
            raise ValueError(f"max_tokens must be a whole number above zero{most}, got {shown(max_tokens)}")
        if temperature is not None:
            refuse_token("temperature", str(temperature))
        if temperature is not None and not (math.isfinite(temperature) and temperature >= 0):
            raise ValueError(f"temperature must be a number from zero, got {temperature}")
        schema = None if answer_schema is None else _frozen(answer_schema)
        _check_schema("answer_schema", schema)
        return cls(system=system, max_tokens=max_tokens, temperature=temperature, answer_schema=schema)

    def question(self, text: str) -> Question:
        """A text as a question."""
        return Question(
            text=text,
            system=self.system,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            answer_schema=self.answer_schema,
        )


def refuse_token(option: str, text: str) -> None:
    """Records are written at synthesis, when the value of a token is not known.

    :raises ValueError: the text holds a token of CDK.
    """
    if has_any_token(text):
        raise ValueError(f"{option} holds a token of CDK, whose value is known only at deployment")


def body_maker(family: Family | None) -> MakeBody:
    """What makes the request body of a question.

    :raises ValueError: the family is not known, or is not asked with a text.
    """
    if family is None:
        raise ValueError(f"the form of this model's request bodies is not known here: {_CONVERSE}, or {FROM_RECORDS}")
    if family.body is None:
        raise ValueError(f"a record of {family.name} cannot be made from a text: {FROM_RECORDS}")
    return family.body


def options_taken(make: MakeBody) -> frozenset[str]:
    """The options of a question that change its body. A family without a member for one leaves it out."""
    plain = Question(text=_PROBE.text)
    return frozenset(
        option for option in _OPTIONS if make(replace(plain, **{option: getattr(_PROBE, option)})) != make(plain)
    )


def check_taken(
    family: Family, taken: frozenset[str], question: Question, names: Mapping[str, str] | None = None
) -> None:
    """Check that the body says all that the question says.

    :param names: what the user calls an option. Default: the name of the option.
    :raises ValueError: the family has no member for it.
    """
    for option in _OPTIONS:
        if getattr(question, option) is None:
            continue
        name = (names or {}).get(option, option)
        if option == "answer_schema" and not family.dimensions and not (option in taken and family.takes_schema):
            raise ValueError(
                f"{name}: AWS documents no structured output for {family.name}: leave it out, or {_CONVERSE}"
            )
        if option not in taken:
            raise ValueError(f"{name}: a record of {family.name} has no member for it; leave it out")


def _frozen(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy that nobody else can change, of JSON values only."""
    copy, faults = read_strictly(json_of("answer_schema", schema).strip().encode())
    for fault in faults:
        raise ValueError(f"answer_schema: {fault.member}: {fault.reason}")
    return copy


def _check_schema(option: str, schema: Mapping[str, Any] | None) -> None:
    found = [] if schema is None else [each for each in faults_of_schema(schema, option) if not each.is_doubtful]
    if found:
        members = (each.member if each.member.isprintable() else shown(each.member) for each in found)
        lines = [f"{member}: {each.reason}" for member, each in zip(members, found[:_SHOWN], strict=False)]
        more = len(found) - _SHOWN
        raise ValueError("\n".join([*lines, f"... and {more} more"] if more > 0 else lines))
