"""Publishes to an embedded log from several threads until it is killed, and prints what was acknowledged."""

import sys
from itertools import count
from pathlib import Path
from threading import Lock, Thread

from shared.eventlog.embedded import EmbeddedLog
from shared.eventlog.port import Ack, Message, TopicPartition, TopicSpec

TOPIC = "t"
PARTITIONS = 3


def main(path: str, run: str) -> None:
    log = EmbeddedLog(Path(path))
    log.create_topics([TopicSpec(TOPIC, PARTITIONS)])
    saying = Lock()

    def publish(writer: int) -> None:
        producer = log.producer()
        for n in count():
            batch = [Message(TOPIC, b"%d-%d" % (writer, n % 7), f"{run}-{writer}-{n}-{i}".encode()) for i in range(1 + n % 20)]
            lines = []
            for message, ack in zip(batch, producer.publish(batch), strict=True):
                assert isinstance(ack, Ack)
                assert message.value is not None
                lines.append(f"{ack.partition} {ack.offset} {message.value.decode()}\n")
            with saying:
                sys.stdout.write("".join(lines))
                sys.stdout.flush()

    def consume() -> None:
        consumer = log.consumer(group="g", topics=[TOPIC], start=lambda _: 0)
        while True:
            records = consumer.poll()
            consumer.commit({TopicPartition(r.topic, r.partition): r.offset + 1 for r in records})

    threads = [Thread(target=publish, args=(writer,), daemon=True) for writer in range(3)]
    for thread in [*threads, Thread(target=consume, daemon=True)]:
        thread.start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
