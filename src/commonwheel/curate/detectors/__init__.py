"""The detectors. This list is all there is: one module of this folder each."""

from commonwheel.curate.detectors import (
    address,
    answer,
    bank_account,
    birth_date,
    card,
    command,
    device,
    difference,
    driving_license,
    edit,
    email,
    encoded,
    encoded_key,
    handle,
    header,
    hidden_text,
    iban,
    injection,
    ip,
    language,
    location,
    login,
    mac,
    name,
    named_secret,
    national_id,
    passport,
    password_hash,
    phone,
    private_key,
    quality,
    repetition,
    safety,
    said_secret,
    second_factor,
    sensitive,
    signed_token,
    unreadable,
    vehicle,
    vendor_key,
    wallet,
    wallet_key,
)
from commonwheel.curate.scan import Detector

DETECTORS: tuple[Detector, ...] = tuple(
    module.DETECTOR
    for module in (
        language, quality, unreadable, edit, difference, answer, repetition,
        email, phone, card, iban, bank_account, national_id, passport, driving_license, ip, mac, wallet,
        vehicle, device,
        name, birth_date, address, location, handle, vendor_key,
        private_key, encoded_key, signed_token, wallet_key, login, header, command, named_secret, said_secret,
        second_factor, password_hash, hidden_text, encoded, injection, safety, sensitive,
    )
)  # fmt: skip
