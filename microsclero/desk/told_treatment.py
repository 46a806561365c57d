"""One session's injections as lines of the patient's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.treatments import TreatmentRow


def told_treatment(desk: Desk, row: TreatmentRow) -> Iterator[str]:
    """Times, vials with batches, sites as short codes, and what was noted on the way."""
    from microsclero.dates import show_date
    from microsclero.products import show_product
    from microsclero.site_codes import short_sites
    from microsclero.store import treatments

    starts, ends = (moment.astimezone(desk.zone) for moment in (row.started_at, row.ended_at))
    yield f"{starts:%H:%M}-{ends:%H:%M}, screening {row.screening or 'none'}"
    for vial in treatments.vials_of(desk.store, row.treatment):
        expires = f", expires {show_date(vial.expires_on)}" if vial.expires_on else ""
        what = f"{vial.vial} {show_product(vial.product)} {vial.strength_percent} %"
        yield f"{what}, batch {vial.batch}{expires}: {vial.volume_ml} mL"
    yield short_sites(row.sites)
    after = [
        f"weight {row.weight_kg} kg" if row.weight_kg else "",
        f"needle {row.needle_gauge}" if row.needle_gauge else "",
        f"stockings {row.stockings.replace('_', ' ')}" if row.stockings else "",
        f"observed {row.observed_minutes} min" if row.observed_minutes is not None else "",
        f"no photographs: {row.no_photo_reason}" if row.no_photo_reason else "",
    ]
    if any(after):
        yield "; ".join(word for word in after if word)
    yield from row.remarks
    if row.notes:
        yield row.notes
    if row.anyway:
        yield f"Recorded anyway: {row.anyway}"
