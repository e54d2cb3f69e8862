"""Bodies of embeddings: Titan, Nova and Cohere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch_local.inference.bodies import RefusedBody, response_id
from bedrock_batch_local.inference.model import Completion, Model
from bedrock_batch_local.inference.prompt import Prompt, Turn
from bedrock_batch_local.inference.vectors import bits, of_type, vector


class _Embedding:
    """The part of a format that needs no text model. ``write`` makes the vectors from the body."""

    def complete(self, model: Model, prompt: Prompt) -> Completion:  # noqa: ARG002  (a vector needs no text model)
        return Completion("", prompt.tokens if prompt.turns[0].text else 0, 0)


class TitanTextEmbedding(_Embedding):
    """Amazon Titan Text Embeddings: V1 has one size, V2 has ``dimensions`` and ``embeddingsByType``."""

    def __init__(self, *, dimensions: int, by_type: bool) -> None:
        self._dimensions = dimensions
        self._by_type = by_type

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        return Prompt((Turn("user", body["inputText"]),))

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        normalize = body.get("normalize") is not False
        values = vector(body["inputText"], body.get("dimensions") or self._dimensions, normalize=normalize)
        output: dict[str, Any] = {"embedding": values, "inputTextTokenCount": completion.input_tokens}
        if self._by_type:
            forms = {"float": values, "binary": bits(values)}
            output["embeddingsByType"] = {kind: forms[kind] for kind in body.get("embeddingTypes") or ("float",)}
        return output


class TitanMultimodalEmbedding(_Embedding):
    """Amazon Titan Multimodal Embeddings: one vector of a text, an image or both."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        return Prompt((Turn("user", body.get("inputText") or ""),))

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        size = (body.get("embeddingConfig") or {}).get("outputEmbeddingLength") or 1024
        content = " ".join(body.get(member) or "" for member in ("inputText", "inputImage"))
        return {
            "embedding": vector(content, size),
            "inputTextTokenCount": completion.input_tokens,
            "message": None,
        }


class NovaEmbedding(_Embedding):
    """Amazon Nova Multimodal Embeddings: one vector, or two of a video with its sound apart."""

    _MODALITIES = ("text", "image", "audio", "video")

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        if body["taskType"] != "SINGLE_EMBEDDING":
            problem = f"#/taskType: {body['taskType']} is not a valid enum value"
            raise RefusedBody(f"Malformed input request: {problem}, please reformat your input and try again.")
        text = body["singleEmbeddingParams"].get("text") or {}
        return Prompt((Turn("user", text.get("value") or ""),))

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        params = body["singleEmbeddingParams"]
        modality = next(each for each in self._MODALITIES if params.get(each) is not None)
        content = params[modality]
        size = params.get("embeddingDimension") or 3072
        words = content.get("value") or str(sorted((content.get("source") or {}).items()))
        kinds = [modality.upper()]
        if modality == "video":
            kinds = {"AUDIO_VIDEO_SEPARATE": ["VIDEO", "AUDIO"]}.get(
                content["embeddingMode"], [content["embeddingMode"]]
            )
        # The sound of a video has another vector than its pictures.
        return {
            "embeddings": [
                {"embeddingType": kind, "embedding": vector(words if kind != "AUDIO" else f"sound {words}", size)}
                for kind in kinds
            ]
        }


class CohereEmbedding(_Embedding):
    """Cohere Embed: a vector for each text, image or input, in each type that is asked for."""

    def __init__(self, *, dimensions: int) -> None:
        self._dimensions = dimensions

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        return Prompt((Turn("user", "\n".join(_contents(body))),))

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        size = body.get("output_dimension") or self._dimensions
        vectors = [vector(content, size) for content in _contents(body)]
        echo = {member: body[member] for member in ("texts", "inputs") if body.get(member)}
        types = body.get("embedding_types")
        if not types:
            by_type: Any = {"embeddings": vectors, "response_type": "embeddings_floats"}
        else:
            forms = {kind: [of_type(values, kind) for values in vectors] for kind in types}
            by_type = {"embeddings": forms, "response_type": "embeddings_by_type"}
        return {"id": response_id("", body, 32), **by_type, **echo}


def _contents(body: Mapping[str, Any]) -> list[str]:
    """What each vector is of."""
    plain = body.get("texts") or body.get("images")
    return plain if plain else [_words(each["content"]) for each in body["inputs"]]


def _words(content: list[Any]) -> str:
    return " ".join(str(part.get("text") or part.get("image_url") or "") for part in content if isinstance(part, dict))
