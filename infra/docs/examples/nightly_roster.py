"""A university's nightly script: sends the roster, looks at the preview, has it carried out, and checks the result.

HUSTAR_URL=https://... HUSTAR_CLIENT_ID=university-knu HUSTAR_CLIENT_SECRET=... python nightly_roster.py roster.csv COHORT_ID
"""

import hashlib
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx


def call(http: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    """Ask until there is an answer: repeated under the same Idempotency-Key, nothing happens twice."""
    for wait in (1, 5, 30, 120, 0):
        try:
            answer = http.request(method, path, **request)
            if answer.status_code not in {429, 502, 503, 504} or not wait:
                return answer.raise_for_status()
        except httpx.TransportError:
            if not wait:
                raise
        time.sleep(wait)
    raise AssertionError("unreachable")


def settled(http: httpx.Client, sync: str) -> httpx.Response:
    """The sync as soon as nothing is being done with it."""
    while (answer := call(http, "GET", sync)).json()["state"] in {"received", "validating", "applying"}:
        time.sleep(1)
    return answer


def main(file: str, *cohorts: str) -> int:
    """0: done. 1: not done. 3: done, but rows were rejected or removals are held."""
    client, content = (os.environ["HUSTAR_CLIENT_ID"], os.environ["HUSTAR_CLIENT_SECRET"]), Path(file).read_bytes()
    night = hashlib.sha256(content + time.strftime("%Y-%m-%d").encode()).hexdigest()[:32]  # the same file, the same night
    with httpx.Client(base_url=os.environ["HUSTAR_URL"], timeout=60, headers={"Accept-Language": "ko"}) as http:
        token = call(http, "POST", "/oauth/token", auth=client, data={"grant_type": "client_credentials"}).json()
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        [university] = call(http, "GET", "/api/v1/universities").json()["items"]
        path, asked = f"/api/v1/universities/{university['id']}/roster-syncs", {"mode": "full", "cohort_id": cohorts}
        headers = {"Idempotency-Key": f'"{night}"', "Content-Type": "text/csv"}
        sync = call(http, "POST", path, params=asked, content=content, headers=headers).headers["Location"]
        if (answer := settled(http, sync)).json()["state"] == "previewed":
            headers = {"Idempotency-Key": f'"{night}-commit"', "If-Match": answer.headers["ETag"]}
            call(http, "POST", f"{sync}/commit", headers=headers)
        result = settled(http, sync).json()
        print(result["state"], result["counts"], *[problem["message"] for problem in result["problems"]])
        Path("roster-errors.csv").write_bytes(call(http, "GET", f"{sync}/errors.csv").content)
    if not result["state"].startswith("applied"):
        return 1
    return 3 if result["counts"]["rejected"] or result["counts"]["held"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
