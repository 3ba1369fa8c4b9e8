"""Floor of taking events in: kafka-python polls them, and the rows that they become, ready already, are copied in binary.

No decoding, no checks, no offsets, no inbox: only what must come in and what must go out.
"""

from collections.abc import Sequence
from itertools import islice
from time import perf_counter
from typing import Any, Final

import psycopg
from kafka import KafkaConsumer, TopicPartition
from psycopg import sql

from shared.eventlog.kafka.clients import CONSUMER
from shared.events.envelope import Envelope
from tests.benchmarks.events import STEPS

AT_ONCE: Final = 5000
# The columns of reporting's facts that an enrolment's event fills, with their types.
COLUMNS: Final = {
    "generation": "int4", "aggregate": "varchar", "aggregate_id": "uuid", "version": "int4", "step": "int4", "event_id": "uuid",
    "kind": "varchar", "stage": "varchar", "effective_on": "date", "recorded_at": "timestamptz", "person_id": "uuid",
    "enrolment_id": "uuid", "cohort_id": "uuid", "program_id": "uuid", "university_id": "uuid", "field": "varchar",
}  # fmt: skip

Row = tuple[Any, ...]


def consumer(servers: str, *, topic: str, partitions: int) -> Any:
    """A client at the end of the topic, in no group, with the settings of our adapter."""
    client = KafkaConsumer(bootstrap_servers=servers, **CONSUMER)
    client.assign([TopicPartition(topic, number) for number in range(partitions)])
    client.seek_to_end()
    for number in range(partitions):
        client.position(TopicPartition(topic, number))
    return client


def facts(envelopes: Sequence[Envelope]) -> list[Row]:
    """The rows that reporting makes of these events."""
    rows: list[Row] = []
    for envelope in envelopes:
        event = STEPS[envelope.aggregateversion - 1].model_validate_json(envelope.data)
        place = (event.enrolment_id, event.cohort_id, event.program_id, event.university_id, event.field)
        said = (event.name, "stage", event.effective_on, envelope.time, event.person_id)
        rows.append((1, "enrolment", event.enrolment_id, envelope.aggregateversion, 0, envelope.id, *said, *place))
    return rows


def take(client: Any, connection: psycopg.Connection, rows: Sequence[Row], *, table: str) -> float:
    """Seconds until as many records as there are rows were polled and the rows stored, a transaction per poll."""
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), names)
    begun, waiting, polled = perf_counter(), iter(rows), 0
    while polled < len(rows):
        found = sum(map(len, client.poll(timeout_ms=1000, max_records=AT_ONCE).values()))
        polled += found
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(list(COLUMNS.values()))
            for row in islice(waiting, found):
                copy.write_row(row)
        connection.commit()
    return perf_counter() - begun
