"""The server as ``EmbeddedAws`` starts it: settings as one argument, one line of JSON when it is ready."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from bedrock_batch_local.server.process import serve
from bedrock_batch_local.server.surroundings import end_process
from bedrock_batch_local.settings import Settings


def _ready(endpoint_url: str, folder: Path) -> None:
    print(json.dumps({"endpointUrl": endpoint_url, "folder": str(folder)}), flush=True)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.ERROR)
    logging.getLogger("bedrock_batch_local").setLevel(logging.INFO)
    serve(Settings.from_json(sys.argv[1]), _ready)
    end_process()
