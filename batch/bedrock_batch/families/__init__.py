"""The families of models: the bodies of their records and of their answers."""

from bedrock_batch.families.answer import Answer, without_content
from bedrock_batch.families.answer_limit import EXTRA, AnswerLimit, LimitBesideExtra, limit_like
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import Fault
from bedrock_batch.families.media import LOCATIONS, holds_media, is_source, names_media
from bedrock_batch.families.question import Question
from bedrock_batch.families.schema import faults_of_schema
from bedrock_batch.families.schema_references import target_of
from bedrock_batch.families.schema_rules import types_of
from bedrock_batch.families.structured import schema_of_claude, schema_of_converse
from bedrock_batch.families.table import FAMILIES, family_like, family_of

__all__ = [
    "EXTRA",
    "FAMILIES",
    "LOCATIONS",
    "Answer",
    "AnswerLimit",
    "Body",
    "Family",
    "Fault",
    "LimitBesideExtra",
    "Question",
    "family_like",
    "family_of",
    "faults_of_schema",
    "holds_media",
    "is_source",
    "limit_like",
    "names_media",
    "schema_of_claude",
    "schema_of_converse",
    "target_of",
    "types_of",
    "without_content",
]
