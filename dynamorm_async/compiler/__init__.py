"""How DynamoDB says it: questions become request bodies.  Pure: no clock, no socket."""
