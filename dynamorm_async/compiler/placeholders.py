"""The one allocator of placeholders of a request: names `#n0 #n1`, values `:v0 :v1`."""

from ..expressions.subjects import Subject
from ..wire import AttributeValue, Body
from .limits import check_expressions
from .slots import Check, check_once_known


class Placeholders:
    """Hands out placeholders; a name that comes again gets the same one."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, AttributeValue] = {}
        self._checks: list[Check] = []

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute or map key."""
        found = self.names.get(attribute)
        if found is None:
            found = self.names[attribute] = f"#n{len(self.names)}"
        return found

    def value(self, stored: AttributeValue) -> str:
        """A placeholder for this value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = stored
        return placeholder

    def require(self, check: Check) -> None:
        """Have a check made of all values, as soon as they are known."""
        self._checks.append(check)

    def place(self, subject: Subject) -> str:
        """The text of an attribute or of a place in it, or of its size."""
        text = self.name(subject.attribute)
        for step in subject.steps:
            text += f"[{step}]" if isinstance(step, int) else f".{self.name(step)}"
        return f"size({text})" if subject.sized else text

    def write_to(self, body: Body) -> None:
        """Add what was handed out to a request that has all its expressions."""
        check_expressions(body)
        if self.names:
            body["ExpressionAttributeNames"] = {
                placeholder: name for name, placeholder in self.names.items()
            }
        if self.values:
            body["ExpressionAttributeValues"] = self.values
            check_once_known(self.values, self._checks)
