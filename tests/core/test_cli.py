"""The command line, as a steward types it."""

import fcntl
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.__main__ import _moment, cli, main
from bot.errors import ConfigError
from tests.doubles.slack import slack_double
from tests.drivers.slack import slack_config

GOOD = (
    "goal: Know the sea\ncurator: Charlotte\ncheckpoints:\n- task: Swim first\n  resource-url: https://example.org/\n"
)
REAL = Path(__file__).parents[3] / "shared" / "data" / "offcourse-courses"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Take back what the program sets up for its own process."""
    root = logging.getLogger()
    handlers, level, ours = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**ours)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    written = tmp_path / "config.toml"
    written.write_text(f'[storage]\nurl = "sqlite:///{tmp_path}/bot.db"\n[links]\nenabled = false\n', encoding="utf-8")
    return written


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(words), catch_exceptions=False)
    return result.exit_code, result.output


def courses(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "bot.db") as database:
        rows = database.execute("SELECT goal FROM course ORDER BY id").fetchall()
    database.close()
    return [goal for (goal,) in rows]


def test_an_import_takes_the_good_and_names_the_bad(tmp_path: Path, config: Path) -> None:
    folder = tmp_path / "courses"
    (folder / "deep").mkdir(parents=True)
    (folder / "a folder.yaml").mkdir()
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "deep" / "other.yml").write_text("\ufeff" + GOOD.replace("sea", "stars"), encoding="utf-8")
    (folder / "bad.yaml").write_text(GOOD.replace("https://example.org/", "codepen"), encoding="utf-8")
    (folder / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "huge.yaml").write_text("a" * 3_000_000, encoding="utf-8")
    (folder / "lost.yaml").symlink_to(folder / "nowhere")
    (folder / "notes.txt").write_text("no course", encoding="utf-8")
    code, output = run("import", str(folder), "--config", str(config))
    assert code == 1
    assert "2 good, 3 bad" in output
    assert "step 1: “codepen” is no web address" in output
    assert "binary.yaml: this is not UTF-8 text" in output
    assert "huge.yaml: the file is too long" in output
    assert courses(tmp_path) == ["Know the stars", "Know the sea"]

    code, output = run("import", str(folder / "good.yaml"), "--config", str(config))
    assert (code, "here already: C2" in output) == (0, True)
    assert len(courses(tmp_path)) == 2


def test_a_curator_is_an_account_only_if_the_steward_says_so(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert run("import", str(file), "--owner", "Charlotte=slack:T1:U9", "--config", str(config))[0] == 0
    with sqlite3.connect(tmp_path / "bot.db") as database:
        owner = "SELECT user_id FROM account JOIN course ON course.owner = account.person"
        assert database.execute(owner).fetchall() == [("U9",)]
    database.close()
    with pytest.raises(ConfigError, match="--owner"):
        run("import", str(file), "--owner", "Charlotte", "--config", str(config))


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the community's real course files in ../shared/data")
def test_the_communitys_own_files_come_in_twice_and_add_nothing(tmp_path: Path, config: Path) -> None:
    for _ in range(2):
        code, output = run("import", str(REAL), "--config", str(config))
        assert code == 1
        assert "11 good, 1 bad" in output
        assert len(courses(tmp_path)) == 11


def catalogue(path: Path) -> Path:
    """Write a list of courses as other sites give them away: one is too long, one is broken."""
    steps = [{"task": f"Read part {n}", "url": f"https://example.org/{n}", "title": f"Part {n}"} for n in range(9)]
    rows = [
        {"id": "c1", "goal": "Git", "steps": steps[:1], "license": "MIT"},
        {"id": "c2", "goal": "Know the sea", "steps": steps},
    ]
    path.write_text("\n".join([*map(json.dumps, rows), "{"]) + "\n", encoding="utf-8")
    return path


def test_rows_say_what_became_of_them(tmp_path: Path, config: Path) -> None:
    file = catalogue(tmp_path / "list.jsonl")
    code, output = run("import", str(file), "--config", str(config))
    assert code == 1
    assert output.splitlines() == [
        f"ok  {file}:1: imported: C1 Learn Git (goal completed)",
        f"BAD {file}:2: steps: there are 9, at most 7 are possible (--split makes several courses)",
        f"BAD {file}:3: this is not JSON that I read at character 2",
        "1 good, 2 bad",
    ]
    code, output = run("import", str(file), "--split", "--shorten", "--config", str(config))
    assert f"ok  {file}:2: imported in 2 parts: C2 Know the sea (1 of 2) … C3 Know the sea (2 of 2)" in output
    assert f"ok  {file}:1: here already: C1 Learn Git" in output
    assert "2 good, 1 bad" in output
    assert courses(tmp_path) == ["Learn Git", "Know the sea (1 of 2)", "Know the sea (2 of 2)"]


def test_a_row_that_the_database_refuses_takes_no_other_with_it(tmp_path: Path, config: Path) -> None:
    assert run("migrate", "--config", str(config))[0] == 0
    with sqlite3.connect(tmp_path / "bot.db") as database:
        database.execute(
            "CREATE TRIGGER no_sea BEFORE INSERT ON course WHEN NEW.goal LIKE '%sea%' "
            "BEGIN SELECT RAISE(ABORT, 'no sea here'); END"
        )
    database.close()
    file = tmp_path / "courses.csv"
    file.write_text("goal,url\nBake bread,a.org\nKnow the sea,b.org\nMake music,c.org\n", encoding="utf-8")
    code, output = run("import", str(file), "--config", str(config))
    assert (code, courses(tmp_path)) == (1, ["Bake bread", "Make music"])
    assert f"BAD {file}:3: the database's rules refuse this: no sea here" in output
    assert "2 good, 1 bad" in output


def test_an_export_comes_back_from_the_command_line(tmp_path: Path, config: Path) -> None:
    run("import", str(catalogue(tmp_path / "list.jsonl")), "--split", "--config", str(config))
    out = tmp_path / "export"
    code, output = run("export", str(out), "--config", str(config))
    assert code == 0
    assert f"exported to {out}: 0 people, 9 resources, 3 courses" in output
    goals = [json.loads(line)["goal"] for line in (out / "courses.jsonl").read_text("utf-8").splitlines()]
    assert goals == ["Learn Git", "Know the sea (1 of 2)", "Know the sea (2 of 2)"]
    other = tmp_path / "other"
    other.mkdir()
    moved = other / "config.toml"
    moved.write_text(config.read_text("utf-8").replace(f"{tmp_path}/", f"{other}/"), encoding="utf-8")
    assert run("import", str(out), "--config", str(moved))[0] == 0
    assert courses(other) == goals
    with pytest.raises(ConfigError, match="Give the export a new name"):
        run("export", str(out), "--config", str(config))


def test_an_export_can_be_made_while_the_bot_runs(tmp_path: Path, config: Path) -> None:
    run("import", str(catalogue(tmp_path / "list.jsonl")), "--config", str(config))
    with (tmp_path / "bot.db.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, output = run("export", str(tmp_path / "export"), "--config", str(config))
    assert code == 0
    assert "1 courses" in output
    assert not list(tmp_path.glob(".*")), "the copy that was written out is gone again"


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["import", "/nowhere"], "There is nothing at /nowhere"),
        (["run"], "No platform is set up yet"),
        (["tick", "--now", "soon"], "is no moment"),
        (["tick", "--now", "0001-01-01"], "too far away"),
        (["invite", "discord"], "token"),
        (["backup", "copy.db"], "There is no database"),
    ],
)
def test_a_mistake_ends_in_one_line_with_the_cure(
    words: list[str], cure: str, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["offcourse-bot", *words, "--config", str(config)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert cure in said
    assert "Traceback" not in said


def test_a_missing_settings_file_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["offcourse-bot", "check", "--config", "nowhere.toml"])
    with pytest.raises(SystemExit):
        main()
    assert "There is no settings file nowhere.toml" in capsys.readouterr().err


def test_the_manifest_is_json_and_needs_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = run("manifest", "slack")
    assert code == 0
    assert [c["command"] for c in json.loads(output)["features"]["slash_commands"]] == [
        "/course",
        "/meetup",
        "/offcourse",
    ]


def test_migrate_backup_and_tick(tmp_path: Path, config: Path) -> None:
    assert run("migrate", "--config", str(config))[0] == 0
    assert run("tick", "--now", "2026-03-29T10:00:00+02:00", "--config", str(config))[0] == 0
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy), "--config", str(config))[0] == 0
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-03-29T10:00:00Z", "2026-03-29T10:00:00+00:00"),
        ("2026-03-29T10:00:00+02:00", "2026-03-29T08:00:00+00:00"),
        ("2026-03-29", "2026-03-29T00:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_its_zone(written: str, iso: str) -> None:
    moment = _moment(written)
    assert moment is not None
    assert moment.isoformat() == iso


def test_check_names_what_is_missing(config: Path) -> None:
    code, output = run("check", "--config", str(config))
    assert code == 1
    assert "BAD Settings: No platform is set up yet" in output
    assert "Stewards: none yet" in output
    assert "ok  Database: SQLite" in output
    assert "ok  Outbox: 0 waiting" in output


async def test_check_asks_slack(tmp_path: Path) -> None:
    from bot.app.doctor import findings
    from bot.config import Config

    async with slack_double() as double:
        settings = {
            "storage": {"url": f"sqlite:///{tmp_path}/bot.db"},
            "slack": slack_config(double, "socket"),
            "community": {"stewards": ["slack:T1:U1"]},
        }
        found = {one.what: one async for one in findings(Config.model_validate(settings))}
        assert found["Slack token"].ok
        assert found["Slack scopes"].ok, found["Slack scopes"].said
        assert found["Slack Socket Mode"].ok
        assert found["Slack channel for courses"].ok
        assert found["Stewards"].ok
        double.scopes.discard("channels:history")
        again = {one.what: one async for one in findings(Config.model_validate(settings))}
        assert "channels:history" in again["Slack scopes"].said
        assert not again["Slack scopes"].ok
        settings["slack"] = slack_config(double, "socket") | {"bot_token": "xoxb-wrong"}
        wrong = {one.what: one async for one in findings(Config.model_validate(settings))}
        assert "OAuth & Permissions" in wrong["Slack token"].said
