"""Another process on the same log: `publish` or `consume`, says `ready` and goes on until its input ends."""

import sys
from pathlib import Path
from threading import Thread

from shared.eventlog import open_log
from shared.eventlog.port import Message
from shared.settings import load_settings


def main(what: str, servers: str, data: str, topic: str, group: str) -> None:
    log = open_log(load_settings(data=Path(data), kafka_bootstrap_servers=None if servers == "-" else servers))
    if what == "publish":
        log.producer().publish([Message(topic, b"k", b"from another process")])
        print("ready", flush=True)
        sys.stdin.read()
        log.close()
        return
    consumer = log.consumer(group=group, topics=[topic], start=lambda _: 0)
    stop: list[bool] = []

    def poll() -> None:
        while not stop:
            consumer.poll(timeout=0.2)

    thread = Thread(target=poll)
    thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stop.append(True)
    thread.join()
    log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
