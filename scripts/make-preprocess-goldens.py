"""Makes test/golden/preprocess/torchvision.json: what torchvision does to synthetic pictures.

Needs Pillow 9.4 and torchvision 0.14 (Debian 12: python3-pil, python3-torchvision). The pictures are a hash of
position, made again by the test; small results are kept whole (base64), large ones as SHA-256.
"""

import base64
import hashlib
import json
from pathlib import Path

import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Normalize, Resize

MASK = 0xFFFFFFFF


def code(x, y, channel, seed, smooth):
    if smooth:
        return (x * 5 + y * 3 * (channel + 1) + seed) & 255
    v = (x * 374761393 + y * 668265263 + channel * 2246822519 + seed * 3266489917) & MASK
    v = ((v ^ (v >> 13)) * 1274126177) & MASK
    return (v >> 16) & 255


def picture(width, height, seed, smooth):
    pixels = bytes(
        code(x, y, c, seed, smooth) for y in range(height) for x in range(width) for c in range(3)
    )
    return Image.frombytes("RGB", (width, height), pixels)


MODES = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}

# width, height, resize, crop
SIZES = [
    (29, 17, 12, 9),  # shrinks both sides; crop offsets 4 and 1.5 -> 2
    (17, 29, 12, 9),
    (31, 20, 12, 12),  # long side 18.6 -> 18, offset 3
    (33, 20, 12, 12),  # long side 19.8 -> 19, offset 3.5 -> 4
    (30, 20, 12, 11),  # offsets 3.5 -> 4 and 0.5 -> 0
    (9, 7, 16, 16),  # enlarges
    (16, 16, 16, 12),  # nothing to resize
    (20, 16, 16, 16),  # only a crop
    (5, 40, 3, 3),  # long and thin
    (1, 6, 4, 4),  # one column
    (21, 13, None, 16),  # crop with padding above and below, offset 2.5 -> 2
    (7, 10, None, 15),  # padding on all sides
    (14, 11, 8, 12),  # padding after shrinking
    (23, 31, 10, None),
    (500, 375, 256, 224),
    (375, 500, 256, 224),
    (500, 334, 256, 224),
    (227, 600, 256, 224),
]


def main():
    cases = []
    for width, height, resize, crop in SIZES:
        for interpolation, mode in MODES.items():
            for smooth in (False, True):
                steps = []
                if resize is not None:
                    steps.append(Resize(resize, interpolation=mode))
                if crop is not None:
                    steps.append(CenterCrop(crop))
                seed = len(cases)
                out = Compose(steps)(picture(width, height, seed, smooth))
                data = out.tobytes()
                case = {
                    "width": width,
                    "height": height,
                    "seed": seed,
                    "smooth": smooth,
                    "transform": {"resize": resize, "crop": crop, "interpolation": interpolation},
                    "outWidth": out.width,
                    "outHeight": out.height,
                    "sha256": hashlib.sha256(data).hexdigest(),
                }
                if len(data) <= 1024:
                    case["pixels"] = base64.b64encode(data).decode()
                cases.append(case)
    codes = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 256).expand(3, 1, 256)
    normalized = Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))(codes.float().div(255))
    document = {
        "madeBy": "scripts/make-preprocess-goldens.py",
        "pillow": PIL.__version__,
        "torchvision": torchvision.__version__,
        "imagenetNormalizationSha256": hashlib.sha256(normalized.numpy().tobytes()).hexdigest(),
        "cases": cases,
    }
    folder = Path(__file__).resolve().parent.parent / "test" / "golden" / "preprocess"
    (folder / "torchvision.json").write_text(json.dumps(document, indent=2) + "\n")


main()
