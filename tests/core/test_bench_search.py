"""The measure of searches counts as the textbooks do, and takes the documented files."""

import json
import math
from pathlib import Path

import pytest

from bench.search import measure, report, run


@pytest.mark.parametrize(
    ("found", "good", "figures"),
    [
        (["a", "b"], {"a": 1.0}, (1.0, 1.0, 1.0)),
        (["x", "a"], {"a": 1.0}, (1 / math.log2(3), 0.5, 1.0)),
        (["x"] * 10 + ["a"], {"a": 1.0, "b": 1.0}, (0.0, 0.0, 0.5)),
        ([], {"a": 1.0}, (0.0, 0.0, 0.0)),
        (["a"], {}, (0.0, 0.0, 0.0)),
    ],
)
def test_a_ranking_is_measured(found: list[str], good: dict[str, float], figures: tuple[float, float, float]) -> None:
    assert measure(found, good) == pytest.approx(figures)


async def test_files_are_read_and_queries_asked(tmp_path: Path) -> None:
    step = {"task": "Read", "url": "https://example.org/", "title": "The primer of perceptrons"}
    docs = [
        {"id": "d1", "goal": "Bake bread", "topics": ["food"], "language": "en", "level": "", "steps": []},
        {"id": "d2", "goal": "Know the sea", "topics": [], "language": "", "level": "beginner", "steps": [step]},
    ]
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, docs)), encoding="utf-8")
    asked = [{"id": "q1", "text": "bred", "kind": "typo"}, {"id": "q2", "text": "perceptrons", "kind": "resource"}]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query\tcourse\tscore\nq1\td1\t1\nq2\td2\t1\n", encoding="utf-8")
    found = await run(tmp_path / "docs.jsonl", tmp_path / "queries.jsonl", tmp_path / "qrels.tsv", "")
    assert [one.kind for one in found] == ["typo", "resource"]
    assert found[0].ndcg == 1.0
    assert "2 queries  nDCG@10" in report("all", found)
