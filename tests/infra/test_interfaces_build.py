"""A change that breaks somebody fails the build: in a copy of the project, with its own history and the real commands."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, project_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CONTRACTS = "shared/contracts/trainees/registry.py"
PERSONS = "shared/contracts/trainees/persons.py"
ANSWERS = "services/employers/schemas/positions.py"
GOALS = "    kind: str\n    field: str\n    goals: list[str]\n"
NEW_OPTIONAL = f"{GOALS}    remark: str | None = None\n"


@dataclass(frozen=True)
class Project:
    """A copy of the project in a folder of its own."""

    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def python(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", module, *arguments)

    def commit(self, message: str) -> None:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        for command in (("add", "-A"), ("commit", "-q", "-m", message)):
            self.run("git", *identity, *command).check_returncode()

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} is expected to hold {old!r} once"
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project as it is, committed. That its documents are what its code says is another test."""
    project = Project(tmp_path_factory.mktemp("project"))
    for path in project_files():
        if path.parts[0] in {"infra", "services", "shared", ".gitignore"}:
            (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, project.folder / path)
    project.run("git", "init", "-q", "-b", "main").check_returncode()
    project.commit("landed")
    yield project.folder
    shutil.rmtree(project.folder)


@pytest.fixture
def project(landed: Path, tmp_path: Path) -> Project:
    shutil.copytree(landed, tmp_path / "project")
    return Project(tmp_path / "project")


def test_fields_removed_and_retyped_and_new_demands_fail_the_build(project: Project) -> None:
    field = "    name_en: str\n    region: str\n\n\nclass ProgramCreated"
    project.replace(CONTRACTS, field, field.replace("    region: str\n", ""))
    project.replace(CONTRACTS, GOALS, NEW_OPTIONAL.replace(" | None = None", ""))
    project.replace(PERSONS, "    person_id: UUID\n\n\nclass IdentityEvent", "    person_id: str\n\n\nclass IdentityEvent")
    project.replace(ANSWERS, "    number: int\n", "    number: str\n")
    broken = project.python("infra.docs.compare")
    assert (broken.returncode, broken.stderr) == (1, "")
    positions = "openapi/employers.json: {method} /api/v1/positions/{{position_id}}/seats{rest} answer 200 application/json"
    seats, seat = positions.format(method="GET", rest=""), positions.format(method="PATCH", rest="/{number}")
    assert broken.stdout.splitlines()[:-1] == [
        f"{seats} .items[].number: retyped: integer became string",
        f"{seat} .number: retyped: integer became string",
        "schemas/trainees.person.registered.v1.json: person_id: reformatted: uuid became no format",
        "schemas/trainees.program.created.v1.json: remark: new and required: older records lack it",
        "schemas/trainees.university.registered.v1.json: region: removed",
    ]


def test_an_optional_field_more_breaks_nothing_but_must_be_written_down(project: Project) -> None:
    project.replace(CONTRACTS, GOALS, NEW_OPTIONAL)
    forgotten = project.python("infra.docs.compare", "--check")
    assert (forgotten.returncode, forgotten.stderr) == (1, "")
    assert "run `make docs`" in forgotten.stdout
    fine = project.python("infra.docs.compare")
    assert (fine.returncode, fine.stderr) == (0, "")
    assert fine.stdout.startswith("nothing breaks since HEAD")
