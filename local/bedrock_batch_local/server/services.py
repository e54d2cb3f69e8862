"""The services that are handled here. MiniStack handles every other request.

To add one, Step Functions (``states``) for instance:

1. Its rules are a floor of their own: a package beside ``engine`` that knows no HTTP, and a line in the table of floors
   in ``tests/unit/test_repository.py``.
2. A file in ``server`` has a ``Service`` (``service.py``), made from a ``Host``. Its ``application_for`` finds its
   requests by their path, or by the service in the credential scope of their signature: ``.../states/aws4_request``.
   Who calls and who may is asked of ``emulator.requests`` and ``emulator.rights``.
3. ``SERVICES`` gets an entry. Nothing else changes: the door, the front and the other services stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable

from bedrock_batch_local.server.batch_inference import BatchInference
from bedrock_batch_local.server.service import Host, Service

# By name. The first that has an application for a request gets it.
SERVICES: dict[str, Callable[[Host], Service]] = {"bedrock-batch": BatchInference}
