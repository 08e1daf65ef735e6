"""Mistakes that both type checkers must refuse; an unused ignore is an error itself."""

from datetime import datetime

from dynamorm_async import Attr, Database, Model, field, partition_key, version


class User(Model, table="users"):
    id: Attr[str] = partition_key()
    rank: Attr[int] = field(default=0)
    rev: Attr[int] = version()


def constructors(now: datetime) -> None:
    User(id="1", rank=1)
    User(id="1", rnak=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    User(id=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    User(rank=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    User(id="1", rank=now)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    User("1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def declarations() -> None:
    field(defualt=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    partition_key(json=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def expressions() -> None:
    _ = User.rank > "x"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    User.rank.begins_with("x")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    User.rank.between(1, "x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    User.rnak  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    User(id="1").rnak  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    User.id[:1]  # type: ignore[index]  # pyright: ignore[reportArgumentType]


def queries(db: Database) -> None:
    db.model(User).where(True)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    db.model(User).where(User.rank.size)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    db.model(User).limit("10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.model(User).sum(User.id)  # type: ignore[type-var]  # pyright: ignore[reportCallIssue, reportArgumentType]
    db.model(User).scan_all_segments("4")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    db.model(int)  # type: ignore[type-var]  # pyright: ignore[reportCallIssue, reportArgumentType]
