"""Why two persons cannot be made one, or one be made two again, and why one cannot be erased."""

from enum import StrEnum

from shared.errors import N_, Conflict, Refused


class MergedAlready(Conflict):
    code = "merged_already"
    title = N_("Merged already")
    detail = N_("These ids count as one human already, or one of them was merged into another: name the survivor.")


class NotMerged(Conflict):
    code = "not_merged"
    title = N_("Not merged")
    detail = N_("This person was not merged into another.")


class IsADuplicate(Conflict):
    code = "is_a_duplicate"
    title = N_("Is a duplicate")
    detail = N_("It is the second enrolment of one human in this cohort: it can only end. Move the other one.")


class PairDecided(Conflict):
    code = "pair_decided"
    title = N_("Decided already")
    detail = N_("It was decided already whether these two are one human.")


class StillTaking(Conflict):
    code = "still_taking_part"
    title = N_("Still taking part")
    detail = N_("An enrolment of this person has not ended: personal data is destroyed after the end.")


class Erased(Refused):
    status = 410
    code = "person_erased"
    title = N_("Erased")
    detail = N_("What was known of this person has been destroyed.")


class ErasedBefore(Conflict):
    code = "erased_before"
    title = N_("Erased before")
    detail = N_(
        "What was known of this person was destroyed, on request or when its time had come. It is not taken in again."
        " Whoever applies anew says so with `again`."
    )


class Ground(StrEnum):
    """Why personal data is destroyed."""

    REQUEST = "request"
    RETENTION = "retention"


class Decision(StrEnum):
    """What a person decides about two who may be one human."""

    MERGE = "merge"
    NOT_A_DUPLICATE = "not_a_duplicate"
