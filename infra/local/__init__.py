"""A real PostgreSQL and a real Apache Kafka on free ports, without Docker: for tests, benchmarks and laptops."""

from infra.local.errors import EngineFailed, EngineUnavailable
from infra.local.kafka import KafkaServer, LocalKafka, SecuredKafka, open_kafka
from infra.local.postgres import LocalPostgres, PostgresServer, open_postgres

__all__ = [
    "EngineFailed",
    "EngineUnavailable",
    "KafkaServer",
    "LocalKafka",
    "LocalPostgres",
    "PostgresServer",
    "SecuredKafka",
    "open_kafka",
    "open_postgres",
]
