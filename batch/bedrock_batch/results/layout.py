"""Which output file belongs to which input file.

Source: Amazon Bedrock User Guide, "View the results of a batch inference job": one output file for each input file. For
nested input files the page does not say whether the output keeps their folders; both forms are read.
"""

from collections.abc import Collection, Mapping

from bedrock_batch.manifest import is_output, output_name


def outputs_of(inputs: Collection[str], objects: Collection[str]) -> Mapping[str, str]:
    """The output file of each input file; input files without output are left out.

    :param inputs: paths of the input files below the input location.
    :param objects: paths of the objects below the folder of the job.
    """
    outputs = {each for each in objects if is_output(each)}
    if len(inputs) == len(outputs) == 1:
        # Whatever their names: a copy may have another name than what was declared.
        return dict(zip(inputs, outputs, strict=True))
    found = {}
    for name in inputs:
        flat = output_name(name.rpartition("/")[2])
        if output_name(name) in outputs:
            found[name] = output_name(name)
        elif flat in outputs:
            found[name] = flat
    return found
