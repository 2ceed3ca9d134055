"""Numbers of people in Africa."""

from commonwheel.curate.identities.row import Identity

_ARAB = "رقم التعريف|البطاقة الوطنية|بطاقة التعريف|بطاقة الهوية|رقم البطاقة"

NUMBERS = (
    Identity("za.idnr", "identity number", "South Africa", r"[0-9]{6} ?[0-9]{4} ?[01][0-9] ?[0-9]", "za.idnr",
             "rsa id|south african|said|sa id|id no|id number|identiteitsnommer|id-nommer|identity number|id:"),
    Identity("za.tin", "tax number", "South Africa", r"[01239][0-9]{9}", "za.tin", "sars|tax reference|"
             "tax number|income tax"),
    Identity("eg.national", "national number", "Egypt", r"[23][0-9]{2}[01][0-9][0-3][0-9][0-9]{7}", ":egyptian",
             "الرقم القومي|رقم قومي|القومي|بطاقة الرقم|egyptian id|national id"),
    Identity("eg.tn", "tax number", "Egypt", r"[0-9]{3}-?[0-9]{3}-?[0-9]{3}", "eg.tn",
             "التسجيل الضريبي|الضريبي|البطاقة الضريبية|tax registration|tax number"),
    Identity("ma.cin", "identity card", "Morocco", r"[A-Z]{1,2}[0-9]{5,6}", "",
             f"cin|cnie|carte nationale|{_ARAB}"),
    Identity("dz.nin", "national number", "Algeria", r"[0-9]{18}", "",
             f"nin|numéro d'identification national|{_ARAB}"),
    Identity("dz.nif", "tax number", "Algeria", r"[0-9]{15}|[0-9]{20}", "dz.nif", "nif|n.i.f."),
    Identity("tn.cin", "identity card", "Tunisia", r"[01][0-9]{7}", "",
             f"cin|carte d'identité|carte nationale|{_ARAB}"),
    Identity("tn.mf", "tax number", "Tunisia", r"[0-9]{7}[A-Z](?:/[A-Z]/[A-Z]/[0-9]{3})?", "tn.mf",
             "matricule fiscal|mf"),
    Identity("ng.nin", "national identification number", "Nigeria", r"[0-9]{4}[ -]?[0-9]{3}[ -]?[0-9]{4}", "",
             "nin|national identification|nimc"),
    Identity("ng.bvn", "bank verification number", "Nigeria", r"2[0-9]{10}", "", "bvn|bank verification"),
    Identity("gh.card", "Ghana Card", "Ghana", r"GHA-?[0-9]{9}-?[0-9]", "", "ghana card|ghanacard|national id|gha",
             r"GHA-[0-9]{9}-[0-9]", 0.9, r"GHA-"),
    Identity("gh.tin", "taxpayer number", "Ghana", r"[PCGQV][0-9]{2}[0-9A-Z]{8}", "gh.tin", "tin|gra|taxpayer"),
    Identity("ke.pin", "KRA PIN", "Kenya", r"[AP][0-9]{9}[A-Z]", "ke.pin", "kra|kra pin|pin",
             r"A0[0-9]{8}[A-Z]", 0.6, r"A0[0-9]{8}"),
    Identity("ke.id", "national identity card", "Kenya", r"[0-9]{7,8}", "", "kitambulisho|kenyan id|national id|"
             "id no"),
    Identity("ug.nin", "national identification number", "Uganda", r"C[MF][0-9]{2}[0-9A-Z]{10}", "",
             "nin|national id|national identification|ndagamuntu", r"C[MF][0-9]{7}[0-9A-Z]{5}", 0.6,
             r"C[MF][0-9]{7}"),
    Identity("tz.nida", "national identification number", "Tanzania",
             r"(?:19|20)[0-9]{6}-?[0-9]{5}-?[0-9]{5}-?[0-9]{2}",
             "", "nida|nin|kitambulisho|namba ya taifa", r"(?:19|20)[0-9]{6}-[0-9]{5}-[0-9]{5}-[0-9]{2}", 0.85,
             r"-[0-9]{5}-[0-9]{5}-"),
    Identity("rw.nid", "national identity card", "Rwanda",
             r"[123] ?(?:19|20)[0-9]{2} ?[78] ?[0-9]{7} ?[0-9] ?[0-9]{2}", "",
             "indangamuntu|national id|rwandan id"),
    Identity("zw.nid", "national registration number", "Zimbabwe", r"[0-9]{2}[- ]?[0-9]{6,7} ?[A-Z] ?[0-9]{2}", "",
             "national registration|zimbabwe|national id|id number"),
    Identity("zm.nrc", "national registration card", "Zambia", r"[0-9]{6}/[0-9]{2}/[1-3]", "", "nrc|"
             "national registration",
             r"[0-9]{6}/[0-9]{2}/1", 0.6, r"/[0-9]{2}/1"),
    Identity("mu.nid", "national identity card", "Mauritius", r"[A-Z][0-9]{13}|[A-Z][0-9]{12}[0-9A-Z]", "mu.nid",
             "nid|national id|national identity|nic"),
    Identity("mz.nuit", "taxpayer number", "Mozambique", r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}", "mz.nuit", "nuit"),
    Identity("ao.bi", "identity card", "Angola", r"[0-9]{9}[A-Z]{2}[0-9]{3}", "", "bilhete de identidade|bi|nif",
             r"00[0-9]{7}[A-Z]{2}0[0-9]{2}", 0.7, r"00[0-9]{7}[A-Z]{2}"),
    Identity("cm.cni", "identity card", "Cameroon", r"[12][0-9]{8,16}", "", "cni|carte nationale d'identité"),
    Identity("sn.cni", "identity card", "Senegal", r"[12] ?[0-9]{3} ?(?:19|20)[0-9]{2} ?[0-9]{5}", "", "cni|"
             "carte d'identité|carte nationale"),
    Identity("gn.nifp", "tax number", "Guinea", r"[0-9]{3}-?[0-9]{3}-?[0-9]{3}", "gn.nifp", "nif|nifp"),
)  # fmt: skip
"""Rows; what stands in them says `Identity`."""
