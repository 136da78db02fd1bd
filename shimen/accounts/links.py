"""One-time links as a person hands them over: the address, and the same as a picture to scan."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """An address that is shown once, and its QR code as an inline SVG without a single style attribute."""

    address: str
    picture: SafeString


def link_to(request: HttpRequest, name: str, token: str) -> OneTimeLink:
    import qrcode  # with this kind of picture it brings Pillow and lxml along: 8 MB that most processes never need
    import qrcode.image.svg

    address = request.build_absolute_uri(reverse(name, args=[token]))
    code = qrcode.make(address, image_factory=qrcode.image.svg.SvgPathImage, box_size=8, border=2)
    # Our own address in, the library's own markup out: nothing that anyone typed.
    return OneTimeLink(address, SafeString(code.to_string(encoding="unicode")))
