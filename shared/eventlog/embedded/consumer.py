"""One consumer of the embedded log: its partitions, its positions, and a poll that sleeps until there is something."""

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.eventlog.embedded.groups import Group, Member
from shared.eventlog.errors import LogClosed, NotAssigned, OffsetOutOfRange
from shared.eventlog.port import Record, StartAt, TopicPartition

if TYPE_CHECKING:
    from shared.eventlog.embedded.log import EmbeddedLog

# How often a waiting consumer looks whether another one has been silent for too long.
_LOOK_ROUND = 1.0


class EmbeddedConsumer:
    """The port's Consumer. One thread polls; any thread may close it, which ends a poll that is waiting."""

    def __init__(self, log: "EmbeddedLog", *, group: str, topics: frozenset[str], start: StartAt) -> None:
        self._log = log
        self._group_name = group
        self._start = start
        self._member = Member(topics=topics, seen=time.monotonic())
        self._positions: dict[TopicPartition, int] = {}
        self._polling = threading.Lock()
        self._closed = False
        self._turn = 0
        with log.changed:
            self._group = log.groups.setdefault(group, Group())

    def poll(self, *, timeout: float = 1.0, max_records: int = 500) -> list[Record]:
        with self._polling:
            self._enter()
            try:
                return self._poll(time.monotonic() + timeout, max_records)
            finally:
                self._leave()

    def assignment(self) -> frozenset[TopicPartition]:
        with self._log.changed:
            return self._group.held(self._member)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        with self._log.changed:
            if partition not in self._positions or partition not in self._group.held(self._member):
                raise NotAssigned(partition)
            self._positions[partition] = self._within(partition, offset)

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        held = self.assignment()
        self._log.save_committed(self._group_name, {at: offset for at, offset in offsets.items() if at in held})

    def close(self) -> None:
        with self._log.changed:
            self._closed = True
            self._group.leave(self._member, self._log.partition_counts())
            self._log.changed.notify_all()

    def _enter(self) -> None:
        with self._log.changed:
            if self._stopped:
                raise LogClosed
            self._member.polling = True
            if self._member not in self._group.members:
                # The first poll, or the first one after having been put out for silence.
                self._positions.clear()
                self._group.join(self._member, self._log.partition_counts())
                self._log.changed.notify_all()

    def _leave(self) -> None:
        with self._log.changed:
            self._member.seen = time.monotonic()
            self._member.polling = False

    @property
    def _stopped(self) -> bool:
        return self._closed or self._log.closed

    def _poll(self, deadline: float, max_records: int) -> list[Record]:
        while True:
            self._settle()
            try:
                records = self._read(max_records)
            except LogClosed:
                return []
            with self._log.changed:
                if self._stopped:
                    return []
                if records:
                    return self._passed(records)
                left = deadline - time.monotonic()
                if left <= 0:
                    return []
                self._log.changed.wait_for(self._something_to_do, min(left, _LOOK_ROUND))

    def _something_to_do(self) -> bool:
        return self._stopped or any(self._group.due(self._member)) or bool(self._behind())

    def _behind(self) -> list[TopicPartition]:
        return [at for at, position in self._positions.items() if position < self._log.end_of(at)]

    def _settle(self) -> None:
        """Let go of what others are to have, take what is ours, and begin each taken one where `start` says."""
        with self._log.changed:
            self._put_out_the_silent()
            lost, gained = self._group.due(self._member)
            self._group.let_go(lost)
            self._group.take(self._member, gained)
            for partition in lost:
                self._positions.pop(partition, None)
            if lost:
                self._log.changed.notify_all()
        try:
            # `start` asks a database: not while holding the lock that every publish needs.
            self._positions.update({at: self._within(at, self._start(at)) for at in gained})
        except BaseException:
            with self._log.changed:
                self._group.let_go(gained)
            raise

    def _put_out_the_silent(self) -> None:
        for member in self._group.silent(time.monotonic() - self._log.max_poll_interval):
            self._group.leave(member, self._log.partition_counts())
            self._log.changed.notify_all()

    def _within(self, partition: TopicPartition, offset: int) -> int:
        end = self._log.end_of(partition)
        if not 0 <= offset <= end:
            raise OffsetOutOfRange(partition, offset, first=0, end=end)
        return offset

    def _read(self, max_records: int) -> list[Record]:
        """From every partition that has more, beginning with another one each time so that none starves."""
        with self._log.changed:
            behind = self._behind()
        if not behind:
            return []
        self._turn += 1
        first = self._turn % len(behind)
        records: list[Record] = []
        for partition in behind[first:] + behind[:first]:
            if len(records) == max_records:
                break
            records += self._log.fetch(partition, self._positions[partition], limit=max_records - len(records))
        return records

    def _passed(self, records: list[Record]) -> list[Record]:
        for record in records:
            self._positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
        return records
