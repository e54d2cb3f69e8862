"""The options of an environment, which only `environments.yaml` can set."""

import re
from typing import Final

from bedrock_batch.options.kinds import Either, Entries, Items, Members, Option
from bedrock_batch.options.of_job import SETTINGS
from bedrock_batch.options.of_storage import STORAGE
from bedrock_batch.options.scalars import Number, Text, WholeNumber, Word
from bedrock_batch.options.texts_of_aws import ACCOUNT, MODEL, REGION

_OURS: Final = "this project"
_MOST: Final = 100
_LARGEST: Final = 10**14

STORAGE_OF_FOLDER: Final = Option(
    name="storage",
    kind=STORAGE,
    sentence="The buckets and the key of the stack.",
    default="new ones",
    source=_OURS,
)
CEILINGS: Final = Option(
    name="ceilings",
    kind=Either(
        Word(("none",)),
        Members(
            options=(
                Option(
                    name="max_records",
                    kind=WholeNumber(1, _LARGEST, "records"),
                    sentence="The records that a job may have.",
                    default="none",
                    source=_OURS,
                ),
                Option(
                    name="max_tokens",
                    kind=WholeNumber(1, _LARGEST, "tokens"),
                    sentence="The tokens that a job may take, of records and answers, as they are estimated.",
                    default="none",
                    source=_OURS,
                ),
                Option(
                    name="max_usd",
                    kind=Number("a number of US dollars, such as 12.50"),
                    sentence="What a job may cost, in US dollars, as it is estimated.",
                    default="none",
                    source=_OURS,
                ),
            )
        ),
    ),
    sentence="What a job may take; none lifts it for a job. A job that may take more is refused at synthesis.",
    default="none",
    source=_OURS,
)
# Settings of jobs in an environment. Each may be left out, since the files of the jobs have them.
_OVERRIDES: Final = tuple(each for each in SETTINGS if each.name not in ("run_id", "job_name_prefix"))
OVERRIDE: Final = Members(options=(*_OVERRIDES, STORAGE_OF_FOLDER, CEILINGS))

ENVIRONMENT: Final = Members(
    options=(
        Option(
            name="account",
            kind=ACCOUNT,
            sentence="The account of its stacks.",
            default="that of the credentials",
            source="iam: account ids",
        ),
        Option(
            name="region",
            kind=REGION,
            sentence="The Region of its stacks.",
            default="that of the credentials",
            source="ec2: Regions",
        ),
        Option(
            name="stack_suffix",
            kind=Text("1 to 20 letters and digits", re.compile(r"[a-zA-Z0-9]{1,20}"), examples=("Prod",)),
            sentence="What the names of its stacks have after the first hyphen.",
            default="the name of the environment",
            source="cloudformation: stack names",
        ),
        Option(
            name="run_id",
            kind=Word(("required",)),
            sentence="Whether each deployment must name a run_id, with -c run_id=, which all its jobs get.",
            default="the jobs have their own",
            source=_OURS,
        ),
        Option(
            name="models",
            kind=Items(MODEL, 1, _MOST, "ids or ARNs of models"),
            sentence="The models that its jobs may use.",
            default="all",
            source=_OURS,
        ),
        Option(
            name="prices",
            kind=Entries(
                MODEL,
                Members(
                    options=(
                        Option(
                            name="input_per_million",
                            kind=Number("a number of US dollars, such as 0.40"),
                            sentence="The price of a million tokens of records.",
                            source=_OURS,
                        ),
                        Option(
                            name="output_per_million",
                            kind=Number("a number of US dollars, such as 0.40"),
                            sentence="The price of a million tokens of answers.",
                            source=_OURS,
                        ),
                    )
                ),
                _MOST,
                "models with their prices",
            ),
            sentence="The prices of batch inference, in US dollars, for the ceiling max_usd.",
            default="those of the extra prices",
            source="Amazon Bedrock pricing",
        ),
        CEILINGS,
        *_OVERRIDES,
        STORAGE_OF_FOLDER,
        Option(
            name="overrides",
            kind=Entries(
                Text(
                    "the path of a folder, with a slash at its end, or of a job: the folder and the name of the job",
                    re.compile(r"(?!/)([a-zA-Z0-9-]+/)*[a-zA-Z0-9-]*"),
                    examples=("support/", "support/ticket-triage"),
                ),
                OVERRIDE,
                1_000,
                "paths",
            ),
            sentence="Other settings for the jobs of a folder and all below, or for a job. The nearest one holds.",
            default="none",
            source=_OURS,
        ),
    )
)
ENVIRONMENT_NAME: Final = Text(
    "1 to 20 letters and digits and start with a letter",
    re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,19}"),
    examples=("dev", "prod"),
)
