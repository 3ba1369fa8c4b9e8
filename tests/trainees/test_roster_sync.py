"""A roster brings enrolments in step."""

from tests.trainees.story import Story, roster


def test_a_first_roster_begins_enrolments(story: Story) -> None:
    cohort = story.cohort()
    done = story.sync(cohort, roster(("20240001", "김하늘", "1999-03-02", "010-1234-5678", ""), ("x", "y", "z", "1", "")))
    print(done)
    assert done.counts == {"created": 1, "changed": 0, "unchanged": 0, "rejected": 1}
    print(story.events())
    done = story.sync(
        cohort,
        roster(
            ("20240001", "김하늘", "1999-03-02", "010-1234-5678", "a@b.kr"),
        ),
    )
    assert done.rows[0].changes == ["email"]
