"""`make engines`: keep both engines up on a laptop until Ctrl-C."""

import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from infra.local import EngineFailed, EngineUnavailable, KafkaServer, PostgresServer, open_kafka, open_postgres


def main() -> int:
    """Start both, print what to export, wait, stop both."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    print("Starting PostgreSQL and Kafka ...", flush=True)
    try:
        postgres, kafka = _start()
    except (EngineUnavailable, EngineFailed) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        _announce(postgres, kafka, seconds=time.monotonic() - began)
        signal.pause()
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
    finally:
        kafka.close()
        postgres.close()
    print("Both are stopped and their data is removed.")
    return 0


def _start() -> tuple[PostgresServer, KafkaServer]:
    with ThreadPoolExecutor() as pool:
        kafka, postgres = pool.submit(open_kafka), pool.submit(open_postgres)
    return postgres.result(), kafka.result()


def _announce(postgres: PostgresServer, kafka: KafkaServer, *, seconds: float) -> None:
    print(f"Both are up after {seconds:.1f} s. In another terminal:\n")
    print(f"  export POSTGRES_URL={postgres.server_url}")
    print(f"  export KAFKA_BOOTSTRAP_SERVERS={kafka.bootstrap_servers}")
    print("  make run\n")
    print("Ctrl-C stops both and removes their data.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
