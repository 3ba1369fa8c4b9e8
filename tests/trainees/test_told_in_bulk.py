"""What is told by the ten thousand is written without a model of it: it must say, byte for byte, what the model would."""

from datetime import date
from uuid import UUID

import orjson
import pytest

from services.trainees.commands.enrolments import Beginning, applied_content
from services.trainees.commands.persons import registered_content
from shared.events.contract import Content
from shared.ids import new_id

_PLACE = (new_id(), new_id(), new_id(), 'AI "로봇"\n')


@pytest.mark.parametrize(
    "content",
    [
        registered_content(UUID(int=7)),
        applied_content(_PLACE, new_id(), Beginning(new_id(), date(2026, 3, 2))),
        applied_content(_PLACE, new_id(), Beginning(new_id(), date(999, 1, 1), date(2026, 3, 3), new_id(), "under_25", "f")),
    ],
)
def test_content_that_is_not_validated_is_what_its_event_would_say(content: Content) -> None:
    event = content.kind.model_validate(content.said)
    assert orjson.dumps(content.said) == event.model_dump_json().encode()
