"""An embedded log whose disk fails while it is used. Prints what became of each publish; told on stdin when to break what."""

import resource
import sys
from pathlib import Path

from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.port import Ack, LogUnavailable, Message, TopicSpec

TOPIC = "t"


def main(path: str, flag: str) -> None:
    log = EmbeddedLog(Path(path))
    log.create_topics([TopicSpec(TOPIC, 1)])
    producer = log.producer()
    for command in sys.stdin:
        match command.strip():
            case "full":
                size = Path(path + "-wal").stat().st_size
                resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
            case "room":
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            case "sync-fails":
                Path(flag).touch()
            case "sync-works":
                Path(flag).unlink()
            case value:
                try:
                    [outcome] = producer.publish([Message(TOPIC, b"k", value.encode() + b"x" * 5_000)])
                    print("ack" if isinstance(outcome, Ack) else "failed", flush=True)
                except LogUnavailable:
                    print("unavailable", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
