"""The settings that MiniStack reads from the environment when it is imported."""

from __future__ import annotations

from pathlib import Path


def variables(folder: Path, host: str, port: int) -> dict[str, str]:
    """Settings for a MiniStack that serves at ``host`` and ``port`` and writes only below ``folder``.

    Policies are evaluated, functions run as processes of this machine, and nothing else listens.
    """
    return {
        "AUTH": "true",
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "ERROR",
        "MINISTACK_HOST": host,
        "PERSIST_STATE": "0",
        "S3_DATA_DIR": str(folder / "s3"),
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "state"),
    }
