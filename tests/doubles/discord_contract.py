"""Checks what we send to Discord against Discord's own OpenAPI description, where that file is at hand."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import simcord
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "discord-openapi.json"
"""Beside the repository; it is not ours to copy."""
MISSING = f"Discord's OpenAPI description is not at {CONTRACT}"
CHANNEL_CONTENT = 2000
"""The description allows 4,000 characters of content, which only some accounts may send."""


def is_there() -> bool:
    """Tell whether the description can be checked against."""
    return CONTRACT.exists()


def check_contract(env: simcord.Env) -> int:
    """Check every request body that the bot sent; give how many there were. Without the description, do nothing."""
    if not is_there():
        return 0
    bodies = [(entry.method, entry.path, entry.json) for entry in env.http_requests if entry.json is not None]
    problems = [problem for body in bodies for problem in problems_of(*body)]
    assert not problems, "\n".join(problems)
    return len(bodies)


def problems_of(method: str, path: str, body: Any) -> Iterator[str]:
    """Name what Discord would refuse in one request."""
    template = _template(method, path)
    if template is None:
        yield f"{method} {path}: no such request"
        return
    validator = _validator(method, template)
    error = best_match(validator.iter_errors(_tolerated(body))) if validator else None
    if error is not None:
        yield f"{method} {path}: {error.json_path}: {error.message[:300]}"
    if isinstance(body, Mapping) and len(str(body.get("content") or "")) > CHANNEL_CONTENT:
        yield f"{method} {path}: content is over {CHANNEL_CONTENT} characters"


def _tolerated(body: Any) -> Any:
    """Write ids as text: the library sends numbers in three places, which Discord takes although it doesn't say so."""
    if not isinstance(body, Mapping):
        return body
    mended = dict(body)
    if isinstance(mended.get("recipient_id"), int):
        mended["recipient_id"] = str(mended["recipient_id"])
    if isinstance(mentions := mended.get("allowed_mentions"), Mapping):
        mended["allowed_mentions"] = {**mentions, "users": [str(user) for user in mentions.get("users", ())]}
    if "attachments" in mended:
        mended["attachments"] = [{**one, "id": str(one["id"])} for one in mended["attachments"]]
    if "data" in mended:
        mended["data"] = _tolerated(mended["data"])
    return mended


@cache
def _contract() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return loaded


@cache
def _routes() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (method.upper(), template, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))))
        for template, methods in _contract()["paths"].items()
        for method in methods
    )


def _template(method: str, path: str) -> str | None:
    found = [template for known, template, shape in _routes() if known == method and shape.fullmatch(path)]
    return min(found, key=lambda template: template.count("{"), default=None)


@cache
def _validator(method: str, template: str) -> Any:
    body = _contract()["paths"][template][method.lower()].get("requestBody")
    if body is None:
        return None
    schema = body["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": _contract()["components"]})
