"""The detectors. This list is all there is: one module of this folder each."""

from commonwheel.curate.detectors import (
    card,
    edit,
    email,
    iban,
    injection,
    ip,
    login,
    national_id,
    password,
    phone,
    private_key,
    quality,
    unreadable,
    vendor_key,
    wallet,
)
from commonwheel.curate.scan import Detector

DETECTORS: tuple[Detector, ...] = tuple(
    module.DETECTOR
    for module in (
        quality, unreadable, edit, email, phone, card, iban, national_id, ip, wallet, vendor_key,
        private_key, login,
        password, injection,
    )
)  # fmt: skip
