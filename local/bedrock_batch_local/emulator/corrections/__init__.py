"""Corrections of MiniStack, where it behaves otherwise than AWS. Each file replaces one part of it.

They apply to the whole process. Each may be installed once.
"""

from __future__ import annotations

from bedrock_batch_local.emulator import response_addresses, sessions
from bedrock_batch_local.emulator.corrections import (
    alarms,
    bucket_properties,
    condition_keys,
    evaluation,
    event_targets,
    function_logs,
    network_dependencies,
    network_resources,
    output_changes,
    role_properties,
    s3_encryption,
    s3_requests,
    simulated_time,
)


def install(root_secret: str) -> None:
    """Install all of them. ``root_secret`` is that of every account's root."""
    sessions.install(root_secret)
    for correction in (
        evaluation,
        s3_encryption,
        function_logs,
        bucket_properties,
        role_properties,
        network_resources,
        network_dependencies,
        output_changes,
        response_addresses,
        s3_requests,
        simulated_time,
        event_targets,
        condition_keys,
        alarms,
    ):
        correction.install()
