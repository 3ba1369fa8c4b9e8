"""What only Kafka can do to us: members that are put out of their group, or die in it."""

from kafka import KafkaAdminClient
from kafka.admin import MemberToRemove

from infra.local import LocalKafka
from shared.eventlog.kafka import KafkaLog
from shared.eventlog.port import TopicPartition
from tests.shared.eventlog.kafka_watching import KAFKA_MARKS
from tests.shared.eventlog.reading import acks, from_beginning, messages, take
from tests.waiting import until

pytestmark = KAFKA_MARKS
KAFKAS_OWN_SESSION = 45.0  # seconds; what a client has that is told nothing


def test_a_member_that_was_put_out_begins_again_where_start_says(on_kafka: KafkaLog, topic: str, admin: KafkaAdminClient) -> None:
    acks(on_kafka.producer().publish(messages(topic, 20)))
    asked: list[TopicPartition] = []  # at least twice: on a busy machine a member that comes back may have to join again

    def start(partition: TopicPartition) -> int:
        asked.append(partition)
        return 0 if len(asked) == 1 else 8

    consumer = on_kafka.consumer(group=topic, topics=[topic], start=start)
    take(consumer, 5, max_records=5)
    consumer.commit({TopicPartition(topic, 0): 2})
    [found] = admin.describe_groups([topic]).values()
    admin.remove_group_members(topic, [MemberToRemove(member["member_id"]) for member in found["members"]])
    seen: list[int] = []

    def all_was_read() -> bool:
        fetched = [record.offset for record in consumer.poll(timeout=0.5, max_records=2)]
        seen[:] = fetched if fetched[:1] == [8] else seen + fetched
        return len(asked) > 1 and seen[-1:] == [19]

    until(all_was_read, what="read from 8 on", pause=0.2)
    assert seen == list(range(8, 20))


def test_a_member_that_died_loses_its_partitions_after_the_session(broker: LocalKafka, topic: str) -> None:
    log = KafkaLog(broker.bootstrap_servers, session_timeout=2.0)
    dead = log.consumer(group=topic, topics=[topic], start=from_beginning)
    until(lambda: dead.poll(timeout=0.1) == [] and bool(dead.assignment()), what="assigned")
    dead._client._coordinator._heartbeat_enabled = False
    dead._client._client.close()
    heir = log.consumer(group=topic, topics=[topic], start=from_beginning)
    took = until(lambda: heir.poll(timeout=0.2) == [] and bool(heir.assignment()), what="inherited")
    assert took < KAFKAS_OWN_SESSION
    log.close()
