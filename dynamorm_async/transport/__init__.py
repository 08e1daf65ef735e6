"""How requests get to AWS and back.  Nothing here knows what an item means."""
