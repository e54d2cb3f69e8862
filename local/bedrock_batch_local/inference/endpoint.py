"""A real model behind an OpenAI-compatible endpoint: Ollama, llama.cpp, vLLM and others."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from bedrock_batch_local.inference.model import Completion, ModelFailure
from bedrock_batch_local.inference.prompt import Prompt, count_tokens

_TIMEOUT_SECONDS = 120.0
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5


class EndpointModel:
    """Calls ``<url>/chat/completions`` with the model ``name``.

    ``url`` is the API's base, for instance ``http://127.0.0.1:11434/v1``. A request ends after ``timeout_seconds``
    (default: 120). It is repeated twice if the endpoint is busy or not reachable; after that the record becomes an
    error record. ``ValueError`` if ``url`` is not an http(s) address.
    """

    def __init__(self, url: str, name: str, *, parallel: int = 4, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise ValueError(f"inference url must be an http or https address, got {url!r}")
        self.parallel = parallel
        self._url = url.rstrip("/") + "/chat/completions"
        self._name = name
        self._timeout = timeout_seconds
        # Read now: the server clears its environment before the first request.
        proxies = {} if urllib.request.proxy_bypass(urlsplit(url).hostname or "") else urllib.request.getproxies()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))

    def complete(self, prompt: Prompt) -> Completion:
        body = json.dumps(self._request(prompt)).encode()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _completion(self._post(body), prompt)
            except ModelFailure as failure:
                busy = failure.code == 429 or failure.code >= 500
                if not busy or attempt == _ATTEMPTS:
                    raise
            time.sleep(_PAUSE_SECONDS * attempt)
        raise AssertionError("the last attempt returns or raises")

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        messages = system + [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
        options = {"max_tokens": prompt.max_tokens, "temperature": prompt.temperature}
        given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        if prompt.answer_schema is not None:
            schema = {"name": "answer", "schema": prompt.answer_schema, "strict": True}
            given["response_format"] = {"type": "json_schema", "json_schema": schema}
        return {"model": self._name, "messages": messages, "stream": False, **given}

    def _post(self, body: bytes) -> Any:
        request = urllib.request.Request(  # noqa: S310  (the scheme was checked when the endpoint was made)
            self._url, body, {"content-type": "application/json"}
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ModelFailure(error.code, f"The inference endpoint answered with status {error.code}") from None
        except (OSError, http.client.HTTPException):
            raise ModelFailure(503, "The inference endpoint can not be reached") from None
        except ValueError:
            raise ModelFailure(502, "The inference endpoint did not answer with JSON") from None


def _completion(answer: Any, prompt: Prompt) -> Completion:
    try:
        choice = answer["choices"][0]
        text = str(choice["message"]["content"])
    except (KeyError, IndexError, TypeError):
        raise ModelFailure(502, "The inference endpoint answered without a choice") from None
    usage = answer.get("usage") or {}
    return Completion(
        text,
        int(usage.get("prompt_tokens") or prompt.tokens),
        int(usage.get("completion_tokens") or count_tokens(text)),
        truncated=choice.get("finish_reason") == "length",
    )
