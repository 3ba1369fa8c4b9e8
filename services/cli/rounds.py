"""`hustar rounds`: runs a round here and now, asks what other settings would change, explains what came out."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from pydantic import ValidationError
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select
from sqlmodel import col

from services.cli.access import Installation, reading, writing
from services.cli.output import AsJson, err, fail, say, show
from services.matching.commands.round_runs import lease_of, run_round
from services.matching.commands.rounds import draft_round, move_round
from services.matching.domain.market.engine import ready_for, warm
from services.matching.domain.rounds import words
from services.matching.domain.rounds.comparing import COMPARED, compare
from services.matching.domain.rounds.life_cycle import RoundState
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.queries.rounds import RoundWhole, frozen_problem, round_whole, why_nobody
from services.matching.schemas.rounds import RoundChange, of_assignment, of_vacancy
from services.matching.tables import Round, RoundAssignment, RoundVacancy
from shared.auth.actor import Actor, Role
from shared.db import Database
from shared.errors import FieldError, Invalid, Refused
from shared.http.validation import body_errors
from shared.i18n import translate
from shared.i18n.language import Language

app = typer.Typer(no_args_is_help=True, help="Run rounds of matching, compare settings, explain outcomes.")
OPERATOR = Actor(subject="cli:operator", roles=frozenset({Role.ADMIN}))
RoundId = Annotated[UUID, typer.Argument(help="The round.")]
Settings = Annotated[str, typer.Option("--settings", help="Settings as JSON, as the HTTP API takes them.")]


@app.command("run")
def run(
    round_id: Annotated[UUID | None, typer.Argument(help="The round; none makes one of everybody there is.")] = None,
    seed: Annotated[int, typer.Option(help="What decides between equals, for a new round.")] = 1,
    settings: Settings = "{}",
    as_json: AsJson = False,
) -> None:
    """Freeze a round and run it here, with a bar. It waits for a person to publish it. Exit code 1 when its proof fails."""
    with _refusals(), writing() as installation:
        database = _database(installation)
        chosen = round_id or _drafted(database, seed, settings)
        _start(database, chosen)
        leased = lease_of(database, chosen)
        if leased is None:
            fail("Another worker runs this round. Follow it with `hustar rounds explain`.")
        with _bar("Matching") as progress:
            run_round(database, leased, progress=progress)
        whole = _whole(database, chosen)
    _tell(whole, as_json=as_json)


@app.command("what-if")
def what_if(round_id: RoundId, settings: Settings, as_json: AsJson = False) -> None:
    """Solve a round's frozen input with other settings and compare. Writes nothing."""
    with _refusals(), reading() as installation:
        database = _database(installation)
        with database.read() as session:
            row = round_whole(session, round_id, by=OPERATOR).row
            problem = frozen_problem(session, round_id)
        before = RoundSettings.from_json(row.settings)
        after = RoundSettings.from_json({**row.settings, **_said(settings)})
        with _bar("Comparing") as progress:
            if not ready_for(len(problem.candidates) * len(problem.openings)):
                warm()
            comparison = compare(problem, before, after, progress=progress)
    old, new = comparison.before.as_json(), comparison.after.as_json()
    if as_json:
        content = {"before": old, "after": new, "change": dict(comparison.change), "gaps": dict(comparison.gaps)}
        moves = {"gained": comparison.gained, "lost": comparison.lost, "moved": comparison.moved}
        say({**content, **moves, "stable": comparison.verification.holds}, text="", as_json=True)
        return
    rows = [{"": name, "before": old[name], "after": new[name], "change": comparison.change[name]} for name in COMPARED]
    gaps = [
        {"": f"gap by {name}", "before": gap["before"], "after": gap["after"], "change": None}
        for name, gap in comparison.gaps.items()
    ]
    show([*rows, *gaps], title=f"What if, round {round_id}", as_json=False)
    say({}, text=f"{comparison.gained} gain a place, {comparison.lost} lose theirs, {comparison.moved} move.", as_json=False)


@app.command("explain")
def explain(
    round_id: RoundId,
    person: Annotated[UUID | None, typer.Option(help="One trainee.")] = None,
    position: Annotated[UUID | None, typer.Option(help="One position.")] = None,
    korean: Annotated[bool, typer.Option("--ko", help="Reasons in Korean.")] = False,
    as_json: AsJson = False,
) -> None:
    """What came out of a round, and why; with --person or --position for one of them."""
    language: Language = "ko" if korean else "en"
    with _refusals(), reading() as installation:
        database = _database(installation)
        if person is None and position is None:
            _tell(_whole(database, round_id), reasons=_reasons(database, round_id, language), as_json=as_json)
            return
        found = _explained(database, round_id, person, position, language=language)
    rows = [{"rule": each["rule"], "kept out": each["count"], "because": each["explanation"]} for each in found["excluded"]]
    tried = [{"wish": each["rank"], "position": each["position_id"], "because": each["text"]} for each in found["tried"]]
    say(found, text=found["text"], as_json=as_json)
    if not as_json and rows:
        show(rows, title="Kept out by rule", as_json=False)
    if not as_json and tried:
        show(tried, title="Wishes that did not come true", as_json=False)


def _explained(
    database: Database, round_id: UUID, person: UUID | None, position: UUID | None, *, language: Language
) -> dict[str, Any]:
    """The explanation as the API gives it, and a sentence also where nothing went wrong."""
    with database.read() as session:
        row = round_whole(session, round_id, by=OPERATOR).row
        if person is not None:
            mine = session.get(RoundAssignment, (round_id, person))
            if mine is None:
                fail("That trainee took no part in the round.")
            ranking = why_nobody(session, row, person_id=person) if mine.position_id is None and not mine.listed else None
            found = of_assignment(mine, language, ranking).model_dump(mode="json")
            placed = translate(words.PLACED, language, {"rank": mine.rank or 0, "listed": mine.listed})
            return {**found, "text": found["text"] or f"{placed} {mine.position_id}"}
        ours = session.get(RoundVacancy, (round_id, position))
        if ours is None:
            fail("That position took no part in the round, or had no free seat.")
        ranking = why_nobody(session, row, position_id=position) if not ours.listed else None
        found = of_vacancy(ours, language, ranking).model_dump(mode="json")
        return {**found, "text": found["text"] or translate(words.FILLED, language, {"seats": ours.seats})}


def _reasons(database: Database, round_id: UUID, language: Language) -> list[dict[str, Any]]:
    with database.read() as session:
        return [
            {
                "side": side,
                "reason": reason or well,
                "count": count,
                "because": translate(words.IN_SHORT[reason or well], language),
            }
            for side, table, well in (("trainees", RoundAssignment, "placed"), ("positions", RoundVacancy, "filled"))
            for reason, count in session.execute(
                select(col(table.reason), func.count()).where(col(table.round_id) == round_id).group_by(col(table.reason))
            )
        ]


def _drafted(database: Database, seed: int, settings: str) -> UUID:
    said = {"seed": seed, **_said(settings)}
    row: Round = database.run(lambda session: draft_round(session, settings=said, parent_id=None, by=OPERATOR))
    return row.id


def _start(database: Database, round_id: UUID) -> None:
    state = _whole(database, round_id).row.state
    steps = {RoundState.DRAFT: (RoundState.FROZEN, RoundState.RUNNING), RoundState.FROZEN: (RoundState.RUNNING,)}
    for step in steps.get(state, () if state is RoundState.RUNNING else (RoundState.RUNNING,)):
        database.run(partial(move_round, round_id=round_id, to=step, by=OPERATOR, expected=None))


def _whole(database: Database, round_id: UUID) -> RoundWhole:
    with database.read() as session:
        return round_whole(session, round_id, by=OPERATOR)


def _tell(whole: RoundWhole, *, reasons: list[dict[str, Any]] | None = None, as_json: bool) -> None:
    row = whole.row
    proof = row.verification or {}
    if as_json:
        content: dict[str, Any] = {
            "id": row.id,
            "state": row.state.value,
            "figures": row.figures,
            "verification": row.verification,
        }
        content |= {"snapshot_hash": row.snapshot_hash, "progress": whole.progress}
        say(content if reasons is None else {**content, "reasons": reasons}, text="", as_json=True)
    elif row.figures is None:
        say({}, text=f"Round {row.id} is {row.state.value}, {whole.progress} %.", as_json=False)
    else:
        shown = {name: value for name, value in row.figures.items() if name != "fairness"}
        if not (shown.get("trainees") and shown.get("seats")):
            say({}, text=translate(words.EMPTY_SIDE, "en"), as_json=False)
        show([{"figure": name, "value": value} for name, value in shown.items()], title=f"Round {row.id}", as_json=False)
        word = "holds" if proof.get("holds") else "FAILS"
        say({}, text=f"The proof {word}: {proof.get('pairs_checked', 0):,} pairs checked.", as_json=False)
        if reasons:
            show(reasons, title="Reasons", as_json=False)
        if row.state is RoundState.PROPOSED:
            say({}, text="It is advice until a program manager publishes it.", as_json=False)
    if row.figures is not None and not proof.get("holds"):
        raise typer.Exit(1)


def _said(settings: str) -> dict[str, Any]:
    try:
        given = orjson.loads(settings)
        return RoundChange.model_validate(given, strict=False).said()
    except ValidationError as wrong:
        fail(_sentences(body_errors(wrong.errors(include_url=False, include_input=False))), code=2)
    except ValueError:
        fail("The settings are not JSON.", code=2)


def _database(installation: Installation) -> Database:
    return installation.service("matching").database


@contextmanager
def _refusals() -> Iterator[None]:
    """Ends the command with the sentence of a refusal."""
    try:
        yield
    except Invalid as refusal:
        fail(_sentences(refusal.errors), code=2)
    except Refused as refusal:
        fail(str(refusal))


def _sentences(errors: Iterable[FieldError]) -> str:
    return "\n".join(f"{error.pointer}: {error.message.format(**(error.params or {}))}" for error in errors)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, so that what is printed stays clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=100)
        yield lambda percent: bar.update(task, completed=percent)
