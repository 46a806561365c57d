"""The form to sign: whose it is, which clinic's, and the wording in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.consent import ConsentWords
    from microsclero.desk import Desk
    from microsclero.patients import Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentForm:
    """A form before it is signed; without a patient, the name is left to be written in."""

    wording: ConsentWords
    patient: Patient | None
    clinic: str
    phone: str
    printed_on: date
    made_up: bool

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number if self.patient else None,
            "wording": self.wording.version,
            "sha256": self.wording.sha256,
        }


def form(desk: Desk, patient_no: int | None) -> ConsentForm:
    """The form for this patient, or a blank one; what it says is what is stored with a consent to this version."""
    from microsclero.content.consent import load_consent
    from microsclero.desk.patients import patient_of

    return ConsentForm(
        wording=load_consent(),
        patient=None if patient_no is None else patient_of(desk, patient_no),
        clinic=desk.clinic.name,
        phone=desk.clinic.phone,
        printed_on=desk.today(),
        made_up=desk.clinic.made_up,
    )
