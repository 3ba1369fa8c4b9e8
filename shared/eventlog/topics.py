"""How topics are called."""


def topic_for(prefix: str, aggregate_type: str) -> str:
    """The topic of an aggregate: `hustar.trainees.enrolment.v1` for `trainees.enrolment`."""
    return f"{prefix}.{aggregate_type}.v1"
