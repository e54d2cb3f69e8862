"""The comments of a pull request of GitHub, and the notes of a merge request of GitLab, over HTTP."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

# GitHub REST API, "Create an issue comment"; GitLab, "Instance limits".
GITHUB_CHARACTERS: Final = 65_536
GITLAB_CHARACTERS: Final = 1_000_000
BOT: Final = {"login": "github-actions[bot]"}
_GITHUB: Final = re.compile(r"/repos/someone/jobs/issues/(?:7/comments|comments/(\d+))")
_GITLAB: Final = re.compile(r"/api/v4/projects/5/merge_requests/7/notes(?:/(\d+))?")


class Web(ThreadingHTTPServer):
    """Both services.

    `comments` are those of the one request that there is, `runs` the ids of a workflow's runs, `main` a commit.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.comments: list[dict[str, Any]] = []
        self.runs: list[int] = []
        self.main = ""

    def add(self, body: str, login: str, author: int = 0) -> None:
        """Add a comment of somebody."""
        number = len(self.comments) + 1
        self.comments.append({"id": number, "body": body, "user": {"login": login}, "author": {"id": author}})

    @property
    def plans(self) -> list[str]:
        """The comments that the pipelines have written."""
        return [each["body"] for each in self.comments if each["user"] == BOT]


class _Request(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: int(value) for name, [value] in parse_qs(url.query).items() if value.isdigit()}
        if url.path == "/api/v4/user":
            return self._answer(200, {"id": 42})
        if url.path.endswith("/actions/workflows/nightly.yml/runs"):
            return self._answer(200, {"workflow_runs": [{"id": each} for each in self.server.runs]})
        if url.path.endswith("/git/ref/heads/main"):
            return self._answer(200, {"object": {"sha": self.server.main}})
        first = (query["page"] - 1) * query["per_page"]
        return self._answer(200, self.server.comments[first : first + query["per_page"]])

    def do_POST(self) -> None:
        body = self._body()
        if body is not None:
            self.server.add(body, BOT["login"], 42)
            self._answer(201, self.server.comments[-1])

    def do_PATCH(self) -> None:
        body = self._body()
        if body is not None:
            found = _GITHUB.fullmatch(self.path) or _GITLAB.fullmatch(self.path)
            assert found
            self.server.comments[int(found[1]) - 1]["body"] = body
            self._answer(200, self.server.comments[int(found[1]) - 1])

    def do_PUT(self) -> None:
        self.do_PATCH()

    def _body(self) -> str | None:
        """The text of the request, if it is one that the service takes."""
        is_github = _GITHUB.fullmatch(self.path) is not None
        token = self.headers.get("Authorization") if is_github else self.headers.get("PRIVATE-TOKEN")
        body = str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])
        if token not in ("Bearer token-of-the-run", "token-of-the-note"):
            self._answer(401, {})
        elif len(body) > (GITHUB_CHARACTERS if is_github else GITLAB_CHARACTERS):
            self._answer(422, {"message": "body is too long"})
        else:
            return body
        return None

    def _answer(self, status: int, document: Any) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing: the log is not looked at."""


@contextmanager
def web() -> Iterator[Web]:
    """Both services, while they are used."""
    server = Web()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
