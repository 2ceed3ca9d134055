"""Keys and tokens whose makers gave them a shape of their own, so that they can be found.

The shapes are those of the vendors' own documentation. Documented example keys are left alone.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.scan import Confirm, Hit, Pattern, Scanned, text_detector

_SHAPES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("1password", r"ops_eyJ[A-Za-z0-9_-]{100,2000}", ("ops_",)),
    ("1password", r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}", ("a3-",)),
    ("adafruit", r"aio_[A-Za-z0-9]{28}", ("aio_",)),
    ("age", r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}", ("age-secret-key-1",)),
    ("airtable", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}", ("pat",)),
    ("akamai", r"akab-[a-z0-9]{16}-[a-z0-9]{16}", ("akab-",)),
    ("alibaba", r"LTAI[A-Za-z0-9]{12,24}", ("ltai",)),
    ("anthropic", r"sk-ant-[a-z]{2,10}[0-9]{2}-[A-Za-z0-9_-]{80,130}", ("sk-ant-",)),
    ("atlassian", r"AT(?:ATT|CTT|BBT)3x[A-Za-z0-9_=\\%-]{60,400}", ("att3x", "ctt3x")),
    ("atlassian", r"ATBB[A-Za-z0-9]{28,40}", ("atbb",)),
    ("atlassian", r"BBDC-[A-Za-z0-9+/]{40,50}", ("bbdc-",)),
    ("aws", r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}", ("akia", "asia", "abia", "acca", "a3t")),
    ("aws", r"ABSK[A-Za-z0-9+/]{109,269}={0,2}", ("absk",)),
    ("aws", r"bedrock-api-key-[A-Za-z0-9+/=_-]{20,2000}", ("bedrock-api-key-",)),
    ("aws", r"da2-[a-z0-9]{26}", ("da2-",)),
    ("aws", r"amzn\.mws\.[a-z0-9]{8}(?:-[a-z0-9]{4}){3}-[a-z0-9]{12}", ("amzn.mws.",)),
    ("azure", r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", ("q~",)),
    ("azure", r"[A-Za-z0-9+/]{76}(?:AST[A-Za-z0-9+/]{5}[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{10}==)", ("==",)),
    ("azure", r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{18}A[A-Za-z0-9]{3}[A-Za-z0-9]{4}", ("jqqj99",)),
    ("brevo", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}", ("xkeysib-",)),
    ("clojars", r"CLOJARS_[a-f0-9]{60}", ("clojars_",)),
    ("cloudflare", r"cf(?:at|ut|k)_[A-Za-z0-9]{40,60}", ("cfat_", "cfut_", "cfk_")),
    ("databricks", r"dapi[a-f0-9]{32}(?:-[0-9])?", ("dapi",)),
    ("deepseek", r"sk-[a-f0-9]{32}", ("sk-",)),
    ("defined", r"dnkey-[A-Z0-9=_-]{26}-[A-Z0-9=_-]{52}", ("dnkey-",)),
    ("digitalocean", r"do[opr]_v1_[a-f0-9]{64}", ("_v1_",)),
    ("discord", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}", (".",)),
    ("discord", r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}", ("/webhooks/",)),
    ("docker", r"dckr_[po]at_[A-Za-z0-9_-]{27,40}", ("dckr_",)),
    ("docker", r"SWM(?:TKN-1-[a-z0-9]{50}-[a-z0-9]{25}|KEY-1-[A-Za-z0-9+/]{43})", ("swmtkn-", "swmkey-")),
    ("doppler", r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}", ("dp.",)),
    ("dropbox", r"sl\.(?:u\.)?[A-Za-z0-9_-]{130,2000}", ("sl.",)),
    ("dynatrace", r"dt0[a-z][0-9]{2}\.[A-Z0-9]{8,24}\.[A-Z0-9]{64}", ("dt0",)),
    ("facebook", r"EAA[A-Za-z0-9]{80,400}", ("eaa",)),
    ("facebook", r"[0-9]{15,18}\|[A-Za-z0-9_-]{26,28}", ("|",)),
    ("figma", r"fig[dorh]_[A-Za-z0-9_-]{40,50}", ("figd_", "figo_", "figr_", "figh_")),
    ("flyio", r"fm[12][ar]?_[A-Za-z0-9+/]{60,2000}={0,3}", ("fm1", "fm2")),
    ("github", r"gh[pousr]_[A-Za-z0-9]{36,255}", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("github", r"ghs_[0-9]{1,12}_eyJ[A-Za-z0-9_.-]{60,1500}", ("ghs_",)),
    ("github", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}", ("github_pat_",)),
    ("gitlab", r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-(?:t[0-9]_)?[A-Za-z0-9_-]{20,300}"
     r"(?:\.[0-9a-z]{2}\.[A-Za-z0-9]{9})?",
     ("glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-",
      "glffct-", "glwt-")),
    ("gitlab", r"GR1348941[A-Za-z0-9_-]{20,50}", ("gr1348941",)),
    ("google", r"AIza[A-Za-z0-9_-]{35}", ("aiza",)),
    ("google", r"GOCSPX-[A-Za-z0-9_-]{28}", ("gocspx-",)),
    ("google", r"ya29\.[A-Za-z0-9_-]{20,2000}", ("ya29.",)),
    ("google", r"1//0[A-Za-z0-9_-]{60,200}", ("1//0",)),
    ("grafana", r"gl(?:c_eyJ[A-Za-z0-9+/]{40,600}={0,2}|sa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})", ("glc_", "glsa_")),
    ("grafana", r"eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}", ("eyjrijoi",)),
    ("groq", r"gsk_[A-Za-z0-9]{52}", ("gsk_",)),
    ("hashicorp", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,90}", (".atlasv1.",)),
    ("hashicorp", r"hv[sbr]\.[A-Za-z0-9_-]{24,300}", ("hvs.", "hvb.", "hvr.")),
    ("heroku", r"HRKU-(?:[A-Za-z0-9_-]{60}|[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})", ("hrku-",)),
    ("huggingface", r"(?:hf_[A-Za-z]{34,40}|api_org_[A-Za-z]{34,40})", ("hf_", "api_org_")),
    ("instagram", r"IG(?:QVJ|QWR|AA)[A-Za-z0-9_-]{80,300}", ("igqvj", "igqwr", "igaa")),
    ("jfrog", r"AKCp[A-Za-z0-9]{60,75}|cmVmdGtu[A-Za-z0-9+/=]{50,70}", ("akcp", "cmvmdgtu")),
    ("langchain", r"ls(?:v2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|__[a-f0-9]{32})", ("lsv2_", "ls__")),
    ("linear", r"lin_(?:api|oauth)_[A-Za-z0-9]{40,64}", ("lin_",)),
    ("llamaindex", r"llx-[A-Za-z0-9_-]{48}", ("llx-",)),
    ("mailchimp", r"[A-Za-z0-9]{32}-us[0-9]{1,2}", ("-us",)),
    ("mailgun", r"key-[a-f0-9]{32}|[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}", ("-",)),
    ("mistral", r"mstrl-[A-Za-z0-9]{32}", ("mstrl-",)),
    ("netlify", r"nf[pcuob]_[A-Za-z0-9]{36}", ("nfp_", "nfc_", "nfu_", "nfo_", "nfb_")),
    ("newrelic",
     r"[a-f0-9]{36}NRAL|NR(?:AK-[A-Z0-9]{27}|BR-[a-f0-9]{19}|II-[A-Za-z0-9_-]{32}|JS-[a-f0-9]{19}|RA-[a-f0-9]{42})",
     ("nral", "nrak-", "nrbr-", "nrii-", "nrjs-", "nrra-")),
    ("nkey", r"S[AUCONX][A-Z2-7]{56}", ("s",)),
    ("notion", r"ntn_[A-Za-z0-9]{46}|secret_[A-Za-z0-9]{43}", ("ntn_", "secret_")),
    ("npm", r"npm_[A-Za-z0-9]{36}", ("npm_",)),
    ("nuget", r"oy2[a-z0-9]{43}", ("oy2",)),
    ("nvidia", r"nvapi-[A-Za-z0-9_-]{60,70}", ("nvapi-",)),
    ("openai", r"sk-(?:(?:proj|svcacct|admin|None)-)[A-Za-z0-9_-]{40,250}", ("sk-",)),
    ("openai", r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}", ("t3blbkfj",)),
    ("openai", r"sk-[A-Za-z0-9]{48}", ("sk-",)),
    ("openrouter", r"sk-or-v1-[a-f0-9]{64}", ("sk-or-",)),
    ("paypal", r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}", ("access_token$",)),
    ("perplexity", r"pplx-[A-Za-z0-9]{48,56}", ("pplx-",)),
    ("planetscale", r"pscale_(?:pw|tkn|oauth)_[A-Za-z0-9_.-]{32,64}", ("pscale_",)),
    ("posthog", r"ph[acsrx]_[A-Za-z0-9]{40,70}", ("pha_", "phc_", "phs_", "phr_", "phx_")),
    ("postman", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}|PMAT-[A-Z0-9]{26}", ("pmak-", "pmat-")),
    ("pulumi", r"pul-[a-f0-9]{40}", ("pul-",)),
    ("pypi", r"pypi-AgE[A-Za-z0-9_-]{50,1000}", ("pypi-",)),
    ("replicate", r"r8_[A-Za-z0-9]{37}", ("r8_",)),
    ("rubygems", r"rubygems_[a-f0-9]{48}", ("rubygems_",)),
    ("salesforce", r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,120}", ("00d",)),
    ("sendgrid", r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}", ("sg.",)),
    ("sentry", r"sntrys_eyJ[A-Za-z0-9+/=_-]{60,500}|sntryu_[a-f0-9]{64}", ("sntry",)),
    ("shopify", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}", ("shpat_", "shpca_", "shppa_", "shpss_")),
    ("slack", r"xox[abposre](?:\.xox[bp])?-[A-Za-z0-9-]{16,400}", ("xox",)),
    ("slack", r"xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,16}-[a-f0-9]{64}", ("xapp-",)),
    ("slack", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{40,80}", ("hooks.slack.com",)),
    ("sonarqube", r"sq[upa]_[a-f0-9]{40}", ("squ_", "sqp_", "sqa_")),
    ("sourcegraph", r"sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}", ("sgp_",)),
    ("square", r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,43}|EAAA[A-Za-z0-9_-]{60}", ("sq0", "eaaa")),
    ("stripe", r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,250}", ("_live_", "_test_")),
    ("stripe", r"whsec_[A-Za-z0-9+/]{32,64}", ("whsec_",)),
    ("supabase", r"sb(?:p_(?:v0_)?[a-f0-9]{40}|_(?:secret|publishable)_[A-Za-z0-9_-]{31,50})", ("sbp_", "sb_")),
    ("tavily", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}", ("tvly-",)),
    ("telegram", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", (":aa",)),
    ("together", r"tgp_v1_[A-Za-z0-9_-]{43}", ("tgp_v1_",)),
    ("twilio", r"(?:SK|AC)[a-fA-F0-9]{32}", ("sk", "ac")),
    ("vercel", r"vc[pkiart]_[A-Za-z0-9]{24,64}", ("vcp_", "vck_", "vci_", "vca_", "vcr_", "vct_")),
    ("wundergraph", r"cosmo_[a-f0-9]{32}", ("cosmo_",)),
    ("x", r"AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{60,100}", ("aaaaaaaaaaaaaaaaaaaaa",)),
    ("xai", r"xai-[A-Za-z0-9]{80}", ("xai-",)),
)  # fmt: skip
"""Vendor, shape, and lower-case literals of which one is in every such key."""


def _ending(shape: str) -> str:
    """A shape that no letter or digit follows. What comes before is left to the confirmation: a pattern
    that starts with a literal is found fast."""
    return rf"(?:{shape})(?![A-Za-z0-9])" if "|" in shape else rf"{shape}(?![A-Za-z0-9])"


def _key(vendor: str) -> Confirm:
    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        before = scanned.text[match.start() - 1 : match.start()] if match.start() else ""
        inside = before.isascii() and (before.isalnum() or before in {"_", "-"})
        if not inside and not is_placeholder(match.group()[4:]):
            yield Hit(f"credential.{vendor}", *match.span(), 0.95)

    return confirm


DETECTOR = text_detector(
    "vendor_key",
    "1",
    [
        Pattern(
            expression=re.compile(_ending(shape), re.ASCII),
            confirm=_key(vendor),
            needs=needs,
        )
        for vendor, shape, needs in _SHAPES
    ],
    gate=re.compile(r"[A-Za-z0-9_.+/=|:!$-]{16}"),
)
