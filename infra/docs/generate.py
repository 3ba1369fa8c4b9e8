"""Writes the interfaces' documents anew from the code: `make docs`."""

from infra.docs.interfaces.documents import texts
from infra.docs.interfaces.stored import FOLDER, read_folder, write_folder


def main() -> None:
    """Write what the code says, remove what it no longer says, and tell what changed."""
    before, now = read_folder(FOLDER), texts()
    write_folder(FOLDER, now)
    for path in sorted(before.keys() | now.keys()):
        if before.get(path) != now.get(path):
            print("removed" if path not in now else "changed" if path in before else "added", f"infra/docs/{path}")


if __name__ == "__main__":
    main()
