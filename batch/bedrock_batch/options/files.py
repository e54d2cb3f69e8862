"""The kinds of files in a folder of jobs, and what each may say."""

from dataclasses import dataclass
from typing import Final

from bedrock_batch.options.kinds import Entries, Members, Option, Several
from bedrock_batch.options.of_environment import ENVIRONMENT, ENVIRONMENT_NAME, STORAGE_OF_FOLDER
from bedrock_batch.options.of_job import INPUT_OF_JOB, NAME, SETTINGS

# A stack has 500 resources, two of them for each job.
_MOST_JOBS: Final = 500


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file."""

    name: str
    """Of its schema, too: `<name>.schema.json`."""
    members: Members
    sentence: str
    alternative: Option | None = None
    """The only key of a file that has this key instead of those of `members`."""


JOB: Final = Members(options=(NAME, *SETTINGS[:1], INPUT_OF_JOB, *SETTINGS[1:]))
JOB_FILE: Final = FileKind(
    "job-file",
    JOB,
    "A file that declares a job, or several jobs.",
    Option(
        name="jobs",
        kind=Several(JOB, 1, _MOST_JOBS, "jobs"),
        sentence="Several jobs in one file, each a mapping with the keys of a job.",
        default="none",
        source="this project",
    ),
)
DEFAULTS_FILE: Final = FileKind(
    "defaults",
    Members(options=(*(each for each in SETTINGS if each.name != "job_name_prefix"), STORAGE_OF_FOLDER)),
    "defaults.yaml: what holds for the jobs of a folder and of all folders below, unless they say otherwise.",
)
ENVIRONMENTS_FILE: Final = FileKind(
    "environments",
    Members(
        options=(
            Option(
                name="environments",
                kind=Entries(ENVIRONMENT_NAME, ENVIRONMENT, 50, "environments"),
                sentence="The environments by their names. A deployment chooses one with -c env=<name>.",
                source="this project",
            ),
        )
    ),
    "environments.yaml: the environments in which the jobs of all folders are deployed.",
)

FILES: Final = (JOB_FILE, DEFAULTS_FILE, ENVIRONMENTS_FILE)
