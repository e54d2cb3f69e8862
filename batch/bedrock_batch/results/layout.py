"""Which output file belongs to which input file.

Source: Amazon Bedrock User Guide, "View the results of a batch inference job": one output file for each input file. For
nested input files the page does not say whether the output keeps their folders; both forms are read.
"""

from collections.abc import Collection, Mapping

from bedrock_batch.manifest import is_output, output_name


def outputs_of(inputs: Collection[str], objects: Collection[str]) -> Mapping[str, str]:
    """The output file of each input file; input files without output are left out. No output belongs to two of them.

    :param inputs: paths of the input files below the input location.
    :param objects: paths of the objects below the folder of the job.
    """
    outputs = {each for each in objects if is_output(each)}
    if len(inputs) == len(outputs) == 1:
        # Whatever their names: a copy may have another name than what was declared.
        return dict(zip(inputs, outputs, strict=True))
    found = {name: output_name(name) for name in inputs if output_name(name) in outputs}
    left = outputs.difference(found.values())
    flat: dict[str, list[str]] = {}
    for name in inputs:
        if name not in found:
            flat.setdefault(output_name(name.rpartition("/")[2]), []).append(name)
    # Files in several folders may have the same name, and their records the same ids.
    return found | {names[0]: output for output, names in flat.items() if output in left and len(names) == 1}
