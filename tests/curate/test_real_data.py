"""On real data, detectors find nearly all of what is there, and little else."""

import gzip
import json

from commonwheel.curate.detect import detect

KINDS = {"EMAIL_ADDRESS": "personal.email", "CREDIT_CARD": "personal.card", "IBAN_CODE": "personal.iban",
         "US_SSN": "personal.national_id", "PHONE_NUMBER": "personal.phone"}  # fmt: skip


FAMILIES = ("personal.", "credential.", "injection.")


def sure(chat, text):
    found = detect(chat(text)).findings
    return [finding for finding in found if finding.score >= 0.6 and finding.kind.startswith(FAMILIES)]


def test_personal_data_in_synthetic_texts(chat, shared_data):
    found, missed, wrong = 0, 0, 0
    for row in json.loads((shared_data / "pii_generated_large.json").read_text())[::3]:
        seen = sure(chat, row["full_text"])
        spans = [(KINDS.get(s["entity_type"]), s["start_position"], s["end_position"]) for s in row["spans"]]
        for kind, start, end in spans:
            hit = any(f.kind == kind and f.start <= start and end <= f.end for f in seen)
            found, missed = (found + hit, missed + (not hit)) if kind else (found, missed)
        wrong += sum(not any(f.start < end and start < f.end for _, start, end in spans) for f in seen)
    assert found / (found + missed) > 0.97
    assert wrong <= found * 0.01


def test_keys_with_a_shape_of_their_own(chat, shared_data):
    rows = [json.loads(line) for line in (shared_data / "secret_lines.jsonl").read_text().splitlines()]
    strong = [row for row in rows if (row["confidence"], row["severity"]) == ("strong", "high")]
    strong = [row for row in strong if "PEM" not in row["rule"]]  # those are single lines out of a longer key
    hits = sum(
        any(f.kind.startswith("credential.") and f.start < row["end"] and row["start"] < f.end for f in seen)
        for row in strong
        for seen in [sure(chat, row["line"])]
    )
    assert hits / len(strong) > 0.9


def test_school_arithmetic_holds_nothing(chat, shared_data):
    lines = (shared_data / "gsm8k_train.jsonl").read_text().splitlines()[::5]
    flagged = sum(
        any(f.rule != "title" for f in sure(chat, " ".join(json.loads(line).values()))) for line in lines
    )  # "Mr. Jones" of a story is a name, and found as one
    assert flagged <= len(lines) * 0.001


def test_conversations_are_seldom_taken_for_injections(chat, shared_data):
    with gzip.open(shared_data / "hh_rlhf_harmless_test.jsonl.gz", "rt") as lines:
        texts = [json.loads(line)["chosen"] for line in lines][::4]
    flagged = sum(any(f.kind.startswith("injection") for f in sure(chat, text)) for text in texts)
    assert flagged <= len(texts) * 0.005
