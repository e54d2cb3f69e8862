"""Which objects are the input of a job, and which output belongs to one whose name does not end with `.jsonl`."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from bedrock_batch.limits import INPUT_SUFFIX
from bedrock_batch.manifest import MANIFEST_NAME, is_output, output_name
from bedrock_batch.s3_object import S3Object

_OUT: Final = output_name("")
# The files of `run_file`.
_OF_RUNS: Final = re.compile(r"run/[^/]+(\.json|\.columns\.jsonl)")


@dataclass
class InputObjects:
    """The input files of a job, by their paths below the input location."""

    places: dict[str, S3Object] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    """Keys of objects that are not read."""

    @property
    def notes(self) -> list[str]:
        """What a reader should know."""
        if not self.others:
            return []
        count, name = len(self.others), self.others[0]
        what = f"1 object of the input location is not read: {name}"
        if count > 1:
            what = f"{count:,} objects of the input location are not read, such as {name}"
        return [f"{what} (the name of an input file ends with {INPUT_SUFFIX})"]


def find_inputs(
    source: S3Object, output: S3Object, outputs: Collection[str], keys: Callable[[S3Object], Iterable[str]]
) -> InputObjects:
    """The input files of a job.

    :param source: the input location: an object, a folder, or how the keys of several objects begin.
    :param output: the output location. What lies below it is no input.
    :param outputs: the paths of the output files below the folder of the job.
    :param keys: lists the keys that begin as a place says.
    """
    name = source.key.rpartition("/")[2]
    if name.lower().endswith(INPUT_SUFFIX):
        # The right to read it is enough.
        return InputObjects({named_as_input(name): source})
    found = [key for key in keys(source) if not key.endswith("/")]
    if name and source.key in found:
        return InputObjects({named_as_input(name): source})
    folder = source
    if name:
        inside = [key for key in found if key.startswith(f"{source.key}/")]
        folder, found = (S3Object(source.bucket, f"{source.key}/"), inside) if inside else (source.folder, found)
    objects = InputObjects()
    for key in found:
        path = key.removeprefix(folder.key)
        if _is_of_output(S3Object(source.bucket, key), folder, output):
            continue
        if path.endswith(INPUT_SUFFIX) or {output_name(each) for each in (path, path.rpartition("/")[2])} & {*outputs}:
            objects.places[named_as_input(path)] = S3Object(source.bucket, key)
        else:
            objects.others.append(key)
    return objects


def named_as_input(name: str) -> str:
    """A name that ends as those of input files do."""
    return name if name.endswith(INPUT_SUFFIX) else name + INPUT_SUFFIX


def named_as_output(name: str) -> str:
    """The name of an output file as if the name of its input file ended as those of input files do."""
    if is_output(name) or name == MANIFEST_NAME or not name.endswith(_OUT):
        return name
    return output_name(named_as_input(name.removesuffix(_OUT)))


def _is_of_output(place: S3Object, folder: S3Object, output: S3Object) -> bool:
    """Whether a job wrote an object of the input location, or it is beside what a job wrote."""
    if place.bucket != output.bucket or not place.key.startswith(output.key):
        return False
    if len(output.key) > len(folder.key):
        return True
    # The output location has the input in it.
    path = place.key.removeprefix(output.key)
    return path.endswith(_OUT) or _OF_RUNS.fullmatch(path) is not None
