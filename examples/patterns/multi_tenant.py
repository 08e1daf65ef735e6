"""Many tenants in one table, none of whom can see another's items.

The tenant is the partition key, and the code gets at the table only through an object
that puts the tenant in.
"""

from collections.abc import Sequence

from attrs import frozen

from dynamorm_async import Attr, Database, Model, Query, field, partition_key, sort_key


class Project(Model, table="projects"):
    tenant: Attr[str] = partition_key()
    id: Attr[str] = sort_key()
    name: Attr[str] = field()


@frozen
class Tenant:
    """What one tenant may see and do."""

    db: Database
    id: str

    def projects(self) -> Query[Project]:
        """This tenant's projects, and no others."""
        return self.db.model(Project).where(Project.tenant == self.id)

    async def add_project(self, id: str, name: str) -> Project:
        """A new project of this tenant."""
        return await self.db.create(Project(tenant=self.id, id=id, name=name))

    async def project(self, id: str) -> Project | None:
        """One of this tenant's projects."""
        return await self.db.get(Project, self.id, id)


def names(projects: Sequence[Project]) -> list[str]:
    return [each.name for each in projects]


async def main(db: Database) -> None:
    await db.ensure_table(Project)
    acme, zoo = Tenant(db, "acme"), Tenant(db, "zoo")
    await acme.add_project("p1", "Rockets")
    await acme.add_project("p2", "Anvils")
    await zoo.add_project("p1", "Elephants")
    print(names(await acme.projects()), names(await zoo.projects()))
    print(await zoo.project("p2"))
    print(await acme.projects().filter(Project.name.begins_with("R")).count())
