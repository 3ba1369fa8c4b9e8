"""Floor of a write over HTTP: FastAPI and psycopg insert one row and one outbox row in one transaction, and no more.

`python -m tests.benchmarks.floors.two_rows DATABASE PORT`. No sign-in, no idempotency, no rules, no log.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import uvicorn
from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from shared.ids import new_id

SCHEMA = """
CREATE TABLE IF NOT EXISTS university (id uuid PRIMARY KEY, code text UNIQUE, name_ko text, name_en text, region text);
CREATE TABLE IF NOT EXISTS outbox (seq bigserial PRIMARY KEY, id uuid, payload text)
"""
_ROW = "INSERT INTO university VALUES (%s, %s, %s, %s, %s)"
_EVENT = "INSERT INTO outbox (id, payload) VALUES (%s, %s)"


class University(BaseModel):
    code: str
    name_ko: str
    name_en: str
    region: str


def create(database: str) -> FastAPI:
    """The application; it makes its tables when it starts."""
    pool: AsyncConnectionPool = AsyncConnectionPool(database, min_size=12, max_size=12, open=False)
    body: TypeAdapter[University] = TypeAdapter(University)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with psycopg.connect(database) as connection:
            connection.execute(SCHEMA)
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/universities", status_code=201)
    async def register(request: Request) -> Response:
        given = body.validate_json(await request.body())
        id_ = new_id()
        async with pool.connection() as connection:
            await connection.execute(_ROW, (id_, given.code, given.name_ko, given.name_en, given.region))
            await connection.execute(_EVENT, (new_id(), given.model_dump_json()))
        return Response(body.dump_json(given), status_code=201, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(create(sys.argv[1]), port=int(sys.argv[2]), log_config=None, access_log=False)
