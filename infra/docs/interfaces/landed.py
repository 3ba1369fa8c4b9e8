"""Which commit others rely on already: what is compared with when nobody names a base."""

from collections.abc import Iterator
from pathlib import Path

from infra.docs.interfaces.stored import ROOT, git, read_commit


def landed(root: Path = ROOT) -> str | None:
    """The last release; before the first one, where this branch left the main one; on that, the commit before this one.

    Only commits that have the documents count; the last resort is HEAD. None without any.
    """
    return next((commit for commit in _candidates(root) if read_commit(commit, root=root)), None)


def _candidates(root: Path) -> Iterator[str]:
    head = git("rev-parse", "--verify", "--quiet", "HEAD", root=root)
    if not head:
        return
    release = git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD", root=root)
    if release:
        yield release
    for main in ("origin/HEAD", "origin/main", "main"):
        left = git("merge-base", main, "HEAD", root=root)
        if left and left != head:
            yield left
    if git("rev-parse", "--verify", "--quiet", "HEAD~1", root=root):
        yield "HEAD~1"
    yield "HEAD"
