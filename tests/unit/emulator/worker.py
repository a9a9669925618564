"""A user whose device works: what tests of jobs need on an empty server."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

SOURCE, RULE = "item-1", "rule-1"
SCHEDULE = {"FrequencyType": 8011, "SecondsPast": 7200}


class Worker:
    """A user with one device online, one Protected Item, one Storage Vault and one schedule."""

    def __init__(self, server: Any, name: str = "alice", **device: Any) -> None:
        self.server, self.name = server, name
        self.login = {"Username": name, "AuthType": "Password", "Password": "password-1"}
        server.user(name)
        self.device = server.control("device", {"do": "register", "user": name, **device})["device"]
        template = next(iter(server.ok("request-storage-vault-providers")))
        asked = {"TargetUser": name, "StorageProvider": template, "SelfAddress": server.url}
        self.vault = server.ok("request-storage-vault", **asked)["DestinationID"]
        source = {"Engine": "engine1/file", "Description": "Files", "OwnerDevice": self.device}
        self.source, self.rule = f"{name}-{SOURCE}", f"{name}-{RULE}"
        rule = {"Source": self.source, "Destination": self.vault, "Schedules": [SCHEDULE]}
        self.change(Sources={self.source: source}, BackupRules={self.rule: rule})

    @property
    def target(self) -> str:
        live: Document = self.server.ok("dispatcher/list-active")
        return next(key for key, entry in live.items() if entry["DeviceID"] == self.device)

    @property
    def profile(self) -> Document:
        profile: Document = self.server.ok("get-user-profile", TargetUser=self.name)
        return profile

    @property
    def jobs(self) -> list[Document]:
        jobs: list[Document] = self.server.ok("get-jobs-for-user", TargetUser=self.name)
        return jobs

    def change(self, **members: Any) -> None:
        self.server.control("profile", {"user": self.name, "members": members})

    def device_does(self, what: str) -> None:
        self.server.control("device", {"do": what, "user": self.name, "device": self.device})

    def begin(self, **request: Any) -> str:
        """A job that the device begins by itself; gives its id."""
        return str(self.server.control("job", {"user": self.name, **request})["job"])

    def back_up(self, **options: Any) -> str:
        """A backup that an administrator asks for; gives its id."""
        given = {"TargetID": self.target, "Source": self.source, "Destination": self.vault}
        return str(self.server.ok("dispatcher/run-backup-custom", **given, Options=options)["JobID"])

    def job(self, job_id: str) -> Document:
        job: Document = self.server.ok("get-job-properties", JobID=job_id)
        return job

    def later(self, seconds: float) -> None:
        self.server.control("clock", {"advance": seconds})

    def done(self, job_id: str) -> Document:
        """A job after it had the time to end."""
        self.later(10)
        return self.job(job_id)

    def snapshots(self) -> list[str]:
        given = {"TargetID": self.target, "Destination": self.vault}
        return [
            entry["Snapshot"] for entry in self.server.ok("dispatcher/request-vault-snapshots", **given)["Snapshots"]
        ]
