"""Bedrock, EventBridge, Lambda and the function in simulated time. Invocations run side by side."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from batch_outcome.core.own_stack import OwnStack
from batch_outcome.invocation import handle
from batch_outcome.io.time_left import TimeLeft
from bedrock_batch.statuses import ENDED
from handler.runtime import Context
from handler.world import STACK_ID
from lifecycle.simulation import Agenda, Process
from outcome.histories.misfortunes import HANG_SECONDS, Misfortunes, error_of
from outcome.histories.record import Record, Run
from outcome.lambda_service import RETRIES
from outcome.world import SECONDS, Clients, World

_LATENCIES = (0.02, 0.05, 0.2, 1.0)
_SCHEDULE_SECONDS = 900.0
_MARKER = "outcome.json"
BROKEN = b'{"stackId": '
"""A run file that cannot be read."""
CLOSED = "closed"
"""A bucket on which the function has no rights."""


class Universe:
    """One stack's function in a world. `get_lag` is how many seconds after an end Get does not show it yet."""

    def __init__(self, world: World, chance: Random, misfortunes: Misfortunes, get_lag: float) -> None:
        self.world = world
        self.chance = chance
        self.misfortunes = misfortunes
        self.agenda = Agenda(world.clock)
        self.record = Record()
        self._get_lag = get_lag
        self._runs: dict[Process, Run] = {}

    # EventBridge and Lambda ------------------------------------------------------------------------------------

    def send(self, event: dict[str, Any], delays: list[float]) -> None:
        """Let Lambda take an event, once for each delay."""
        for delay in delays:
            self.agenda.after(delay, lambda: self._invoke(event, 0))

    def keep_looking(self, seconds: float, is_lost: Callable[[], bool]) -> None:
        """Send the event of the schedule every 15 minutes, for so long."""
        end = self.world.clock.now() + seconds

        def look() -> None:
            if not is_lost():
                self._invoke(self.world.schedule(), 0)
            if self.world.clock.now() + _SCHEDULE_SECONDS <= end:
                self.agenda.after(_SCHEDULE_SECONDS, look)

        self.agenda.after(_SCHEDULE_SECONDS, look)

    def _invoke(self, event: dict[str, Any], retries: int) -> None:
        clock = self.world.clock
        end = clock.now() + SECONDS

        def on_end(error: BaseException | None) -> None:
            timer.cancelled = True
            if error is None and self._runs[process].has_read_broken:
                self.record.hidden += 1
            if error is not None and retries < len(RETRIES):
                self.agenda.after(RETRIES[retries], lambda: self._invoke(event, retries + 1))

        def body() -> None:
            world = self.world
            services = (world.bedrock, world.metrics, world.bus, world.s3)
            clients = Clients(*(_Outgoing(self._leave, each) for each in services))
            left = TimeLeft(
                Context(lambda: int((end - clock.now()) * 1000)), lambda each: Process.current().pause(each)
            )
            handle(event, clients, OwnStack(STACK_ID), left)

        process = Process(self.agenda, body, on_end)
        self._runs[process] = Run(is_look=event["source"] == "aws.events")
        timer = self.agenda.after(SECONDS, process.kill)
        process.resume()

    # A call of the function ------------------------------------------------------------------------------------

    def _leave(self, call: str, arguments: dict[str, Any], effect: Callable[[], Any]) -> Any:
        process = Process.current()
        run = self._runs[process]
        process.pause(self.chance.choice(_LATENCIES))
        if arguments.get("Bucket") == CLOSED:
            raise error_of("AccessDenied", call)
        fault = self.misfortunes.at(call, self.world.clock.now())
        if fault is None or fault[1] == "after":
            answer = self._affect(run, call, arguments, effect)
        if fault is not None:
            if fault[0] == "hangs":
                process.pause(HANG_SECONDS)
            if fault[0] == "AccessDenied" and call == "get_object" and arguments["Key"].endswith(_MARKER):
                run.reads[_folder(arguments["Key"])] = None
            raise error_of(fault[0], call)
        run.has_read_broken |= call == "get_object" and answer["ContentLength"] == len(BROKEN)
        process.pause(self.chance.choice(_LATENCIES))
        return answer

    def _affect(self, run: Run, call: str, arguments: dict[str, Any], effect: Callable[[], Any]) -> Any:
        now, key = self.world.clock.now(), str(arguments.get("Key") or arguments.get("Prefix", ""))
        if call == "put_events" and self.misfortunes.refuses_entry(now):
            self.world.bus.refusals.append("InternalFailure")
        if key.endswith(_MARKER) and call == "get_object":
            run.reads[_folder(key)] = now
        answer = effect()
        if key.endswith(_MARKER) and call == "list_objects_v2" and not answer["KeyCount"]:
            run.reads[_folder(key)] = now
        if call == "get_model_invocation_job":
            return self._lagging(answer)
        if call == "put_object":
            self.record.marked(run, _folder(key), now, json.loads(arguments["Body"]))
        if call == "put_events" and not answer["FailedEntryCount"]:
            self.record.told(run, now, json.loads(arguments["Entries"][0]["Detail"]))
        return answer

    def _lagging(self, shown: dict[str, Any]) -> dict[str, Any]:
        """What Get shows of a job that has ended too recently."""
        if shown["status"] not in ENDED or self.world.clock.now() >= shown["endTime"].timestamp() + self._get_lag:
            return shown
        return {name: value for name, value in shown.items() if name != "endTime"} | {"status": "InProgress"}


class _Outgoing:
    """A client whose every call goes through `leave`."""

    def __init__(self, leave: Callable[[str, dict[str, Any], Callable[[], Any]], Any], client: Any) -> None:
        self._leave = leave
        self._client = client

    def __getattr__(self, call: str) -> Callable[..., Any]:
        method = getattr(self._client, call)
        return lambda **arguments: self._leave(call, arguments, lambda: method(**arguments))


def _folder(key: str) -> str:
    return key.split("/")[-2]
