"""The table that the tests with an engine need."""

import pytest_asyncio
from points import Member

from dynamorm_async import Database


@pytest_asyncio.fixture
async def members(dynamorm_db: Database) -> Database:
    """A database with an empty table of members, of this test alone."""
    await dynamorm_db.ensure_table(Member)
    return dynamorm_db
