"""Asking a rule in FHIRPath about a part of a record, with the types of FHIR R4."""

from collections.abc import Callable
from functools import cache
from typing import Any

import fhirpathpy
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

Answer = list[Any]

_LIBRARY_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def _has_value(given: Answer) -> Answer:
    return [len(given) == 1 and given[0] is not None and not isinstance(given[0], dict)]


_OPTIONS = {
    "userInvocationTable": {
        "hasValue": {"fn": _has_value, "arity": {0: []}},
        "resolve": {"fn": lambda given: [], "arity": {0: []}},  # what is not in the record is not fetched
    },
    "traceFn": lambda label, value: None,  # by itself the library writes traces to the standard output
}


@cache
def _compiled(expression: str) -> Callable[[Any, dict[str, Any]], Answer]:
    return fhirpathpy.compile(expression, models["r4"], _OPTIONS)


def holds(expression: str, value: Any, path: str, resource: object, root: object) -> bool | None:
    """Whether a rule holds for a value; None where it cannot be told.

    `path` is the type of the value, or the path of its element in the definition. `resource` and `root` are what
    %resource and %rootResource stand for. No answer counts as no, as it does for the official validator.
    """
    node = ResourceNode(value, path)  # type: ignore[no-untyped-call]
    try:
        answer = _compiled(expression)(node, {"resource": resource, "rootResource": root})
    except Exception as fault:
        if type(fault) is Exception or isinstance(fault, _LIBRARY_FAULTS):  # the library raises Exception itself
            return None
        raise
    return bool(answer) and answer[0] is not False
