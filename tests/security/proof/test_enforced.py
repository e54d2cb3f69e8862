"""Every configuration, deployed by the CDK CLI onto an AWS that enforces IAM: the job completes."""

from security.proof.deployment import Deployment
from security.proof.surroundings import RECORDS


def test_the_job_of_every_configuration_completes(deployment: Deployment) -> None:
    deployment.run()
    found = {name: deployment.job(name) for name in deployment.arns}
    ended = {name: (job["status"], job.get("message")) for name, job in found.items()}
    for name, job in found.items():
        print(f"{name:24} {job['status']:10} {job.get('successRecordCount')} records")
    assert set(deployment.arns) == set(deployment.declared.jobs)
    assert {name: end for name, end in ended.items() if end[0] != "Completed"} == {}
    assert {job["successRecordCount"] for job in found.values()} == {RECORDS}
