"""A change that breaks somebody fails the build: in a copy of the project, with its own history and the real command."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, project_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CONTRACTS = "shared/contracts/trainees/registry.py"
PERSONS = "shared/contracts/trainees/persons.py"
ANSWERS = "services/employers/schemas/positions.py"
GOALS = "    kind: str\n    field: str\n    goals: list[str]\n"


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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project as it is, committed. That its documents are what its code says is another test."""
    project = Project(tmp_path / "project")
    for path in project_files():
        if path.parts[0] in {"infra", "services", "shared", ".gitignore"}:
            (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, project.folder / path)
    project.run("git", "init", "-q", "-b", "main").check_returncode()
    project.commit("landed")
    return project


def test_what_is_removed_retyped_or_demanded_fails_the_build_and_what_is_optional_does_not(project: Project) -> None:
    field = "    name_en: str\n    region: str\n\n\nclass ProgramCreated"
    project.replace(CONTRACTS, field, field.replace("    region: str\n", ""))
    project.replace(CONTRACTS, GOALS, f"{GOALS}    remark: str\n    hint: str | None = None\n")
    project.replace(PERSONS, "    person_id: UUID\n\n\nclass IdentityEvent", "    person_id: str\n\n\nclass IdentityEvent")
    project.replace(ANSWERS, "    number: int\n", "    number: str\n")
    broken = project.python("infra.docs.compare")
    assert (broken.returncode, broken.stderr) == (1, "")
    positions = "openapi/employers.json: {method} /api/v1/positions/{{position_id}}/seats{rest} answer 200 application/json"
    seats, seat = positions.format(method="GET", rest=""), positions.format(method="PATCH", rest="/{number}")
    assert broken.stdout.splitlines() == [
        f"{seats} .items[].number: retyped: integer became string",
        f"{seat} .number: retyped: integer became string",
        "schemas/trainees.person.registered.v1.json: person_id: reformatted: uuid became no format",
        "schemas/trainees.program.created.v1.json: remark: new and required: older records lack it",
        "schemas/trainees.university.registered.v1.json: region: removed",
        "5 breaking changes since HEAD: add a new version beside the old one",
    ]
