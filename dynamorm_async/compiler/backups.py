"""Requests for on-demand backups."""

from ..wire import Body, CompiledQuery


def create_backup(table_name: str, backup_name: str) -> CompiledQuery[Body]:
    """A backup of a table as it is now: its `BackupArn` and `BackupStatus`."""
    body = {"TableName": table_name, "BackupName": backup_name}
    return CompiledQuery.of("CreateBackup", body, lambda reply: reply["BackupDetails"])


def describe_backup(arn: str) -> CompiledQuery[Body]:
    """The same of a backup that was begun."""

    def decode(reply: Body) -> Body:
        found: Body = reply["BackupDescription"]["BackupDetails"]
        return found

    return CompiledQuery.of("DescribeBackup", {"BackupArn": arn}, decode)
