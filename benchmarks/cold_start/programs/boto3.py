"""boto3: one item, as a dictionary."""

import sys

sys.path.pop(0)

import boto3

table = boto3.resource("dynamodb", endpoint_url=sys.argv[1]).Table("people")
print(table.get_item(Key={"id": "1", "day": "2026"})["Item"]["name"])
