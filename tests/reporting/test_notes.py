"""Notes on days, written on a page: who may, what is taken, and what is said beside the field when it is not."""

import re

import pytest

from services.reporting.pages.forms import own_address
from tests.reporting.serving import Site
from tests.reporting.signing_in import csrf_of, signed_in

pytestmark = pytest.mark.unhurried
JOBS = "/indicators/jobs_created"


def test_a_manager_writes_a_note_on_a_day_and_takes_it_away(strict_site: Site) -> None:
    with signed_in(strict_site, "program-manager") as manager, signed_in(strict_site, "auditor") as auditor:
        assert "Note what happened on a day" in manager.get(JOBS).text
        form = {"csrf": csrf_of(manager, JOBS), "lang": "en", "indicator": "jobs_created", "where": "here"}
        empty = manager.post("/notes", data={**form, "on": "tomorrow", "text_ko": "", "text_en": "A fair"})
        assert empty.status_code == 422
        assert re.search(r'name="on"[^>]*aria-invalid="true" aria-describedby="on-wrong"', empty.text)
        assert '<span class="bad" id="on-wrong">Must be a date such as 2026-03-01.</span>' in empty.text
        assert '<span class="bad" id="text_ko-wrong">Write 1 to 200 characters.</span>' in empty.text
        assert 'value="A fair"' in empty.text
        korean = manager.post("/notes", data={**form, "lang": "ko", "on": "", "text_ko": "x" * 201, "text_en": "A fair"})
        assert "1자에서 200자까지 써 주십시오." in korean.text
        note = {**form, "on": "2026-03-02", "text_ko": "채용 박람회", "text_en": "A <b>fair</b>", "back": f"{JOBS}?lang=en#notes"}
        taken = manager.post("/notes", data=note)
        assert (taken.status_code, taken.headers["location"]) == (303, f"{JOBS}?lang=en#notes")
        assert "March 2, 2026: A &lt;b&gt;fair&lt;/b&gt;" in auditor.get(f"{JOBS}?lang=en").text
        assert "채용 박람회" not in auditor.get("/indicators/talents_trained?lang=ko").text
        manager.post("/notes", data={**note, "where": "everywhere", "text_ko": "모두에게", "back": "//elsewhere.example/"})
        assert "모두에게" in auditor.get("/indicators/talents_trained?lang=ko").text
        listed = auditor.get("/notes?lang=ko").text
        assert ("채용 박람회" in listed, "모두에게" in listed, "/removal" in listed) == (True, True, False)
        (removal, *_) = re.findall(r'action="(/notes/[^"]+/removal)"', manager.get("/notes?indicator=jobs_created").text)
        assert manager.post(removal, data=form).headers["location"] == "/notes?lang=en&indicator=jobs_created"
        assert len(re.findall("/removal", manager.get("/notes").text)) == 1


def test_others_and_forms_of_others_write_nothing(strict_site: Site) -> None:
    note = {"on": "2026-03-02", "text_ko": "메모", "text_en": "A note", "where": "everywhere"}
    with signed_in(strict_site, "program-manager") as manager, signed_in(strict_site, "executive") as executive:
        assert "Note what happened on a day" not in executive.get(JOBS).text
        answer = executive.post("/notes", data={**note, "csrf": csrf_of(executive, "/")})
        assert (answer.status_code, "Not allowed" in answer.text) == (403, True)
        answer = manager.post("/notes", data={**note, "csrf": "0" * 64})
        assert (answer.status_code, "The form is out of date" in answer.text) == (403, True)
        assert "There is none of this name." in manager.get("/notes?indicator=happiness").text
        assert "Nothing is noted of any day yet." in executive.get("/notes").text
    with signed_in(strict_site, "university-knu") as university:
        assert university.get("/notes").status_code == 403


def test_what_is_wrong_with_a_page_that_is_kept_or_passed_on_is_said_at_the_field_and_the_rest_stays(strict_site: Site) -> None:
    with signed_in(strict_site, "program-manager") as manager:
        form = {"csrf": csrf_of(manager, "/account?address=/cohorts"), "lang": "en", "address": "/cohorts"}
        nameless = manager.post("/account/views", data={**form, "name": " ", "role-executive": "1"})
        assert nameless.status_code == 422
        assert '<span class="bad" id="view-name-wrong">Give it a name of up to 120 characters.</span>' in nameless.text
        assert re.search(r'name="role-executive" value="1" checked', nameless.text)
        assert 'id="link-name-wrong"' not in nameless.text
        both = manager.post("/account/links", data={**form, "lang": "ko", "name": "x" * 121, "days": "0"})
        assert both.status_code == 422
        assert re.search(r'value="x{121}" maxlength="120" aria-invalid="true" aria-describedby="link-name-wrong"', both.text)
        assert "366" in both.text.split('id="link-days-wrong">')[1].split("</span>")[0]
        behind = {**form, "address": "/indicators/jobs_created/facts", "name": "Facts", "days": "7"}
        refused = manager.post("/account/links", data=behind)
        assert "The things behind a figure are not passed on." in refused.text
        assert 'value="Facts"' in refused.text
        assert manager.post("/account/views", data={**form, "name": "Autumn"}).status_code == 303
        assert "It is good until" in manager.post("/account/links", data={**form, "name": "Autumn", "days": "7"}).text


def test_a_form_leads_back_to_our_own_pages_only() -> None:
    assert own_address("/goals/a/b?as_of=2026-01-01#notes") == "/goals/a/b?as_of=2026-01-01#notes"
    assert [own_address(each) for each in (None, "//x", "/\\x", "https://x/", "/a\r\nSet-Cookie: b", "/a?b=<c>")] == [None] * 6
