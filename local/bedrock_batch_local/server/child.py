"""The server as ``EmbeddedAws`` starts it: settings in one argument, one line of JSON when it is ready."""

from __future__ import annotations

import logging
import sys

from bedrock_batch_local.emulator.release import WrongReleaseError
from bedrock_batch_local.server.process import serve
from bedrock_batch_local.server.surroundings import end_process
from bedrock_batch_local.settings import Settings, Started


def _ready(started: Started) -> None:
    print(started.to_json(), flush=True)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.ERROR)
    logging.getLogger("bedrock_batch_local").setLevel(logging.INFO)
    try:
        serve(Settings.from_json(sys.argv[1]), _ready)
    except (OSError, ValueError, WrongReleaseError) as error:
        sys.exit(str(error))
    end_process()
