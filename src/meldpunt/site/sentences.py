"""Sentences stand in a page when it is compiled: once for each language, instead of at every look at it."""

from typing import Any

from django.utils.translation import gettext, override
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

SAY = ("_", "gettext")  # how pages ask for a sentence
ELSEWHERE = "in_language"  # what stands in such a block is said in another language, known only later


class InOneLanguage(Environment):
    """Jinja2's, for pages in one language."""

    language: str

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        with override(self.language):
            _Sayer().visit(source)
            return super()._generate(source, *args, **options)


class _Sayer(NodeTransformer):
    """Puts sentences where they are asked for.  One with words to fill in waits for the words only.

    Sentences with a plural form wait as well.
    """

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        return node if _called(node.call) == ELSEWHERE else self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if _called(node) not in SAY or not isinstance(node.args[0], nodes.Const):
            return node
        said = gettext(node.args[0].value)
        if not node.kwargs:
            return _safe(said % {})
        words = [nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs]
        return nodes.Mod(_safe(said), nodes.Dict(words))


def _called(call: nodes.Call) -> str:
    return str(call.node.name) if isinstance(call.node, nodes.Name) else ""


def _safe(said: str) -> nodes.Expr:
    return nodes.Const(Markup(said))  # noqa: S704 - from the catalogue, which is part of the program
