"""Create, read, update and delete, and what each of them refuses."""

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    ItemNotFoundError,
    Model,
    field,
    partition_key,
)


class Todo(Model, table="todos"):
    id: Attr[str] = partition_key()
    title: Attr[str] = field()
    done: Attr[bool] = field(default=False)


async def main(db: Database) -> None:
    await db.ensure_table(Todo)
    todo = await db.create(Todo(id="1", title="Water the plants"))
    try:
        await db.create(Todo(id="1", title="Another one"))
    except ConditionFailedError as error:
        print("there already:", error.item)

    todo.done = True
    await db.update(todo, "done")
    print(await db.get(Todo, "1"))

    await db.delete(todo)
    try:
        await db.model(Todo).where(Todo.id == "1").first()
    except ItemNotFoundError as error:
        print(error)
