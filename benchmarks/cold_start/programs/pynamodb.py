"""PynamoDB: one model, one item."""

import sys

sys.path.pop(0)

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model


class Person(Model):
    """The attributes that its own types read."""

    class Meta:
        """Where it is."""

        table_name = "people"
        region = "us-east-1"
        host = sys.argv[1]

    id = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    rank = NumberAttribute()


print(Person.get("1", "2026").name)
