"""Sessions of roles are registered by many threads at once, while MiniStack looks for those that have expired."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

# In a process of its own: importing MiniStack changes the process that does it.
SCRIPT = """
import json, sys, threading, time
from pathlib import Path
from bedrock_batch_local.server.surroundings import prepare_environment
prepare_environment(Path(sys.argv[1]), 1)
from ministack.services import sts
from bedrock_batch_local.emulator import sessions
from bedrock_batch_local.sdk import Keys
sessions.install("secret")
sys.setswitchinterval(1e-6)
for number in range(3000):
    sts._sessions[f"KEPT{number}"] = {}
errors = []
def register(thread):
    try:
        for number in range(40):
            keys = Keys(f"ASIA{thread}-{number}", "secret", "token")
            sessions.open_session(keys, "123123123123", "role", "session", 0.001)
            sts.register_session(f"ASIB{thread}-{number}", {"Expiration": time.time()})
    except Exception as error:
        errors.append(repr(error))
threads = [threading.Thread(target=register, args=[number]) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(errors))
"""


def test_threads_that_register_sessions_do_not_meet(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], env=dict(os.environ), capture_output=True, text=True, check=True
    )

    assert json.loads(run.stdout.splitlines()[-1]) == []
