"""What tests of the log on a real Kafka share: their marks, and a watch on the threads that it takes."""

import threading

import pytest

KAFKA_MARKS = [
    pytest.mark.engines("kafka"),
    pytest.mark.usefixtures("refused_sockets_go_here"),
    # kafka-python leaves a socket whose connection was refused to the garbage collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in. .socket.socket:pytest.PytestUnraisableExceptionWarning"),
]


def kafka_threads() -> int:
    return sum("kafka" in thread.name for thread in threading.enumerate())
