"""A control plane in memory: as slow and as strict about tables as the real one."""

import re
from collections.abc import Callable
from copy import deepcopy

from dynamorm_async.wire import Body, Reply
from tests.scripted import ok, refusal

_TOGETHER = {"BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexUpdates"}
_BESIDE = {"TableName", "AttributeDefinitions"}
_TTL_INTERVAL = "Time to live has been modified multiple times within a fixed interval"


class ControlPlane:
    """Tables that take `slowness` looks until a change of them is done.

    `refusals` holds replies that an operation meets first, `before` what happens just
    before the n-th request (from 1), as others would do it.
    """

    def __init__(self, *, slowness: int = 1) -> None:
        self.slowness = slowness
        self.tables: dict[str, Body] = {}
        self.ttl: dict[str, Body] = {}
        self.ttl_interval = 0
        self.refusals: dict[str, list[Reply]] = {}
        self.before: dict[int, Callable[[], None]] = {}
        self.changes: list[tuple[str, Body]] = []
        self.requests = 0
        self._pending: dict[str, int] = {}

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Do it, or refuse it as the service would."""
        self.requests += 1
        self.before.pop(self.requests, lambda: None)()
        if self.refusals.get(operation):
            return self.refusals[operation].pop(0)
        name = re.sub(r"(?=[A-Z])", "_", operation).lower()
        answer: Callable[[Body], Reply] = getattr(self, name)
        reply = answer(deepcopy(body))
        if reply.status == 200 and not operation.startswith(("Describe", "List")):
            self.changes.append((operation, deepcopy(body)))
        return reply

    async def aclose(self) -> None:
        """There is nothing to close."""

    @property
    def operations(self) -> list[str]:
        """The changes that were accepted, in order."""
        return [operation for operation, _ in self.changes]

    def drop(self, name: str) -> None:
        """Have a table gone at once."""
        del self.tables[name]
        self._pending.pop(name, None)

    def _describe_table(self, body: Body) -> Reply:
        name = body["TableName"]
        if name not in self.tables:
            return refusal("ResourceNotFoundException")
        left = self._pending.get(name, 0)
        reply = ok(Table=deepcopy(self.tables[name]))
        self._pending[name] = left - 1
        if left - 1 <= 0:
            self._settle(name)
        return reply

    def _settle(self, name: str) -> None:
        table = self.tables[name]
        if table["TableStatus"] == "DELETING":
            self.drop(name)
            return
        table["TableStatus"] = "ACTIVE"
        table["GlobalSecondaryIndexes"] = [
            {**each, "IndexStatus": "ACTIVE"}
            for each in table["GlobalSecondaryIndexes"]
            if each["IndexStatus"] != "DELETING"
        ]

    def _create_table(self, body: Body) -> Reply:
        name = body["TableName"]
        if name in self.tables:
            return refusal("ResourceInUseException")
        self.tables[name] = {
            **body,
            "TableStatus": "CREATING",
            "TableArn": f"arn:{name}",
            "TableId": f"id-{self.requests}",
            "BillingModeSummary": {"BillingMode": body["BillingMode"]},
            "GlobalSecondaryIndexes": [
                {**each, "IndexStatus": "CREATING"}
                for each in body.get("GlobalSecondaryIndexes", ())
            ],
        }
        self._pending[name] = self.slowness
        return ok()

    def _delete_table(self, body: Body) -> Reply:
        table = self.tables[body["TableName"]]
        if table["TableStatus"] != "ACTIVE":
            return refusal("ResourceInUseException")
        self._begin(table, "DELETING")
        return ok()

    def _begin(self, table: Body, status: str) -> None:
        table["TableStatus"] = status
        self._pending[table["TableName"]] = self.slowness

    def _update_table(self, body: Body) -> Reply:
        table = self.tables.get(body["TableName"])
        if table is None:
            return refusal("ResourceNotFoundException")
        if table["TableStatus"] != "ACTIVE":
            return refusal("ResourceInUseException", "Table is being updated")
        kinds = body.keys() - _BESIDE
        updates = body.get("GlobalSecondaryIndexUpdates", [])
        verbs = [verb for each in updates for verb in each]
        if len(kinds) != 1 and not kinds <= _TOGETHER:
            return refusal("ValidationException", "one change at a time")
        if len(verbs) != 1 and set(verbs) - {"Update"}:
            return refusal("LimitExceededException", "one index at a time")
        self._begin(table, "UPDATING")
        for each in updates:
            for verb, index in each.items():
                self._index(table, verb, index)
        self._set(table, body)
        return ok()

    def _index(self, table: Body, verb: str, index: Body) -> None:
        listed = table["GlobalSecondaryIndexes"]
        if verb == "Create":
            listed.append({**index, "IndexStatus": "CREATING"})
            return
        known = next(each for each in listed if each["IndexName"] == index["IndexName"])
        known.update(
            index if verb == "Update" else {}, IndexStatus=f"{verb[:-1].upper()}ING"
        )

    def _set(self, table: Body, body: Body) -> None:
        for part, value in body.items():
            if part == "AttributeDefinitions":
                there = {each["AttributeName"]: each for each in table[part]}
                there |= {each["AttributeName"]: each for each in value}
                table[part] = list(there.values())
            elif part == "BillingMode":
                table["BillingModeSummary"] = {"BillingMode": value}
            elif part == "SSESpecification":
                on = value["Enabled"]
                table["SSEDescription"] = {"Status": "ENABLED" if on else "DISABLED"}
            elif part == "TableClass":
                table["TableClassSummary"] = {"TableClass": value}
            else:
                table[part] = value

    def _describe_time_to_live(self, body: Body) -> Reply:
        return ok(TimeToLiveDescription=self.ttl.get(body["TableName"], {}))

    def _update_time_to_live(self, body: Body) -> Reply:
        name, said = body["TableName"], body["TimeToLiveSpecification"]
        known = self.ttl.get(name, {"TimeToLiveStatus": "DISABLED"})
        if (known["TimeToLiveStatus"] == "ENABLED") == said["Enabled"]:
            return refusal("ValidationException", "TimeToLive is already that way")
        if name in self.ttl and self.ttl_interval > 0:
            self.ttl_interval -= 1
            return refusal("ValidationException", _TTL_INTERVAL)
        status = "ENABLED" if said["Enabled"] else "DISABLED"
        self.ttl[name] = {
            "TimeToLiveStatus": status,
            "AttributeName": said["AttributeName"],
        }
        return ok()

    def _describe_continuous_backups(self, body: Body) -> Reply:
        return ok(ContinuousBackupsDescription={})

    def _list_tags_of_resource(self, body: Body) -> Reply:
        return ok(Tags=[])
