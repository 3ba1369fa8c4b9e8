"""Rights as Kafka's access control lists. What is there already is left as it is; nothing is taken away."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType
from kafka.errors import KafkaError, SecurityDisabledError

from shared.errors import N_
from shared.eventlog.errors import LogBroken
from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.clients import ADMIN, connect, translated, within
from shared.eventlog.rights import Right, What

NO_AUTHORIZER: Final = N_("Kafka checks nobody's rights: it has no authorizer")
_ASK_SECONDS: Final = 12.0
_PATTERNS: Final = {
    What.OWN_TOPICS: (ResourceType.TOPIC, ACLResourcePatternType.PREFIXED),
    What.TOPIC: (ResourceType.TOPIC, ACLResourcePatternType.LITERAL),
    What.GROUP: (ResourceType.GROUP, ACLResourcePatternType.LITERAL),
}


def grant(brokers: Brokers, rights: Sequence[Right]) -> None:
    """Let users do this. Safe to repeat. Raises LogUnavailable, and LogBroken where the brokers check nobody."""
    lists = [each for right in rights for each in _lists(right)]
    admin: Any = connect(KafkaAdminClient, brokers, **ADMIN)
    try:
        refused = within(_ASK_SECONDS, lambda: admin.create_acls(lists))["failed"]
        if refused:
            raise refused[0]
    except SecurityDisabledError:
        raise LogBroken(NO_AUTHORIZER) from None
    except KafkaError as error:
        raise translated(error) from error
    finally:
        within(2.0, admin.close)


def _lists(right: Right) -> Iterator[ACL]:
    """To read or to write lets one describe as well."""
    kind, pattern = _PATTERNS[right.what]
    for operation in (ACLOperation.READ, ACLOperation.WRITE) if right.writes else (ACLOperation.READ,):
        yield ACL(f"User:{right.user}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(kind, right.name, pattern))
