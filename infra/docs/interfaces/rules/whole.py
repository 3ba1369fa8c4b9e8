"""All rules on all documents."""

import json
from collections.abc import Mapping

from infra.docs.interfaces.rules.events import asyncapi_breaks, schema_breaks
from infra.docs.interfaces.rules.findings import Break
from infra.docs.interfaces.rules.http import http_breaks


def breaks(before: Mapping[str, str], after: Mapping[str, str]) -> list[Break]:
    """Every break between two states of the documents, each a text by its path below infra/docs."""
    found: set[Break] = set()
    for path, text in before.items():
        if path not in after:
            found.add(Break(path, "the document", "removed"))
            continue
        rule = http_breaks if path.startswith("openapi/") else schema_breaks if path.startswith("schemas/") else asyncapi_breaks
        found.update(rule(path, json.loads(text), json.loads(after[path])))
    return sorted(found)
