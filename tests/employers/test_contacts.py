"""Contacts are personal data: sealed where they are stored, masked where they are shown, seen whole only for a purpose."""

from sqlalchemy import text

from tests.employers.callers import AUDITOR, EXECUTIVE, MANAGER, UNIVERSITY, Callers
from tests.employers.story import Story, business_number

PERSON = {"name": "가나다(가상)", "phone": "053-555-0101", "email": "Sample@Fictitious.example", "role": "인사"}
WHOLE = ("가나다(가상)", "+82535550101", "sample@fictitious.example")


def _shown(row: dict[str, str]) -> tuple[str, ...]:
    return row["name"], row["phone"], row["email"]


def test_a_contact_is_masked_until_somebody_says_what_for(callers: Callers) -> None:
    number = business_number()
    company, me = callers.company(number), f"employer-{number}"
    added = callers.post(me, f"{company}/contacts", PERSON)
    path = added.headers["Location"].removeprefix("/api/v1")
    masked = ("가○○○○○○", "**********01", "s***@fictitious.example")
    assert _shown(added.json()) == masked
    assert [_shown(row) for row in callers.get(MANAGER, f"{company}/contacts").json()["items"]] == [masked]
    assert _shown(callers.get(MANAGER, path).json()) == masked
    assert _shown(callers.post(MANAGER, f"{path}/disclosures", {"purpose": "협약 갱신 문의"}).json()) == WHOLE
    [access] = callers.get(me, f"{company}/contact-accesses").json()["items"]
    assert (access["actor"], access["action"], access["purpose"]) == ("program-manager", "contact.read", "협약 갱신 문의")


def test_contacts_are_the_companys_and_the_program_managers(callers: Callers) -> None:
    number, stranger = business_number(), business_number()
    company = callers.company(number)
    callers.company(stranger)
    path = callers.post(MANAGER, f"{company}/contacts", PERSON).headers["Location"].removeprefix("/api/v1")
    assert [callers.get(who, f"{company}/contacts").status_code for who in (UNIVERSITY, AUDITOR, EXECUTIVE)] == [403] * 3
    assert callers.get(f"employer-{stranger}", path).status_code == 404
    assert callers.post(f"employer-{stranger}", f"{path}/disclosures", {"purpose": "구경"}).status_code == 404


def test_no_contact_is_stored_or_told_in_plain_text(callers: Callers, story: Story) -> None:
    number = business_number()
    company = callers.company(number)
    path = callers.post(MANAGER, f"{company}/contacts", PERSON).headers["Location"].removeprefix("/api/v1")
    callers.post(MANAGER, f"{path}/disclosures", {"purpose": "확인"})
    plain = [part.encode() for part in (*WHOLE, "055501", "Sample@")]
    with story.database.read() as session:
        tables = ("contact", "contact_access", "outbox", "idempotency_key")
        stored = [value for table in tables for row in session.execute(text(f"SELECT * FROM {table}")) for value in row]
    held = [value if isinstance(value, bytes) else str(value).encode() for value in stored]
    assert [part for part in plain for value in held if part in value] == []


def test_a_contact_is_corrected_and_forgotten(callers: Callers) -> None:
    company = callers.company(business_number())
    path = callers.post(MANAGER, f"{company}/contacts", PERSON).headers["Location"].removeprefix("/api/v1")
    changed = callers.patch(MANAGER, path, {"phone": "010-0000-0002", "email": None}, if_match='"1"')
    assert (changed.json()["phone"], changed.json()["email"]) == ("+821000000002", None)
    wrong = callers.patch(MANAGER, path, {"phone": "12"}, if_match='"2"').json()["errors"][0]
    assert (wrong["pointer"], wrong["code"]) == ("/phone", "not_a_phone_number")
    assert callers.delete(MANAGER, path).status_code == 204
    assert callers.get(MANAGER, path).status_code == 404
    assert [row["action"] for row in callers.get(MANAGER, f"{company}/contact-accesses").json()["items"]] == ["contact.forgotten"]
