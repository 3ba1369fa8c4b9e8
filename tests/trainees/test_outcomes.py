"""What programs lead to: told by skill and level, and sent to whoever matches."""

from uuid import uuid4

import pytest

from services.trainees.commands.outcomes import set_outcomes
from shared.errors import Invalid, NotFound, Stale
from tests.trainees.callers import MANAGER as MANAGER_CLIENT
from tests.trainees.callers import Callers
from tests.trainees.story import MANAGER, Story, university_actor


def test_outcomes_are_replaced_whole_and_the_same_again_is_no_event(story: Story) -> None:
    program = story.program()
    for skills in ({"ROS2": 3, "로봇 제어": 4}, {"ros2": 3, "robot_control": 4}, {"ros2": 5}):
        story.do(set_outcomes, program.id, skills=skills, by=MANAGER)
    assert story.events(program.id) == ["program.created", "program.outcomes_set", "program.outcomes_set"]
    assert [content["skills"] for content in story.contents(program.id)[1:]] == [{"ros2": 3, "robot_control": 4}, {"ros2": 5}]


def test_a_skill_that_nobody_knows_or_that_comes_twice_is_refused(story: Story) -> None:
    with pytest.raises(Invalid) as refused:
        story.do(set_outcomes, story.program().id, skills={"아무도 모르는 것": 1, "ROS2": 2, "ROS 2": 3}, by=MANAGER)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/skills/0", "unknown_skill"),
        ("/skills/2", "repeated"),
    ]


def test_a_university_speaks_of_its_own_programs(story: Story) -> None:
    program = story.program()
    with pytest.raises(NotFound):
        story.do(set_outcomes, program.id, skills={"ros2": 1}, by=university_actor("elsewhere"))
    with pytest.raises(NotFound):
        story.do(set_outcomes, uuid4(), skills={"ros2": 1}, by=MANAGER)
    with pytest.raises(Stale):
        story.do(set_outcomes, program.id, skills={"ros2": 1}, by=MANAGER, expected_version=7)


def test_outcomes_over_http(callers: Callers, story: Story) -> None:
    path = f"/programs/{story.program().id}/outcomes"
    empty = callers.get(MANAGER_CLIENT, path)
    assert empty.json()["skills"] == {}
    told = callers.put(MANAGER_CLIENT, path, {"skills": {"ROS2": 3}}, if_match=empty.headers["ETag"])
    assert (told.status_code, told.json()["skills"], told.headers["ETag"]) == (200, {"ros2": 3}, '"2"')
    assert callers.put(MANAGER_CLIENT, path, {"skills": {"ROS2": 9}}, if_match="*").status_code == 422
    assert callers.put(MANAGER_CLIENT, path, {"skills": {}}).status_code == 428
