"""``python -m bedrock_batch_local``: the embedded AWS in the foreground, for use by hand."""

from __future__ import annotations

import argparse
import logging
import shlex
import sys
from pathlib import Path

from bedrock_batch_local import callers
from bedrock_batch_local.server.process import serve
from bedrock_batch_local.server.surroundings import end_process
from bedrock_batch_local.settings import DEFAULT_SPEED, Settings


def main() -> None:
    """Parse the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m bedrock_batch_local",
        description="An AWS on this machine that runs Bedrock batch inference jobs; Ctrl-C ends it.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument(
        "--speed", type=float, default=DEFAULT_SPEED, help="simulated seconds per second (default: %(default)g)"
    )
    parser.add_argument("--inference-url", help="base of an OpenAI-compatible API (default: deterministic answers)")
    parser.add_argument("--inference-model", help="name of the model behind --inference-url")
    options = parser.parse_args()
    if bool(options.inference_url) != bool(options.inference_model):
        parser.error("--inference-url and --inference-model need each other")
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.ERROR, stream=sys.stdout)
    logging.getLogger("bedrock_batch_local").setLevel(logging.INFO)
    settings = Settings(
        port=options.port,
        speed=options.speed,
        inference_url=options.inference_url,
        inference_model=options.inference_model,
    )
    try:
        serve(settings, _introduce)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    end_process()


def _introduce(endpoint_url: str, _folder: Path) -> None:
    print("# The embedded AWS is ready. In another terminal:")
    print("unset AWS_PROFILE AWS_SESSION_TOKEN")
    for name, value in callers.variables(endpoint_url).items():
        print(f"export {name}={shlex.quote(value)}")
    print("# Any 12 digits as AWS_ACCESS_KEY_ID are another account. Ctrl-C ends it.", flush=True)


if __name__ == "__main__":
    main()
