"""Python values to DynamoDB's attribute values and back.  Pure: no clock, no socket."""
