"""Run by the environment that holds botocore: `python -m inside.valid FILE...`: does AWS's own model of the API take these?

Each file holds what one call of BatchImportFindings is given. Prints what is wrong, and nothing when nothing is.
"""

import json
import sys
from pathlib import Path

import botocore.session
from botocore.validate import ParamValidator


def main(files):
    session = botocore.session.get_session()
    operation = session.get_service_model("securityhub").operation_model("BatchImportFindings")
    shape = operation.input_shape
    known = shape.members["Findings"].member.members.keys()
    for file in files:
        findings = json.loads(Path(file).read_text())
        said = ParamValidator().validate({"Findings": findings}, shape).generate_report()
        unknown = {key for finding in findings for key in finding if key not in known}
        if said or unknown:
            sys.stdout.write(f"{file}: {said} {sorted(unknown)}\n")


main(sys.argv[1:])
