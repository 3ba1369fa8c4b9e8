"""The documents that are committed say what the code says, and nothing in it breaks those who rely on what has landed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.docs import compare
from infra.docs.interfaces.documents import rendered
from infra.docs.interfaces.landed import landed
from infra.docs.interfaces.stored import FOLDER, NoSuchBase, read_commit, read_folder, write_folder
from tests.infra import interfaces

pytestmark = pytest.mark.slow

Git = Callable[..., str]


def texts() -> dict[str, str]:
    return {path: rendered(document) for path, document in interfaces.made().items()}


def test_the_committed_documents_are_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.check(read_folder(FOLDER), texts()) == 0, capsys.readouterr().out


def test_no_change_since_what_has_landed_breaks_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    base = landed()
    if base is None:
        pytest.skip("no commit has the documents: the comparison needs the project's git history")
    assert compare.compare(base, texts(), but=compare.accepted()) == 0, capsys.readouterr().out


def test_only_what_is_written_down_below_a_reason_may_break(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = '{"properties": {"kept": {"type": "string"}, "gone": {"type": "string"}, "lost": {"type": "string"}}}'
    write_folder(tmp_path, {"schemas/a.b.c.v1.json": schema})
    now = {"schemas/a.b.c.v1.json": '{"properties": {"kept": {"type": "string"}}}'}
    assert compare.compare(str(tmp_path), now) == 1
    broken = capsys.readouterr().out.splitlines()[:-1]
    assert len(broken) == 2
    file = tmp_path / "accepted.txt"
    file.write_text(f"# Nobody reads it.\n{broken[0]}\n")
    assert compare.compare(str(tmp_path), now, but=compare.accepted(file)) == 1
    told = capsys.readouterr().out.splitlines()
    assert broken[0] not in told
    assert broken[1] in told
    file.write_text("# Nobody reads them.\n" + "\n".join(broken))
    assert compare.compare(str(tmp_path), now, but=compare.accepted(file)) == 0


def test_a_document_that_is_not_what_the_code_says_is_shown_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.check({"asyncapi.json": "{}\n", "schemas/gone.json": "{}\n"}, {"asyncapi.json": "{1}\n"}) == 1
    told = capsys.readouterr().out.splitlines()
    assert {"-{}", "+{1}"} <= set(told)
    assert told[-1] == "2 of the interfaces' documents are not what the code says: run `make docs`"


def test_a_long_difference_is_shown_in_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.check({"asyncapi.json": ""}, {"asyncapi.json": "line\n" * 1000}) == 1
    assert "..." in (told := capsys.readouterr().out.splitlines())
    assert len(told) < 50


def test_writing_removes_what_the_code_no_longer_says(tmp_path: Path) -> None:
    write_folder(tmp_path, {"schemas/old.json": "{}", "asyncapi.json": "{}"})
    (tmp_path / "README.md").write_text("by hand")
    write_folder(tmp_path, {"schemas/새것.json": "{}", "asyncapi.json": "[]"})
    assert read_folder(tmp_path) == {"schemas/새것.json": "{}", "asyncapi.json": "[]"}
    assert (tmp_path / "README.md").exists()


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A project of one document, for which `git(...)` runs and `git("release", text)` commits."""

    def run(*arguments: str) -> str:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    return run


def commit(git: Git, folder: Path, *, says: str, at: str = "infra/docs") -> str:
    write_folder(folder / at, {"asyncapi.json": says})
    git("add", "-A")
    git("commit", "-q", "-m", says)
    return git("rev-parse", "HEAD")


def meant(git: Git, folder: Path) -> str:
    found = landed(folder)
    assert found is not None
    return git("rev-parse", f"{found}^{{commit}}")


def test_without_any_history_there_is_nothing_to_compare_with(tmp_path: Path, git: Git) -> None:
    assert landed(tmp_path) is None
    commit(git, tmp_path, says="elsewhere", at="docs")
    assert landed(tmp_path) is None


def test_the_first_commit_is_compared_with_itself(tmp_path: Path, git: Git) -> None:
    commit(git, tmp_path, says="elsewhere", at="docs")
    first = commit(git, tmp_path, says="1")
    assert meant(git, tmp_path) == first


def test_on_the_main_branch_the_commit_before_has_landed(tmp_path: Path, git: Git) -> None:
    first = commit(git, tmp_path, says="1")
    commit(git, tmp_path, says="2")
    assert meant(git, tmp_path) == first


def test_on_a_branch_what_it_left_has_landed(tmp_path: Path, git: Git) -> None:
    commit(git, tmp_path, says="1")
    second = commit(git, tmp_path, says="2")
    git("switch", "-q", "-c", "change")
    commit(git, tmp_path, says="3")
    commit(git, tmp_path, says="4")
    assert meant(git, tmp_path) == second


def test_once_there_is_a_release_it_is_what_counts(tmp_path: Path, git: Git) -> None:
    first = commit(git, tmp_path, says="1")
    git("tag", "v0.1.0")
    for number in "234":
        commit(git, tmp_path, says=number)
    git("tag", "not-a-release")
    assert meant(git, tmp_path) == first


def test_a_commits_documents_are_read_as_they_were(tmp_path: Path, git: Git) -> None:
    first = commit(git, tmp_path, says="보기")
    commit(git, tmp_path, says="2")
    assert read_commit(first, root=tmp_path) == {"asyncapi.json": "보기"}
    with pytest.raises(NoSuchBase):
        read_commit("nowhere", root=tmp_path)


def test_a_base_that_is_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.compare("no-such-commit", {}) == 2
    assert "neither a commit nor a folder" in capsys.readouterr().out
