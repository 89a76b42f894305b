"""Every codec that upstream's wheels have, on an image that comes back as it was, or nearly."""

import io

from PIL import Image, ImageCms, ImageDraw, ImageFont, features

picture = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
for name, kind, options, most in [
    ("PNG", "zlib", {}, 0),
    ("WEBP", "webp", {"lossless": True}, 0),
    ("JPEG2000", "jpg_2000", {"irreversible": False}, 0),
    ("TIFF", "libtiff", {"compression": "tiff_lzw"}, 0),
    ("TIFF", "libtiff", {"compression": "zstd"}, 0),
    ("TIFF", "libtiff", {"compression": "lzma"}, 0),
    ("TIFF", "libtiff", {"compression": "jpeg"}, 8),
    ("JPEG", "jpg", {"quality": 95}, 8),
    ("AVIF", "avif", {"quality": 95}, 8),
]:
    assert features.check(kind), kind
    file = io.BytesIO()
    picture.save(file, name, **options)
    again = Image.open(file).convert("RGB")
    pixels = zip(picture.tobytes(), again.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pixels) <= most, (name, options)

# Raqm, which is compiled in, is only spoken of where the system has FriBiDi, as in upstream's own wheels.
for feature in ("libjpeg_turbo", "freetype2", "littlecms2", "xcb"):
    assert features.check(feature), feature
font = ImageFont.load_default(20)
assert ImageDraw.Draw(picture).textlength("Farwheel", font) > font.size
lab = ImageCms.createProfile("LAB")
ImageCms.profileToProfile(picture, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
