"""What each engine lacks of DynamoDB's expressions, so that it is not asked for it.

Each of these is shown by a test of `test_engine_facts.py`.
"""

ORDER_OF_MIXED_TYPES = "an order of values of different types: it answers 500"
SIZE_OF_MISSING = "size() of what is missing or has no size: it refuses the request"
PARTS_OF_BYTES = "parts and order of bytes: it compares their base64 text"
TWO_MISSING = "that two missing attributes differ"
REMOVE_TWO_ELEMENTS = "removing two list elements by their old places"
SET_PAST_THE_END = "appending what is set past the end of a list; it pads with NULLs"
SET_TWO_PAST_THE_END = "appending in the order of the indexes"

LACKS: dict[str, frozenset[str]] = {
    "moto": frozenset(
        {
            ORDER_OF_MIXED_TYPES,
            SIZE_OF_MISSING,
            PARTS_OF_BYTES,
            TWO_MISSING,
            SET_TWO_PAST_THE_END,
        }
    ),
    "dynoxide": frozenset({REMOVE_TWO_ELEMENTS, SET_PAST_THE_END}),
}
