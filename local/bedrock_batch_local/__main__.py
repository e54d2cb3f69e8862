"""``python -m bedrock_batch_local``: the embedded AWS in the foreground, for use by hand."""

from __future__ import annotations

import argparse
import logging
import shlex
import sys

from bedrock_batch_local.callers import PREFIX, Endpoint
from bedrock_batch_local.emulator.release import WrongReleaseError
from bedrock_batch_local.server.process import serve
from bedrock_batch_local.server.surroundings import end_process
from bedrock_batch_local.settings import DEFAULT_SPEED, Settings, Started


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
    logging.basicConfig(format="# %(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.ERROR, stream=sys.stdout)
    logging.getLogger("bedrock_batch_local").setLevel(logging.INFO)
    settings = Settings(
        port=options.port,
        speed=options.speed,
        inference_url=options.inference_url,
        inference_model=options.inference_model,
    )
    try:
        serve(settings, _introduce)
    except (OSError, ValueError, WrongReleaseError) as error:
        sys.exit(f"error: {error}")
    end_process()


def _introduce(started: Started) -> None:
    print("# The embedded AWS is ready. Paste this into another terminal (sh, bash or zsh):")
    # Only the names: a value may be a secret, or have several lines.
    print(f"for name in $(env | sed -n 's/^\\({PREFIX}[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset \"$name\"; done")
    for name, value in Endpoint(started.endpoint_url, started.secret).variables().items():
        # Hosts that the user keeps away from a proxy stay so.
        kept = f'"${{{name}:+,${name}}}"' if name.upper() == "NO_PROXY" else ""
        print(f"export {name}={shlex.quote(value)}{kept}")
    print("# Any 12 digits as AWS_ACCESS_KEY_ID are another account. Ctrl-C ends it.", flush=True)


if __name__ == "__main__":
    main()
