"""Names leave for a purpose of the list only; the log has the purpose."""

import pytest

from services.trainees.domain.purposes import PURPOSES, read_purposes, stated
from shared.errors import Invalid
from tests.trainees.callers import Callers
from tests.trainees.roster_story import people
from tests.trainees.story import roster

KNU, AUDITOR = "university-knu", "auditor"


def test_a_purpose_is_of_the_list_and_says_which_where_it_must() -> None:
    assert stated("allowance_payment", None) == "allowance_payment"
    assert stated("audit", " 감사원 2026-17호 ") == "audit: 감사원 2026-17호"
    for given, code in (((None, None), "purpose_required"), (("상담", None), "not_a_choice"), (("audit", " "), "required")):
        with pytest.raises(Invalid) as refused:
            stated(*given)
        assert [each.code for each in refused.value.errors] == [code]
    assert max(len(code) for code in PURPOSES) + 2 + 150 <= 200, "it fits into the log"
    with pytest.raises(ValueError, match="twice"):
        read_purposes("purposes: [{code: a, ko: 가, en: a, note: perhaps, basis: {ko: 가, en: a}}]")


def test_the_log_says_what_names_were_taken_out_for(callers: Callers) -> None:
    university = callers.university()
    cohort = callers.cohort(callers.program(university))
    callers.send(KNU, university, cohort, roster(*people(2)))
    listed = callers.get(KNU, "/persons/purposes").json()["items"]
    assert {each["code"] for each in listed if each["note_required"]} == {"audit", "legal_obligation", "subject_request"}
    assert all(each["name"]["ko"] and each["basis"]["en"] for each in listed)
    path = f"{university}/oneroster.zip"
    refused = callers.get(KNU, path, purpose="구경", headers={"Accept-Language": "ko"})
    assert refused.status_code == 422
    assert "정해진 목적으로만" in refused.json()["errors"][0]["message"]
    assert callers.get(KNU, path, purpose="audit").json()["errors"][0]["pointer"] == "purpose_note"
    assert callers.get(KNU, path).status_code == 422
    assert callers.get(AUDITOR, "/access-log", actor=KNU).json()["items"] == [], "who got nothing saw nobody"
    assert callers.get(KNU, path, purpose="audit", purpose_note="2026-17").status_code == 200
    log = callers.get(AUDITOR, "/access-log", actor=KNU).json()["items"]
    assert {(each["action"], each["purpose"]) for each in log} == {("roster.export", "audit: 2026-17")}
