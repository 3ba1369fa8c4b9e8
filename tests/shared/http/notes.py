"""A very small service, to hold the HTTP kernel to its promises: notes on a board."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, field_validator
from pydantic import Field as Rule
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, Text, Uuid, insert, select, update
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from shared.auth.actor import Actor, Role
from shared.auth.policy import PUBLIC, SIGNED_IN, allow
from shared.db import Database, ReadSession, WriteSession
from shared.errors import N_, Conflict, IllegalMove, NotFound
from shared.http import (
    Body,
    FormFields,
    IfMatch,
    Listing,
    Page,
    Reply,
    Rows,
    ServiceRouter,
    Upload,
    check_version,
    idempotency_table,
    wrong,
)
from shared.ids import new_id


class Row(SQLModel, registry=registry()):
    """Rows of this service only."""


class Note(Row, table=True):
    """A note; its title is unique."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    title: str = Field(unique=True)
    due_on: date
    author: str
    version: int = 1


METADATA: MetaData = Row.metadata
idempotency_table(METADATA)
PIN = Table(
    "pin",
    METADATA,
    Column("id", Uuid, primary_key=True),
    # Checked when the transaction commits, not before.
    Column("note_id", Uuid, ForeignKey("note.id", deferrable=True, initially="DEFERRED"), nullable=False),
)
BLOB = Table("blob", METADATA, Column("id", Uuid, primary_key=True), Column("content", Text), Column("kind", String(10)))


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Point(Body):
    place: str
    weight: float | None = None


class NewNote(Body):
    title: str = Rule(min_length=1, max_length=40)
    due_on: date
    colour: Colour = Colour.RED
    remind_at: datetime | None = None
    parent_id: UUID | None = None
    amount: int | None = Rule(default=None, ge=0, le=1000)
    points: list[Point] = Rule(default=[], max_length=3)
    extra: dict[str, Any] | None = None

    @field_validator("title")
    @classmethod
    def _no_shouting(cls, title: str) -> str:
        if title.isupper():
            raise wrong("shouting", N_("At most {most} capital letters."), most=3)
        return title


class NoteChange(Body):
    title: str = Rule(max_length=40)


class NotePublic(BaseModel):
    id: UUID
    title: str
    due_on: date
    author: str


class NotLegal(Conflict):
    code = "not_legal"


router = ServiceRouter(prefix="/api/v1", tags=["notes"])
WRITER = allow(Role.PROGRAM_MANAGER, Role.UNIVERSITY)


def stored_notes(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(session.execute(select(Note.title)).scalars())  # type: ignore[call-overload]


@router.post("/notes", policy=WRITER, response_model=NotePublic, status_code=201)
def create_note(body: NewNote, session: WriteSession, actor: Actor, reply: Reply) -> Note:
    """Pin a note to the board."""
    note = Note(title=body.title, due_on=body.due_on, author=actor.subject)
    session.add(note)
    reply.located(f"/api/v1/notes/{note.id}")
    return note


@router.get("/notes", policy=SIGNED_IN, response_model=Listing[NotePublic])
def list_notes(session: ReadSession, page: Page, author: str | None = None) -> Rows[Note]:
    """The notes, by id or as sorted."""
    statement = select(Note) if author is None else select(Note).where(Note.author == author)  # type: ignore[arg-type]
    return page.fetch(session, statement, key=(Note.id,), sorts={"title": Note.title, "due_on": Note.due_on})


@router.get("/notes/{note_id}", policy=SIGNED_IN, response_model=NotePublic)
def read_note(note_id: UUID, session: ReadSession) -> Note:
    """One note."""
    note = session.get(Note, note_id)
    if note is None:
        raise NotFound("note")
    return note


@router.patch("/notes/{note_id}", policy=WRITER, response_model=NotePublic)
def rename_note(note_id: UUID, body: NoteChange, session: WriteSession, if_match: IfMatch) -> Note:
    """Give a note another title."""
    note = session.get(Note, note_id, with_for_update=True)
    if note is None:
        raise NotFound("note")
    check_version(note, if_match)
    note.title = body.title
    note.version += 1
    return note


@router.delete("/notes/{note_id}", policy=allow(Role.ADMIN))
def remove_note(note_id: UUID, session: WriteSession) -> None:
    """Take a note off the board."""
    note = session.get(Note, note_id)
    if note is None:
        raise NotFound("note")
    session.delete(note)


@router.post("/pins", policy=WRITER, status_code=201)
def pin_nothing(session: WriteSession) -> None:
    """Fails when the transaction commits, and only then."""
    session.execute(insert(PIN).values(id=new_id(), note_id=new_id()))


@router.post("/blobs", policy=WRITER, status_code=201)
def store_much(session: WriteSession) -> None:
    """Stores two megabytes."""
    session.execute(insert(BLOB).values(id=new_id(), content="x" * 2_000_000, kind="big"))


@router.post("/moves", policy=WRITER)
def move_illegally(session: WriteSession) -> None:
    """Refuses after having written."""
    session.execute(update(Note).values(title="changed"))
    raise IllegalMove("note", "done", "open", frozenset({"archived"}))


@router.get("/writes-while-reading", policy=SIGNED_IN)
def write_while_reading(session: ReadSession) -> None:
    """A query that tries to write."""
    session.add(Note(title="sneaked in", due_on=date(2026, 1, 1), author="nobody"))
    session.flush()


@router.get("/breaks", policy=PUBLIC)
def break_down(secret: str = "") -> None:
    """Fails with the caller's input in the message."""
    raise ValueError(f"cannot work with {secret}")


@router.post("/files", policy=WRITER, idempotent=False, response_model=dict[str, Any], max_body=5000,
             consumes=("text/csv", "multipart/form-data"))  # fmt: skip
def receive_file(upload: Upload) -> dict[str, Any]:
    """What a file was received as."""
    return {"size": len(upload.content), "type": upload.content_type, "filename": upload.filename}


@router.post("/forms", policy=SIGNED_IN, idempotent=False, response_model=dict[str, str])
def receive_form(form: FormFields) -> dict[str, str]:
    """What a form was received as."""
    return form


class Filters(BaseModel):
    colour: Colour | None = None
    after: date | None = None


@router.get("/search", policy=PUBLIC, response_model=dict[str, Any])
def search(filters: Annotated[Filters, Query()], visitor: Actor | None, limit: int = 3) -> dict[str, Any]:
    """Open to all; knows who asks if they say."""
    return {"who": visitor.subject if visitor else None, "limit": limit, **filters.model_dump(mode="json")}


@router.get("/ticks", policy=SIGNED_IN, produces="text/event-stream")
async def stream_ticks(actor: Actor, request: Request) -> Response:
    """Three events."""

    async def ticks() -> AsyncIterator[str]:
        for number in range(3):
            yield f"data: {actor.subject} {number}\n\n"

    return StreamingResponse(ticks(), media_type="text/event-stream")
