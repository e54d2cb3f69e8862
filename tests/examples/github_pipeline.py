"""A repository on GitHub whose workflows deploy to the embedded AWS, with the rights of their role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from e2e.cloud import Cloud
from examples.deploy_role import keys_of_user
from examples.github_runner import Ran, Workflow
from examples.repository import Repository
from examples.web import Web


@dataclass
class Pipeline:
    """The repository, and the runs of its workflows."""

    cloud: Cloud
    repository: Repository
    folder: Path
    service: Web
    keys: dict[str, str]
    paid_before: int
    _runs: int = 0

    @classmethod
    def make(cls, cloud: Cloud, folder: Path, service: Web) -> Pipeline:
        """A repository whose `main` has the example."""
        repository = Repository.make(folder / "repository", "github-actions")
        return cls(cloud, repository, folder / "runs", service, keys_of_user(cloud, "github-actions"), cloud.started)

    def workflow(self, name: str, *, approve_iam: bool = False) -> Workflow:
        """A run of a workflow for the newest commit of `main`."""
        self._runs += 1
        run_id = 1000 + self._runs
        self.service.main = self.repository.head
        if name == "nightly.yml":
            self.service.runs.insert(0, run_id)
        return Workflow(
            self.repository,
            name,
            self.folder / str(run_id),
            self.repository.head,
            aws=self.cloud.aws,
            inputs={"approve_iam": approve_iam},
            keys=self.keys,
            run_id=str(run_id),
            api=self.service.url,
        )

    def deploy(self, *, approve_iam: bool = False) -> Ran:
        """The only job of a deployment."""
        return self.workflow("deploy.yml", approve_iam=approve_iam).run()["deploy"]

    @property
    def paid(self) -> int:
        """Jobs that were paid for so far."""
        return self.cloud.started - self.paid_before
