"""Every way through the handler, as short stories: all that succeed and each class of failure."""

from botocore.exceptions import ParamValidationError, ReadTimeoutError

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.pacing import Pacing
from handler.flow import Flow
from handler.gate_stories import failing_for_rights, gate
from handler.hold_stories import held, held_beside_a_job, released, released_and_rolled_back
from handler.stories import (
    cannot_stop,
    delete_completed,
    failing_create,
    failing_delete,
    late,
    name_taken,
    reply_lost,
    retried_create,
    rolled_back_create,
    stack_unknown,
    token_brings_back_a_dead_job,
    token_taken,
    turned,
    twice,
)
from handler.update_stories import (
    cancelled_update,
    cancelled_update_that_is_not_shown,
    declared_again,
    declared_again_in_a_rollback,
    retagged,
    rollback_while_bedrock_is_down,
    rolled_back,
    rolled_back_to_a_forgotten_job,
    stopped_late,
    unreadable_update,
    update_cancelled_before_a_start,
    updating,
)
from handler.vocabulary import CFN_MADE_ID, DAY, NO_JOB, NOT_ASSUMABLE, OTHER_RUN, VPC, by_hand, created, refusal
from handler.world import REGION, UPLOADED, properties

FLOWS: dict[str, Flow] = {
    "create": Flow(lambda world: world.create()),
    "create with every member": Flow(lambda world: world.create(Job=VPC, InputDigest=None, InputRevision="d" * 64)),
    "create of the default kind": Flow(
        lambda world: world.create(
            Job={"modelInvocationType": "InvokeModel", "tags": "", "timeoutDurationInHours": "", "vpcConfig": ""}
        )
    ),
    "create from a table": Flow(lambda world: world.create(InputColumns=UPLOADED)),
    "create delivered twice": Flow(twice),
    "create after a dead job": Flow(retried_create),
    "create after a dead job that the list forgot": Flow(token_brings_back_a_dead_job),
    "create that can be read late": Flow(lambda world: world.create(), {"visibility_lag_seconds": 20.0}),
    "create that can never be read": Flow(lambda world: world.create(), {"visibility_lag_seconds": 2000.0}),
    "create whose reply is lost": failing_create(ReadTimeoutError(endpoint_url="x"), 1),
    "create throttled": failing_create("ThrottlingException", 3),
    "create throttled for ever": failing_create("ThrottlingException"),
    "create over the quota": failing_create("ServiceQuotaExceededException"),
    "create of an unknown model": failing_create("ResourceNotFoundException"),
    "create with a name in conflict": failing_create("ConflictException"),
    "create with a fault of the service": failing_create("InternalServerException"),
    "create without the right to pass the role": failing_create(
        refusal("AccessDeniedException", "not authorized to perform: iam:PassRole on resource")
    ),
    "create with a role that trusts nobody": failing_create(NOT_ASSUMABLE),
    "create with a model that needs a profile": failing_create(
        refusal("ValidationException", "The provided model identifier is invalid.")
    ),
    "create with an old SDK": failing_create(ParamValidationError(report="Unknown parameter")),
    "create with an unknown exception": failing_create(RuntimeError("x")),
    "create without network": failing_create(ReadTimeoutError(endpoint_url="x")),
    "create with a bad property": Flow(lambda world: world.create(Job={"modelId": ""})),
    "create without time": Flow(lambda world: world.deliver(world.event("Create"), remaining_milliseconds=40_000)),
    "create with somebody else's name": Flow(name_taken),
    "create with a token that was used for something else": Flow(token_taken),
    "create a minute late": late(60),
    "create a minute late, stack deleted": late(60, "DELETE_IN_PROGRESS"),
    "create a minute late, stack done": late(60, "CREATE_COMPLETE"),
    "create hours late": late(3 * 3600),
    "create in a stack that turned around": late(1, "ROLLBACK_IN_PROGRESS"),
    "create while the stack turns around": turned("ROLLBACK_IN_PROGRESS"),
    "create while the stack turns around, and the job cannot be stopped": turned("ROLLBACK_IN_PROGRESS", cannot_stop),
    "create while the stack turns around, with a stop that has no effect at first": turned(
        "ROLLBACK_IN_PROGRESS", ineffective_stops=2
    ),
    "create while the stack turns around, with a stop that has no effect": turned(
        "ROLLBACK_IN_PROGRESS", ineffective_stops=1000, pacing=Pacing(submitted=DAY)
    ),
    "create in a stack of unknown state": stack_unknown(lambda world: world.create()),
    "create in a stack that is not told for long": stack_unknown(lambda world: world.create(), "Throttling"),
    "create whose reply is lost, then refused": reply_lost("after", "ServiceQuotaExceededException"),
    "create whose reply is lost, then refused, listed late": reply_lost(
        "after", "ServiceQuotaExceededException", list_lag_seconds=200.0
    ),
    "create whose request is lost, then refused": reply_lost("before", "ServiceQuotaExceededException"),
    "create that is answered by a proxy": failing_create("ProxyPage200", 1),
    "create with a property of another version": Flow(lambda world: world.create(AdoptJobArn=NO_JOB)),
    "update of nothing": Flow(lambda world: updating(world, {}, {})),
    "update of columns": Flow(lambda world: updating(world, {}, {"InputColumns": UPLOADED})),
    "update of the rule of the outcome": Flow(lambda world: updating(world, {}, {"Outcome": {"MaxMissing": "1"}})),
    "update of tags": retagged(None),
    "update of tags that is refused": retagged("AccessDeniedException"),
    "rollback of tags that is refused": retagged("AccessDeniedException", "UPDATE_ROLLBACK_IN_PROGRESS"),
    "update of the tags of an ended job": retagged("ValidationException", wait=DAY),
    "update to another run": Flow(lambda world: world.delete(updating(world, {}, OTHER_RUN)[0])),
    "update and rollback": Flow(rolled_back),
    "update cancelled and rollback": Flow(cancelled_update),
    "update cancelled and rollback that does not show it": Flow(cancelled_update_that_is_not_shown),
    "update cancelled before a start and rollback": Flow(update_cancelled_before_a_start),
    "rollback of what cannot be stopped yet": Flow(stopped_late, {"get_lag_seconds": 40.0, "list_lag_seconds": 0.0}),
    "rollback of what can never be stopped": Flow(stopped_late, {"get_lag_seconds": 4000.0, "list_lag_seconds": 0.0}),
    "rollback while Bedrock is down": Flow(rollback_while_bedrock_is_down),
    "update and rollback to a job that is forgotten": Flow(
        rolled_back_to_a_forgotten_job, {"retention_seconds": DAY / 2}
    ),
    "update while the job cannot be read": Flow(unreadable_update),
    "update in a stack of unknown state": stack_unknown(
        lambda world: world.update(NO_JOB, properties(), properties(**OTHER_RUN))
    ),
    "update of what an older version declared": Flow(lambda world: world.update("x", {"Job": "?"}, properties())),
    "delete": Flow(lambda world: world.delete(created(world))),
    "delete of a completed job": Flow(delete_completed),
    "delete of an unknown job": Flow(lambda world: world.delete(NO_JOB)),
    "delete of a job elsewhere": Flow(lambda world: world.delete(NO_JOB.replace(REGION, "eu-west-1"))),
    "delete of somebody else's job": Flow(lambda world: world.delete(by_hand(world))),
    "delete in a rollback": Flow(rolled_back_create),
    "delete with a made-up id": Flow(lambda world: rolled_back_create(world, CFN_MADE_ID)),
    "delete with a made-up id outside a rollback": Flow(
        lambda world: rolled_back_create(world, CFN_MADE_ID, "CREATE_FAILED")
    ),
    "delete with a made-up id in a stack of unknown state": stack_unknown(lambda world: world.delete(CFN_MADE_ID)),
    "delete with a made-up id and no job": Flow(lambda world: world.delete(CFN_MADE_ID)),
    "delete after nothing was started": Flow(lambda world: world.delete(created(world, RunId="") or "")),
    "delete with unusable properties": Flow(lambda world: world.delete(CFN_MADE_ID, {"Job": "?"})),
    "delete that leaves the job": Flow(
        lambda world: world.delete(created(world), properties(OnRemoval="LEAVE_RUNNING"))
    ),
    "delete that leaves a job that cannot be read": failing_delete(
        "get_model_invocation_job", "AccessDeniedException", OnRemoval="LEAVE_RUNNING"
    ),
    "delete with a made-up id that leaves the job": Flow(
        lambda world: (created(world), world.delete(CFN_MADE_ID, properties(OnRemoval="LEAVE_RUNNING")))
    ),
    "create of what was left running": Flow(declared_again),
    "create of what was left running, rolled back": Flow(declared_again_in_a_rollback),
    "delete with a job that ends slowly": Flow(
        lambda world: world.delete(created(world)), {"pacing": Pacing(stopping=3600.0)}
    ),
    "delete in a status that nobody knows, with a stop that has no effect": Flow(
        lambda world: world.delete(created(world)),
        {
            "ineffective_stops": 1000,
            "shown_as": {JobStatus.SUBMITTED: "Queued"},
            "pacing": Pacing(submitted=36_000.0),
        },
    ),
    "delete with network interfaces": Flow(
        lambda world: world.delete(created(world, Job=VPC)), {"pacing": Pacing(stopping=3600.0)}
    ),
    "delete without the right to stop": failing_delete("stop_model_invocation_job", "AccessDeniedException"),
    "delete with a stop that conflicts": failing_delete("stop_model_invocation_job", "ConflictException"),
    "delete without network": failing_delete("stop_model_invocation_job", ReadTimeoutError(endpoint_url="x")),
    "delete of a job that cannot be read": failing_delete("get_model_invocation_job", "InternalServerException"),
    "hold": Flow(held),
    "hold beside a job, and release": Flow(held_beside_a_job),
    "release": Flow(released),
    "release that is rolled back": Flow(released_and_rolled_back),
    "gate": gate(),
    "gate that is too short": gate("20"),
    "gate with a failure": gate(end="Failed"),
    "gate with a stop": gate(end="Stopped"),
    "gate with rights that are not known yet": failing_for_rights(1),
    "gate with rights that are not known yet, delivered again after the second start": failing_for_rights(1, dies=True),
    "gate with rights that are missing": failing_for_rights(1, 2),
    "gate with rights that are missing, delivered again while jobs cannot be listed": failing_for_rights(
        1, 2, unlisted=True
    ),
}
