"""Which output file belongs to which input file.

Source: Amazon Bedrock User Guide, "View the results of a batch inference job": one output file for each input file. For
nested input files the page does not say whether the output keeps their folders; both forms are read.
"""

from collections.abc import Collection, Mapping, Sequence

from bedrock_batch.manifest import is_output, output_name


def outputs_of(inputs: Collection[str], objects: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The output files of each input file; input files without output are left out. No output belongs to two of them.

    :param inputs: paths of the input files below the input location.
    :param objects: paths of the objects below the folder of the job.
    """
    outputs = {each for each in objects if is_output(each)}
    if len(inputs) == len(outputs) == 1:
        # Whatever their names: a copy may have another name than what was declared.
        return {name: [*outputs] for name in inputs}
    found = {name: [output_name(name)] for name in inputs if output_name(name) in outputs}
    left = outputs.difference(*found.values())
    flat: dict[str, list[str]] = {}
    for name in inputs:
        flat.setdefault(output_name(name.rpartition("/")[2]), []).append(name)
    for output in left & flat.keys():
        # Files in several folders may have the same name, and their records the same ids.
        names = [name for name in flat[output] if name not in found] or flat[output]
        if len(names) == 1:
            found.setdefault(names[0], []).append(output)
    return found
