"""The sources that the list of reactions cites by their ids, named so that they can be looked up."""

_NAMES = {
    "seed": "The clinic's patient page",
    "policy": "Clinic policy",
    "C5": "Clinics' own pages (veinclinic.mynsmg.com.au, azuredreamspa.com)",
    "C6": "UK vein clinics' own pages (bvi.uk.com, veinsnorthwest.com and others)",
    "G1": "German guideline on sclerotherapy, Table 1 (PMC8692296)",
    "G5": "ACE Group, J Clin Aesthet Dermatol, April 2017; Tristram, British Association of Sclerotherapists",
    "G8": "Goldman 1987 (PubMed 3571692)",
    "G8b": "Skin Disease & Care (biocyclopedia.com, 1681)",
    "G8c": "josefpflugvascular.com, 24 February 2014",
    "G8d": "Dermatol Surg 1995, 21: 19-29",
    "G9": "British Association of Sclerotherapists, advice to patients (bassclerotherapy.com)",
    "P6b": "Polidocanol monograph, MIMS Thailand",
    "P10": "Asclera product text, USA: side effects (rxlist.com)",
    "P11": "Asclera, 5starmedicalinc.com",
    "S6": "Vidal 37582 (vidal.fr); pharmacovigilance-reims.fr, 13 March 2026",
    "U11": "NHS text on deep vein thrombosis",
}


def named_sources(cited: str) -> str:
    """Ids such as “seed; G8” as names; an id without one stays as it is."""
    return "; ".join(_NAMES.get(each, each) for each in cited.split("; "))
