"""The feed of jobs: what cannot be gone on from."""

from shared.errors import N_, Refused


class FeedBeganAnew(Refused):
    status = 410
    code = "feed_began_anew"
    title = N_("The feed began anew")
    detail = N_("This feed has not come to that number: it was restored to an earlier state. Begin again without `after`.")
