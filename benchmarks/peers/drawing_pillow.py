"""The article's shapes with Pillow: one small image each, without anti-aliasing, which Pillow does not have."""
import random

from protocol import missing, serve

try:
    import numpy as np
    import PIL
    from PIL import Image, ImageDraw
except ImportError:
    missing("Debian's python3-pil and python3-numpy")

chance = random.Random(42)


def draw(count):
    images = np.empty((count, 28, 28), np.float32)
    for i in range(count):
        image = Image.new("L", (28, 28), 255)
        pen = ImageDraw.Draw(image)
        if i % 2 == 0:
            x, y, r = chance.randint(10, 17), chance.randint(10, 17), chance.randint(5, 8)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=0)
        else:
            x, y, width, height = chance.randint(5, 11), chance.randint(5, 11), chance.randint(8, 14), chance.randint(8, 14)
            pen.rectangle((x, y, x + width - 1, y + height - 1), fill=0)
        images[i] = np.asarray(image, np.float32) / 255


serve(f"Pillow {PIL.__version__}", {"images": draw})
