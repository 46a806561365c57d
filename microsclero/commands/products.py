"""The clinic's products: their figures with sources, and the comparison with the leaflet in the box."""

from __future__ import annotations

from typing import Annotated

import typer

from microsclero.commands.shared import Answers, AsJson, answer, ask, at_desk, can_ask, confirm, document_or_person


def product(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="fibrovein, aethoxysklerol (asclera to compare).")],
    answers: Answers = None,
    as_json: AsJson = False,
) -> None:
    """The figures of a product with their sources; --answers records that a prescriber compared them with the leaflet.

    Until then the product is not used.
    """
    from microsclero.ask.fields import settled
    from microsclero.ask.products import leaflet_fields
    from microsclero.desk import leaflets
    from microsclero.desk.chairside import own_as_prescriber
    from microsclero.render.views.treating import product_view

    named = leaflets.product_named(code)
    given = document_or_person(ctx, leaflet_fields(), answers) if answers is not None else None
    with at_desk(ctx, writing=given is not None) as desk:
        shown = (
            leaflets.compare(desk, named, settled(given, desk.today()))
            if given is not None
            else leaflets.show(desk, named)
        )
        answer("clinic product", shown.as_data(), as_json=as_json, view=lambda: product_view(shown))
    if given is not None or as_json or not named.usable or not can_ask(ctx):
        return
    if not confirm("Have you the leaflet from your own box, and does a prescriber compare them now?"):
        return
    with at_desk(ctx, writing=True) as desk:
        own = own_as_prescriber(desk)
        given = ask(leaflet_fields(desk.today()), {"prescriber": own} if own else None)
        compared = leaflets.compare(desk, named, given)
        product_view(compared)
