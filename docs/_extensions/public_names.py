"""The reference shows names, signatures and literals as a caller knows them.

- A name has its entry where it is imported from, `dynamorm_async.Query`, and not in the
  module that defines it; types in signatures and literals in docstrings lead there.
- Constructors are shown of the classes in `MADE_BY_CALLERS`.  Methods make the others.
- Signatures say what a caller can write: overloads of inherited methods, the keywords
  behind an `Unpack`, and `...` for a default that is no literal.
"""

import inspect
import re
from importlib import import_module
from typing import Any, get_args, get_type_hints

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxRole
from sphinx.util.inspect import DefaultValue
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import stringify_annotation

PACKAGES = ("dynamorm_async", "dynamorm_async.testing")

HOMES = {
    f"{package}.{module}.{name}": f"{package}.{name}"
    for package in PACKAGES
    for name, module in import_module(package)._HOME.items()
}
"""Where a name is defined, and where a caller finds it."""

MADE_BY_CALLERS = {
    "AccountConfig",
    "CommonScenarios",
    "Config",
    "ConfigurableMockDBFactory",
    "Credentials",
    "DataKey",
    "Database",
    "Hooks",
    "MockBatchWriter",
    "MockDB",
    "MockDBFactory",
    "MockExtendedDB",
    "MockQuery",
    "MockTransaction",
    "MockUpdateBuilder",
    "MultiAccountDB",
    "OpenTelemetryHooks",
    "QueryChain",
    "RecordingTransport",
    "Reply",
    "RetryPolicy",
    "ScriptedTransport",
    "SimpleMockFactory",
    "TestDB",
}

WRITTEN_OUT = ("FieldKeywords", "KeyKeywords", "TtlKeywords")
"""Keywords of one function each; other keywords have an entry of their own."""

NAME = re.compile(r"[A-Za-z_][\w.]*(\(.*\))?", re.DOTALL)
OBJECT = re.compile(r"<(?:[^<>]|<[^<>]*>)*>|\bNOTHING\b")
MODULE = re.compile(r"~(?:\w+\.)+")


class LiteralRole(SphinxRole):
    """A literal, which leads to the entry that it names, where there is one."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the node; whether there is an entry is known when all pages are read."""
        shown = nodes.literal(self.rawtext, self.text)
        if not NAME.fullmatch(self.text):
            return [shown], []
        link = addnodes.pending_xref(
            self.rawtext,
            shown,
            refdomain="py",
            reftype="obj",
            reftarget=self.text,
            refdoc=self.env.current_document.docname,
            refexplicit=False,
        )
        link["py:class"] = self.env.ref_context.get("py:class")
        return [link], []


def entry_of(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, shown: nodes.Node
) -> nodes.Node | None:
    """A link to the entry that is meant, or the plain text."""
    if node.get("refdomain") != "py":
        return None
    entries = env.domains.python_domain.objects
    for name in candidates(node["reftarget"], node.get("py:class")):
        if name in entries:
            page, anchor = entries[name][:2]
            return make_refnode(
                app.builder, node["refdoc"], page, anchor, [shown], name
            )
    return shown


def candidates(name: str, inside: str | None) -> list[str]:
    """The full names that a name may stand for, the likeliest first."""
    plain = name.partition("(")[0]
    return [
        HOMES.get(plain, plain),
        *(f"{package}.{inside}.{plain}" for package in PACKAGES if inside),
        *(f"{package}.{plain}" for package in PACKAGES),
    ]


def signature_of(
    app: Sphinx,
    kind: str,
    name: str,
    value: Any,
    options: object,
    arguments: str | None,
    returns: str | None,
) -> tuple[str, str | None] | None:
    """The signature as a caller would write it."""
    if arguments is None:
        return None
    if kind == "class" and name.rpartition(".")[2] not in MADE_BY_CALLERS:
        return "", None
    if kind == "function":
        arguments = written_out(value, arguments)
    arguments = re.sub(r"Unpack\[(\w+)\]", r"\1", arguments)
    return OBJECT.sub("...", MODULE.sub("", arguments)), returns


def written_out(function: Any, arguments: str) -> str:
    """The keywords that `**said` stands for, instead of it."""
    for said in inspect.signature(function).parameters.values():
        keywords = next(iter(get_args(said.annotation)), None)
        if getattr(keywords, "__name__", "") in WRITTEN_OUT:
            shown = [
                f"{name}: {stringify_annotation(hint, 'smart')} = ..."
                for name, hint in get_type_hints(keywords).items()
            ]
            return f"(*, {', '.join(shown)})"
    return arguments


def tidy(app: Sphinx, page: nodes.document) -> None:
    """Leave out what says nothing, and links that would lead somewhere by chance.

    The first is what an annotation is made of, and what namedtuple says of its fields;
    the second, `type` in a signature to whatever attribute is called so.
    """
    for link in page.findall(addnodes.pending_xref):
        link.attributes.pop("refspecific", None)
    for each in list(page.findall(nodes.paragraph)):
        if each.astext().startswith(("alias of ", "Alias for field number ")):
            each.parent.remove(each)


def inherit_overloads(app: Sphinx) -> None:
    """Let autodoc find the overloads of a method where the class only inherits it."""
    for home in HOMES:
        module, _, name = home.rpartition(".")
        value = getattr(import_module(module), name)
        if not inspect.isclass(value):
            continue
        for base in value.__mro__:
            if base.__module__.startswith("dynamorm_async"):
                analyzer = ModuleAnalyzer.for_module(base.__module__)
                analyzer.analyze()
                _hand_down(analyzer, base.__qualname__, name)


def write_out_overloads(app: Sphinx) -> None:
    """Show the keywords behind an `Unpack` in overloads too."""
    module = import_module("dynamorm_async.schema.fields")
    analyzer = ModuleAnalyzer.for_module(module.__name__)
    analyzer.analyze()
    for overloads in analyzer.overloads.values():
        overloads[:] = [_with_keywords(each, vars(module)) for each in overloads]


def _with_keywords(
    overload: inspect.Signature, names: dict[str, Any]
) -> inspect.Signature:
    *plain, last = overload.parameters.values()
    unpacked = re.fullmatch(r"Unpack\[(\w+)\]", str(last.annotation))
    if last.kind is not last.VAR_KEYWORD or unpacked is None:
        return overload
    hints, dots = get_type_hints(names[unpacked[1]]), DefaultValue("...")
    keywords = [
        inspect.Parameter(name, last.KEYWORD_ONLY, default=dots, annotation=hint)
        for name, hint in hints.items()
    ]
    return overload.replace(parameters=[*plain, *keywords])


def _hand_down(analyzer: ModuleAnalyzer, base: str, heir: str) -> None:
    for method, overloads in list(analyzer.overloads.items()):
        owner, _, name = method.rpartition(".")
        if owner == base:
            analyzer.overloads.setdefault(f"{heir}.{name}", overloads)


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    app.add_role("named", LiteralRole())
    app.connect("builder-inited", inherit_overloads)
    app.connect("builder-inited", write_out_overloads)
    app.connect("autodoc-process-signature", signature_of)
    app.connect("doctree-read", tidy)
    app.connect("missing-reference", entry_of)
    for plain in ("csv", "log"):
        app.add_lexer(plain, TextLexer)
    return {"parallel_read_safe": True}
